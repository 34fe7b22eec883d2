// SPDX-License-Identifier: GPL-2.0
/*
 * oscope spawn: what making processes and threads costs, and what becomes of them.
 */
#include "cmd.h"
#include "lives_trace.h"
#include "spawn_events.h"
#include "spawn_report.h"

static const char *const by_names[] = { "kind", "task", "tree", "memory", NULL };
static int by = -1;			/* not given: by kind */
static bool events, args;

static const struct opt_def spawn_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names,
	  .help = "rows by kind, by task, processes as a tree, or by size of memory" },
	{ .letter = 'e', .name = "events", .parse = opt_flag, .to = &events,
	  .help = "a line for each making, exec and exit, as it happens" },
	{ .letter = 'a', .name = "args", .parse = opt_flag, .to = &args,
	  .help = "with --events: what everybody executes, not only a program or -p" },
	{ 0 }
};

static enum spawn_by rows_by(void)
{
	return by < 0 ? SPAWN_BY_KIND : by;
}

static const struct out_report *spawn_report(const struct opts *o)
{
	return events ? &spawn_events_report : spawn_reports[rows_by()];
}

static int spawn_check(struct opts *o)
{
	if (args && !events)
		return err_msg(-EUSAGE, "--args is for --events");
	if (events && by >= 0)
		return err_msg(-EUSAGE, "--events and --by are different lists: one or the other");
	if (events && o->interval_ns)
		return err_msg(-EUSAGE, "--events prints as things happen: it takes no -i");
	if (events && o->sort)
		return err_msg(-EUSAGE, "--events prints as things happen: it takes no --sort");
	return 0;
}

static int spawn_print_trace(struct lives_trace *t, const char *source, const struct snapshot *snap)
{
	return spawn_print(t->out, rows_by(), source, &t->lives, snap);
}

static int spawn_trace(const struct opts *o, struct out *out)
{
	struct lives_trace t = { .out = out, .print = spawn_print_trace };

	return lives_trace_run(o, &t, LIVES_RECORDS_SPAWN);
}

/* Arguments may hold secrets: those of who was not asked for are shown on demand only. */
static bool args_wanted(const struct opts *o)
{
	return args || o->program || o->filter.n_pids || o->file;
}

static int spawn_any(const struct opts *o, struct out *out)
{
	return events ? spawn_events_run(o, out, args_wanted(o)) : spawn_trace(o, out);
}

static int spawn_run(const struct opts *o)
{
	return out_with(o, spawn_any);
}

static const struct cmd_ops spawn_cmd = {
	.name = "spawn",
	.summary = "processes and threads: what making them costs, what becomes of them",
	.about =
		"Every fork, vfork, clone, thread and kernel thread: the time of the maker's\n"
		"system call, how long the new task waits until it runs first, until it executes\n"
		"a program, and how long it lives; summed up by kind, one by one, or as the tree\n"
		"of processes that a command starts. Or each as it happens, with --events: the\n"
		"arguments too of a program or with -p, of everybody with --args.",
	.opts = OPTS_REPORT,
	.own = spawn_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = spawn_report,
	.check = spawn_check,
	.run = spawn_run,
};
COMMAND(spawn_cmd);
