// SPDX-License-Identifier: GPL-2.0
/* ipc.shm-threads: is shared memory of any use between threads? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/handoff.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define SAME	0.05
#define MESSAGE	64
#define ROOM	4096		/* messages */
#define RING_BYTES	((size_t)ROOM * MESSAGE)
#define BATCH	32		/* exchanges: of so many messages each */

enum { OWN, SHARED };
enum { IS_SHARED };

/* What the two hand to and fro; only the messages are in the memory that is asked about. */
struct ring {
	unsigned char (*message)[MESSAGE];
	bool full;
	uint64_t written, read;		/* sums of what went in and came out */
	uint64_t turns;			/* rings that came out as they went in */
	unsigned char next;
};

static void ring_write(struct ring *r)
{
	size_t i;

	for (r->written = 0, i = 0; i < ROOM; i++) {
		memset(r->message[i], r->next, MESSAGE);
		r->written += r->next++;
	}
}

static void ring_read(struct ring *r)
{
	unsigned char message[MESSAGE];
	size_t i;

	for (r->read = 0, i = 0; i < ROOM; i++) {
		memcpy(message, r->message[i], MESSAGE);
		/* The copy is to be made, all of it. */
		__asm__ volatile("" : : "r"(message) : "memory");
		r->read += message[i % MESSAGE];
	}
	r->turns += r->read == r->written;
}

/* Who has the turn: the caller finds it empty, the partner full. */
static void ring_turn(void *arg)
{
	struct ring *r = arg;

	if (r->full)
		ring_read(r);
	else
		ring_write(r);
	r->full = !r->full;
}

/* Whether it is in a mapping that the kernel says is shared; -errno: it is in none. */
static int is_shared(const void *at)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to, where = (unsigned long)at;
	int is = -ENOENT;
	char line[512], mode[5];

	if (!f)
		return -errno;
	while (is < 0 && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3 && from <= where &&
		    where < to)
			is = mode[3] == 's';
	}
	fclose(f);
	return is;
}

static void rounds(void *handoff, uint64_t n)
{
	handoff_rounds(handoff, n);
}

static int exchange(struct sample *s, struct ring *r)
{
	struct handoff h;
	int err = sample_batch_policy(), ended;

	if (!err)
		err = handoff_begin_work(&h, HANDOFF_THREAD, ring_turn, r);
	if (err)
		return err;
	err = sample_measure_long(s, rounds, &h, BATCH);
	ended = handoff_end(&h);
	s->turns = r->turns;
	return err ? err : ended;
}

static int run(struct sample *s)
{
	void *own = s->arm == SHARED ? NULL : malloc(RING_BYTES);
	struct ring r = {
		.next = 1,
		.message = s->arm == SHARED ? kin_shared(RING_BYTES) : own,
	};
	int is;

	if (!r.message)
		return -ENOMEM;
	is = is_shared(r.message);
	if (is >= 0) {
		sample_see(s, IS_SHARED, is);
		is = exchange(s, &r);
	}
	free(own);
	return is;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, SHARED, OWN);
	n->effect_unit = "x";
}

/* Others may push one of the two off the CPU, and then a turn may be there without a sleep. */
static void check(struct note *n)
{
	size_t a;

	for (a = OWN; a <= SHARED; a++) {
		const struct arm_counted *c = &n->counted[a];
		const char *arm = n->claim->arm[a].name;

		note_gate(n, arm, "switches/op", 2, 1.98, 3,
			  note_per_op(c, c->sum->voluntary + c->sum->involuntary));
		note_gate(n, arm, "switches/op, timed", 2, 1.98, 3,
			  note_timed_switches(&n->timed[a]));
		note_gate(n, arm, "futex sleeps/op", 2, 1.5, 2.1,
			  note_per_op(c, c->blocked[OSCOPE_REASON_FUTEX]));
		note_gate_syscalls(n, a, 4, 0.5);
	}
}

static void decide(struct note *n)
{
	struct stats_samples s = note_samples(n, SHARED, OWN);
	const struct interval *e = &n->effect;

	if (stats_same(&s, SAME, n->seed))
		note_verdict(n, VERDICT_HOLDS,
			     "a ring in shared memory takes %.3f times as long as one in "
			     "malloc's: equivalent within 5 %%, and threads have that one already",
			     e->value);
	else if (e->lo > 1 + SAME)
		note_verdict(n, VERDICT_HOLDS,
			     "a ring in shared memory takes %.3f times as long as one in "
			     "malloc's, which threads have already: it is a loss", e->value);
	else if (e->hi < 1 / (1 + SAME))
		note_verdict(n, VERDICT_FALSE,
			     "a ring in shared memory takes %.3f times as long as one in "
			     "malloc's, %.3f to %.3f: a gain, between threads, too",
			     e->value, e->lo, e->hi);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f times as long: 5 %% more or less is in it", e->lo,
			     e->hi);
}

static const struct claim shm_threads = {
	.id = "ipc.shm-threads",
	.topic = "ipc",
	.claim = "Shared memory between threads is pointless",
	.claim_zh = "线程之间没有必要使用共享内存",
	.how =
		"A thread writes 4096 messages of 64 bytes into a ring, another one copies them "
		"out, and a futex hands the turn to and fro, on one CPU. The ring is malloc's, or "
		"a mapping with MAP_SHARED; all else is the same. An operation is one ring, there "
		"and back.",
	.gates =
		"The ring is in a shared mapping in the one arm only, by /proc/self/maps; what "
		"came out of each ring is what went in, by a sum; 2.00 switches a ring in both "
		"passes (to 3, as others may have the CPU meanwhile); 1.5 to 2.1 sleeps on a "
		"futex and 3.5 to 4.5 system calls; one thread a sample.",
	.rule =
		"r = ring in shared memory / in malloc's. HOLDS if both are equivalent within 5 % "
		"(two one-sided tests), or the 95 % interval of r lies above 1.05; FALSE if it "
		"lies below the inverse of that: it would be of use; else INCONCLUSIVE HERE.",
	.live = "oscope ipc -- PROGRAM",
	.op = "ring",
	.value = "ns",
	.seen = { [IS_SHARED] = "shared" },
	.counts = {
		SEEN(OWN, IS_SHARED, 0), SEEN(SHARED, IS_SHARED, 1),
		NAMED(TURNS, OWN, 1, "rings that came"), NAMED(TURNS, SHARED, 1, "rings that came"),
		MADE_ONCE(OWN, THREAD, 1), MADE_ONCE(SHARED, THREAD, 1),
	},
	.placement = "same CPU, SCHED_BATCH",
	.needs_times = true,
	.needs_syscalls = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[OWN] = { "own", run },
		[SHARED] = { "shared", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(shm_threads);
