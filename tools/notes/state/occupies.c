// SPDX-License-Identifier: GPL-2.0
/* state.occupies: does a blocked task keep the CPU from others? */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SPIN_NS		50000000ULL
#define MOST		0.9	/* of the CPU: that another has some does not show */
#define LITTLE		0.05
#define HALF_AT_MOST	0.6

enum { BLOCKED, ASKING };
enum { WAITER_SHARE };

/* What the waiter says of itself, and when it begins. */
struct waiter {
	bool asks;
	uint64_t wall_ns, cpu_ns;
};

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* Wait for the one byte: asleep, or asking for it over and over. */
static int byte_wait(int fd, volatile struct waiter *w, bool asking)
{
	char byte;

	if (!asking)
		return kin_hear(fd);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		return -errno;
	w->asks = true;
	while (read(fd, &byte, 1) != 1) {
		if (errno != EAGAIN)
			return -errno;
	}
	return 0;
}

static void waiter_main(int fd, volatile struct waiter *w, bool asking)
{
	uint64_t start = now_ns(), cpu = cpu_ns();
	int err;

	kin_name("waiter");
	err = byte_wait(fd, w, asking);
	w->cpu_ns = cpu_ns() - cpu;
	w->wall_ns = now_ns() - start;
	_exit(err ? 1 : 0);
}

/* The share of the CPU that who computes for so long has. */
static double compute(void)
{
	uint64_t start = now_ns(), cpu = cpu_ns(), now;

	do
		now = now_ns();
	while (now - start < SPIN_NS);
	return (double)(cpu_ns() - cpu) / (double)(now - start);
}

static int run(struct sample *s)
{
	volatile struct waiter *w = kin_shared(sizeof(*w));
	bool asking = s->arm == ASKING;
	int fd[2], status, err;
	pid_t pid;

	if (!w || pipe(fd))
		return w ? -errno : -ENOMEM;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		waiter_main(fd[0], w, asking);
	while (asking ? !w->asks : kin_state(pid) != 'S')
		sched_yield();
	s->value = compute();
	err = kin_tell(fd[1]);
	if (!err)
		err = kin_wait(pid, &status);
	s->ops = 1;
	s->turns = !err && !status;
	s->flat = true;
	sample_see(s, WAITER_SHARE, w->wall_ns ? (double)w->cpu_ns / (double)w->wall_ns : NAN);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, BLOCKED);
	n->effect_unit = "of the CPU";
}

/* Sleeps of the waiter, an operation. */
static double pipe_sleeps(const struct note *n, size_t arm)
{
	return note_sleeps(n, arm, 0, OSCOPE_REASON_PIPE_READ);
}

static void check(struct note *n)
{
	note_gate_near(n, "blocked", "sleeps for pipe-read/op", 1, 0, pipe_sleeps(n, BLOCKED));
	note_gate_near(n, "asking", "sleeps for pipe-read/op", 0, 0, pipe_sleeps(n, ASKING));
	/* That a task which does occupy the CPU would show. */
	note_gate(n, "asking", "share of the CPU beside it", 0.5, 0, HALF_AT_MOST + 0.1,
		  stats_median(n->timed[ASKING].value, n->timed[ASKING].n));
}

static void decide(struct note *n)
{
	double waiter = note_seen_mean(n, BLOCKED, WAITER_SHARE), crowd = note_crowded(n);
	double asking = stats_median(n->timed[ASKING].value, n->timed[ASKING].n);
	const struct interval *e = &n->effect;

	if (e->lo >= MOST && waiter <= LITTLE)
		note_verdict(n, VERDICT_FALSE,
			     "beside a blocked task another has %.1f %% of the CPU, and the "
			     "blocked one %.2f %%; beside one that asks over and over it has "
			     "%.0f %%", 100 * e->value, 100 * waiter, 100 * asking);
	else if (e->hi <= HALF_AT_MOST && waiter >= 1 - HALF_AT_MOST)
		note_verdict(n, VERDICT_HOLDS,
			     "beside a blocked task another has %.0f %% of the CPU, and the "
			     "blocked one %.0f %%", 100 * e->value, 100 * waiter);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.0f %% of the CPU beside a blocked task, which has %.2f %%; others "
			     "have %.0f %%", 100 * e->value, 100 * waiter, 100 * crowd);
}

static const struct claim occupies = {
	.id = "state.occupies",
	.topic = "state",
	.claim = "A blocked task occupies the computer, so that others cannot run",
	.claim_zh = "阻塞的任务占用计算资源，别的任务无法运行",
	.how =
		"A process reads from an empty pipe; once it sleeps, another one computes on the "
		"same CPU for 50 ms. Beside it, as what would occupy the CPU: a process that asks "
		"the pipe over and over, without blocking. The value is the CPU time of who "
		"computes through the time that has passed. An operation is one such wait.",
	.gates =
		"One fork and one byte an operation, and one sleep for pipe-read for the blocked one, "
		"none for the one that asks; beside the latter at most 0.7 of the CPU are left.",
	.rule =
		"With the 95 % interval of the share beside the blocked one: FALSE if it is 0.9 at "
		"least and the blocked one's own is 0.05 at most; HOLDS if it is 0.6 at most and "
		"the blocked one's own is 0.4 at least; else INCONCLUSIVE HERE.",
	.live = "oscope states --by process -- PROGRAM",
	.op = "wait",
	.value = "share",
	.seen = { [WAITER_SHARE] = "waiter_share" },
	.tasks = { "waiter" },
	.counts = {
		MADE(BLOCKED, FORK, 1), MADE(ASKING, FORK, 1),
		NAMED(TURNS, BLOCKED, 1, "bytes/op"), NAMED(TURNS, ASKING, 1, "bytes/op"),
	},
	.narrow = 0.02,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [BLOCKED] = { "blocked", run }, [ASKING] = { "asking", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(occupies);
