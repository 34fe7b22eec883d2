// SPDX-License-Identifier: GPL-2.0
/* switch.coroutine-state: does a coroutine go on where it left, with all that it had? */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <ucontext.h>

#include "notes/coro.h"
#include "notes/notes.h"

#define RESUMES		1000000UL
#define RESUMES_LIBRARY	100000UL	/* each is a system call or two */
#define PLACES		3		/* where the generator gives way */
#define STACK_BYTES	65536

enum { ASSEMBLY, UCONTEXT };
enum { INTACT, WRONG };

static struct coro coro_main, coro_generator;
static ucontext_t context_main, context_generator;
static bool library;

/* What the generator says at each resume: where it is, and what its locals come to. */
static struct said {
	unsigned int place;
	uint64_t sum;
	double real;
} said;

static void give(unsigned int place, uint64_t sum, double real)
{
	said = (struct said){ place, sum, real };
	if (library)
		swapcontext(&context_generator, &context_main);
	else
		coro_switch(&coro_generator, &coro_main);
}

/* All that it knows is in its locals: whole numbers, a real one, and an array. */
static void generator(void)
{
	uint64_t a = 0, b = 1, list[4] = { 1, 2, 3, 4 };
	double half = 0.5;
	unsigned int i;

	for (i = 0;; i = (i + 1) % 4) {
		give(0, a, half);
		b = a + b;
		a = b - a;
		give(1, b, half);
		list[i] += a;
		half += 1;
		give(2, list[i], half);
	}
}

/* The same by a plain loop, a step a call. */
struct model {
	uint64_t a, b, list[4];
	double half;
	unsigned int i, place;
};

static bool model_agrees(struct model *m)
{
	unsigned int place = m->place;
	uint64_t is;

	m->place = (m->place + 1) % PLACES;
	if (place == 0) {
		is = m->a;
	} else if (place == 1) {
		m->b = m->a + m->b;
		m->a = m->b - m->a;
		is = m->b;
	} else {
		m->list[m->i] += m->a;
		m->half += 1;
		is = m->list[m->i];
		m->i = (m->i + 1) % 4;
	}
	return said.place == place && said.sum == is && said.real == m->half;
}

static void resume_all(struct sample *s, uint64_t n)
{
	struct model m = { .b = 1, .list = { 1, 2, 3, 4 }, .half = 0.5 };
	uint64_t wrong = 0, i;

	for (i = 0; i < n; i++) {
		said.place = PLACES;	/* nobody has said anything */
		if (library)
			swapcontext(&context_main, &context_generator);
		else
			coro_switch(&coro_main, &coro_generator);
		s->turns += said.place < PLACES;
		wrong += !model_agrees(&m);
	}
	s->ops = n;
	sample_see(s, WRONG, (double)wrong);
	sample_see(s, INTACT, !wrong);
}

static int run_assembly(struct sample *s)
{
	int err = coro_make(&coro_generator, generator);

	if (err)
		return err;
	resume_all(s, RESUMES);
	coro_free(&coro_generator);
	return 0;
}

static int run_ucontext(struct sample *s)
{
	void *stack = malloc(STACK_BYTES);

	library = true;
	if (!stack || getcontext(&context_generator)) {
		free(stack);
		return -ENOMEM;
	}
	context_generator.uc_stack.ss_sp = stack;
	context_generator.uc_stack.ss_size = STACK_BYTES;
	makecontext(&context_generator, generator, 0);
	resume_all(s, RESUMES_LIBRARY);
	free(stack);
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "place and locals were right at each of %lu resumes in every sample, by assembly "
		     "and by swapcontext(3)", RESUMES);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "place or locals were wrong in every sample: %.0f times of %lu by assembly",
		     note_seen_mean(n, ASSEMBLY, WRONG), RESUMES);
}

static const struct claim coroutine_state = {
	.id = "switch.coroutine-state",
	.topic = "switch",
	.claim = "A coroutine goes on exactly where it left, with its locals intact",
	.claim_zh = "协程保留上次调用时的状态",
	.how =
		"A generator in C gives way at three places of a loop and has nothing but locals: whole "
		"numbers, a real one, an array. It is resumed 1,000,000 times by assembly, 100,000 times "
		"by swapcontext(3), and each time what it says is compared with a plain loop that does "
		"the same. An operation is one resume.",
	.gates =
		"The generator has said something at every resume.",
	.rule =
		"HOLDS if place and locals were right at every resume of every sample, in both ways; "
		"FALSE if some were wrong in every sample of one way; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- PROGRAM shows no switch for it",
	.op = "resume",
	.seen = { [INTACT] = "intact", [WRONG] = "wrong" },
	.needed = { SAW(ASSEMBLY, INTACT), SAW(UCONTEXT, INTACT) },
	.counts = { COUNT(TURNS, ALL_ARMS, 1) },
	.arm = {
		[ASSEMBLY] = { "assembly", run_assembly },
		[UCONTEXT] = { "ucontext", run_ucontext },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(coroutine_state);
