// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes themselves cost on this machine now: times of a known load, first with nothing
 * attached, then with the parts, then with all of it. Others who have the CPU meanwhile only add to
 * a time, so the lower quartile of each is compared: where nobody does, it is next to the median.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf_probes.h"
#include "hist.h"
#include "pingpong.h"
#include "util.h"

#define BATCHES		15
#define BATCH_ROUNDS	100
#define BATCH_NS	2000000		/* longer on no machine, but for BATCH_ROUNDS_MIN */
#define BATCH_ROUNDS_MIN	5

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Rounds of a batch: fewer where each takes long, as in an emulator. */
static uint32_t batch_rounds(struct pingpong *pp)
{
	uint64_t round_ns = 2 * pingpong_run(pp, BATCH_ROUNDS_MIN), n;

	n = round_ns ? BATCH_NS / round_ns : BATCH_ROUNDS;
	if (n > BATCH_ROUNDS)
		return BATCH_ROUNDS;
	return n > BATCH_ROUNDS_MIN ? n : BATCH_ROUNDS_MIN;
}

/* The time of one switch of the load in ns. */
static uint64_t load_time(struct pingpong *pp)
{
	uint32_t rounds = batch_rounds(pp);
	uint64_t ns[BATCHES];
	int i;

	pingpong_run(pp, 2 * rounds);	/* to warm up */
	for (i = 0; i < BATCHES; i++)
		ns[i] = pingpong_run(pp, rounds);
	qsort(ns, BATCHES, sizeof(*ns), compare);
	return ns[BATCHES / 4];
}

/*
 * The load runs as somebody who passes -p, -t and tree filters, so that the whole path is measured.
 */
static void mark_member(struct bpf_probes *p, pid_t pid)
{
	struct task_state *states = p->area[AREA_STATES].at;
	struct task_state *s = &states[pid & p->config.state_mask];

	s->tid = pid;
	s->flags = STATE_MEMBER;
}

/* Attach groups, run the load, detach. *load_ns and *hist_ns: the times by both. */
static int phase(struct bpf_probes *p, struct pingpong *pp, uint32_t groups, uint64_t *load_ns,
		 uint64_t *hist_ns)
{
	struct oscope_hist *h = p->area[AREA_CALIBRATION].at;
	int err;

	probes_clear(p);
	mark_member(p, pp->peer);
	mark_member(p, getpid());
	err = probes_attach(p, groups);
	if (!err)
		*load_ns = load_time(pp);
	probes_detach(p);
	*hist_ns = hist_quantile(h, 0.25);
	return err;
}

static uint32_t difference(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/*
 * Own time inside the bracket: what our sched_switch program adds to it, and the turn-around of the
 * program that opens it.
 */
static int calibrate_direct(struct bpf_probes *p, struct pingpong *pp)
{
	uint64_t load, turn, without, with;
	int err;

	err = phase(p, pp, PROBES_ENTRY | PROBES_TURN, &load, &turn);
	if (!err)
		err = phase(p, pp, PROBES_ENTRY | PROBES_BRACKET, &load, &without);
	if (!err)
		err = phase(p, pp, PROBES_ENTRY | PROBES_SWITCH | PROBES_BRACKET, &load, &with);
	if (err)
		return err;
	p->own_direct_ns = turn + difference(with, without);
	verbose_msg("calibration: one program's turn %lu ns, switch and bracket %lu ns, "
		    "with our sched_switch program %lu ns",
		    (unsigned long)turn, (unsigned long)without, (unsigned long)with);
	return 0;
}

int probes_calibrate(struct bpf_probes *p)
{
	uint64_t off, on, unused;
	struct pingpong pp;
	int err;

	err = pingpong_begin(&pp);
	if (err)
		return err;
	probes_globals(p)->calibration_cpu = pp.cpu;
	off = load_time(&pp);
	if (p->config.direct == DIRECT_SCHED)
		err = calibrate_direct(p, &pp);
	/* Not those of tasks' lives: they may keep states where clearing does not reach. */
	if (!err)
		err = phase(p, &pp, (PROBES_ALL | PROBES_IPC) & ~PROBES_TASK, &on, &unused);
	pingpong_end(&pp);
	probes_clear(p);
	if (err)
		return err;
	/* A switch of the load is two calls. */
	p->own_ns = difference(on, off) / (p->config.ipc_pair_mask ? 2 : 1);
	probes_globals(p)->own_direct_ns = p->own_direct_ns;
	verbose_msg("calibration: a switch takes %lu ns untraced, %lu ns traced",
		    (unsigned long)off, (unsigned long)on);
	return 0;
}
