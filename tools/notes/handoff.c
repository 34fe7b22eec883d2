// SPDX-License-Identifier: GPL-2.0
/* Two tasks on one CPU that hand a turn to and fro through a futex. */
#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/handoff.h"
#include "notes/kin.h"
#include "util.h"

#define CACHE_LINE 64

enum turn { TURN_FIRST, TURN_PARTNER, TURN_OVER };

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

static void *partner(void *arg)
{
	const struct handoff *h = arg;
	uint32_t *word = h->word;
	char *own = calloc(1, HANDOFF_WORKING_SET);

	while (own && turn_await(word, TURN_FIRST) == TURN_PARTNER) {
		work_do(h, own);
		turn_give(word, TURN_FIRST);
	}
	free(own);
	return own ? NULL : word;	/* NULL: all went well */
}

static int process_begin(struct handoff *h)
{
	h->process = kin_fork();
	if (!h->process)
		_exit(partner(h) ? 1 : 0);
	return h->process < 0 ? h->process : 0;
}

int handoff_begin(struct handoff *h, enum handoff_partner kind)
{
	return handoff_begin_work(h, kind, NULL, NULL);
}

int handoff_begin_work(struct handoff *h, enum handoff_partner kind, void (*work)(void *arg),
		       void *arg)
{
	int err;

	*h = (struct handoff){ .kind = kind, .work = work, .arg = arg };
	h->own = calloc(1, HANDOFF_WORKING_SET);
	if (!h->own)
		return -ENOMEM;
	h->word = kin_shared(sizeof(*h->word));
	if (!h->word) {
		err = -ENOMEM;
		goto free_own;
	}
	err = kind == HANDOFF_THREAD ? -pthread_create(&h->thread, NULL, partner, h)
				     : process_begin(h);
	if (!err)
		return 0;
	munmap(h->word, sizeof(*h->word));
free_own:
	free((char *)h->own);
	return err;
}

void handoff_rounds(struct handoff *h, uint64_t n)
{
	for (; n; n--) {
		work_do(h, h->own);
		turn_give(h->word, TURN_PARTNER);
		h->turns += turn_await(h->word, TURN_PARTNER) == TURN_FIRST;
	}
}

int handoff_end(struct handoff *h)
{
	void *failed = NULL;
	int err;

	turn_give(h->word, TURN_OVER);
	if (h->kind == HANDOFF_THREAD) {
		err = -pthread_join(h->thread, &failed);
		err = failed ? -ENOMEM : err;
	} else {
		err = kin_ends_well(h->process);
	}
	munmap(h->word, sizeof(*h->word));
	free((char *)h->own);
	return err;
}
