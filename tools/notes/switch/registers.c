// SPDX-License-Identifier: GPL-2.0
/* switch.registers: does each thread find its registers as they were when it comes back? */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "notes/notes.h"
#include "util.h"

#define RUN_NS		60000000ULL
#define PUSH_NS		100000L	/* a third one wakes so often, to push one of the two off */
#define LOOPS		20000UL	/* with nothing but registers */
#define ENOUGH		1000	/* involuntary switches, over all samples */

enum { FORCED, WRONG, INTACT };

/* What the registers are filled with, and what they were found to have. */
struct pattern {
	uint64_t general[8];
	uint64_t vector[4][2];
};

#if defined(__x86_64__)
#define HAVE_CHECK	1

/*
 * Fill from p, count down, compare with q: in one piece, so that no other code has the registers.
 * 0: they are the same.
 */
static uint64_t spin_and_compare(const struct pattern *p, const struct pattern *q, uint64_t loops)
{
	uint64_t differ = 0;

	__asm__ volatile("mov 0(%[p]), %%r8\n mov 8(%[p]), %%r9\n mov 16(%[p]), %%r10\n"
		"mov 24(%[p]), %%r11\n mov 32(%[p]), %%r12\n mov 40(%[p]), %%r13\n"
		"mov 48(%[p]), %%r14\n mov 56(%[p]), %%r15\n"
		"movdqu 64(%[p]), %%xmm0\n movdqu 80(%[p]), %%xmm3\n"
		"movdqu 96(%[p]), %%xmm7\n movdqu 112(%[p]), %%xmm15\n"
		"1: dec %[n]\n jnz 1b\n"
		"xor 0(%[q]), %%r8\n or %%r8, %[d]\n xor 8(%[q]), %%r9\n or %%r9, %[d]\n"
		"xor 16(%[q]), %%r10\n or %%r10, %[d]\n xor 24(%[q]), %%r11\n or %%r11, %[d]\n"
		"xor 32(%[q]), %%r12\n or %%r12, %[d]\n xor 40(%[q]), %%r13\n or %%r13, %[d]\n"
		"xor 48(%[q]), %%r14\n or %%r14, %[d]\n xor 56(%[q]), %%r15\n or %%r15, %[d]\n"
		"movdqu 64(%[q]), %%xmm1\n pxor %%xmm1, %%xmm0\n"
		"movdqu 80(%[q]), %%xmm1\n pxor %%xmm1, %%xmm3\n por %%xmm3, %%xmm0\n"
		"movdqu 96(%[q]), %%xmm1\n pxor %%xmm1, %%xmm7\n por %%xmm7, %%xmm0\n"
		"movdqu 112(%[q]), %%xmm1\n pxor %%xmm1, %%xmm15\n por %%xmm15, %%xmm0\n"
		"movq %%xmm0, %%r8\n or %%r8, %[d]\n"
		"psrldq $8, %%xmm0\n movq %%xmm0, %%r8\n or %%r8, %[d]\n"
		: [d] "+r"(differ), [n] "+r"(loops)
		: [p] "r"(p), [q] "r"(q)
		: "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm3",
		  "xmm7", "xmm15", "cc", "memory");
	return differ;
}
#elif defined(__aarch64__)
#define HAVE_CHECK	1

static uint64_t spin_and_compare(const struct pattern *p, const struct pattern *q, uint64_t loops)
{
	uint64_t differ = 0;

	__asm__ volatile("ldp x9, x10, [%[p]]\n ldp x11, x12, [%[p], #16]\n"
		"ldp x13, x14, [%[p], #32]\n ldp x19, x20, [%[p], #48]\n"
		"ldp q0, q3, [%[p], #64]\n ldp q8, q31, [%[p], #96]\n"
		"1: subs %[n], %[n], #1\n b.ne 1b\n"
		"ldp x21, x22, [%[q]]\n eor x9, x9, x21\n eor x10, x10, x22\n"
		"orr %[d], x9, x10\n"
		"ldp x21, x22, [%[q], #16]\n eor x11, x11, x21\n eor x12, x12, x22\n"
		"orr %[d], %[d], x11\n orr %[d], %[d], x12\n"
		"ldp x21, x22, [%[q], #32]\n eor x13, x13, x21\n eor x14, x14, x22\n"
		"orr %[d], %[d], x13\n orr %[d], %[d], x14\n"
		"ldp x21, x22, [%[q], #48]\n eor x19, x19, x21\n eor x20, x20, x22\n"
		"orr %[d], %[d], x19\n orr %[d], %[d], x20\n"
		"ldp q1, q2, [%[q], #64]\n eor v0.16b, v0.16b, v1.16b\n"
		"eor v3.16b, v3.16b, v2.16b\n orr v0.16b, v0.16b, v3.16b\n"
		"ldp q1, q2, [%[q], #96]\n eor v8.16b, v8.16b, v1.16b\n"
		"eor v31.16b, v31.16b, v2.16b\n orr v0.16b, v0.16b, v8.16b\n"
		"orr v0.16b, v0.16b, v31.16b\n"
		"umov x9, v0.d[0]\n umov x10, v0.d[1]\n"
		"orr %[d], %[d], x9\n orr %[d], %[d], x10\n"
		: [d] "+&r"(differ), [n] "+r"(loops)
		: [p] "r"(p), [q] "r"(q)
		: "x9", "x10", "x11", "x12", "x13", "x14", "x19", "x20", "x21", "x22", "v0", "v1",
		  "v2", "v3", "v8", "v31", "cc", "memory");
	return differ;
}
#else
#define HAVE_CHECK	0

static uint64_t spin_and_compare(const struct pattern *p, const struct pattern *q, uint64_t loops)
{
	return 0;
}
#endif

struct spinner {
	struct pattern pattern;
	uint64_t until_ns, forced, wrong;
};

static atomic_bool over;

static void *spin(void *arg)
{
	struct spinner *s = arg;
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	while (now_ns() < s->until_ns)
		s->wrong += spin_and_compare(&s->pattern, &s->pattern, LOOPS) != 0;
	getrusage(RUSAGE_THREAD, &after);
	s->forced = after.ru_nivcsw - before.ru_nivcsw;
	return NULL;
}

static void *push(void *arg)
{
	const struct timespec t = { .tv_nsec = PUSH_NS };

	while (!atomic_load(&over))
		nanosleep(&t, NULL);
	return arg;
}

/* That a difference would be seen, of any register: nothing pushes this one off on purpose. */
static bool check_sees(const struct pattern *p)
{
	struct pattern other = *p;
	uint64_t *word;
	size_t i;

	if (spin_and_compare(p, p, 1))
		return false;
	for (i = 0; i < sizeof(other) / sizeof(*word); i++) {
		word = (uint64_t *)&other + i;
		*word ^= 1;
		if (!spin_and_compare(p, &other, 1))
			return false;
		*word ^= 1;
	}
	return true;
}

static int run(struct sample *s)
{
	struct spinner spinner[2];
	pthread_t thread, pusher;
	int err, i;

	if (!HAVE_CHECK)
		return -EOPNOTSUPP;
	for (i = 0; i < 2; i++) {
		memset(&spinner[i], 0, sizeof(spinner[i]));
		memset(&spinner[i].pattern, i ? 0xa5 : 0x3c, sizeof(spinner[i].pattern));
		spinner[i].pattern.general[0] += (uint64_t)i + 1;
		spinner[i].until_ns = now_ns() + RUN_NS;
	}
	if (!check_sees(&spinner[0].pattern))
		return -EINVAL;
	err = -pthread_create(&pusher, NULL, push, NULL);
	if (err)
		return err;
	err = -pthread_create(&thread, NULL, spin, &spinner[1]);
	if (!err) {
		spin(&spinner[0]);
		pthread_join(thread, NULL);
	}
	atomic_store(&over, true);
	pthread_join(pusher, NULL);
	s->ops = 1;
	s->turns = spinner[0].forced && spinner[1].forced;
	sample_see(s, FORCED, (double)(spinner[0].forced + spinner[1].forced));
	sample_see(s, WRONG, (double)(spinner[0].wrong + spinner[1].wrong));
	sample_see(s, INTACT, !spinner[0].wrong && !spinner[1].wrong);
	return err;
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	note_gate(n, "spinners", "involuntary switches/op", 100, 4, 1e9,
		  note_per_op(c, c->sum->involuntary));
	note_evidence(n, "spinners", "forced_in_all", note_seen(n, 0, FORCED).sum);
}

static void decide(struct note *n)
{
	double forced = note_seen(n, 0, FORCED).sum, wrong = note_seen(n, 0, WRONG).sum;

	if (wrong > 0)
		note_verdict(n, VERDICT_FALSE,
			     "%.0f times registers were not as they had been, over %.0f involuntary "
			     "switches", wrong, forced);
	else if (forced >= ENOUGH)
		note_verdict(n, VERDICT_HOLDS,
			     "registers were as they had been over %.0f involuntary switches, general and "
			     "vector ones", forced);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "only %.0f involuntary switches, of %d that are asked for", forced,
			     ENOUGH);
}

static const struct claim registers = {
	.id = "switch.registers",
	.topic = "switch",
	.claim = "A switch keeps the context: each thread has its own registers",
	.claim_zh = "切换保留上下文，每个线程有自己的寄存器",
	.how =
		"Two threads on one CPU fill eight general and four vector registers, each with a pattern "
		"of its own, count down with nothing but registers, and compare: filling, counting and "
		"comparing is one piece of assembly. A third thread wakes every 100 us and pushes one of "
		"them off the CPU. An operation is 60 ms of that.",
	.gates =
		"Both lost the CPU though they could have gone on; 4 involuntary switches an operation at "
		"least, by the probes; two threads made.",
	.rule =
		"FALSE if a register was once not as it had been; HOLDS if none was over 1000 involuntary "
		"switches in all; INCONCLUSIVE HERE with fewer.",
	.live = "oscope switch --by task -C 0 1, while two busy loops share CPU 0",
	.op = "run",
	.seen = { [FORCED] = "forced", [WRONG] = "wrong", [INTACT] = "intact" },
	.needed = { SAW(0, INTACT) },
	.counts = { MADE(0, THREAD, 2), NAMED(TURNS, 0, 1, "both forced off/op") },
	.needs_lives = true,
	.arm = { { "spinners", run } },
	.check = check,
	.decide = decide,
};
CLAIM(registers);
