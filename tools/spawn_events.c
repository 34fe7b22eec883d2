// SPDX-License-Identifier: GPL-2.0
/*
 * oscope spawn --events: from records to lines, in the order of time.
 *
 * What making a task has cost is known only when its maker's call comes back. The line of the task
 * waits for that, and all that come after it, but not for long: a call may last as long as a child
 * of vfork does. So it is all the same whether records come as they are made or from a recording.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "lives_trace.h"
#include "report.h"
#include "spawn_args.h"
#include "spawn_events.h"
#include "spawn_report.h"
#include "util.h"

#define CALL_WAIT_NS	100000000ULL
#define LIVES_KEPT	65536U		/* when there are so many more, those that have ended */
#define LIVES_OVER_NS	1000000000ULL	/* ... for so long are let go of */

struct line {
	uint64_t ts, at_ns;
	const char *event, *kind;
	struct out_task task, parent;
	uint64_t cost_ns, lifetime_ns;
	bool waits;			/* for its cost */
	bool ends;			/* status is valid */
	uint32_t status;		/* as wait4 gives it */
	char *text;			/* what is executed: the file, its 0, the arguments */
	const char *file;
	struct out_words args;
};

static bool get_code(const void *row, struct out_value *v)
{
	const struct line *l = row;

	v->natural = l->status >> 8 & 0xff;
	return l->ends && !(l->status & 0x7f);
}

static bool get_signal(const void *row, struct out_value *v)
{
	const struct line *l = row;

	v->natural = l->status & 0x7f;
	return l->ends && v->natural;
}

static bool get_core(const void *row, struct out_value *v)
{
	const struct line *l = row;

	v->yes = l->status & 0x80;
	return l->ends && (l->status & 0x7f);
}

static bool get_cut(const void *row, struct out_value *v)
{
	const struct line *l = row;

	v->yes = l->args.cut;
	return l->text;
}

#define FIELD(member)	OUT_FIELD(struct line, member)

static const struct out_column columns[] = {
	{ "at_ns", "TIME", OUT_NS, "when, since the trace began", FIELD(at_ns),
	  OUT_KEY | OUT_SECONDS, .width = 12 },
	{ "event", "EVENT", OUT_STR, "what: made, exec, exit, back, lost", FIELD(event), OUT_KEY,
	  .width = 5 },
	{ "kind", "KIND", OUT_STR, "how the task was made", FIELD(kind), OUT_OPTIONAL,
	  .width = 7 },
	{ "task", "TASK", OUT_TASK, "the task", FIELD(task), OUT_OPTIONAL, .width = 20 },
	{ "parent", "PARENT", OUT_TASK, "made, back: who made it; exec, exit: its parent",
	  FIELD(parent), OUT_OPTIONAL, .width = 20 },
	{ "cost_ns", "cost", OUT_NS, "made, back: of the maker's system call", FIELD(cost_ns),
	  OUT_OPTIONAL },
	{ "file", "", OUT_STR, "exec: the file, by the name that was asked for", FIELD(file),
	  OUT_OPTIONAL },
	{ "args", "", OUT_WORDS, "exec: the arguments, with what the program is called",
	  FIELD(args), OUT_OPTIONAL },
	{ "cut", "cut", OUT_BOOL, "exec: whether file or args are longer, or may be", 0,
	  OUT_OPTIONAL | OUT_HIDDEN, get_cut },
	{ "exit_code", "code", OUT_U64, "exit: its code, if it ended by itself", 0, OUT_OPTIONAL,
	  get_code },
	{ "signal", "signal", OUT_U64, "exit: the signal that ended it, if one did", 0,
	  OUT_OPTIONAL, get_signal },
	{ "core", "core", OUT_BOOL, "... and whether it left a core", 0,
	  OUT_OPTIONAL | OUT_HIDDEN, get_core },
	{ "lifetime_ns", "life", OUT_NS, "exit: since its making", FIELD(lifetime_ns),
	  OUT_OPTIONAL },
};

struct totals {
	uint64_t made, execs, exits;
};

static const struct out_column totals_columns[] = {
	{ "made", "made", OUT_U64, "tasks made", OUT_FIELD(struct totals, made) },
	{ "execs", "execs", OUT_U64, "programs executed", OUT_FIELD(struct totals, execs) },
	{ "exits", "exits", OUT_U64, "tasks that ended, threads too",
	  OUT_FIELD(struct totals, exits) },
};

const struct out_report spawn_events_report = {
	.command = "spawn",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(columns),
	.stream = true,
};

struct spawn_events {
	struct lives_trace trace;
	uint64_t start_ns;
	bool costs;			/* the source tells when calls come back */
	struct line *line;		/* that wait, the oldest first */
	size_t n, room;
	struct spawn_args args;
	struct totals totals;
	size_t kept;			/* lives that were left when some were let go of */
};

static const struct out_task no_task = { .tid = UINT32_MAX };

/* A new line at the end, of nothing; NULL without memory, said. */
static struct line *line_new(struct spawn_events *s, const char *event, uint64_t ts)
{
	struct line *l;

	if (array_room(&s->line, &s->room, s->n, sizeof(*s->line))) {
		err_sys(-ENOMEM, "keeping lines");
		return NULL;
	}
	l = &s->line[s->n++];
	*l = (struct line){
		.ts = ts, .at_ns = ts > s->start_ns ? ts - s->start_ns : 0, .event = event,
		.task = no_task, .parent = no_task,
		.cost_ns = NOT_CAPTURED, .lifetime_ns = NOT_CAPTURED,
	};
	return l;
}

static struct out_task task_known(const struct lives *lives, uint32_t tid)
{
	const struct life *life = lives_find(lives, tid);

	if (life)
		return task_of_life(life);
	return tid ? (struct out_task){ .tid = tid, .pid = tid } : no_task;
}

static const char *kind_of(const struct life *life)
{
	return life->made_ns ? spawn_kind_name(life->birth) : NULL;
}

/* Whether a system call has made it: what the kernel makes for itself comes by none. */
static bool made_by_call(const struct life *life)
{
	return life->birth != OSCOPE_BIRTH_KTHREAD && life->birth != OSCOPE_BIRTH_WORKER;
}

static int on_made(struct spawn_events *s, const struct event *e, const struct life *life)
{
	struct line *l = line_new(s, "made", e->ts);

	if (!l)
		return -ENOMEM;
	s->totals.made++;
	l->kind = kind_of(life);
	l->task = task_of_life(life);
	l->parent = task_known(&s->trace.lives, life->maker);
	l->waits = s->costs && made_by_call(life);
	return 0;
}

/* The call that made a task comes back: its line still waits, or there is one more. */
static int on_back(struct spawn_events *s, const struct event *e, const struct life *life)
{
	struct line *l = NULL;
	size_t i;

	for (i = s->n; i-- > 0 && !l;) {
		if (s->line[i].waits && s->line[i].task.tid == e->w[0])
			l = &s->line[i];
	}
	if (!l && (!life->made_ns || life->returned_ns != e->ts))
		return 0;
	if (!l) {
		l = line_new(s, "back", e->ts);
		if (!l)
			return -ENOMEM;
		l->kind = kind_of(life);
		l->task = task_of_life(life);
		l->parent = task_known(&s->trace.lives, e->w[1]);
	}
	l->waits = false;
	l->cost_ns = e->w[2] == OSCOPE_NS_NONE ? NOT_CAPTURED : e->w[2];
	return 0;
}

static int on_exec(struct spawn_events *s, const struct event *e, const struct life *life)
{
	struct line *l = line_new(s, "exec", e->ts);

	if (!l)
		return -ENOMEM;
	s->totals.execs++;
	l->kind = kind_of(life);
	l->task = task_of_life(life);
	l->parent = task_known(&s->trace.lives, life->parent);
	return spawn_args_take(&s->args, e, &l->text, &l->file, &l->args);
}

static int on_end(struct spawn_events *s, const struct event *e, const struct life *life)
{
	struct line *l = line_new(s, "exit", e->ts);
	uint64_t since = life->made_ns ? life->made_ns : life->start_ns;

	if (!l)
		return -ENOMEM;
	s->totals.exits++;
	l->kind = kind_of(life);
	l->task = task_of_life(life);
	l->parent = task_known(&s->trace.lives, e->w[2]);
	l->ends = true;
	l->status = e->w[1];
	if (since)
		l->lifetime_ns = e->ts > since ? e->ts - since : 0;
	return 0;
}

static bool is_due(const struct line *l, uint64_t now)
{
	return !l->waits || now > l->ts + CALL_WAIT_NS;
}

/* Print what waits for nothing any more. */
static int lines_print(struct spawn_events *s, uint64_t now)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < s->n && is_due(&s->line[i], now); i++) {
		err = out_row(s->trace.out, &spawn_events_report, &s->line[i]);
		free(s->line[i].text);
	}
	if (i)
		memmove(s->line, &s->line[i], (s->n - i) * sizeof(*s->line));
	s->n -= i;
	return err;
}

static int events_event(struct lives_trace *t, const struct event *e)
{
	static int (*const on[64])(struct spawn_events *s, const struct event *e,
				   const struct life *life) = {
		[OSCOPE_REC_NEWTASK] = on_made,
		[OSCOPE_REC_SPAWNED] = on_back,
		[OSCOPE_REC_EXEC] = on_exec,
		[OSCOPE_REC_EXIT] = on_end,
	};
	struct spawn_events *s = t->arg;
	const struct life *life;
	int err;

	if (e->id == OSCOPE_REC_IDENTITY)
		return 0;
	err = lines_print(s, e->ts);
	if (!err && (e->flags & OSCOPE_FLAG_GAP) && !line_new(s, "lost", e->ts))
		err = -ENOMEM;
	if (!err && e->id == OSCOPE_REC_ARGS)
		err = spawn_args_add(&s->args, e);
	if (err || e->id >= ARRAY_SIZE(on) || !on[e->id])
		return err;
	life = lives_find(&t->lives, e->w[0]);
	return life && life->member ? on[e->id](s, e, life) : 0;
}

static int events_settled(struct lives_trace *t, uint64_t until_ns)
{
	struct spawn_events *s = t->arg;
	int err = lines_print(s, until_ns);

	if (err || t->lives.n < 2 * s->kept + LIVES_KEPT)
		return err;
	err = lives_forget(&t->lives, t->lives.last_ns - LIVES_OVER_NS);
	s->kept = t->lives.n;
	return err;
}

/* What there is to be known before the first record. */
static int events_begin(struct session *session, struct lives_trace *t)
{
	struct spawn_events *s = t->arg;
	struct snapshot snap = { 0 };
	int err = source_read(session->src, &snap);

	s->start_ns = snap.start_ns;
	s->costs = snap.features & OSCOPE_FEAT_SPAWN;
	snapshot_free(&snap);
	return err;
}

static const char *const *not_captured(const struct snapshot *snap)
{
	static const char *const names[] = { "file", "args", "cost_ns", NULL };
	static const char *const args_only[] = { "file", "args", NULL };

	if (snap->features & OSCOPE_FEAT_SPAWN)
		return snap->features & OSCOPE_FEAT_ARGS ? NULL : args_only;
	return snap->features & OSCOPE_FEAT_ARGS ? &names[2] : names;
}

/* What was lost, and what was not captured: behind the lines. */
static int events_end(struct lives_trace *t, const char *source, const struct snapshot *snap)
{
	struct spawn_events *s = t->arg;
	struct out_data data = { .report = &spawn_events_report, .totals = &s->totals };

	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	data.head.not_captured = not_captured(snap);
	return out_print(t->out, &data);
}

int spawn_events_run(const struct opts *o, struct out *out, bool args)
{
	struct spawn_events s = {
		.trace = {
			.out = out, .print = events_end, .begin = events_begin,
			.event = events_event, .settled = events_settled, .arg = &s,
		},
	};
	size_t i;
	int err;

	err = lives_trace_run(o, &s.trace, LIVES_RECORDS_EVENTS | (args ? LIVES_BIT(ARGS) : 0));
	for (i = 0; i < s.n; i++)
		free(s.line[i].text);
	free(s.line);
	spawn_args_free(&s.args);
	return err;
}
