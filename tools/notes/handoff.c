// SPDX-License-Identifier: GPL-2.0
/* Two tasks on one CPU that hand a turn to and fro through a futex. */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/handoff.h"
#include "notes/kin.h"
#include "notes/placed.h"
#include "util.h"

#define CACHE_LINE 64
#define WORDS 2		/* the turn, and one that nobody ever waits for */

enum turn { TURN_FIRST, TURN_PARTNER, TURN_OVER };

/*
 * A partner that is a process may die, and then nobody gives the turn back. Its end is told by a
 * signal, as it costs a round nothing; a wait with a time-out would set a timer each time. Only one
 * handoff is under way in a sample's process.
 */
static uint32_t *volatile watched;	/* the turn of it */
static volatile sig_atomic_t gone;
static struct sigaction before;

/* No FUTEX_PRIVATE_FLAG, for threads too: both cases look the word up in the same way. */
static void futex(uint32_t *word, int op, uint32_t val)
{
	syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

static void work_do(const struct handoff *h, volatile char *own)
{
	size_t i;

	if (h->work) {
		h->work(h->arg);
		return;
	}
	for (i = 0; i < HANDOFF_WORKING_SET; i += CACHE_LINE)
		own[i]++;
}

static void turn_give(uint32_t *word, uint32_t to)
{
	__atomic_store_n(word, to, __ATOMIC_RELEASE);
	futex(word, FUTEX_WAKE, 1);
}

/* Sleep while the turn is the other's; returns whose it is then. */
static uint32_t turn_await(uint32_t *word, uint32_t others)
{
	uint32_t turn;

	while ((turn = __atomic_load_n(word, __ATOMIC_ACQUIRE)) == others)
		futex(word, FUTEX_WAIT, others);
	return turn;
}

/* A sleep for the turn ends with the signal, and finds whose it is. */
static void child_ended(int sig)
{
	gone = true;
	__atomic_store_n(watched, TURN_OVER, __ATOMIC_RELEASE);
}

static void *partner(void *arg)
{
	const struct handoff *h = arg;

	/* One that could not go there shows in the counts of its CPU. */
	if (h->placed)
		place_partner(h->placed);
	while (turn_await(h->word, TURN_FIRST) == TURN_PARTNER) {
		work_do(h, h->partners);
		turn_give(h->word, TURN_FIRST);
	}
	return NULL;
}

static int process_begin(struct handoff *h)
{
	const struct sigaction action = { .sa_handler = child_ended };

	gone = false;
	watched = h->word;
	if (sigaction(SIGCHLD, &action, &before))
		return -errno;
	h->process = kin_fork();
	if (!h->process) {
		partner(h);
		_exit(0);
	}
	if (h->process < 0)
		sigaction(SIGCHLD, &before, NULL);
	return h->process < 0 ? h->process : 0;
}

static int begin(struct handoff *h)
{
	int err;

	h->own = calloc(1, HANDOFF_WORKING_SET);
	h->partners = calloc(1, HANDOFF_WORKING_SET);
	err = -ENOMEM;
	if (!h->own || !h->partners)
		goto free_own;
	h->word = kin_shared(WORDS * sizeof(*h->word));
	if (!h->word)
		goto free_own;
	err = h->kind == HANDOFF_THREAD ? -pthread_create(&h->thread, NULL, partner, h)
					: process_begin(h);
	if (!err)
		return 0;
	munmap(h->word, WORDS * sizeof(*h->word));
free_own:
	free((char *)h->own);
	free((char *)h->partners);
	return err;
}

int handoff_begin(struct handoff *h, enum handoff_partner kind)
{
	*h = (struct handoff){ .kind = kind };
	return begin(h);
}

int handoff_begin_work(struct handoff *h, enum handoff_partner kind, void (*work)(void *arg),
		       void *arg)
{
	*h = (struct handoff){ .kind = kind, .work = work, .arg = arg };
	return begin(h);
}

int handoff_begin_placed(struct handoff *h, enum handoff_partner kind, const struct sample *s)
{
	*h = (struct handoff){ .kind = kind, .placed = s };
	return begin(h);
}

/* Returns whether the turn came back. */
static inline bool turn_back(struct handoff *h)
{
	/* It may have gone just before: then its signal has no effect on this turn. */
	if (h->kind == HANDOFF_PROCESS && gone)
		return false;
	if (turn_await(h->word, TURN_PARTNER) != TURN_FIRST)
		return false;
	h->turns++;
	return true;
}

void handoff_rounds(struct handoff *h, uint64_t n)
{
	for (; n; n--) {
		work_do(h, h->own);
		turn_give(h->word, TURN_PARTNER);
		if (!turn_back(h))
			return;
	}
}

void handoff_gives(struct handoff *h, uint64_t *ns, uint64_t n)
{
	uint64_t start, i;

	for (i = 0; i < n; i++) {
		work_do(h, h->own);
		start = now_ns();
		turn_give(h->word, TURN_PARTNER);
		ns[i] = now_ns() - start;
		if (!turn_back(h))
			return;
	}
}

void handoff_wakes(const struct handoff *h, uint64_t n)
{
	for (; n; n--)
		futex(h->word + 1, FUTEX_WAKE, 1);
}

/* By a word beside the other: what kind of memory it lies in is a part of what its calls cost. */
void handoff_calls(const struct handoff *h, uint64_t n)
{
	uint32_t *nobodys = h->word + 1;

	for (; n; n--) {
		futex(nobodys, FUTEX_WAKE, 1);
		futex(nobodys, FUTEX_WAIT, *nobodys + 1);
	}
}

void handoff_works(const struct handoff *h, uint64_t n)
{
	for (; n; n--)
		work_do(h, h->own);
}

int handoff_end(struct handoff *h)
{
	int err;

	turn_give(h->word, TURN_OVER);
	if (h->kind == HANDOFF_THREAD) {
		err = -pthread_join(h->thread, NULL);
	} else {
		err = kin_ends_well(h->process);
		sigaction(SIGCHLD, &before, NULL);
	}
	munmap(h->word, WORDS * sizeof(*h->word));
	free((char *)h->own);
	free((char *)h->partners);
	return err;
}
