// SPDX-License-Identifier: GPL-2.0
/* sync.rlock-cure: do recursive locks keep from deadlocks? */
#include <errno.h>
#include <pthread.h>

#include "notes/notes.h"
#include "notes/stuck.h"

enum { OWN, OPPOSITE, OTHER };
enum { WENT, STUCK, BUSY };

static void own_again(void *arg)
{
	pthread_mutex_lock(arg);
	pthread_mutex_lock(arg);
}

static int run_own(struct sample *s)
{
	pthread_mutex_t m;
	int err = stuck_mutex(&m, PTHREAD_MUTEX_RECURSIVE), found;

	if (err)
		return err;
	found = stuck_or_ended(own_again, &m);
	if (found < 0)
		return found;
	s->ops = 1;
	sample_see(s, WENT, !found);
	return 0;
}

static int run_opposite(struct sample *s)
{
	int found = stuck_pair(PTHREAD_MUTEX_RECURSIVE, true);

	if (found < 0)
		return found;
	s->ops = 1;
	sample_see(s, STUCK, found == 2);
	return 0;
}

static void *try(void *arg)
{
	static int got;

	got = pthread_mutex_trylock(arg);
	return &got;
}

/* Within the same process, from another thread. */
static int run_other(struct sample *s)
{
	pthread_mutex_t m;
	pthread_t thread;
	void *got;
	int err = stuck_mutex(&m, PTHREAD_MUTEX_RECURSIVE);

	if (err)
		return err;
	pthread_mutex_lock(&m);
	err = pthread_create(&thread, NULL, try, &m);
	if (err || pthread_join(thread, &got))
		return -EAGAIN;
	s->ops = 1;
	sample_see(s, BUSY, *(int *)got == EBUSY);
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "it only keeps a thread from waiting for itself: two of them in opposite "
		     "order were deadlocked, as is proved, and another thread of the process "
		     "found one busy, always");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "share that went through when taken again by its owner %.2f, deadlocked in "
		     "opposite "
		     "order %.2f, busy for another thread %.2f", note_seen_mean(n, OWN, WENT),
		     note_seen_mean(n, OPPOSITE, STUCK), note_seen_mean(n, OTHER, BUSY));
}

static const struct claim rlock_cure = {
	.id = "sync.rlock-cure",
	.topic = "sync",
	.claim = "Recursive locks cure deadlock, and never block within a process",
	.claim_zh = "递归锁可以解决死锁问题",
	.how =
		"A recursive mutex is taken twice by its owner; two of them are taken by two "
		"threads in opposite order; one is tried by another thread of the process. Who "
		"may not come back is watched by its parent as oscope locks does, until it is "
		"proved to be deadlocked or has ended. An operation is one of these.",
	.gates =
		"One process made for each of the first two, which is killed in the second; one "
		"thread made in the second and in the third.",
	.rule =
		"FALSE if in every sample the owner went on, the two were a proved deadlock, and "
		"the other thread found it busy; HOLDS if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope locks --check -- PROGRAM",
	.op = "lock",
	.seen = { [WENT] = "went_on", [STUCK] = "proved", [BUSY] = "busy" },
	.needed = { SAW(OWN, WENT), SAW(OPPOSITE, STUCK), SAW(OTHER, BUSY) },
	.counts = {
		MADE(OWN, FORK, 1), COUNT(KILLED, OWN, 0), MADE(OPPOSITE, FORK, 1),
		MADE(OPPOSITE, THREAD, 1), COUNT(KILLED, OPPOSITE, 1), MADE(OTHER, THREAD, 1),
	},
	.needs_lives = true,
	.arm = { { "own", run_own }, { "opposite", run_opposite }, { "other", run_other } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(rlock_cure);
