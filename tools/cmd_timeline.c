// SPDX-License-Identifier: GPL-2.0
/*
 * oscope timeline: what ran where, and what tasks waited for, over time.
 */
#include "cmd.h"
#include "timeline.h"

static const char *const by_names[] = { "cpu", "task", NULL };
static struct timeline_options options = { .by_task = 1, .rows = 50 };

static const struct opt_def timeline_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &options.by_task,
	  .choices = by_names, .help = "rows by cpu or task (default: task)" },
	{ .letter = 'w', .name = "wakes", .parse = opt_flag, .to = &options.wakes,
	  .help = "a line for each wake-up: who woke whom, and how soon that ran" },
	{ .name = "rows", .arg = "N", .parse = opt_u64, .to = &options.rows, .min = 1,
	  .max = UINT32_MAX, .help = "draw no more tasks than these (default 50)" },
	{ 0 }
};

static const struct out_report *report(const struct opts *o)
{
	return options.wakes ? &timeline_wakes_report : &timeline_segments_report;
}

static int timeline_check(struct opts *o)
{
	if (o->sort)
		return err_msg(-EUSAGE, "timeline is in the order of time: it takes no --sort");
	return 0;
}

static int timeline_trace(const struct opts *o, struct out *out)
{
	return timeline_run(o, out, &options);
}

static int run(const struct opts *o)
{
	return out_with(o, timeline_trace);
}

static const struct cmd_ops timeline_cmd = {
	.name = "timeline",
	.summary = "what ran where, and what tasks waited for, over time",
	.about =
		"Draws a line for each task, or each CPU, over the time of a program, a trace or\n"
		"a recording: running, ready, blocked. --from and --to look closer. JSON and CSV\n"
		"have each segment as a row: from when to when a task was in a state, where, and\n"
		"what for; --wakes has each wake-up.",
	.opts = OPT_BIT(OPT_PID) | OPT_BIT(OPT_TID) | OPT_BIT(OPT_DURATION) |
		OPT_BIT(OPT_WAIT_TREE) | OPTS_SOURCE | OPTS_OUTPUT,
	.own = timeline_options,
	.takes = CMD_PROGRAM | CMD_WINDOW,
	.report = report,
	.check = timeline_check,
	.run = run,
};
COMMAND(timeline_cmd);
