// SPDX-License-Identifier: GPL-2.0
/*
 * oscope states: where the time of tasks goes: running, ready, blocked, and for what.
 */
#include "cmd.h"
#include "session.h"
#include "states_report.h"

static const char *const by_names[] = { "task", "process", "total", NULL };
static int by;
static bool why, matrix, wakers, places;

static const struct opt_def states_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names, .help = "rows by task, process or total (all tasks together)" },
	{ .letter = 'w', .name = "why", .parse = opt_flag, .to = &why,
	  .help = "rows by what was slept for" },
	{ .letter = 'm', .name = "matrix", .parse = opt_flag, .to = &matrix,
	  .help = "rows by transition from one state to the next" },
	{ .letter = 'W', .name = "wakers", .parse = opt_flag, .to = &wakers,
	  .help = "rows by who wakes whom" },
	{ .letter = 'P', .name = "placement", .parse = opt_flag, .to = &places,
	  .help = "wake latency by where woken tasks run: the waker's CPU, an idle one" },
	{ 0 }
};

static enum states_what what(void)
{
	if (wakers)
		return STATES_WAKERS;
	if (places)
		return STATES_PLACES;
	if (matrix)
		return STATES_MATRIX;
	return why ? STATES_WHY : STATES_TIMES;
}

static const struct out_report *report(const struct opts *o)
{
	return states_report(what(), by);
}

static int states_check(struct opts *o)
{
	if (why + matrix + wakers + places > 1)
		return err_msg(-EUSAGE, "--why, --matrix, --wakers and --placement are reports of "
			       "their own: give one of them");
	if (wakers && by)
		return err_msg(-EUSAGE, "--wakers are by task: leave --by out");
	if (places && by)
		return err_msg(-EUSAGE, "--placement is of all tasks: leave --by out");
	if (o->filter.cpus)
		return err_msg(-EUSAGE, "-C cuts tasks' states in pieces: give -p, -t, -c, -u or "
			       "--cgroup, or a program");
	return 0;
}

static int print_snapshot(struct session *s, const struct snapshot *snap)
{
	return states_print(s->arg, what(), by, s->src->ops->name, snap, !s->o->file);
}

static const struct session_ops states_session = { .report = print_snapshot };

static int states_trace(const struct opts *o, struct out *out)
{
	struct source_config config = {
		.by_task = true,
		.ledger = true,
		.wakers = wakers,
		.places = places,
		.calibrate = true,
	};

	return session_run(o, &config, &states_session, out);
}

static int states_run(const struct opts *o)
{
	return out_with(o, states_trace);
}

static const struct cmd_ops states_cmd = {
	.name = "states",
	.summary = "where tasks' time goes: running, ready, blocked and for what",
	.about =
		"A ledger of each task that closes: being new, running, ready after a wake-up or\n"
		"after having been preempted, blocked by reason, stopped and a zombie add up to\n"
		"its time; what was not observed is said apart, and beside it stands what the\n"
		"kernel itself counts. What a task sleeps for is told by the system call that it\n"
		"is in, and where that takes a descriptor, by what that is.",
	.opts = OPTS_REPORT | OPT_BIT(OPT_TASKS),
	.own = states_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = report,
	.check = states_check,
	.run = states_run,
};
COMMAND(states_cmd);
