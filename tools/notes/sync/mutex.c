// SPDX-License-Identifier: GPL-2.0
/* sync.mutex: does a mutex make it serial and right? */
#include <math.h>
#include <pthread.h>

#include "notes/notes.h"
#include "notes/updates.h"

#define SWITCHES	4	/* of one of the two, before they end */
#define FREE_OPS	2000	/* without a wait: what a process does before is nothing then */

enum { CONTENDED, FREE };
enum { NONE_LOST, NEVER_BOTH };

/* An update that finds one half made would be inside at the same time as the other. */
static int run_contended(struct sample *s)
{
	static struct updates u;
	int err = updates_init(&u, true);

	u.switches = SWITCHES;
	if (!err)
		err = updates_by_threads(&u);
	if (err)
		return err;
	s->ops = 1;
	s->turns = u.made[0] > 0 && u.made[1] > 0;
	sample_see(s, NONE_LOST, !updates_lost(&u));
	sample_see(s, NEVER_BOTH, !updates_torn(&u) && !updates_over_others(&u));
	return 0;
}

static int run_free(struct sample *s)
{
	uint64_t ops = s->exact_ops ? s->exact_ops : FREE_OPS;
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

	for (; s->ops < ops; s->ops++) {
		pthread_mutex_lock(&m);
		pthread_mutex_unlock(&m);
	}
	s->turns = s->ops;
	return 0;
}

/* Of the second thread, which waits for nothing but the mutex. */
static double sleeps(const struct note *n)
{
	return note_sleeps(n, CONTENDED, 0, OSCOPE_REASON_FUTEX);
}

/* Without a wait for it, nothing was shown. */
static void check(struct note *n)
{
	note_gate(n, "contended", "futex sleeps/op", 1, 0.25, 1e9, sleeps(n));
	note_gate_syscalls(n, FREE, 0, 0.05);
	note_evidence(n, "contended", "futex_sleeps_per_op", sleeps(n));
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "no update was lost, and none found another one half made; who came second "
		     "slept for the futex, %.1f times a sample; with nobody else there it takes %s "
		     "system calls", sleeps(n), isnan(n->counted[FREE].syscalls) ? "uncounted" :
		     n->counted[FREE].syscalls < 0.05 ? "no" : "some");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples without a lost update %.2f, without two inside at once %.2f",
		     note_seen_mean(n, CONTENDED, NONE_LOST),
		     note_seen_mean(n, CONTENDED, NEVER_BOTH));
}

static const struct claim mutex = {
	.id = "sync.mutex",
	.topic = "sync",
	.claim = "A mutex makes it serial, and right",
	.claim_zh = "互斥锁使访问串行化，保证数据正确",
	.how =
		"The two threads of sync.race on one CPU, each of whose updates is made under a "
		"mutex, until one of them has left the CPU four times. In the second arm one "
		"thread takes and gives back a mutex, with nobody else there. An operation is one "
		"such pair, or one take.",
	.gates =
		"Both have made updates; the second thread has slept for the futex; the mutex that "
		"nobody else wants takes no system call (+-0.05).",
	.rule =
		"HOLDS if in every sample no update was lost, and none found another one half "
		"made; FALSE if one of these never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope locks -- PROGRAM; oscope states --why -- PROGRAM, reason futex",
	.op = "operation",
	.seen = { [NONE_LOST] = "none_lost", [NEVER_BOTH] = "never_both" },
	.tasks = { "second" },
	.needed = { SAW(CONTENDED, NONE_LOST), SAW(CONTENDED, NEVER_BOTH) },
	.counts = {
		NAMED(TURNS, CONTENDED, 1, "pairs that both updated/op"),
	},
	.needs_states = true,
	.needs_syscalls = true,
	.arm = {
		[CONTENDED] = { "contended", run_contended }, [FREE] = { "free", run_free, true },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(mutex);
