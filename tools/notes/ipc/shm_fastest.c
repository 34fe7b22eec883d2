// SPDX-License-Identifier: GPL-2.0
/* ipc.shm-fastest: is shared memory the fastest of all ways to talk? */
#include <math.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/notes.h"
#include "notes/ways.h"

static const size_t sizes[CELL_SIZES] = { 64, 4096, 65536 };

static int run(struct sample *s)
{
	return cells_take(s, sizes);
}

/* The one with the least median of those that are copied by the kernel, or wait so; false: none. */
static bool fastest(const struct note *n, size_t arm, enum cell_number what, size_t bytes,
		    const char *how, size_t *best)
{
	const struct cells *l = &n->cells->list;
	double least = INFINITY;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct cell *c = &l->cell[i];
		double is = cells_median(n, arm, what, i);

		if (c->bytes != bytes || !(is < least) ||
		    !(how ? cells_wait_by(c, how) : c->way->kind == WAY_BYTES))
			continue;
		least = is;
		*best = i;
	}
	return least < INFINITY;
}

static struct score score_of(const struct note *n, size_t arm, const char *how)
{
	struct score s = { 0 };
	enum cell_number what;
	size_t i, memory = 0, other = 0;

	for (i = 0; sizes[i]; i++) {
		for (what = CELL_RT_NS; what <= CELL_ONE_NS; what++) {
			bool both = fastest(n, arm, what, sizes[i], how, &memory) &&
				    fastest(n, arm, what, sizes[i], NULL, &other);

			cells_score(&s, both ? cells_faster(n, arm, what, memory, other) : 0);
		}
	}
	return s;
}

static void check(struct note *n)
{
	size_t arm;

	for (arm = 0; n->cells && arm < CELL_ARMS; arm++)
		cells_score_evidence(n, arm, score_of, "fastest");
}

static void decide(struct note *n)
{
	char same[CELLS_SCORES], cross[CELLS_SCORES];
	struct score all;

	if (cpus_too_few(n))
		return;
	all = cells_score_all(n, score_of, same, cross);
	if (all.won == all.of)
		note_verdict(n, VERDICT_HOLDS,
			     "however it waits, shared memory beats all others, in %zu of %zu",
			     all.won, all.of);
	else if (all.lost == all.of)
		note_verdict(n, VERDICT_FALSE,
			     "however it waits, another way is faster, in %zu of %zu", all.of,
			     all.of);
	else if (!all.won || !all.lost)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "shared memory beats all others in %zu of %zu, is beaten in %zu, and "
			     "the others' intervals have 1 in them", all.won, all.of, all.lost);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it waits the right way, where it is: faster than the fastest other "
			     "way on one CPU in: %s; on two: %s", same, cross);
}

static const struct claim shm_fastest = {
	.id = "ipc.shm-fastest",
	.topic = "ipc",
	.claim = "Shared memory is the fastest way to talk",
	.claim_zh = "共享内存是最快的进程间通信方式",
	.how =
		"The cells of ipc.table with messages of 64 bytes, 4 KiB and 64 KiB, taken anew: "
		"shared memory of three kinds, whose two sides spin, or wait by futex, semaphore or "
		"eventfd, and copy each message in and out, against every way by which the kernel "
		"carries the message. A sample takes all cells once.",
	.gates = "Those of ipc.table, in every cell.",
	.rule =
		"For each placement, size, round trip and one way, the fastest kind of shared memory "
		"that waits in one way is compared with the fastest of all others: it wins if the "
		"ratio's 95 % interval is above 1, and loses if that is below. HOLDS if it always "
		"wins, FALSE if it always loses, HOLDS IF it does both, with how often for each way "
		"to wait; else INCONCLUSIVE HERE, and with one CPU.",
	.live = "oscope ipc -- PROGRAM; oscope states --why -- PROGRAM",
	.op = "table",
	.sizes = { 64, 4096, 65536 },
	.budget_ns = 45000000000ULL,
	.placement = "same CPU with SCHED_BATCH, then two CPUs",
	.needs_times = true,
	.arm = { [CELLS_SAME] = { "same", run }, [CELLS_CROSS] = { "cross", run } },
	.effect = cells_effect,
	.check = check,
	.decide = decide,
};
CLAIM(shm_fastest);
