// SPDX-License-Identifier: GPL-2.0
/* sync.self: a lock that is taken by who has it already. */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "notes/notes.h"
#include "notes/stuck.h"

#define TIMES	5

enum { PLAIN, CHECKED, RECURSIVE };
enum { STUCK, TOLD, TAKEN, HELD, FREED };

static void twice(void *arg)
{
	pthread_mutex_lock(arg);
	pthread_mutex_lock(arg);
}

static int run_plain(struct sample *s)
{
	pthread_mutex_t m;
	int err = stuck_mutex(&m, PTHREAD_MUTEX_NORMAL), found;

	if (err)
		return err;
	found = stuck_or_ended(twice, &m);
	if (found < 0)
		return found;
	s->ops = 1;
	sample_see(s, STUCK, found == 1);
	return 0;
}

static int run_checked(struct sample *s)
{
	pthread_mutex_t m;
	int err = stuck_mutex(&m, PTHREAD_MUTEX_ERRORCHECK);

	if (err)
		return err;
	pthread_mutex_lock(&m);
	s->ops = 1;
	sample_see(s, TOLD, pthread_mutex_lock(&m) == EDEADLK);
	return 0;
}

/* What another thread gets of it: 0 or an error number. */
static void *try(void *arg)
{
	static int got;

	got = pthread_mutex_trylock(arg);
	if (!got)
		pthread_mutex_unlock(arg);
	return &got;
}

static bool free_elsewhere(pthread_mutex_t *m)
{
	pthread_t thread;
	void *got;

	if (pthread_create(&thread, NULL, try, m) || pthread_join(thread, &got))
		_exit(1);
	return !*(int *)got;
}

static int run_recursive(struct sample *s)
{
	pthread_mutex_t m;
	int err = stuck_mutex(&m, PTHREAD_MUTEX_RECURSIVE), i;
	bool taken = true;

	if (err)
		return err;
	for (i = 0; i < TIMES; i++)
		taken &= !pthread_mutex_lock(&m);
	for (i = 1; i < TIMES; i++)
		pthread_mutex_unlock(&m);
	s->ops = 1;
	sample_see(s, TAKEN, taken);
	sample_see(s, HELD, !free_elsewhere(&m));
	pthread_mutex_unlock(&m);
	sample_see(s, FREED, free_elsewhere(&m));
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "who took a plain mutex twice waited for itself for ever, as is proved; an "
		     "error-checking one said EDEADLK; a recursive one, taken %d times, was free "
		     "for "
		     "others after %d unlocks and not before", TIMES, TIMES);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of plain mutexes deadlocked %.2f, of error-checking ones that told "
		     "%.2f, of recursive ones taken again %.2f, held until the last unlock %.2f, "
		     "free then %.2f",
		     note_seen_mean(n, PLAIN, STUCK), note_seen_mean(n, CHECKED, TOLD),
		     note_seen_mean(n, RECURSIVE, TAKEN), note_seen_mean(n, RECURSIVE, HELD),
		     note_seen_mean(n, RECURSIVE, FREED));
}

static const struct claim self = {
	.id = "sync.self",
	.topic = "sync",
	.claim =
		"Taking a plain lock twice deadlocks, a recursive one not; "
		"takes and releases must pair",
	.claim_zh = "普通锁重复加锁会死锁，递归锁不会；获取与释放成对",
	.how =
		"A process takes a plain mutex twice, and its parent looks at it as oscope locks "
		"does, until it is proved to wait for itself or has ended. An error-checking mutex "
		"is taken twice. A recursive one is taken five times and given back five times; "
		"before the last time and after it another thread tries it. An operation is one of "
		"these.",
	.gates =
		"One process made and killed for the plain mutex; two threads made for the "
		"recursive one.",
	.rule =
		"HOLDS if in every sample the plain mutex was a proved deadlock, the "
		"error-checking one gave EDEADLK, and the recursive one was to be had by others "
		"after its last unlock and not before; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope locks --check -- PROGRAM",
	.op = "lock",
	.seen = {
		[STUCK] = "proved", [TOLD] = "told", [TAKEN] = "taken_again",
		[HELD] = "held_before_last", [FREED] = "free_after_last",
	},
	.needed = {
		SAW(PLAIN, STUCK), SAW(CHECKED, TOLD), SAW(RECURSIVE, TAKEN), SAW(RECURSIVE, HELD),
		SAW(RECURSIVE, FREED),
	},
	.counts = {
		MADE(PLAIN, FORK, 1), COUNT(KILLED, PLAIN, 1), MADE(RECURSIVE, THREAD, 2),
	},
	.needs_lives = true,
	.arm = {
		{ "plain", run_plain }, { "checked", run_checked },
		{ "recursive", run_recursive },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(self);
