// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_futex_pi PATTERN ROUNDS: as ipc_futex, by locks with priority inheritance. The pattern:
 *
 *   pi          a and b hand a lock to and fro: says how often
 *   requeue_pi  b waits for a word, and gets the lock that a holds
 */
#include <stdbool.h>

#include "futex.h"

static void pi_unlock(_Atomic uint32_t *lock)
{
	uint32_t mine = gettid();

	if (!atomic_compare_exchange_strong(lock, &mine, 0) && futex(lock, FUTEX_UNLOCK_PI, 0, NULL,
								     NULL, 0))
		fail("unlock");
}

static void pi_lock(_Atomic uint32_t *lock)
{
	uint32_t none = 0;

	if (!atomic_compare_exchange_strong(lock, &none, gettid()) &&
	    futex(lock, FUTEX_LOCK_PI, 0, NULL, NULL, 0))
		fail("lock");
}

enum { WANTS = 1, HAS_DONE = 3, HANDED = 5 };	/* words, from these on, of each of two */

/*
 * Returns whether the kernel has handed it on. Whom it has handed it to has the mark of those who
 * wait with it, which who finds it free has not; and keeps it until we want it again.
 */
static bool pi_hand_on(_Atomic uint32_t *lock)
{
	uint32_t now;

	pi_unlock(lock);
	now = atomic_load(lock);
	return (now & FUTEX_WAITERS) && (now & FUTEX_TID_MASK) != gettid();
}

static void pi_rounds(int me)
{
	unsigned int i, k;

	for (i = 0; i < rounds; i++) {
		words[WANTS + me] = 1;
		pi_lock(words);
		words[WANTS + me] = 0;
		while (!words[WANTS + !me] && !words[HAS_DONE + !me])
			sched_yield();
		for (k = 0; k < i % 8 * 50; k++)	/* the other waits by then, or comes to it */
			sched_yield();
		words[HANDED + me] += pi_hand_on(words);
	}
	words[HAS_DONE + me] = 1;
}

static int pi(void)
{
	if (!child_make("b")) {
		pi_rounds(1);
		exit(0);
	}
	name_set("a");
	pi_rounds(0);
	if (children_wait())
		return 1;
	printf("%u %u\n", words[HANDED], words[HANDED + 1]);
	return 0;
}

static int requeue_pi(void)
{
	unsigned int i;

	if (!child_make("b")) {
		for (i = 0; i < rounds; i++) {
			if (futex(&words[0], FUTEX_WAIT_REQUEUE_PI, 0, NULL, &words[1], 0))
				fail("wait");
			pi_unlock(&words[1]);
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		pi_lock(&words[1]);
		while (futex(&words[0], FUTEX_CMP_REQUEUE_PI, 1, (void *)1UL, &words[1], 0) <= 0)
			;
		pi_unlock(&words[1]);
	}
	return children_wait();
}

static const struct pattern patterns[] = {
	{ "pi", pi }, { "requeue_pi", requeue_pi }, { 0 }
};

int main(int argc, char **argv)
{
	return pattern_run(patterns, argc, argv);
}
