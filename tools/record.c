// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings that write all the time; and what flight recorders have in common with them.
 */
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "fmt.h"
#include "record.h"
#include "record_ipc.h"
#include "switch_report.h"
#include "trace_file.h"
#include "util.h"
#include "virt.h"

#define DRAIN_MS	10

struct record_stream {
	struct recording recording;
	struct trace_writer file;
	bool names_written;
	struct record_ipc ipc;
};

static uint64_t realtime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static uint64_t timeval_ns(const struct timeval *t)
{
	return t->tv_sec * 1000000000ULL + t->tv_usec * 1000ULL;
}

static void cpu_time(uint64_t *user_ns, uint64_t *system_ns)
{
	struct rusage used = { 0 };

	getrusage(RUSAGE_SELF, &used);
	*user_ns = timeval_ns(&used.ru_utime);
	*system_ns = timeval_ns(&used.ru_stime);
}

/* The header says what the source can do, so it is made once the source runs. */
static int header_make(struct session *s, struct recording *r)
{
	struct snapshot snap = { 0 };
	struct oscope_file_header *h = &r->header;
	int err;

	err = source_read(s->src, &snap);
	if (err)
		return err;
	*h = (struct oscope_file_header){
		.magic = OSCOPE_FILE_MAGIC,
		.abi = OSCOPE_ABI,
		.bytes = sizeof(*h),
		.records = r->options->records,
		.tree_tid = s->has_child ? s->child.pid : 0,
		.start_ns = snap.start_ns,
		.realtime_ns = realtime_ns() - (now_ns() - snap.start_ns),
		.features = snap.features | (s->o->filter.cpus ? OSCOPE_FEAT_SOME_CPUS : 0),
		.cpus = snap.cpus,
		.own_ns = snap.own_ns,
		.own_direct_ns = snap.own_direct_ns,
	};
	strncpy(h->source, s->src->ops->name, sizeof(h->source) - 1);
	strncpy(h->virt, virt_name(), sizeof(h->virt) - 1);
	strncpy(h->kernel, kernel_release(), sizeof(h->kernel) - 1);
	snapshot_free(&snap);
	return 0;
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

int recording_begin(struct session *s, struct recording *r)
{
	int err = header_make(s, r);

	if (err)
		return err;
	cpu_time(&r->user_ns, &r->system_ns);
	err = report_open(&r->report, &r->report_opts, s->o, r->options->report);
	return err ? err : report_open(&r->report_ipc, &r->ipc_opts, s->o, r->options->report_ipc);
}

int recording_close(struct recording *r)
{
	int err = out_close(r->report), other = out_close(r->report_ipc);

	return err ? err : other;
}

void recording_cost(const struct recording *r, struct oscope_chunk_writer *writer)
{
	uint64_t user_ns, system_ns;

	cpu_time(&user_ns, &system_ns);
	writer->user_ns = user_ns - r->user_ns;
	writer->system_ns = system_ns - r->system_ns;
}

void recording_tell(const char *path, const struct oscope_chunk_writer *writer, uint64_t lost)
{
	char user[FMT_LEN], system[FMT_LEN];

	warn_msg("%lu records, %lu lost, %lu bytes (%.1f a record) in %s; recording took "
		 "%s user, %s system", (unsigned long)writer->records, (unsigned long)lost,
		 (unsigned long)writer->bytes,
		 writer->records ? (double)writer->bytes / writer->records : 0.0, path,
		 fmt_ns(user, writer->user_ns), fmt_ns(system, writer->system_ns));
}

int recording_report(const struct session *s, const struct recording *r,
		     const struct snapshot *snap)
{
	int err = 0;

	if (r->report)
		err = switch_print(r->report, SWITCH_BY_KIND, s->src->ops->name, snap);
	if (!err && r->report_ipc)
		err = record_ipc_report(r->report_ipc, s->src->ops->name, snap);
	return err;
}

static int write_slots(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots,
		       uint32_t n, uint64_t lost)
{
	struct record_stream *r = arg;

	return trace_write_slots(&r->file, cpu, pos, slots, n, lost);
}

/* All files are opened while there may be privilege for it. */
static int stream_ready(struct session *s)
{
	struct record_stream *r = s->arg;
	int err = recording_begin(s, &r->recording);

	if (!err)
		err = trace_create(&r->file, s->o->output, &r->recording.header,
				   r->recording.options->level);
	return err ? err : record_ipc_poll(&r->ipc, s->src, &r->file);
}

static int names_write(struct session *s, struct record_stream *r)
{
	const struct oscope_identity *ids;
	size_t n;
	int err;

	if (r->names_written)
		return 0;
	r->names_written = true;
	err = s->src->ops->identities(s->src, &ids, &n);
	return err ? err : trace_write_identities(&r->file, ids, n);
}

static int stream_poll(struct session *s)
{
	struct record_stream *r = s->arg;
	int err = names_write(s, r);

	if (!err)
		err = s->src->ops->drain(s->src, write_slots, r);
	if (!err)
		err = record_ipc_poll(&r->ipc, s->src, &r->file);
	return err ? err : trace_write_old(&r->file, now_ns());
}

static int stream_end(struct session *s, const struct snapshot *snap)
{
	struct record_stream *r = s->arg;
	struct oscope_chunk_writer writer = { .trigger = OSCOPE_TRIGGER_END };
	struct oscope_chunk_end end = {
		.end_ns = snap->ts_ns,
		.events = s->src->ops->events(s->src),
		.lost = snap->lost.total,
	};
	int err;

	err = record_ipc_end(&r->ipc, snap->ipc, &r->file);
	recording_cost(&r->recording, &writer);
	if (!err)
		err = trace_write_writer(&r->file, &writer);
	if (!err)
		err = trace_write_end(&r->file, &end);
	if (!err)
		recording_tell(r->file.path, &writer, end.lost);
	/* What the counters said while the same events went into the rings. */
	return err ? err : recording_report(s, &r->recording, snap);
}

static const struct session_ops stream_session = {
	.report = stream_end,
	.ready = stream_ready,
	.poll = stream_poll,
	.poll_ms = DRAIN_MS,
	.records = true,
};

int record_all(const struct opts *o, const struct record_options *options)
{
	struct record_stream r = {
		.recording.options = options,
		.file.fd = -1,
		.ipc.mechanisms = options->mechanisms,
	};
	struct source_config config = {
		.direct = !options->no_direct,
		.calibrate = true,
		.records = options->records | RECORD_BIT(IDENTITY),
		.ring_slots = options->ring_slots,
		.ring_flags = OSCOPE_RING_DROP,
		.ipc = options->mechanisms,
		.by_task = options->report_ipc,
	};
	int err, closed, report_closed;

	err = session_run(o, &config, &stream_session, &r);
	report_closed = recording_close(&r.recording);
	record_ipc_free(&r.ipc);
	closed = trace_close(&r.file);
	closed = closed ? closed : report_closed;
	return err >= 0 && closed ? closed : err;
}
