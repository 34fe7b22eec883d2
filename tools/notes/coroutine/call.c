// SPDX-License-Identifier: GPL-2.0
/* coroutine.call: is a coroutine like a call of a subroutine without a return value? */
#include "notes/coro.h"
#include "notes/notes.h"

#define RESUMES	1000

enum { COROUTINE, CALL };
enum { VALUES_CAME, WENT_ON_INSIDE, AS_A_CALL };

static struct coro coro_main, coro_other;
static uint64_t given, taken, begun;

/* It has one beginning, and gives and takes values at a place in its midst. */
static void coroutine(void)
{
	uint64_t sum = 0;

	begun++;
	for (;;) {
		sum += taken;
		given = sum;
		coro_switch(&coro_other, &coro_main);
	}
}

/* The same as a subroutine that returns nothing: each call begins anew. */
static void subroutine(void)
{
	uint64_t sum = 0;

	begun++;
	sum += taken;
	(void)sum;
}

static int run(struct sample *s)
{
	uint64_t i, sum = 0, right = 0;
	int err = s->arm == COROUTINE ? coro_make(&coro_other, coroutine) : 0;

	if (err)
		return err;
	for (i = 1; i <= RESUMES; i++) {
		taken = i;
		given = 0;
		if (s->arm == COROUTINE)
			coro_switch(&coro_main, &coro_other);
		else
			subroutine();
		sum += i;
		right += given == sum;
		s->turns++;
	}
	if (s->arm == COROUTINE)
		coro_free(&coro_other);
	s->ops = RESUMES;
	sample_see(s, VALUES_CAME, right == RESUMES);
	sample_see(s, WENT_ON_INSIDE, begun == 1);
	sample_see(s, AS_A_CALL, !right && begun == RESUMES);
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "no value came back, and each resume began anew, %d times", RESUMES);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "it %s a value at each of %d resumes, and %s; a subroutine without a return value "
		     "does neither", note_seen_mean(n, COROUTINE, VALUES_CAME) > 0 ? "gave" :
		     "did not give", RESUMES,
		     note_seen_mean(n, COROUTINE, WENT_ON_INSIDE) > 0 ? "went on in its midst" :
		     "began more than once");
}

static const struct claim call = {
	.id = "coroutine.call",
	.topic = "coroutine",
	.claim = "A coroutine is like a call of a subroutine without a return value",
	.claim_zh = "协程就像不带返回值的子程序调用",
	.how =
		"A coroutine is given a number at each of 1000 resumes, adds it to a local and gives the sum "
		"back, from a place in its midst; beside it a subroutine without a return value is called "
		"as often with the same numbers. Each counts how often it begins. An operation is one resume "
		"or call.",
	.gates =
		"As many resumes and calls as said; the subroutine gave nothing and began at each call, so "
		"that the difference would show.",
	.rule =
		"FALSE if in no sample the coroutine was as such a call is: no value, and a new beginning "
		"each time; HOLDS if it was in every one; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- PROGRAM shows no switch for either",
	.op = "resume or call",
	.seen = {
		[VALUES_CAME] = "values_came", [WENT_ON_INSIDE] = "went_on_inside",
		[AS_A_CALL] = "as_a_call",
	},
	.needed = { SAW(COROUTINE, AS_A_CALL) },
	.counts = { COUNT(TURNS, ALL_ARMS, 1), SEEN(CALL, AS_A_CALL, 1) },
	.arm = { [COROUTINE] = { "coroutine", run }, [CALL] = { "call", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(call);
