// SPDX-License-Identifier: GPL-2.0
/*
 * Flight recorders: rings that are overwritten, and written into a file when something asks for it.
 */
#include <stdlib.h>
#include <string.h>

#include "flight.h"
#include "fmt.h"
#include "record.h"
#include "ring_scan.h"
#include "util.h"

#define WATCH_MS	10
#define IDLE_MS		1000

struct record_flight {
	struct recording recording;
	struct flight flight;
	bool begun;			/* who was there at first is known */
	struct ring_scan scan;
	struct flight_watch watch;
	struct flight_found found;	/* what the next dump is for */
	uint64_t due_ns;		/* when that is to be written, 0: there is none */
	uint64_t *found_pos;		/* how far each ring was then */
	uint32_t found_files;		/* written for that */
	uint64_t scanned_ns;		/* when the look at the rings before the last began */
};

static int flight_ready(struct session *s)
{
	struct record_flight *r = s->arg;
	const struct record_options *options = r->recording.options;
	const struct ring_reader *rings = s->src->ops->rings(s->src);
	int err = recording_begin(s, &r->recording);

	r->flight.keep_ns = options->keep_ns;
	r->flight.level = options->level;
	if (!err)
		err = flight_open(&r->flight, s->o->output, options->dumps, rings);
	if (err || options->when.what == OSCOPE_TRIGGER_END)
		return err;
	r->found_pos = calloc(rings->cpus, sizeof(*r->found_pos));
	if (!r->found_pos)
		return err_sys(-ENOMEM, "watching the rings");
	err = ring_scan_open(&r->scan, rings);
	return err ? err : flight_watch_open(&r->watch, &options->when);
}

static int flight_begin(struct session *s, struct record_flight *r)
{
	const struct oscope_identity *ids;
	size_t n;
	int err;

	if (r->begun)
		return 0;
	r->begun = true;
	err = s->src->ops->identities(s->src, &ids, &n);
	return err ? err : flight_identities(&r->flight, ids, n);
}

static void cause_tell(const struct flight_dump *dump)
{
	const struct oscope_chunk_writer *w = &dump->writer;
	char took[FMT_LEN];

	if (w->trigger < OSCOPE_TRIGGER_WAIT)
		return;
	warn_msg("%s of %s, task %u", flight_trigger_name(w->trigger),
		 fmt_ns(took, w->trigger_took_ns), w->trigger_tid);
	if (w->trigger_ns - w->trigger_took_ns < dump->begin_ns)
		warn_msg("its begin was overwritten already: a larger --ring helps");
}

/* What the rings hold now, up to end_ns, into the next file. */
static int dump(struct session *s, struct record_flight *r, uint32_t trigger, uint64_t end_ns,
		const struct snapshot *snap)
{
	struct flight_dump dump = {
		.header = r->recording.header,
		.writer = { .trigger = trigger },
		.lost = snap->lost.total,
		.end_ns = end_ns,
		.ipc = snap->ipc,
		.mechanisms = r->recording.options->mechanisms,
	};
	const char *path;
	int err = flight_begin(s, r);

	if (trigger == OSCOPE_TRIGGER_SIGNAL)
		dump.writer.trigger_ns = end_ns;
	if (trigger >= OSCOPE_TRIGGER_WAIT) {
		dump.writer.trigger_ns = r->found.at_ns;
		dump.writer.trigger_took_ns = r->found.took_ns;
		dump.writer.trigger_tid = r->found.tid;
	}
	flight_copy(&r->flight);
	if (!err)
		err = s->src->ops->census(s->src, &dump.now, &dump.n_now);
	recording_cost(&r->recording, &dump.writer);
	if (!err)
		err = flight_write(&r->flight, &dump, trigger == OSCOPE_TRIGGER_END, &path);
	if (err)
		return err;
	cause_tell(&dump);
	recording_tell(path, &dump.writer, dump.lost);
	if (dump.writer.overwritten)
		verbose_msg("%lu records before them were not kept",
			    (unsigned long)dump.writer.overwritten);
	if (trigger >= OSCOPE_TRIGGER_WAIT) {
		r->due_ns = 0;
		r->found_files++;
	}
	s->done = r->flight.dumps == r->recording.options->dumps;
	return 0;
}

/* While it goes on. */
static int dump_now(struct session *s, struct record_flight *r, uint32_t trigger)
{
	struct snapshot snap = { 0 };
	uint64_t now = now_ns();
	int err = source_read(s->src, &snap);

	if (!err)
		err = dump(s, r, trigger, now, &snap);
	snapshot_free(&snap);
	return err;
}

static int flight_dump_now(struct session *s)
{
	return dump_now(s, s->arg, OSCOPE_TRIGGER_SIGNAL);
}

static int take_record(void *arg, uint32_t cpu, const struct oscope_slot *slot, bool gap)
{
	struct record_flight *r = arg;
	struct flight_found found;
	int took = flight_watch_record(&r->watch, slot, gap, &found);
	uint32_t i;

	if (took <= 0 || r->due_ns)
		return took < 0 ? took : 0;
	for (i = 0; i < r->scan.ring->cpus; i++)
		r->found_pos[i] = r->scan.at[i].pos;
	r->found = found;
	r->due_ns = found.at_ns + r->recording.options->after_ns;
	return 0;
}

/* It is time; or half a ring has been written since, and what came before would soon be gone. */
static bool is_due(const struct record_flight *r, uint64_t now)
{
	const struct ring_reader *rings = r->scan.ring;
	uint32_t i;

	if (!r->due_ns)
		return false;
	for (i = 0; i < rings->cpus && now < r->due_ns; i++) {
		if (r->scan.at[i].pos - r->found_pos[i] > 1ULL << rings->order >> 1)
			return true;
	}
	return now >= r->due_ns;
}

/*
 * A record is in its ring long before the look after the next one has begun; of a source that has
 * stopped, all are.
 */
static int flight_poll(struct session *s)
{
	struct record_flight *r = s->arg;
	uint64_t now = now_ns(), until = s->stopped ? UINT64_MAX : r->scanned_ns;
	int err = flight_begin(s, r);

	if (err || s->done || r->recording.options->when.what == OSCOPE_TRIGGER_END)
		return err;
	r->scanned_ns = now;
	err = ring_scan(&r->scan, until, take_record, r);
	if (!err && !s->stopped && is_due(r, now))
		err = dump_now(s, r, r->recording.options->when.what);
	return err;
}

/* What was to be written later, by --after. */
static int pending_end(struct session *s, struct record_flight *r, const struct snapshot *snap)
{
	uint32_t what = r->recording.options->when.what;
	char took[FMT_LEN];

	if (!r->due_ns)
		return 0;
	if (r->flight.dumps < r->recording.options->dumps)
		return dump(s, r, what, snap->ts_ns, snap);
	warn_msg("%s of %s, task %u: there is no file of --dumps left for it, only that of the end",
		 flight_trigger_name(what), fmt_ns(took, r->found.took_ns), r->found.tid);
	return 0;
}

static void found_tell(const struct record_flight *r)
{
	const struct flight_when *when = &r->recording.options->when;
	char over[FMT_LEN];

	if (when->what == OSCOPE_TRIGGER_END)
		return;
	warn_msg("%s longer than %s: %lu found, %u written out", flight_trigger_name(when->what),
		 fmt_ns(over, when->over_ns), (unsigned long)r->watch.found_n, r->found_files);
	if (r->scan.skipped)
		warn_msg("--when: %lu records were overwritten before they were looked at; a "
			 "larger --ring helps", (unsigned long)r->scan.skipped);
}

static int flight_end(struct session *s, const struct snapshot *snap)
{
	struct record_flight *r = s->arg;
	int err = pending_end(s, r, snap);

	if (!err)
		err = dump(s, r, OSCOPE_TRIGGER_END, snap->ts_ns, snap);
	if (err)
		return err;
	found_tell(r);
	return recording_report(s, &r->recording, snap);
}

int record_flight(const struct opts *o, const struct record_options *options)
{
	const struct session_ops ops = {
		.report = flight_end,
		.ready = flight_ready,
		.poll = flight_poll,
		.poll_ms = options->when.what == OSCOPE_TRIGGER_END ? IDLE_MS : WATCH_MS,
		.dump = flight_dump_now,
		.records = true,
	};
	struct record_flight r = { .recording.options = options };
	struct source_config config = {
		.direct = !options->no_direct,
		.calibrate = true,
		.records = options->records | RECORD_BIT(IDENTITY),
		.ring_slots = options->ring_slots,
		.censuses = options->dumps + 1,
		.ipc = options->mechanisms,
		.by_task = options->report_ipc,
	};
	int err, closed;

	err = session_run(o, &config, &ops, &r);
	closed = recording_close(&r.recording);
	flight_close(&r.flight);
	ring_scan_close(&r.scan);
	free(r.found_pos);
	flight_watch_close(&r.watch);
	return err >= 0 && closed ? closed : err;
}
