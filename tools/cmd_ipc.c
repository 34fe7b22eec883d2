// SPDX-License-Identifier: GPL-2.0
/*
 * oscope ipc: who talks to whom, by which mechanism, at what cost.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "ipc_option.h"
#include "ipc_report.h"
#include "parse.h"
#include "session.h"

static const char *const by_names[] = {
	"mechanism", "pair", "object", "task", "op", "share", NULL
};

static const char *const graph_names[] = { "text", "dot", "mermaid", NULL };
static const char *const hooks_names[] = { "tracepoint", "function", "auto", NULL };
static int hooks = HOOKS_AUTO;
static int by = -1, graph = -1;		/* not given: by mechanism, a table */
static uint64_t mechanisms;		/* a bit each, 0: all */
static uint32_t objects;		/* 0: as many as usual */

/* Rounded up to a power of two, as hashes are cut by a mask. */
static int parse_objects(struct opts *o, const struct opt_def *def, const char *arg)
{
	uint64_t n;

	(void)o;
	if (parse_u64(arg, 1, IPC_OBJECTS_MAX, &n))
		return opt_refuse(def, arg, "not a number from 1 to %u", IPC_OBJECTS_MAX);
	for (objects = IPC_OBJECTS_MIN; objects < n; objects *= 2)
		;
	return 0;
}

static const struct opt_def ipc_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names,
	  .help = "rows by mechanism, pair, object, task, op (operation) or share (of memory)" },
	{ .letter = 'm', .name = "mechanism", .arg = "LIST", .parse = opt_mechanisms,
	  .to = &mechanisms, .help = "only these, with commas:" IPC_MECHANISM_WORDS },
	{ .letter = 'g', .name = "graph", .arg = "FORMAT", .parse = opt_choice, .to = &graph,
	  .choices = graph_names, .help = "who sends to whom, as text, dot or mermaid" },
	{ .name = "hooks", .arg = "HOW", .parse = opt_choice, .to = &hooks,
	  .choices = hooks_names,
	  .help = "see calls by their own function, by tracepoint of all, or auto" },
	{ .name = "objects", .arg = "N", .parse = parse_objects, .to = &objects,
	  .help = "room for N pipes, sockets, ... (8192), and 4 N uses and 4 N pairs" },
	{ 0 }
};

static enum ipc_by rows_by(void)
{
	return by < 0 ? IPC_BY_MECHANISM : by;
}

static const struct out_report *report(const struct opts *o)
{
	return ipc_report(graph < 0 ? rows_by() : IPC_BY_PAIR);
}

static int ipc_check(struct opts *o)
{
	if (o->filter.cpus)
		return err_msg(-EUSAGE, "-C cuts calls in pieces: give -p, -t, -c, -u or "
			       "--cgroup, or a program");
	if (o->file && hooks != HOOKS_AUTO)
		return err_msg(-EUSAGE, "-r reads a recording: --hooks is for a live trace");
	if (graph >= 0 && by >= 0 && by != IPC_BY_PAIR)
		return err_msg(-EUSAGE, "--graph is of pairs: leave --by out");
	if (graph >= 0 && o->format != FORMAT_TEXT)
		return err_msg(-EUSAGE, "--graph is a format of its own: leave --json and --csv "
			       "out");
	if (graph >= 0 && (o->columns || o->sort))
		return err_msg(-EUSAGE, "--graph is no table: it takes no --columns or --sort");
	return 0;
}

static int print_snapshot(struct session *s, const struct snapshot *snap)
{
	const char *source = s->src->ops->name;

	if (mechanisms)
		ipc_keep(snap->ipc, mechanisms);
	if (graph >= 0)
		return ipc_graph(s->arg, OUT_GRAPH_TEXT + graph, source, snap);
	return ipc_print(s->arg, rows_by(), source, snap);
}

static const struct session_ops ipc_session = { .report = print_snapshot };

static int ipc_run(const struct opts *o)
{
	struct source_config config = {
		.by_task = true,
		.ipc = mechanisms ? mechanisms : OSCOPE_IPC_ALL,
		.calibrate = true,
		.hooks = hooks,
		.ipc_objects = objects,
	};
	struct out *out;
	int err, closed;

	err = out_open(&out, o);
	if (err)
		return err;
	err = session_run(o, &config, &ipc_session, out);
	closed = out_close(out);
	return err >= 0 && closed ? closed : err;
}

static const struct cmd_ops ipc_cmd = {
	.name = "ipc",
	.summary = "who talks to whom, by which mechanism, at what cost",
	.about =
		"Every call that sends or receives through pipes, FIFOs, sockets (unix, TCP and\n"
		"UDP), eventfd or message queues, that copies between processes' memories,\n"
		"that wakes or waits by futex, as mutexes and joins do, by SysV semaphore or by\n"
		"the lock of a file, and every signal: how many, how much, how long, asleep for\n"
		"how long, whom they wake; summed up by mechanism, operation, object or task.\n"
		"By pair: whose messages somebody has received, or who has woken him, and\n"
		"through what: told by what was sent and received, never by who could have. By\n"
		"share: which processes have which memory in common.",
	.opts = OPTS_REPORT | OPT_BIT(OPT_TASKS),
	.own = ipc_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = report,
	.check = ipc_check,
	.run = ipc_run,
};
COMMAND(ipc_cmd);
