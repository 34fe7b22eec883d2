// SPDX-License-Identifier: GPL-2.0
/* isolate.tls-stack: can other threads touch a thread's stack, its heap and its TLS? */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define BEFORE	1
#define AFTER	2

enum { STACK_WRITTEN, TLS_WRITTEN, HEAP_WRITTEN, OWN_PLACES };

static __thread volatile int local;

/* Where a thread keeps things of its own, and turns in which both look. */
struct place {
	volatile int *stack, *tls, *heap;
	int ready[2], done[2];
	bool stack_written, tls_written, heap_written;
};

static void *owner_main(void *arg)
{
	volatile int on_stack = BEFORE;
	struct place *p = arg;

	local = BEFORE;
	p->stack = &on_stack;
	p->tls = &local;
	p->heap = malloc(sizeof(*p->heap));
	if (p->heap)
		*p->heap = BEFORE;
	kin_tell(p->ready[1]);
	if (kin_hear(p->done[0]) || !p->heap)
		return NULL;
	p->stack_written = on_stack == AFTER;
	p->tls_written = local == AFTER;
	p->heap_written = *p->heap == AFTER;
	return p;
}

static int run(struct sample *s)
{
	struct place p = { 0 };
	volatile int on_stack = BEFORE;
	void *ended_well;
	pthread_t owner;
	int err;

	if (pipe(p.ready) || pipe(p.done))
		return -errno;
	err = -pthread_create(&owner, NULL, owner_main, &p);
	if (err)
		return err;
	err = kin_hear(p.ready[0]);
	if (!err && p.heap) {
		*p.stack = *p.tls = *p.heap = AFTER;
		sample_see(s, OWN_PLACES, p.tls != &local && p.stack != &on_stack &&
			   local != AFTER && on_stack == BEFORE);
	}
	kin_tell(p.done[1]);
	pthread_join(owner, &ended_well);
	/* By another thread than the one who got it: the allocator is the process's. */
	free((void *)p.heap);
	sample_see(s, STACK_WRITTEN, p.stack_written);
	sample_see(s, TLS_WRITTEN, p.tls_written);
	sample_see(s, HEAP_WRITTEN, p.heap_written);
	s->ops = 1;
	return ended_well ? err : -ENOMEM;
}

static void decide(struct note *n)
{
	double stack = note_seen_mean(n, 0, STACK_WRITTEN), tls = note_seen_mean(n, 0, TLS_WRITTEN);
	double heap = note_seen_mean(n, 0, HEAP_WRITTEN);

	if (note_outcomes(n) == OUTCOMES_YES)
		note_verdict(n, VERDICT_FALSE,
			     "each has a stack and TLS of its own, but by a pointer another thread "
			     "wrote to both, and to memory from malloc, in every sample");
	else if (stack <= 0 && tls <= 0 && heap <= 0)
		note_verdict(n, VERDICT_HOLDS, "no write of another thread arrived");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "writes arrived on the stack in %.0f %% of the samples, in TLS in %.0f "
			     "%%, on the heap in %.0f %%", 100 * stack, 100 * tls, 100 * heap);
}

static const struct claim tls_stack = {
	.id = "isolate.tls-stack",
	.topic = "isolate",
	.claim = "Each thread has its own stack and heap; others cannot touch its TLS",
	.claim_zh = "线程有独立的堆栈，其他线程不能访问其 TLS",
	.how =
		"A thread tells another one where a variable on its stack, one in its TLS and one "
		"from malloc(3) are. The other writes to all three, and frees the last. An "
		"operation is one such thread.",
	.gates =
		"One thread and no fork an operation; the two threads' variables of the same name "
		"are at different places.",
	.rule =
		"FALSE if in every sample all three writes arrived; HOLDS if none ever did; else "
		"INCONCLUSIVE HERE, with the shares. The effect is the share in which what was "
		"written least was written.",
	.live = "grep -c stack /proc/PID/maps; ls /proc/PID/task",
	.op = "thread",
	.seen = {
		[STACK_WRITTEN] = "stack_written", [TLS_WRITTEN] = "tls_written",
		[HEAP_WRITTEN] = "heap_written", [OWN_PLACES] = "own_places",
	},
	.needed = { SAW(0, STACK_WRITTEN), SAW(0, TLS_WRITTEN), SAW(0, HEAP_WRITTEN) },
	.counts = { MADE(0, THREAD, 1), MADE(0, FORK, 0), SEEN(0, OWN_PLACES, 1) },
	.needs_lives = true,
	.arm = { { "thread", run } },
	.decide = decide,
};
CLAIM(tls_stack);
