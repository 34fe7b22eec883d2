// SPDX-License-Identifier: GPL-2.0
/* create.thread-cheaper: does a thread cost less to make and to end than a process? */
#include "notes/makers.h"
#include "notes/notes.h"

#define BATCH_OPS 8

enum { FORK, VFORK, SPAWN, CLONE, THREAD };

static int run(struct sample *s)
{
	static void (*const make[])(void *maker, uint64_t n) = {
		[FORK] = make_forks, [VFORK] = make_vforks, [SPAWN] = make_spawns,
		[CLONE] = make_clones, [THREAD] = make_threads,
	};

	return maker_sample(s, make[s->arm], 0, BATCH_OPS);
}

static struct interval to_thread(const struct note *n, size_t a)
{
	return note_ratio(n, (int)a, THREAD);
}

static void effect(struct note *n)
{
	n->effect = to_thread(n, FORK);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "vfork", "to_thread", to_thread(n, VFORK).value);
	note_evidence(n, "spawn", "to_thread", to_thread(n, SPAWN).value);
	note_evidence(n, "clone", "to_thread", to_thread(n, CLONE).value);
}

/* The cheapest way to a process, against a thread. */
static struct interval cheapest(const struct note *n)
{
	struct interval least = n->effect, i;
	size_t a;

	for (a = VFORK; a < THREAD; a++) {
		i = to_thread(n, a);
		if (i.lo < least.lo)
			least = i;
	}
	return least;
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;
	struct interval least = cheapest(n);

	if (least.lo > 1)
		note_verdict(n, VERDICT_HOLDS,
			     "a fork takes %.2f times as long as a thread, the cheapest other way "
			     "to a process %.2f times", e->value, least.value);
	else if (e->lo > 1)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the process is made by fork: %.2f times as long as a thread; the "
			     "cheapest way, without a copy of the memory, takes %.2f times",
			     e->value, least.value);
	else if (e->hi <= 1)
		note_verdict(n, VERDICT_FALSE, "a fork takes %.2f times as long as a thread",
			     e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the interval %.3f to %.3f has 1 in it: more samples or less load",
			     e->lo, e->hi);
}

static const struct claim thread_cheaper = {
	.id = "create.thread-cheaper",
	.topic = "create",
	.claim = "Creating and destroying a thread costs less than a process",
	.claim_zh = "创建和销毁线程比进程便宜",
	.how =
		"A task is made that ends at once, and waited for: by fork(2), with "
		"the flags of vfork(2), by posix_spawn(3) of a program that is not there (so that "
		"no exec is in it), by clone(2) with CLONE_VM, by pthread_create(3). An operation is one task.",
	.gates =
		"Exactly one task an operation, of the arm's kind by the flags it was made with; "
		"a number of tasks alone would not tell fork, vfork and clone apart.",
	.rule =
		"r = a process's time / a thread's, with its 95 % interval. HOLDS if the lower end "
		"is above 1 for every way to a process; HOLDS IF made by fork, if it is for fork; "
		"FALSE if fork's upper end is 1 or less; else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- PROGRAM",
	.op = "task",
	.value = "ns",
	.counts = {
		/* One of its kind, and nobody else. */
		MADE(FORK, FORK, 1), COUNT(MADE_ALL, FORK, 1),
		MADE(VFORK, VFORK, 1), COUNT(MADE_ALL, VFORK, 1),
		MADE(SPAWN, VFORK, 1), COUNT(MADE_ALL, SPAWN, 1),
		MADE(CLONE, CLONE, 1), COUNT(MADE_ALL, CLONE, 1),
		MADE(THREAD, THREAD, 1), COUNT(MADE_ALL, THREAD, 1),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[FORK] = { "fork", run },
		[VFORK] = { "vfork", run },
		[SPAWN] = { "spawn", run },
		[CLONE] = { "clone", run },
		[THREAD] = { "thread", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(thread_cheaper);
