// SPDX-License-Identifier: GPL-2.0
/*
 * oscope record: switches, wake-ups and the life of tasks into a file that every report can read.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "lives.h"
#include "parse.h"
#include "record_ipc.h"
#include "session.h"
#include "switch_report.h"
#include "trace_file.h"
#include "trace_pack.h"
#include "virt.h"

#define DRAIN_MS	10
#define BIT(id)		(1ULL << (id))

static const struct {
	const char *name;
	uint64_t records;
	uint64_t ipc;			/* mechanisms, a bit each */
} groups[] = {
	{ "switch", BIT(OSCOPE_REC_SWITCH) },
	{ "wake", BIT(OSCOPE_REC_WAKING) | BIT(OSCOPE_REC_WAKEUP_NEW) | BIT(OSCOPE_REC_MIGRATE) },
	{ "task", BIT(OSCOPE_REC_NEWTASK) | BIT(OSCOPE_REC_EXEC) | BIT(OSCOPE_REC_EXIT) },
	{ "reap", LIVES_RECORDS_REAP },
	{ "spawn", LIVES_BIT(RUN) | LIVES_BIT(SPAWNED) | LIVES_BIT(MEMORY) | LIVES_BIT(FAULTS) },
	{ "args", LIVES_BIT(ARGS) | LIVES_BIT(EXEC) },
	{ "state", LIVES_BIT(BLOCKED) | LIVES_BIT(FREE) | LIVES_BIT(REAP) | LIVES_BIT(WAITED) },
	{ "ipc", TRACE_RECORDS_IPC, OSCOPE_IPC_ALL },
	{ "lock", TRACE_RECORDS_IPC, OSCOPE_IPC_BIT(FUTEX) | OSCOPE_IPC_BIT(FILE_LOCK) },
};

static uint64_t records, mechanisms;
static uint64_t ring_slots = 65536;
static uint64_t level = 1;
static bool overwrite, no_direct;
static const char *live_report, *live_ipc;

/* "switch,wake": which groups of events. */
static int parse_events(struct opts *o, const struct opt_def *def, const char *arg)
{
	const char *names[ARRAY_SIZE(groups) + 1] = { NULL };
	const char *word = arg, *near;
	char name[32];
	size_t len, i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		names[i] = groups[i].name;
	records = 0;
	mechanisms = 0;
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, word);
		for (i = 0; i < ARRAY_SIZE(groups); i++) {
			if (!strcmp(groups[i].name, name))
				break;
		}
		if (i == ARRAY_SIZE(groups)) {
			near = nearest_name(name, names);
			return opt_refuse(def, arg, "no events named '%s'; %s%s", name,
					  near ? "did you mean " :
					  "there are switch, wake, task, reap, spawn, args, state, "
					  "ipc, lock",
					  near ? near : "");
		}
		records |= groups[i].records;
		mechanisms |= groups[i].ipc;
		if (!word[len])
			return 0;
	}
}

/* Slots a CPU: a power of two, so that positions wrap by a mask. */
static int parse_ring(struct opts *o, const struct opt_def *def, const char *arg)
{
	uint64_t slots;

	if (parse_u64(arg, 1024, 1 << 24, &slots) || (slots & (slots - 1)))
		return opt_refuse(def, arg, "not a power of two from 1024 to 16777216");
	ring_slots = slots;
	return 0;
}

static int parse_level(struct opts *o, const struct opt_def *def, const char *arg)
{
	if (parse_u64(arg, 0, TRACE_PACK_LEVEL_MAX, &level))
		return opt_refuse(def, arg, "not a level from 0 (as it is) to %d",
				  TRACE_PACK_LEVEL_MAX);
	return 0;
}

static const struct opt_def record_options[] = {
	{ .letter = 'e', .name = "events", .arg = "LIST", .parse = parse_events,
	  .help = "what to record: switch, wake, task, reap, spawn, args, state, ipc, lock "
		  "(default: the first 3)" },
	{ .name = "ring", .arg = "SLOTS", .parse = parse_ring,
	  .help = "ring of each CPU in records of 24 bytes, a power of two (default 65536)" },
	{ .letter = 'z', .name = "compress", .arg = "LEVEL", .parse = parse_level,
	  .help = "pack the file by zstd at this level, 1 to 19 (default 1); 0: not at all" },
	{ .name = "overwrite", .parse = opt_flag, .to = &overwrite,
	  .help = "flight recorder: keep the latest records only, written out at the end" },
	{ .name = "no-direct", .parse = opt_flag, .to = &no_direct,
	  .help = "leave the direct cost of switches out" },
	{ .name = "report", .arg = "FILE", .parse = opt_string, .to = &live_report,
	  .help = "also write the live report of 'oscope switch' on the same events, as JSON" },
	{ .name = "report-ipc", .arg = "FILE", .parse = opt_string, .to = &live_ipc,
	  .help = "... and those of 'oscope ipc', by all that they may be by, one a line" },
	{ 0 }
};

struct recording {
	struct trace_writer file;
	bool who_starts, who_ends;	/* identities have been written */
	struct opts report_opts;
	struct out *report;		/* --report, NULL: none */
	struct opts ipc_opts;
	struct out *ipc_report;		/* --report-ipc */
	struct record_ipc ipc;
};

static int write_slots(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots,
		       uint32_t n, uint64_t lost)
{
	struct recording *r = arg;

	return trace_write_slots(&r->file, cpu, pos, slots, n, lost);
}

static uint64_t realtime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* The header says what the source can do, so it is written once the source runs. */
static int recording_begin(struct session *s, struct recording *r)
{
	struct snapshot snap = { 0 };
	struct oscope_file_header h = {
		.magic = OSCOPE_FILE_MAGIC,
		.abi = OSCOPE_ABI,
		.bytes = sizeof(h),
		.records = records,
		.tree_tid = s->has_child ? s->child.pid : 0,
	};
	int err;

	err = source_read(s->src, &snap);
	if (err)
		return err;
	h.start_ns = snap.start_ns;
	h.realtime_ns = realtime_ns() - (now_ns() - snap.start_ns);
	h.features = snap.features | (s->o->filter.cpus ? OSCOPE_FEAT_SOME_CPUS : 0);
	h.cpus = snap.cpus;
	h.own_ns = snap.own_ns;
	h.own_direct_ns = snap.own_direct_ns;
	strncpy(h.source, s->src->ops->name, sizeof(h.source) - 1);
	strncpy(h.virt, virt_name(), sizeof(h.virt) - 1);
	strncpy(h.kernel, kernel_release(), sizeof(h.kernel) - 1);
	snapshot_free(&snap);
	return trace_create(&r->file, s->o->output, &h, level);
}

static int report_open(struct out **out, struct opts *own, const struct opts *o, const char *path)
{
	if (!path)
		return 0;
	*own = *o;
	own->output = path;
	own->format = FORMAT_JSON;
	return out_open(out, own);
}

/* All files are opened while there may be privilege for it. */
static int recording_ready(struct session *s)
{
	struct recording *r = s->arg;
	int err;

	err = recording_begin(s, r);
	if (!err)
		err = record_ipc_poll(&r->ipc, s->src, &r->file);
	if (!err)
		err = report_open(&r->report, &r->report_opts, s->o, live_report);
	return err ? err : report_open(&r->ipc_report, &r->ipc_opts, s->o, live_ipc);
}

static int identities_write(struct session *s, bool *written)
{
	struct recording *r = s->arg;
	const struct oscope_identity *ids;
	size_t n;
	int err;

	if (*written)
		return 0;
	err = s->src->ops->identities(s->src, &ids, &n);
	if (!err)
		err = trace_write_identities(&r->file, ids, n);
	*written = true;
	return err;
}

static int recording_poll(struct session *s)
{
	struct recording *r = s->arg;
	int err = identities_write(s, &r->who_starts);

	/* What the rings said of who came later may be overwritten. */
	if (!err && overwrite && s->stopped)
		err = identities_write(s, &r->who_ends);
	/* A flight recorder reads its rings once, after the stop. */
	if (!err && (!overwrite || s->stopped))
		err = s->src->ops->drain(s->src, write_slots, r);
	if (!err)
		err = record_ipc_poll(&r->ipc, s->src, &r->file);
	return err ? err : trace_write_old(&r->file, now_ns());
}

static int recording_end(struct session *s, const struct snapshot *snap)
{
	struct recording *r = s->arg;
	struct oscope_chunk_end end = {
		.end_ns = snap->ts_ns,
		.events = s->src->ops->events(s->src),
		.lost = snap->lost.total,
	};
	int err;

	err = record_ipc_end(&r->ipc, snap->ipc, &r->file);
	if (!err)
		err = trace_write_end(&r->file, &end);
	if (!err)
		warn_msg("%lu records, %lu lost, %lu bytes in %s", (unsigned long)r->file.records,
			 (unsigned long)snap->lost.total, (unsigned long)r->file.bytes,
			 r->file.path);
	/* What the counters said while the same events went into the rings. */
	if (!err && r->report)
		err = switch_print(r->report, SWITCH_BY_KIND, s->src->ops->name, snap);
	if (!err && r->ipc_report)
		err = record_ipc_report(r->ipc_report, s->src->ops->name, snap);
	return err;
}

static const struct session_ops record_session = {
	.report = recording_end,
	.ready = recording_ready,
	.poll = recording_poll,
	.poll_ms = DRAIN_MS,
	.records = true,
};

static int record_check(struct opts *o)
{
	if (!o->output)
		return err_msg(-EUSAGE, "record: where to? -o FILE");
	if (!strcmp(o->output, "-"))
		return err_msg(-EUSAGE, "record -o -: a recording needs a file");
	if (live_ipc && !mechanisms)
		return err_msg(-EUSAGE, "--report-ipc: nothing of that is recorded: add -e ipc");
	if (mechanisms && o->filter.cpus)
		return err_msg(-EUSAGE, "-C cuts calls in pieces: leave it out with -e ipc or lock");
	if (!records)
		records = groups[0].records | groups[1].records | groups[2].records;
	return 0;
}

static int record_run(const struct opts *o)
{
	struct recording r = { .file.fd = -1, .ipc.mechanisms = mechanisms };
	struct source_config config = {
		.direct = !no_direct,
		.calibrate = true,
		.records = records | BIT(OSCOPE_REC_IDENTITY),
		.ring_slots = ring_slots,
		.ring_flags = overwrite ? 0 : OSCOPE_RING_DROP,
		.ipc = mechanisms,
		.by_task = live_ipc,
	};
	int err, closed, report_closed;

	err = session_run(o, &config, &record_session, &r);
	report_closed = out_close(r.report);
	closed = out_close(r.ipc_report);
	report_closed = report_closed ? report_closed : closed;
	record_ipc_free(&r.ipc);
	closed = trace_close(&r.file);
	closed = closed ? closed : report_closed;
	return err >= 0 && closed ? closed : err;
}

static const struct cmd_ops record_cmd = {
	.name = "record",
	.summary = "record events into a file for later reports",
	.about =
		"Writes each event as a record of 24 bytes into per-CPU rings, and those, packed,\n"
		"into a file that every report reads with -r FILE, without privilege. However\n"
		"the recording ended, the file is readable up to its last whole chunk. Records\n"
		"that found no room are counted and shown.",
	.opts = OPTS_FILTER | OPT_BIT(OPT_DURATION) | OPT_BIT(OPT_SOURCE) | OPT_BIT(OPT_OUTPUT) |
		OPT_BIT(OPT_WAIT_TREE),
	.own = record_options,
	.takes = CMD_PROGRAM,
	.check = record_check,
	.run = record_run,
};
COMMAND(record_cmd);
