// SPDX-License-Identifier: GPL-2.0
/*
 * oscope spawn: what making processes and threads costs, and what becomes of them.
 */
#include "cmd.h"
#include "lives_trace.h"
#include "spawn_report.h"

static const char *const by_names[] = { "kind", "task", "tree", "memory", NULL };
static int by;

static const struct opt_def spawn_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names,
	  .help = "rows by kind, by task, processes as a tree, or by size of memory" },
	{ 0 }
};

static const struct out_report *spawn_report(const struct opts *o)
{
	return spawn_reports[by];
}

static int spawn_print_trace(struct lives_trace *t, const char *source, const struct snapshot *snap)
{
	return spawn_print(t->out, by, source, &t->lives, snap);
}

static int spawn_run(const struct opts *o)
{
	struct lives_trace t = { .print = spawn_print_trace };
	int err, closed;

	err = out_open(&t.out, o);
	if (err)
		return err;
	err = lives_trace_run(o, &t, LIVES_RECORDS_SPAWN);
	closed = out_close(t.out);
	return err >= 0 && closed ? closed : err;
}

static const struct cmd_ops spawn_cmd = {
	.name = "spawn",
	.summary = "processes and threads: what making them costs, what becomes of them",
	.about =
		"Every fork, vfork, clone, thread and kernel thread: the time of the maker's\n"
		"system call, how long the new task waits until it runs first, until it executes\n"
		"a program, and how long it lives; summed up by kind, one by one, or as the tree\n"
		"of processes that a command starts.",
	.opts = OPTS_REPORT,
	.own = spawn_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = spawn_report,
	.run = spawn_run,
};
COMMAND(spawn_cmd);
