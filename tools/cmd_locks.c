// SPDX-License-Identifier: GPL-2.0
/*
 * oscope locks: who waits for which lock, who has it, and who wait for each other for ever.
 */
#include <signal.h>
#include <time.h>

#include "cmd.h"
#include "locks_guard.h"
#include "locks_report.h"
#include "locks_trace.h"

#define SECOND_NS	1000000000ULL

static const char *const graph_names[] = { "text", "dot", "mermaid", NULL };
static int graph = -1;			/* not given: a table */
static bool all, check, trace, watch;

static const struct opt_def locks_options[] = {
	{ .letter = 'a', .name = "all", .parse = opt_flag, .to = &all,
	  .help = "waits, too, of which nobody can tell who ends them" },
	{ .letter = 'k', .name = "check", .parse = opt_flag, .to = &check,
	  .help = "status 10 if a deadlock is proved; with a program: watch it" },
	{ .letter = 'g', .name = "graph", .arg = "FORMAT", .parse = opt_choice, .to = &graph,
	  .choices = graph_names, .help = "who waits for whom, as text, dot or mermaid" },
	{ .letter = 'T', .name = "trace", .parse = opt_flag, .to = &trace,
	  .help = "waits for futexes from now on: contention, by lock" },
	{ .letter = 'w', .name = "watch", .parse = opt_flag, .to = &watch,
	  .help = "look again each second, or each -i" },
	{ 0 }
};

static const struct out_report *report(const struct opts *o)
{
	(void)o;
	return trace ? &locks_contention : &locks_report;
}

/* What follows waits, instead of looking at them. */
static int trace_check(const struct opts *o)
{
	if (all || check || watch || graph >= 0)
		return err_msg(-EUSAGE, "--trace is a report of its own: leave --all, --check, "
			       "--graph and --watch out");
	if (o->filter.cpus)
		return err_msg(-EUSAGE, "-C cuts waits in pieces: give -p, -t, -c, -u or "
			       "--cgroup, or a program");
	return 0;
}

static int locks_check(struct opts *o)
{
	if (trace)
		return trace_check(o);
	if (o->file)
		return err_msg(-EUSAGE, "a recording has no tasks to look at: add --trace");
	if (o->given & ((OPTS_FILTER & ~OPT_BIT(OPT_PID)) | OPTS_SOURCE | OPT_BIT(OPT_WAIT_TREE)))
		return err_msg(-EUSAGE, "of the filters a look takes -p only; for the others, "
			       "and --source, add --trace");
	if (graph >= 0 && o->format != FORMAT_TEXT)
		return err_msg(-EUSAGE, "--graph is a format of its own: leave --json and --csv "
			       "out");
	if (graph >= 0 && (o->columns || o->sort))
		return err_msg(-EUSAGE, "--graph is no table: it takes no --columns or --sort");
	if (o->program && !check)
		return err_msg(-EUSAGE, "a program is watched for deadlocks (--check), or "
			       "traced (--trace): add one of them");
	if (o->program && (watch || o->count || o->duration_ns))
		return err_msg(-EUSAGE, "a program is watched to its end: leave --watch, -n and -d "
			       "out");
	if ((watch || o->duration_ns || o->count) && !o->interval_ns)
		o->interval_ns = SECOND_NS;
	return 0;
}

static int print(struct out *out, const struct locks *l, const struct locks_run *run)
{
	if (graph >= 0)
		return locks_graph(out, OUT_GRAPH_TEXT + graph, l, run);
	return locks_print(out, l, run);
}

/* What was asked for by number and cannot be looked at is an error; of the system a part may be. */
static int readable(const struct opts *o, const struct locks *l)
{
	if (!l->unreadable)
		return 0;
	if (o->filter.n_pids && l->unreadable == l->looked)
		return err_msg(-EPERM, "process %d is not yours to look at: be its user, or root "
			       "(CAP_SYS_PTRACE)", o->filter.pids[0]);
	warn_msg("%llu of %llu tasks are not yours to look at: be root (CAP_SYS_PTRACE)",
		 (unsigned long long)l->unreadable, (unsigned long long)l->looked);
	return 0;
}

/* Whether a signal that ends us comes before it is time to look again. */
static bool ends_within(uint64_t ns)
{
	struct timespec wait = { .tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	return sigtimedwait(&ends, NULL, &wait) > 0;
}

/* Once; or until a signal that ends it, -n times, for -d, or until --check finds something. */
static int look(const struct opts *o, struct out *out, struct locks *l, struct locks_run *run)
{
	const struct locks_scope scope = { .pids = o->filter.pids, .n_pids = o->filter.n_pids };
	uint64_t begin = now_ns();
	int err;

	do {
		err = locks_look_again(l, run, &scope);
		if (!err && run->looks == 1)
			err = readable(o, l);
		if (!err)
			err = print(out, l, run);
		if (err)
			return err;
		if (check && locks_proved(l))
			return EXIT_FOUND;
		if (!o->interval_ns || (o->count && run->looks >= o->count) ||
		    (o->duration_ns && now_ns() - begin >= o->duration_ns))
			return 0;
	} while (!ends_within(o->interval_ns));
	return 0;
}

static int guard(const struct opts *o, struct out *out, struct locks *l, struct locks_run *run)
{
	int status = locks_guard(o, l, run), err;

	if (status < 0)
		return status;
	err = print(out, l, run);
	return err ? err : status;
}

static int locks_any(const struct opts *o, struct out *out)
{
	struct locks_run run = { .all = all };
	struct locks l = { .times_of_all = all };
	int status;

	if (trace)
		return locks_trace(o, out);
	status = o->program ? guard(o, out, &l, &run) : look(o, out, &l, &run);
	locks_free(&l);
	return status;
}

static int locks_run(const struct opts *o)
{
	return out_with(o, locks_any);
}

static const struct cmd_ops locks_cmd = {
	.name = "locks",
	.summary = "who waits for which lock, and deadlocks with their proof",
	.about =
		"Every task that waits for a mutex, for the end of a thread, for a lock on a\n"
		"file or for a SysV semaphore, and who has that: seen in /proc and in the memory\n"
		"of who waits, without any probe. Tasks that wait for each other and stand still\n"
		"are deadlocked; that is proved, or inferred where the owner is a guess. With\n"
		"--check a proved deadlock is exit status 10, also of a program that is watched\n"
		"while it runs, such as a test suite. With --trace waits for futexes are followed\n"
		"by probes: how many, for how long, by lock, with the top waiter and waker.",
	.opts = OPTS_REPORT,
	.own = locks_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = report,
	.check = locks_check,
	.run = locks_run,
};
COMMAND(locks_cmd);
