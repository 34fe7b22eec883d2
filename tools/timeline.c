// SPDX-License-Identifier: GPL-2.0
/*
 * oscope timeline: segments as they end, into lanes that are drawn at the end, or each as a row of
 * its own; or the wake-ups among them.
 */
#include <stdlib.h>

#include "asked.h"
#include "lanes.h"
#include "lives_trace.h"
#include "report.h"
#include "timeline.h"
#include "util.h"

struct segment_row {
	uint64_t from_ns, to_ns, cpu;
	struct out_task task, woken_by;
	const char *state, *reason;
};

struct wake_row {
	uint64_t at_ns, latency_ns, slept_ns, cpu;
	struct out_task waker, woken;
	const char *context, *reason;
};

#define SEGMENT(member)	OUT_FIELD(struct segment_row, member)
#define WAKE(member)	OUT_FIELD(struct wake_row, member)

static const struct out_column segment_columns[] = {
	{ "from_ns", "FROM", OUT_NS, "its begin, since that of the trace", SEGMENT(from_ns),
	  OUT_KEY | OUT_SECONDS, .width = 12 },
	{ "to_ns", "TO", OUT_NS, "its end", SEGMENT(to_ns), OUT_KEY | OUT_SECONDS, .width = 12 },
	{ "cpu", "CPU", OUT_U64, "where the task was, or was last", SEGMENT(cpu), OUT_OPTIONAL,
	  .width = 4 },
	{ "task", "TASK", OUT_TASK, "the task", SEGMENT(task), OUT_KEY, .width = 20 },
	{ "state", "STATE", OUT_STR, "running, ready_woken, ready_preempted, blocked, stopped, "
	  "new, unknown", SEGMENT(state), OUT_KEY, .width = 15 },
	{ "reason", "for", OUT_STR, "blocked: what for", SEGMENT(reason), OUT_OPTIONAL },
	{ "woken_by", "woken by", OUT_TASK, "ready_woken: who woke it, if a task did",
	  SEGMENT(woken_by), OUT_OPTIONAL },
};

static const struct out_column wake_columns[] = {
	{ "at_ns", "TIME", OUT_NS, "when, since the trace began", WAKE(at_ns),
	  OUT_KEY | OUT_SECONDS, .width = 12 },
	{ "waker", "WAKER", OUT_TASK, "who woke it; an interrupt has none", WAKE(waker),
	  OUT_KEY | OUT_OPTIONAL, .width = 20 },
	{ "context", "FROM", OUT_STR, "task, softirq (of whatever made it run), or hardirq",
	  WAKE(context), OUT_OPTIONAL, .width = 7 },
	{ "woken", "WOKEN", OUT_TASK, "the task that was woken", WAKE(woken), OUT_KEY,
	  .width = 20 },
	{ "latency_ns", "LATENCY", OUT_NS, "until it came to a CPU, or the trace ended",
	  WAKE(latency_ns), .width = 7 },
	{ "cpu", "cpu", OUT_U64, "where it had been last", WAKE(cpu), OUT_OPTIONAL | OUT_HIDDEN },
	{ "reason", "slept for", OUT_STR, "what it was blocked for", WAKE(reason), OUT_OPTIONAL },
	{ "slept_ns", "", OUT_NS, "how long it was blocked", WAKE(slept_ns), OUT_OPTIONAL },
};

struct totals {
	uint64_t segments, wakes, tasks, from_ns, to_ns, losses;
};

#define TOTAL(member)	OUT_FIELD(struct totals, member)

static const struct out_column totals_columns[] = {
	{ "from_ns", "from", OUT_NS, "the begin of what is shown, since that of the trace",
	  TOTAL(from_ns) },
	{ "to_ns", "to", OUT_NS, "its end", TOTAL(to_ns) },
	{ "tasks", "tasks", OUT_U64, "that are in it", TOTAL(tasks) },
	{ "segments", "segments", OUT_U64, "times in one state of a task", TOTAL(segments) },
	{ "wakes", "wakes", OUT_U64, "of these: waiting for a CPU after a wake-up", TOTAL(wakes) },
	{ "losses", "losses", OUT_U64, "times from which records are missing", TOTAL(losses) },
};

#define TIMELINE_REPORT(columns) { \
	.command = "timeline", .totals = OUT_TABLE(totals_columns), \
	.rows = OUT_TABLE(columns), .stream = true }

const struct out_report timeline_segments_report = TIMELINE_REPORT(segment_columns);
const struct out_report timeline_wakes_report = TIMELINE_REPORT(wake_columns);

/* Of a task, by place in segments.task[]. */
struct seen {
	bool shown;
	uint64_t slept_ns;		/* its latest sleep, up to `slept_to` */
	uint64_t slept_to_ns;
	uint8_t state, reason;
};

struct timeline {
	struct lives_trace trace;
	const struct timeline_options *options;
	const struct opts *o;
	bool draws, losses_known;
	uint64_t lost, end_ns;		/* of a recording */
	uint64_t features, start_ns, from_ns, to_ns;	/* to_ns 0: not known yet */
	struct segments segments;
	struct lanes lanes;
	struct seen *seen;
	size_t n_seen;
	struct totals totals;
};

static const struct out_task nobody = { .tid = UINT32_MAX };

static struct out_task task_of(const struct timeline *t, uint32_t place, uint64_t ns)
{
	return task_at(&t->trace.lives, t->segments.task[place].tid, ns);
}

/* Whether a task is of the program, and of those that were asked for. */
static bool is_asked(const struct timeline *t, const struct segment *s)
{
	uint32_t tid = t->segments.task[s->task].tid;
	const struct life *life = lives_find_at(&t->trace.lives, tid, s->to_ns);

	if (t->trace.lives.root && !(life && life->member))
		return false;
	return asked_member(&t->o->filter, tid, life ? life->tgid : 0);
}

static const char *context_of(const struct timeline *t, const struct segment *s)
{
	if (!(t->features & OSCOPE_FEAT_CONTEXT))
		return NULL;
	return s->how == SEGMENT_BY_HARDIRQ ? "hardirq" :
	       s->how == SEGMENT_BY_SOFTIRQ ? "softirq" : "task";
}

static int segment_print(struct timeline *t, const struct segment *s)
{
	const struct segment_row row = {
		.from_ns = s->from_ns - t->start_ns,
		.to_ns = s->to_ns - t->start_ns,
		.cpu = s->cpu == SEGMENT_NO_CPU ? NOT_CAPTURED : s->cpu,
		.task = task_of(t, s->task, s->to_ns),
		.woken_by = s->state == SEGMENT_WOKEN && s->by ?
			    task_of(t, s->by - 1, s->from_ns) : nobody,
		.state = segment_state_name(s->state),
		.reason = segment_reason_name(s->state, s->reason),
	};

	return out_row(t->trace.out, &timeline_segments_report, &row);
}

static int wake_print(struct timeline *t, const struct segment *s, const struct seen *seen)
{
	bool slept = seen->slept_ns && seen->slept_to_ns == s->from_ns;
	const struct wake_row row = {
		.at_ns = s->from_ns - t->start_ns,
		.latency_ns = s->to_ns - s->from_ns,
		.slept_ns = slept ? seen->slept_ns : NOT_CAPTURED,
		.cpu = s->cpu == SEGMENT_NO_CPU ? NOT_CAPTURED : s->cpu,
		.waker = s->by ? task_of(t, s->by - 1, s->from_ns) : nobody,
		.woken = task_of(t, s->task, s->to_ns),
		.context = context_of(t, s),
		.reason = slept ? segment_reason_name(seen->state, seen->reason) : NULL,
	};

	return out_row(t->trace.out, &timeline_wakes_report, &row);
}

static int segment_shown(struct timeline *t, const struct segment *s, struct seen *seen)
{
	t->totals.segments++;
	t->totals.wakes += s->state == SEGMENT_WOKEN && s->how;
	t->totals.tasks += !seen->shown;
	seen->shown = true;
	if (t->draws)
		return lanes_add(&t->lanes, s);
	if (!t->options->wakes)
		return segment_print(t, s);
	return s->state == SEGMENT_WOKEN && s->how ? wake_print(t, s, seen) : 0;
}

/* For segments.take. */
static int take_segment(void *arg, const struct segment *segment)
{
	struct timeline *t = arg;
	struct segment s = *segment;
	struct seen *seen;
	int err = 0;

	if (array_room(&t->seen, &t->n_seen, s.task, sizeof(*t->seen)))
		return -ENOMEM;
	seen = &t->seen[s.task];
	/* A wake-up is where it was; segments are cut to what is shown. */
	if (t->options->wakes && (s.from_ns < t->from_ns || (t->to_ns && s.from_ns >= t->to_ns)))
		goto slept;
	if (!t->options->wakes && s.from_ns < t->from_ns)
		s.from_ns = t->from_ns;
	if (!t->options->wakes && t->to_ns && s.to_ns > t->to_ns)
		s.to_ns = t->to_ns;
	if (s.from_ns < s.to_ns && is_asked(t, segment))
		err = segment_shown(t, &s, seen);
slept:
	if (segment->state == SEGMENT_BLOCKED || segment->state == SEGMENT_STOPPED) {
		seen->slept_ns = segment->to_ns - segment->from_ns;
		seen->slept_to_ns = segment->to_ns;
		seen->state = segment->state;
		seen->reason = segment->reason;
	}
	return err;
}

/* Before anything that they hide is told of, as far as that can be: a recording tells of all. */
static int losses_known(struct timeline *t, uint64_t lost, uint64_t end_ns)
{
	if (t->losses_known)
		return 0;
	t->losses_known = true;
	return losses_end(&t->trace.losses, lost, end_ns) ?
	       err_sys(-ENOMEM, "keeping where records are missing") : 0;
}

static int take_event(struct lives_trace *trace, const struct event *e)
{
	struct timeline *t = trace->arg;
	int err = t->o->file ? losses_known(t, t->lost, t->end_ns) : 0;

	if (err)
		return err;
	err = segments_event(&t->segments, e);
	return err == -ENOMEM ? err_sys(err, "keeping what tasks do") : err;
}

/* What there is to be known before the first record. */
static int timeline_begin(struct session *session, struct lives_trace *trace)
{
	struct timeline *t = trace->arg;
	struct snapshot snap = { 0 };
	int err = source_read(session->src, &snap);

	if (err)
		return err;
	t->features = snap.features;
	t->start_ns = snap.start_ns;
	t->lost = snap.lost.ring;
	t->end_ns = snap.ts_ns;
	t->from_ns = t->start_ns + t->o->from_ns;
	t->to_ns = t->o->to_ns ? t->start_ns + t->o->to_ns : 0;
	if (t->o->file && (!t->to_ns || t->to_ns > snap.ts_ns))
		t->to_ns = snap.ts_ns;
	if (t->o->file && t->from_ns >= t->to_ns)
		err = err_msg(-EINVAL, "--from: the recording ends before that");
	if (!err && snap.records && !(snap.records >> OSCOPE_REC_SWITCH & 1))
		err = err_msg(-EOPNOTSUPP, "the recording has no switches: record with "
			      "-e switch,wake,task,state");
	snapshot_free(&snap);
	t->lanes.start_ns = t->start_ns;
	lanes_begin(&t->lanes, t->from_ns, t->to_ns,
		    lanes_columns(out_width(trace->out), t->lanes.by_cpu));
	return err;
}

static const char *const *not_captured(const struct snapshot *snap)
{
	static const char *const names[] = { "reason", "context", NULL };
	static const char *const reason_only[] = { "reason", NULL };

	if (snap->features & OSCOPE_FEAT_CONTEXT)
		return snap->features & OSCOPE_FEAT_REASONS ? NULL : reason_only;
	return snap->features & OSCOPE_FEAT_REASONS ? &names[1] : names;
}

static int timeline_print(struct lives_trace *trace, const char *source,
			  const struct snapshot *snap)
{
	struct timeline *t = trace->arg;
	struct out_data data = {
		.report = t->options->wakes ? &timeline_wakes_report : &timeline_segments_report,
		.totals = &t->totals,
	};
	uint64_t end = t->to_ns ? t->to_ns : snap->ts_ns;
	size_t i;
	int err;

	err = losses_known(t, snap->lost.ring, snap->ts_ns);
	if (err)
		return err;
	err = segments_end(&t->segments, snap->ts_ns);
	if (err)
		return err == -ENOMEM ? err_sys(err, "keeping what tasks do") : err;
	lanes_end(&t->lanes, end);
	for (i = 0; i < t->lanes.n; i++) {
		if (t->lanes.lane[i].used)
			t->lanes.lane[i].task = task_of(t, i, end);
	}
	t->totals.from_ns = t->from_ns - t->start_ns;
	t->totals.to_ns = end - t->start_ns;
	t->totals.losses = trace->losses.n;
	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	data.head.not_captured = not_captured(snap);
	if (t->draws) {
		data.draw = lanes_draw;
		data.draw_arg = &t->lanes;
	}
	return out_print(trace->out, &data);
}

int timeline_run(const struct opts *o, struct out *out, const struct timeline_options *options)
{
	struct timeline t = {
		.trace = {
			.out = out, .print = timeline_print, .begin = timeline_begin,
			.event = take_event, .arg = &t, .losses_first = true,
		},
		.options = options,
		.o = o,
		.draws = o->format == FORMAT_TEXT && !options->wakes,
		.segments = { .losses = &t.trace.losses, .take = take_segment, .arg = &t },
		.lanes = {
			.by_cpu = !options->by_task, .rows = options->rows,
			.losses = &t.trace.losses,
		},
	};
	struct opts all = *o;
	int err;

	/* In a recording -p and -t say whom to show; who was recorded has been said. */
	if (o->file) {
		all.filter.n_pids = 0;
		all.filter.n_tids = 0;
	}
	/* It is read from its start on, so that the states when the window begins are known. */
	all.from_ns = 0;
	err = lives_trace_run(&all, &t.trace, SEGMENTS_RECORDS);
	lanes_free(&t.lanes);
	segments_free(&t.segments);
	free(t.seen);
	return err;
}
