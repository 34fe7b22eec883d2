// SPDX-License-Identifier: GPL-2.0
/*
 * oscope critical: why a run took as long as it did.
 */
#include "cmd.h"
#include "critical_report.h"
#include "lives_trace.h"
#include "trace_file.h"

static const char *const by_names[] = { "task", "reason", "segment", NULL };
static int by;

static const struct opt_def critical_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names, .help = "rows by task, reason, or segment: the path step by step" },
	{ 0 }
};

struct critical_trace {
	struct lives_trace trace;
	struct critical critical;
	const struct filter *asked;	/* -p, -t: whose run */
	uint32_t tree;			/* ... or that of the program that was recorded */
	uint64_t exit_ns;		/* of the task that ended last */
};

static const struct out_report *report(const struct opts *o)
{
	return &critical_reports[by];
}

static int critical_check(struct opts *o)
{
	if (o->filter.n_pids + o->filter.n_tids > 1)
		return err_msg(-EUSAGE, "a run is that of one process or task: give one -p or -t");
	return 0;
}

static int begin(struct session *s, struct lives_trace *t)
{
	struct critical_trace *c = t->arg;

	c->tree = s->src->tree_tid;
	return 0;
}

static int take_event(struct lives_trace *t, const struct event *e)
{
	struct critical_trace *c = t->arg;
	int err;

	if (e->id == OSCOPE_REC_EXIT && e->ts > c->exit_ns)
		c->exit_ns = e->ts;
	if (e->id == OSCOPE_REC_IPC_CALL || e->id == OSCOPE_REC_IPC_PAIR)
		err = critical_calls_keep(&c->critical.calls, e);
	else
		err = segments_event(&c->critical.segments, e);

	return err == -ENOMEM ? err_sys(err, "keeping what tasks do") : err;
}

/* The process whose run it is; 0: that of no one in particular. */
static uint32_t root_of(const struct critical_trace *c)
{
	if (c->asked->n_pids)
		return c->asked->pids[0];
	return c->trace.lives.root ? c->trace.lives.root : c->tree;
}

static uint32_t tgid_of(const struct critical_trace *c, const struct segment_task *t)
{
	uint64_t ns = t->exit_ns ? t->exit_ns : UINT64_MAX;
	const struct life *life = lives_find_at(&c->trace.lives, t->tid, ns);

	return life && life->tgid ? life->tgid : t->tid;
}

/*
 * The task in which the run ends: the last thread of the process that ended, or the last task of
 * all. Of one that has not ended its first thread.
 */
static const struct segment_task *run_end(const struct critical_trace *c, uint32_t root,
					  uint32_t tid)
{
	const struct segments *s = &c->critical.segments;
	const struct segment_task *last = NULL;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct segment_task *t = &s->task[i];

		if (tid && t->tid != tid)
			continue;
		if (!tid && root && tgid_of(c, t) != root)
			continue;
		if (!tid && !root && !t->exit_ns)
			continue;
		if (!last || t->exit_ns > last->exit_ns ||
		    (!t->exit_ns && !last->exit_ns && (t->tid == root || tid)))
			last = t;
	}
	return last;
}

static enum critical_end end_if(bool is)
{
	return is ? CRITICAL_END_SURE : CRITICAL_END_NOT;
}

/* Whether run_end() will find a task that has ended, whatever is still to come. */
static enum critical_end ends(void *arg, const struct segment_task *t)
{
	const struct critical_trace *c = arg;
	uint32_t root = root_of(c);
	const struct life *life;

	if (c->asked->n_tids)
		return end_if(t->tid == (uint32_t)c->asked->tids[0]);
	if (!root)
		return end_if(t->exit_ns && t->exit_ns >= c->exit_ns);
	/* Whose thread it was may be told later than its end. */
	life = lives_find_at(&c->trace.lives, t->tid, t->exit_ns ? t->exit_ns : UINT64_MAX);
	return life && life->tgid ? end_if(life->tgid == root) : CRITICAL_END_MAYBE;
}

/* When a process or task began, as far as that is in the trace: it was made, or let go. */
static uint64_t run_start(const struct critical_trace *c, uint32_t root, uint32_t tid,
			  const struct snapshot *snap)
{
	const struct segments *s = &c->critical.segments;
	uint64_t start = snap->start_ns;
	bool program = root && !c->asked->n_pids && !tid;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct segment *first = critical_first(&c->critical, i);

		if (s->task[i].tid != (tid ? tid : root) || !first)
			continue;
		if (first->state == SEGMENT_NEW || program)
			start = first->from_ns;
	}
	return start;
}

/* The same, while the trace goes on, with the first record for its begin: once that is known. */
static bool run_begins(void *arg, uint64_t *ns)
{
	const struct critical_trace *c = arg;
	uint32_t root = root_of(c), tid = c->asked->n_tids ? c->asked->tids[0] : 0;
	const struct snapshot first = { .start_ns = c->critical.first_ns };
	const struct segments *s = &c->critical.segments;
	bool known = !root && !tid;
	size_t i;

	for (i = 0; i < s->n && !known; i++)
		known = s->task[i].tid == (tid ? tid : root) && critical_first(&c->critical, i);
	if (known)
		*ns = run_start(c, root, tid, &first);
	return known;
}

static int run_find(const struct critical_trace *c, const struct snapshot *snap,
		    struct critical_run *run)
{
	uint32_t root = root_of(c), tid = c->asked->n_tids ? c->asked->tids[0] : 0;
	const struct segment_task *end = run_end(c, root, tid);

	if (!end && (root || tid))
		return err_msg(-EINVAL, "nothing is known of %s %u: was it recorded?",
			       tid ? "task" : "process", tid ? tid : root);
	if (!end)
		return err_msg(-EINVAL, "no task has ended: whose run? -p PID or -t TID");
	run->task = end - c->critical.segments.task;
	run->end_ns = end->exit_ns ? end->exit_ns : snap->ts_ns;
	run->start_ns = run_start(c, root, tid, snap);
	if (run->start_ns >= run->end_ns)
		return err_msg(-EINVAL, "the run has no time between its start and its end");
	return 0;
}

static int can_tell(const struct snapshot *snap)
{
	const uint64_t need = LIVES_BIT(SWITCH) | LIVES_BIT(WAKING);

	if (snap->records && (snap->records & need) != need)
		return err_msg(-EOPNOTSUPP, "the recording lacks switches or wake-ups: record with "
			       "-e switch,wake,task,state");
	return 0;
}

static int print_path(struct lives_trace *t, const char *source, const struct snapshot *snap)
{
	struct critical_trace *c = t->arg;
	struct critical_run run = { 0 };
	int err = can_tell(snap);

	if (!err && losses_end(&t->losses, snap->lost.ring, snap->ts_ns))
		err = err_sys(-ENOMEM, "keeping where records are missing");
	if (!err)
		err = segments_end(&c->critical.segments, snap->ts_ns);
	if (!err)
		err = run_find(c, snap, &run);
	if (!err)
		err = critical_walk(&c->critical, run.task, run.start_ns, run.end_ns);
	return err ? err : critical_print(t->out, by, source, &c->critical, &run, &t->lives, snap);
}

/* In a recording -p and -t say whose run; who was recorded has been said. */
static int critical_trace(const struct opts *o, struct out *out)
{
	struct critical_trace c = {
		.trace = {
			.out = out, .print = print_path, .begin = begin, .event = take_event,
			.arg = &c, .losses_first = true,
		},
		.critical = {
			.losses = &c.trace.losses,
			.prune_min = CRITICAL_PRUNE_MIN,
			.ends = ends,
			.ends_arg = &c,
			.begins = run_begins,
			.begins_arg = &c,
			.segments = {
				.losses = &c.trace.losses, .take = critical_keep,
				.arg = &c.critical,
			},
		},
		.asked = &o->filter,
	};
	struct opts all = *o;
	int err;

	if (o->file) {
		all.filter.n_pids = 0;
		all.filter.n_tids = 0;
	}
	err = lives_trace_run(&all, &c.trace,
			      SEGMENTS_RECORDS | (o->file ? TRACE_RECORDS_IPC : 0));
	critical_free(&c.critical);
	return err;
}

static int critical_run(const struct opts *o)
{
	return out_with(o, critical_trace);
}

static const struct cmd_ops critical_cmd = {
	.name = "critical",
	.summary = "the critical path of a run: why it took so long",
	.about =
		"The chain of what had to happen one after the other, from the start of a\n"
		"program or a process to its end: who ran, who waited for a CPU, who slept for\n"
		"what. It is walked from the end: while a task sleeps until another one wakes\n"
		"it, the path is with that one. Its segments add up to the time of the run, so\n"
		"what has a large share of it is what makes the run long.",
	.opts = OPT_BIT(OPT_PID) | OPT_BIT(OPT_TID) | OPT_BIT(OPT_DURATION) |
		OPT_BIT(OPT_WAIT_TREE) | OPTS_SOURCE | OPTS_OUTPUT,
	.own = critical_options,
	.takes = CMD_PROGRAM,
	.report = report,
	.check = critical_check,
	.run = critical_run,
};
COMMAND(critical_cmd);
