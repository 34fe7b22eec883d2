// SPDX-License-Identifier: GPL-2.0
/* switch.tlb: does a change of the address space throw cached translations away? */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/walk.h"

#define MEMBERS_MAX	12
#define PAGES		64	/* of each: as many translations are needed again */
#define ROUNDS		64
#define SPARE		(3 * MEMBERS_MAX)	/* switches of a sample around its rounds */
#define LONGER		1.25	/* times: translations were gone */

enum { P4, P6, P8, P12, T4, T12 };
enum { PAIR_NS };

static const unsigned int members[] = { 4, 6, 8, 12, 4, 12 };

/* Each sleeps until its word is set, walks, and sets the word of the next one. */
struct ring {
	uint32_t *word;			/* MAP_SHARED, one a cache line */
	unsigned int n;
	bool processes;
	struct walk walk[MEMBERS_MAX];	/* memory of each */
	pthread_t thread[MEMBERS_MAX];
	pid_t pid[MEMBERS_MAX];
};

struct member {
	struct ring *ring;
	unsigned int nth;
};

static uint32_t *word_of(const struct ring *r, unsigned int nth)
{
	return r->word + (size_t)16 * (nth % r->n);
}

static void turn_await(uint32_t *word)
{
	while (!__atomic_load_n(word, __ATOMIC_ACQUIRE))
		syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
	__atomic_store_n(word, 0, __ATOMIC_RELAXED);
}

static void turn_give(uint32_t *word)
{
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		turn_await(word_of(m->ring, m->nth));
		walk_go(&m->ring->walk[m->nth]);
		turn_give(word_of(m->ring, m->nth + 1));
	}
	return NULL;
}

static int member_begin(struct member *m)
{
	struct ring *r = m->ring;

	if (!r->processes)
		return -pthread_create(&r->thread[m->nth], NULL, member_main, m);
	r->pid[m->nth] = kin_fork();
	if (!r->pid[m->nth]) {
		member_main(m);
		_exit(0);
	}
	return r->pid[m->nth] < 0 ? r->pid[m->nth] : 0;
}

/* The first of them is who asks. The median of its walks, in ns; or -errno. */
static int ring_run(struct ring *r, double *ns)
{
	struct member m[MEMBERS_MAX];
	unsigned int i;
	int err = 0;

	r->word = kin_shared((size_t)16 * MEMBERS_MAX * sizeof(*r->word));
	if (!r->word)
		return -ENOMEM;
	for (i = 0; i < r->n && !err; i++)
		err = walk_make(&r->walk[i], PAGES, (size_t)sysconf(_SC_PAGESIZE), true, false);
	for (i = 1; i < r->n && !err; i++) {
		m[i] = (struct member){ r, i };
		err = member_begin(&m[i]);
	}
	if (err)
		return err;
	m[0] = (struct member){ r, 0 };
	turn_give(word_of(r, 0));
	member_main(&m[0]);
	for (i = 1; i < r->n && !err; i++)
		err = r->processes ? kin_ends_well(r->pid[i]) : -pthread_join(r->thread[i], NULL);
	*ns = walk_ns(&r->walk[0]);
	return err;
}

static int run(struct sample *s)
{
	struct ring ring = { .n = members[s->arm], .processes = s->arm < T4 };
	struct ring pair = { .n = 2, .processes = true };
	double ns;
	int err;

	err = sample_batch_policy();
	if (!err)
		err = ring_run(&ring, &s->value);
	if (!err && s->arm == P4) {
		err = ring_run(&pair, &ns);
		sample_see(s, PAIR_NS, ns);
	}
	s->turns = (uint64_t)ROUNDS * (ring.n + (s->arm == P4 ? pair.n : 0));
	s->ops = s->turns;
	s->flat = true;
	return err;
}

static struct interval few(const struct note *n)
{
	return note_ratio(n, P4, T4);
}

static struct interval many(const struct note *n)
{
	return note_ratio(n, P12, T12);
}

static void effect(struct note *n)
{
	n->effect = few(n);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	for (a = P4; a <= T12; a++) {
		const struct arm_counted *c = &n->counted[a];
		const char *arm = n->claim->arm[a].name;
		double ops = c->n ? (double)c->ops / (double)c->n : 0;

		note_gate(n, arm, "voluntary switches/op", 1, 0.97, 1 + SPARE / ops,
			  note_per_op(c, c->sum->voluntary));
		note_gate(n, arm, a < T4 ? "cross_mm, share" : "same_mm, share", 1, 0.9, 1,
			  note_kind_share(c, a < T4 ? OSCOPE_KIND_CROSS_MM : OSCOPE_KIND_SAME_MM));
	}
	note_evidence(n, "many", "to_threads", many(n).value);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;
	struct interval with_many = many(n);

	if (e->lo >= LONGER)
		note_verdict(n, VERDICT_HOLDS,
			     "reading %d pages after the change of one of 4 address spaces takes %.2f "
			     "times as long as after a switch of threads", PAGES, e->value);
	else if (e->hi < LONGER && with_many.lo >= LONGER)
		note_verdict(n, VERDICT_OUTDATED,
			     "since translations are tagged by their address space: %d pages "
			     "take %.2f times as long as between threads in a ring of 4, and "
			     "%.2f times in one of 12, for which the tags do not suffice",
			     PAGES, e->value, with_many.value);
	else if (e->hi < LONGER && with_many.hi < LONGER)
		note_verdict(n, VERDICT_OUTDATED,
			     "since translations are tagged by their address space: %d pages take %.2f "
			     "times as long as between threads in a ring of 4, and %.2f times in one of "
			     "12", PAGES, e->value, with_many.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long as between threads in a ring of 4, %.2f "
			     "to %.2f in one of 12: %.2f is in it",
			     e->lo, e->hi, with_many.lo, with_many.hi, LONGER);
}

static const struct claim tlb = {
	.id = "switch.tlb",
	.topic = "switch",
	.claim = "A change of the address space throws the cached translations away",
	.claim_zh = "切换地址空间会清空 TLB",
	.how =
		"Processes on one CPU give a turn to the next one through futexes, in rings of 4, 6, 8 "
		"and 12, and in one of 2; each reads a line of 64 pages of its own when it has the turn, "
		"which needs 64 translations. Beside them threads in rings of 4 and 12, whose address "
		"space stays, with pages of their own, too. The value is how long the 64 lines take; an "
		"operation is one turn.",
	.gates =
		"As many tasks made as the rings have beside the first; one voluntary switch a turn; 9 of 10 events cross_mm in rings of processes, same_mm in "
		"those of threads.",
	.rule =
		"r = time of the 64 lines, processes / threads, with its 95 % interval. HOLDS if the "
		"lower end is 1.25 or more in the ring of 4; OUTDATED if the upper end is below 1.25 "
		"there, and the reason says what it is in the ring of 12; else INCONCLUSIVE HERE.",
	.live = "perf stat -e dTLB-load-misses PROGRAM, beside oscope switch -- PROGRAM",
	.op = "turn",
	.value = "ns",
	.seen = { [PAIR_NS] = "ring_of_2_ns" },
	.counts = {
		MADE_ONCE(P4, FORK, 4), MADE_ONCE(P6, FORK, 5), MADE_ONCE(P8, FORK, 7),
		MADE_ONCE(P12, FORK, 11), MADE_ONCE(T4, THREAD, 3), MADE_ONCE(T12, THREAD, 11),
	},
	.placement = "same CPU, SCHED_BATCH",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[P4] = { "processes_4", run }, [P6] = { "processes_6", run },
		[P8] = { "processes_8", run }, [P12] = { "processes_12", run },
		[T4] = { "threads_4", run }, [T12] = { "threads_12", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(tlb);
