// SPDX-License-Identifier: GPL-2.0
/* state.join: does join make two threads take turns, and who does not join goes on? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define WORK_NS	1000000L

enum { WITH, WITHOUT };
enum { THREAD_FIRST, CALLER_FIRST };

/* A thread that ends after a while, or when it is told to. */
struct work {
	int go[2];			/* -1: after a while */
	volatile bool over;
};

static void *work_main(void *arg)
{
	const struct timespec time = { .tv_nsec = WORK_NS };
	struct work *w = arg;

	if (w->go[0] < 0)
		nanosleep(&time, NULL);
	else
		kin_hear(w->go[0]);
	w->over = true;
	return NULL;
}

static int run_with(struct sample *s)
{
	struct work w = { .go = { -1, -1 } };
	pthread_t thread;
	int err;

	err = -pthread_create(&thread, NULL, work_main, &w);
	if (!err)
		err = -pthread_join(thread, NULL);
	sample_see(s, THREAD_FIRST, w.over);
	s->ops = 1;
	return err;
}

/* Nothing but the caller lets the thread end, so it must have come this far. */
static int run_without(struct sample *s)
{
	struct work w = { 0 };
	pthread_t thread;
	int err;

	if (pipe(w.go))
		return -errno;
	err = -pthread_create(&thread, NULL, work_main, &w);
	if (err)
		return err;
	sample_see(s, CALLER_FIRST, !w.over);
	err = kin_tell(w.go[1]);
	pthread_join(thread, NULL);
	s->ops = 1;
	return err;
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[WITH];

	/* The caller waits for the word that the kernel clears at the thread's end. */
	note_gate(n, "with", "futex sleeps/op", 1, 1, 2,
		  c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_FUTEX]) : NAN);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "after a join the thread was always over (the caller slept on a futex), "
		     "without one the caller always was first");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of joins after which the thread was over %.2f, of callers "
		     "without a join that went on %.2f",
		     note_seen_mean(n, WITH, THREAD_FIRST),
		     note_seen_mean(n, WITHOUT, CALLER_FIRST));
}

static const struct claim join = {
	.id = "state.join",
	.topic = "state",
	.claim = "join makes two threads synchronous; without it the caller goes on",
	.claim_zh = "join 使线程同步；不 join 则调用者继续执行",
	.how =
		"A thread works for 1 ms; who made it joins it, and looks whether it is over. In "
		"the other arm the maker does not join, and the thread cannot end before the "
		"maker tells it to. An operation is one thread.",
	.gates =
		"One thread an operation; the one who joins sleeps on a futex.",
	.rule =
		"HOLDS if in every sample the thread was over after the join, and was not when a "
		"maker went on without one; FALSE if one of these never was so; else INCONCLUSIVE "
		"HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex",
	.op = "thread",
	.seen = { [THREAD_FIRST] = "thread_over", [CALLER_FIRST] = "caller_first" },
	.needed = { SAW(WITH, THREAD_FIRST), SAW(WITHOUT, CALLER_FIRST) },
	.counts = { MADE(WITH, THREAD, 1), MADE(WITHOUT, THREAD, 1) },
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[WITH] = { "with", run_with },
		[WITHOUT] = { "without", run_without },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(join);
