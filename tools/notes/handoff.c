// SPDX-License-Identifier: GPL-2.0
/* Two tasks on one CPU that hand a turn to and fro through a futex. */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/handoff.h"
#include "util.h"

#define CACHE_LINE 64

enum turn { TURN_FIRST, TURN_PARTNER, TURN_OVER };

/* No FUTEX_PRIVATE_FLAG, for threads too: both cases look the word up in the same way. */
static void futex(uint32_t *word, int op, uint32_t val)
{
	syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

static void work(volatile char *own)
{
	size_t i;

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
	uint32_t *word = arg;
	char *own = calloc(1, HANDOFF_WORKING_SET);

	while (own && turn_await(word, TURN_FIRST) == TURN_PARTNER) {
		work(own);
		turn_give(word, TURN_FIRST);
	}
	free(own);
	return own ? NULL : word;	/* NULL: all went well */
}

static int process_begin(struct handoff *h)
{
	pid_t parent = getpid();

	h->process = fork();
	if (h->process < 0)
		return -errno;
	if (h->process)
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	_exit(partner(h->word) ? 1 : 0);
}

int handoff_begin(struct handoff *h, enum handoff_partner kind)
{
	int err;

	*h = (struct handoff){ .kind = kind };
	h->own = calloc(1, HANDOFF_WORKING_SET);
	if (!h->own)
		return -ENOMEM;
	h->word = mmap(NULL, sizeof(*h->word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (h->word == MAP_FAILED) {
		err = -errno;
		goto free_own;
	}
	err = kind == HANDOFF_THREAD ? -pthread_create(&h->thread, NULL, partner, h->word)
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
		work(h->own);
		turn_give(h->word, TURN_PARTNER);
		h->turns += turn_await(h->word, TURN_PARTNER) == TURN_FIRST;
	}
}

static int process_end(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return status ? -EPIPE : 0;
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
		err = process_end(h->process);
	}
	munmap(h->word, sizeof(*h->word));
	free((char *)h->own);
	return err;
}
