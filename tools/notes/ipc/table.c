// SPDX-License-Identifier: GPL-2.0
/* ipc.table: are pipes and FIFOs slow, and is shared memory fast? */
#include <math.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "util.h"

#define FIFO_SAME	0.05

static const size_t sizes[CELL_SIZES] = { 1, 64, 4096, 65536, 1048576 };

static int run(struct sample *s)
{
	return cells_take(s, sizes);
}

/* Of shared memory with a pipe and a FIFO. */
static void score_cell(const struct note *n, size_t arm, size_t cell, struct score *to)
{
	size_t bytes = n->cells->list.cell[cell].bytes, pipe, fifo;
	enum cell_number what;

	if (!cells_find(n, "pipe", bytes, &pipe) || !cells_find(n, "fifo", bytes, &fifo))
		return;
	for (what = CELL_RT_NS; what <= CELL_ONE_NS; what++) {
		int of_pipe = cells_faster(n, arm, what, cell, pipe);
		int of_fifo = cells_faster(n, arm, what, cell, fifo);

		/* Than both; it is not if one of them is faster. */
		cells_score(to, of_pipe < of_fifo ? of_pipe : of_fifo);
	}
}

static struct score score_of(const struct note *n, size_t arm, const char *how)
{
	const struct cells *l = &n->cells->list;
	struct score s = { 0 };
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (cells_wait_by(&l->cell[i], how))
			score_cell(n, arm, i, &s);
	}
	return s;
}

static void fifo_evidence(struct note *n, size_t arm)
{
	const char *name = n->claim->arm[arm].name;
	size_t pipe, fifo;
	struct stats_samples s;
	struct interval r;

	if (!cells_find(n, "pipe", 64, &pipe) || !cells_find(n, "fifo", 64, &fifo))
		return;
	s = cells_samples(n, arm, CELL_RT_NS, fifo, &pipe);
	r = stats_ratio(&s, STATS_95, n->seed);
	note_evidence(n, name, "fifo_to_pipe", r.value);
	note_evidence(n, name, "fifo_to_pipe_lo", r.lo);
	note_evidence(n, name, "fifo_to_pipe_hi", r.hi);
	note_evidence(n, name, "fifo_is_pipe", stats_same(&s, FIFO_SAME, n->seed));
}

/* What the system allows, which some of the ways end at. */
static void limits_evidence(struct note *n)
{
	static const struct {
		const char *name, *path;
	} limits[] = {
		{ "pipe_max_size", "/proc/sys/fs/pipe-max-size" },
		{ "msgmax", "/proc/sys/kernel/msgmax" },
		{ "msgmnb", "/proc/sys/kernel/msgmnb" },
		{ "mqueue_msg_max", "/proc/sys/fs/mqueue/msg_max" },
		{ "mqueue_msgsize_max", "/proc/sys/fs/mqueue/msgsize_max" },
		{ "wmem_default", "/proc/sys/net/core/wmem_default" },
		{ "rmem_default", "/proc/sys/net/core/rmem_default" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		long is = own_limit(limits[i].path);

		if (is >= 0)
			note_evidence(n, "limit", limits[i].name, (double)is);
	}
}

static void check(struct note *n)
{
	size_t arm;

	if (!n->cells)
		return;
	limits_evidence(n);
	note_evidence(n, NULL, "cells", (double)(n->cells->list.n * CELL_ARMS));
	for (arm = 0; arm < CELL_ARMS; arm++) {
		fifo_evidence(n, arm);
		cells_score_evidence(n, arm, score_of, "beats_pipes");
	}
}

static void decide(struct note *n)
{
	char same[CELLS_SCORES], cross[CELLS_SCORES];
	struct score all;

	if (cpus_too_few(n))
		return;
	all = cells_score_all(n, score_of, same, cross);
	if (all.won == all.of)
		note_verdict(n, VERDICT_HOLDS, "shared memory beats pipe and FIFO in all %zu cells",
			     all.of);
	else if (all.lost == all.of)
		note_verdict(n, VERDICT_FALSE,
			     "a pipe or a FIFO beats shared memory in all of %zu cells", all.of);
	else if (!all.won || !all.lost)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "shared memory beats pipe and FIFO in %zu of %zu cells, is beaten in "
			     "%zu, and the others' intervals have 1 in them", all.won, all.of,
			     all.lost);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "who waits, where and for how much is right: shared memory is faster "
			     "than pipe and FIFO, by how it waits, on one CPU in: %s; on two: %s",
			     same, cross);
}

static const struct claim table = {
	.id = "ipc.table",
	.topic = "ipc",
	.claim = "Pipes and FIFOs are slow, shared memory is fast",
	.claim_zh = "管道和有名管道速度慢，共享内存速度快",
	.how =
		"Two processes, on one CPU or on a CPU each, talk by each of 27 ways: pipe, FIFO, "
		"vmsplice, process_vm_readv, sockets, message queues, semaphores, eventfd, futex, "
		"signals, and three kinds of shared memory whose two sides spin, or wait by futex, "
		"semaphore or eventfd. A message of 1 byte to 1 MiB goes there and one comes back; "
		"then many go there. Each way by each size it can have is a cell; a sample takes "
		"all cells, each in processes of its own.",
	.gates =
		"In every cell all messages came, and right; on one CPU a round trip is two "
		"switches at least, and (but for those that spin, and with more for large messages "
		"in pieces) 2.2 at most, across CPUs 4.4; its system calls are as many as the way "
		"has, fewer only where nobody sleeps. One gate a way and placement shows the cell "
		"that fails, or the last one.",
	.rule =
		"Shared memory is compared with a pipe and a FIFO of the same size and placement, "
		"round trip and one way: it is faster if both ratios' 95 % intervals are above 1, "
		"and slower if one is below 1. HOLDS if it is faster in all of them, FALSE if slower "
		"in all, HOLDS IF there are of both, with how many for each way to wait; else "
		"INCONCLUSIVE HERE, and with one CPU.",
	.live = "oscope ipc -- PROGRAM; sysctl kernel.msgmax fs.mqueue fs.pipe-max-size",
	.op = "table",
	.sizes = { 1, 64, 4096, 65536, 1048576 },
	.budget_ns = 75000000000ULL,
	.placement = "same CPU with SCHED_BATCH, then two CPUs",
	.needs_times = true,
	.arm = { [CELLS_SAME] = { "same", run }, [CELLS_CROSS] = { "cross", run } },
	.effect = cells_effect,
	.check = check,
	.decide = decide,
};
CLAIM(table);
