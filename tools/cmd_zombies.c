// SPDX-License-Identifier: GPL-2.0
/*
 * oscope zombies: the dead that are not gone: who is one now, and who reaped those that were.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "cmd.h"
#include "lives_trace.h"
#include "zombies_report.h"

#define SECOND_NS	1000000000ULL

static const char *const by_names[] = { "parent", "task", NULL };
static int by = -1;			/* not given: by parent */
static bool history, watch;

static const struct opt_def zombies_options[] = {
	{ .letter = 'H', .name = "history", .parse = opt_flag, .to = &history,
	  .help = "trace ends and reaps, not just look (implied by --by, -d, -r, a program)" },
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names, .help = "history: rows by parent, or by task that ended" },
	{ .letter = 'w', .name = "watch", .parse = opt_flag, .to = &watch,
	  .help = "look again each second, or each -i" },
	{ 0 }
};

static bool is_history(const struct opts *o)
{
	return history || by >= 0 || o->duration_ns || o->file || o->program;
}

static enum zombies_by rows_by(void)
{
	return by < 0 ? ZOMBIES_BY_PARENT : by;
}

static const struct out_report *zombies_report(const struct opts *o)
{
	return is_history(o) ? zombies_reports[rows_by()] : &zombies_now;
}

static int zombies_check(struct opts *o)
{
	if (is_history(o) && watch)
		return err_msg(-EUSAGE, "--watch is for the zombies of now; a history takes -i");
	if (is_history(o))
		return 0;
	if (lives_filtered(&o->filter))
		return err_msg(-EUSAGE, "filters are for a history: add --history");
	if (o->source)
		return err_msg(-EUSAGE, "--source %s is for a history: add --history", o->source);
	if (watch && !o->interval_ns)
		o->interval_ns = SECOND_NS;
	return 0;
}

static int look_once(struct out *out)
{
	struct proc_zombie *found;
	size_t n;
	int err;

	err = proc_zombies(&found, &n);
	if (!err)
		err = zombies_print_now(out, found, n);
	free(found);
	return err;
}

/* Until a signal that ends it, or -n times. */
static int look_again(const struct opts *o, struct out *out)
{
	struct timespec wait = { .tv_sec = o->interval_ns / SECOND_NS,
				 .tv_nsec = o->interval_ns % SECOND_NS };
	uint64_t looks = 0;
	sigset_t ends;
	int err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	do {
		err = look_once(out);
		if (err || !o->interval_ns || (o->count && ++looks >= o->count))
			return err;
	} while (sigtimedwait(&ends, NULL, &wait) < 0 && (errno == EAGAIN || errno == EINTR));
	return 0;
}

/* Who is a zombie before the trace begins: of the whole system, since none of a tree can be. */
static int zombies_before(struct session *s, struct lives_trace *t)
{
	struct proc_zombie *found;
	size_t n, i;
	int err;

	if (s->o->file || s->has_child || lives_filtered(&s->o->filter))
		return 0;
	err = proc_zombies(&found, &n);
	for (i = 0; !err && i < n; i++) {
		const struct life *life = lives_find(&t->lives, found[i].who.tid);

		if (found[i].threads || (life && life->death.exit_ns))
			continue;
		if (life)	/* the same, but to the nanosecond */
			found[i].who.start_ns = life->start_ns;
		err = lives_zombie(&t->lives, &found[i].who, found[i].since_ns, found[i].status);
	}
	free(found);
	return err;
}

static int zombies_print_trace(struct lives_trace *t, const char *source,
			       const struct snapshot *snap)
{
	return zombies_print(t->out, rows_by(), source, &t->lives, snap);
}

static int zombies_trace(const struct opts *o, struct out *out)
{
	struct lives_trace t = {
		.out = out, .print = zombies_print_trace, .begin = zombies_before,
	};

	return lives_trace_run(o, &t, LIVES_RECORDS);
}

static int zombies_any(const struct opts *o, struct out *out)
{
	return is_history(o) ? zombies_trace(o, out) : look_again(o, out);
}

static int zombies_run(const struct opts *o)
{
	return out_with(o, zombies_any);
}

static const struct cmd_ops zombies_cmd = {
	.name = "zombies",
	.summary = "the dead that are not gone: who they are, and who reaps them",
	.about =
		"A process that has ended is a zombie until its parent has waited for it. Without\n"
		"further options this lists those of now: for how long they have been, and\n"
		"whether their parent can be expected to reap them; that needs no privilege. With\n"
		"--history or a program it traces ends and reaps: how long each took, by parent\n"
		"or one by one, and how each was let go.",
	.opts = OPTS_REPORT,
	.own = zombies_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM,
	.report = zombies_report,
	.check = zombies_check,
	.run = zombies_run,
};
COMMAND(zombies_cmd);
