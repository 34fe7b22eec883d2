// SPDX-License-Identifier: GPL-2.0
/*
 * oscope events: from records to lines, in the order of time.
 */
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "events_report.h"
#include "ipc.h"
#include "lives_trace.h"
#include "report.h"
#include "segments.h"
#include "trace_file.h"
#include "util.h"

struct line {
	uint64_t at_ns, cpu;
	const char *event;
	struct out_task task, other;
	const char *kind, *detail, *reason;
	uint64_t value, flags;
	/* What communicates. */
	const char *mechanism, *op, *object;
	uint64_t messages, bytes, latency_ns, blocked_ns, error, wakeups;
	char name[IPC_NAME_MAX];
};

#define FIELD(member)	OUT_FIELD(struct line, member)

static const struct out_column columns[] = {
	{ "at_ns", "TIME", OUT_NS, "when, since the trace began", FIELD(at_ns),
	  OUT_KEY | OUT_SECONDS, .width = 12 },
	{ "cpu", "CPU", OUT_U64, "which CPU told of it", FIELD(cpu), OUT_KEY, .width = 3 },
	{ "event", "EVENT", OUT_STR, "what: switch, waking, wakeup_new, migrate, newtask, exec, "
	  "exit, zombie, reap, free, waiting, waited, run, spawned, blocked, ipc_call, ipc_pair, "
	  "lost", FIELD(event),
	  OUT_KEY, .width = 10 },
	{ "task", "TASK", OUT_TASK, "whose: of a switch who leaves, of a wake-up who is woken, of "
	  "a pair who has received", FIELD(task), OUT_OPTIONAL, .width = 20 },
	{ "other", "OTHER", OUT_TASK, "the other one: who comes, wakes, makes, is told, lets go, "
	  "has sent", FIELD(other), OUT_OPTIONAL, .width = 20 },
	{ "kind", "", OUT_STR, "switch: its kind", FIELD(kind), OUT_OPTIONAL },
	{ "detail", "", OUT_STR, "switch: how it leaves; waking: from where", FIELD(detail),
	  OUT_OPTIONAL },
	{ "reason", "for", OUT_STR, "blocked: what for", FIELD(reason), OUT_OPTIONAL },
	{ "value", "value", OUT_U64, "migrate: CPU it goes to; newtask: clone flags; exit, zombie: "
	  "status as wait4 gives it; spawned: cost in ns", FIELD(value), OUT_OPTIONAL },
	{ "mechanism", "", OUT_STR, "ipc_call, ipc_pair: what is communicated by", FIELD(mechanism),
	  OUT_OPTIONAL },
	{ "op", "", OUT_STR, "ipc_call: what the call does", FIELD(op), OUT_OPTIONAL },
	{ "object", "", OUT_STR, "ipc_call, ipc_pair: through which pipe, socket or the like",
	  FIELD(object), OUT_OPTIONAL },
	{ "messages", "messages", OUT_U64, "ipc_call, ipc_pair: that were moved, or who was woken",
	  FIELD(messages), OUT_OPTIONAL },
	{ "bytes", "bytes", OUT_U64, "... bytes of them", FIELD(bytes), OUT_OPTIONAL },
	{ "latency_ns", "took", OUT_NS, "ipc_call: from its entry to its end", FIELD(latency_ns),
	  OUT_OPTIONAL },
	{ "blocked_ns", "asleep", OUT_NS, "... asleep", FIELD(blocked_ns), OUT_OPTIONAL },
	{ "wakeups", "wakes", OUT_U64, "... others that it has woken", FIELD(wakeups),
	  OUT_OPTIONAL },
	{ "error", "error", OUT_U64, "... its errno, if it failed", FIELD(error), OUT_OPTIONAL },
	{ "flags", "flags", OUT_U64, "as the record has them, see kmod/uapi/oscope.h",
	  FIELD(flags), OUT_HIDDEN },
};

struct totals {
	uint64_t events;
};

static const struct out_column totals_columns[] = {
	{ "events", "events", OUT_U64, "lines", OUT_FIELD(struct totals, events) },
};

const struct out_report events_report = {
	.command = "events",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(columns),
	.stream = true,
};

struct events_trace {
	struct lives_trace trace;
	const struct filter *asked;
	uint64_t records;		/* to be printed */
	uint64_t start_ns;
	struct ipc_reading *ipc;	/* of a recording: what objects are called; or NULL */
	struct totals totals;
};

static const struct out_task nobody = { .tid = UINT32_MAX };

static struct out_task task_of(const struct events_trace *t, uint32_t tid, uint64_t ns)
{
	struct out_task idle = { .comm = "idle" };

	return tid ? task_at(&t->trace.lives, tid, ns) : idle;
}

static void switch_line(struct line *l, const struct event *e)
{
	static const char *const kinds[OSCOPE_KINDS] = {
		"to_idle", "from_idle", "to_kthread", "from_kthread", "kthread_kthread",
		"same_mm", "cross_mm",
	};
	uint32_t kind = e->flags & OSCOPE_SWITCH_KIND;

	l->kind = kind < OSCOPE_KINDS ? kinds[kind] : NULL;
	if (e->flags & OSCOPE_SWITCH_ARRIVAL || kind == OSCOPE_KIND_FROM_IDLE)
		return;
	l->detail = e->flags & OSCOPE_SWITCH_DEAD ? "dead" :
		    e->flags & OSCOPE_SWITCH_PREEMPT ? "preempted" :
		    e->flags & OSCOPE_SWITCH_READY ? "ready" :
		    e->flags & OSCOPE_SWITCH_VOLUNTARY ? "voluntary" : "involuntary";
}

static void waking_line(struct line *l, const struct event *e)
{
	l->detail = e->flags & OSCOPE_WAKE_HARDIRQ ? "hardirq" :
		    e->flags & OSCOPE_WAKE_SOFTIRQ ? "softirq" :
		    e->flags & OSCOPE_WAKE_SPURIOUS ? "awake" : NULL;
	if (e->flags & OSCOPE_WAKE_HARDIRQ)
		l->other = nobody;
}

static void migrate_line(struct line *l, const struct event *e)
{
	l->other = nobody;
	l->value = e->w[2];
}

static void number_line(struct line *l, const struct event *e)
{
	l->value = e->w[2];
}

/* Its second word is the status, the third who is told. */
static void exit_line(struct line *l, const struct event *e)
{
	l->value = e->w[1];
}

static void blocked_line(struct line *l, const struct event *e)
{
	static const char *const states[OSCOPE_STATES] = {
		[OSCOPE_STATE_BLOCKED] = "blocked", [OSCOPE_STATE_STOPPED] = "stopped",
		[OSCOPE_STATE_ZOMBIE] = "zombie", [OSCOPE_STATE_DEAD] = "dead",
	};

	l->other = nobody;
	l->detail = e->w[2] < OSCOPE_STATES ? states[e->w[2]] : NULL;
	if (e->w[2] == OSCOPE_STATE_BLOCKED)
		l->reason = segment_reason_name(SEGMENT_BLOCKED, e->w[1]);
}

static void alone_line(struct line *l, const struct event *e)
{
	l->other = nobody;
}

static void object_fill(const struct events_trace *t, struct line *l, uint32_t object)
{
	if (t->ipc && object && object < t->ipc->room.objects)
		l->object = ipc_object_name(t->ipc, object, l->name);
}

static void call_fill(const struct events_trace *t, struct line *l, const struct event *e)
{
	const struct oscope_ipc_call *c = &e->call.what;

	l->mechanism = ipc_mechanism_name(e->call.mechanism);
	l->op = ipc_op_name(e->call.mechanism, e->call.op);
	object_fill(t, l, e->call.object);
	l->messages = c->messages;
	l->bytes = c->bytes;
	l->latency_ns = c->latency_ns ? c->latency_ns : NOT_CAPTURED;
	l->blocked_ns = c->blocked_ns ? c->blocked_ns : NOT_CAPTURED;
	l->wakeups = c->wakeups ? c->wakeups : NOT_CAPTURED;
	l->error = c->error ? (uint64_t)c->error : NOT_CAPTURED;
	l->other = nobody;
}

static void pair_fill(const struct events_trace *t, struct line *l, const struct event *e)
{
	if (t->ipc && e->pair.object < t->ipc->room.objects)
		l->mechanism = ipc_mechanism_name(ipc_mechanism(t->ipc, e->pair.object));
	object_fill(t, l, e->pair.object);
	l->messages = e->pair.messages;
	l->bytes = e->pair.bytes;
	if (!e->pair.from)	/* an interrupt, or from elsewhere */
		l->other = nobody;
}

/* By record: its name, the word that says whose it is and the other's, what else there is. */
static const struct {
	const char *name;
	uint32_t task, other;
	void (*fill)(struct line *l, const struct event *e);
} kinds[64] = {
	[OSCOPE_REC_SWITCH] = { "switch", 0, 1, switch_line },
	[OSCOPE_REC_WAKING] = { "waking", 0, 1, waking_line },
	[OSCOPE_REC_WAKEUP_NEW] = { "wakeup_new", 0, 1, NULL },
	[OSCOPE_REC_MIGRATE] = { "migrate", 0, 0, migrate_line },
	[OSCOPE_REC_NEWTASK] = { "newtask", 0, 1, number_line },
	[OSCOPE_REC_EXEC] = { "exec", 0, 1, NULL },
	[OSCOPE_REC_EXIT] = { "exit", 0, 2, exit_line },
	[OSCOPE_REC_ZOMBIE] = { "zombie", 0, 1, number_line },
	[OSCOPE_REC_REAP] = { "reap", 0, 1, NULL },
	[OSCOPE_REC_FREE] = { "free", 0, 0, alone_line },
	[OSCOPE_REC_WAITING] = { "waiting", 0, 0, alone_line },
	[OSCOPE_REC_WAITED] = { "waited", 0, 1, NULL },
	[OSCOPE_REC_RUN] = { "run", 0, 1, NULL },
	[OSCOPE_REC_SPAWNED] = { "spawned", 0, 1, number_line },
	[OSCOPE_REC_BLOCKED] = { "blocked", 0, 0, blocked_line },
	[OSCOPE_REC_IPC_CALL] = { "ipc_call", 0, 1, NULL },
	[OSCOPE_REC_IPC_PAIR] = { "ipc_pair", 0, 1, NULL },
};

const char *events_name(uint32_t id)
{
	return id < ARRAY_SIZE(kinds) ? kinds[id].name : NULL;
}

static bool is_of(const struct events_trace *t, uint32_t tid, uint64_t ns)
{
	const struct life *life = lives_find_at(&t->trace.lives, tid, ns);

	if (!tid || (t->trace.lives.root && !(life && life->member)))
		return false;
	return asked_member(t->asked, tid, life ? life->tgid : 0);
}

/* Of the program, and of whom was asked for: one of the two that it is about. */
static bool is_asked(const struct events_trace *t, const struct event *e)
{
	if (!t->trace.lives.root && !t->asked->n_pids && !t->asked->n_tids)
		return true;
	return is_of(t, e->w[kinds[e->id].task], e->ts) ||
	       is_of(t, e->w[kinds[e->id].other], e->ts);
}

static int line_print(struct events_trace *t, const struct line *l)
{
	t->totals.events++;
	return out_row(t->trace.out, &events_report, l);
}

static int take_event(struct lives_trace *trace, const struct event *e)
{
	struct events_trace *t = trace->arg;
	struct line l = {
		.at_ns = e->ts > t->start_ns ? e->ts - t->start_ns : 0, .cpu = e->cpu,
		.event = "lost", .task = nobody, .other = nobody, .value = NOT_CAPTURED,
		.flags = e->flags, .messages = NOT_CAPTURED, .bytes = NOT_CAPTURED,
		.latency_ns = NOT_CAPTURED, .blocked_ns = NOT_CAPTURED, .error = NOT_CAPTURED,
		.wakeups = NOT_CAPTURED,
	};
	int err = 0;

	if (!events_name(e->id))
		return 0;
	if (e->flags & OSCOPE_FLAG_GAP)
		err = line_print(t, &l);
	if (err || !(t->records >> e->id & 1) || !is_asked(t, e))
		return err;
	l.event = kinds[e->id].name;
	l.task = task_of(t, e->w[kinds[e->id].task], e->ts);
	l.other = task_of(t, e->w[kinds[e->id].other], e->ts);
	if (kinds[e->id].fill)
		kinds[e->id].fill(&l, e);
	if (e->id == OSCOPE_REC_IPC_CALL)
		call_fill(t, &l, e);
	else if (e->id == OSCOPE_REC_IPC_PAIR)
		pair_fill(t, &l, e);
	return line_print(t, &l);
}

static int events_begin(struct session *session, struct lives_trace *trace)
{
	struct events_trace *t = trace->arg;
	struct snapshot snap = { 0 };
	int err = source_read(session->src, &snap);

	t->start_ns = snap.start_ns;
	t->ipc = snap.ipc;
	snap.ipc = NULL;
	snapshot_free(&snap);
	return err;
}

static int events_end(struct lives_trace *trace, const char *source, const struct snapshot *snap)
{
	struct events_trace *t = trace->arg;
	struct out_data data = { .report = &events_report, .totals = &t->totals };

	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	return out_print(trace->out, &data);
}

int events_run(const struct opts *o, struct out *out, uint64_t records)
{
	struct events_trace t = {
		.trace = {
			.out = out, .print = events_end, .begin = events_begin,
			.event = take_event, .arg = &t,
		},
		.asked = &o->filter,
		.records = records,
	};
	struct opts all = *o;
	int err;

	if (!o->file && !(records & ~TRACE_RECORDS_IPC))
		return err_msg(-EUSAGE, "ipc_call and ipc_pair are told by recordings: oscope "
			       "record -e ipc, and then -r FILE");
	if (!o->file)
		records &= ~TRACE_RECORDS_IPC;
	/* In a recording -p and -t say whom to show; who was recorded has been said. */
	if (o->file) {
		all.filter.n_pids = 0;
		all.filter.n_tids = 0;
	}
	/* Who is who, and of the program, is told by these. */
	err = lives_trace_run(&all, &t.trace, records | LIVES_BIT(IDENTITY) | LIVES_BIT(NEWTASK));
	ipc_free(t.ipc);
	return err;
}
