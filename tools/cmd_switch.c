// SPDX-License-Identifier: GPL-2.0
/*
 * oscope switch: what context switches cost, by kind, task, CPU or pair.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "hist.h"
#include "session.h"
#include "switch_report.h"

static const char *const by_names[] = { "kind", "task", "cpu", "pair", NULL };
static int by;
static bool no_direct;

static const struct opt_def switch_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names, .help = "rows by kind, task, cpu or pair (who gives way to whom)" },
	{ .name = "no-direct", .parse = opt_flag, .to = &no_direct,
	  .help = "count only: leave the direct cost of switches out, at about half our own cost" },
	{ 0 }
};

static const struct out_report *switch_report(const struct opts *o)
{
	return switch_reports[by];
}

static int switch_check(struct opts *o)
{
	if (o->file && no_direct)
		return err_msg(-EUSAGE, "-r reads a recording: --no-direct is for a live trace");
	return 0;
}

static int print_snapshot(struct session *s, const struct snapshot *snap)
{
	return switch_print(s->arg, by, s->src->ops->name, snap);
}

static const struct session_ops switch_session = { .report = print_snapshot };

static int switch_trace(const struct opts *o, struct out *out)
{
	struct source_config config = {
		.direct = !no_direct,
		.by_task = by == SWITCH_BY_TASK || by == SWITCH_BY_PAIR,
		.by_pair = by == SWITCH_BY_PAIR,
		.by_cpu = by == SWITCH_BY_CPU,
		.calibrate = true,
	};

	return session_run(o, &config, &switch_session, out);
}

static int switch_run(const struct opts *o)
{
	return out_with(o, switch_trace);
}

static const struct cmd_ops switch_cmd = {
	.name = "switch",
	.summary = "context switches: kinds, direct cost, waits, slices",
	.about =
		"Counts every context switch of the system, or of a program's process tree, split\n"
		"by kind: to and from idle, to, from and between kernel threads, and between user\n"
		"tasks within one address space (same_mm) or across two (cross_mm). The direct\n"
		"cost is the time inside the scheduler itself, without our probes' own time. With\n"
		"a program a switch counts if the task that leaves belongs to its tree, or if an\n"
		"idle CPU takes one of its tasks.",
	.opts = OPTS_REPORT | OPT_BIT(OPT_TASKS),
	.own = switch_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.check = switch_check,
	.report = switch_report,
	.run = switch_run,
};
COMMAND(switch_cmd);
