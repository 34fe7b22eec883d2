// SPDX-License-Identifier: GPL-2.0
/* state.sleep: does sleep suspend its caller, while the CPU does other work? */
#include <errno.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SLEEPS		10
#define SLEEP_NS	2000000L
#define AS_A_RULE	0.99
#define HARDLY		0.01

enum { NEVER_EARLY, OTHER_WORKED, OVERSHOOT_NS };

static void work_for_ever(volatile uint64_t *done)
{
	for (;;)
		(*done)++;
}

static double sleep_once(void)
{
	const struct timespec time = { .tv_nsec = SLEEP_NS };
	uint64_t start = now_ns();

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	return (double)(now_ns() - start) - SLEEP_NS;
}

static int run(struct sample *s)
{
	volatile uint64_t *done = kin_shared(sizeof(*done));
	double over[SLEEPS];
	bool early = false;
	uint64_t before;
	pid_t pid;
	int i;

	if (!done)
		return -ENOMEM;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		work_for_ever(done);
	before = *done;
	for (i = 0; i < SLEEPS; i++) {
		over[i] = sleep_once();
		early = early || over[i] < 0;
	}
	sample_see(s, OTHER_WORKED, *done > before);
	sample_see(s, NEVER_EARLY, !early);
	sample_see(s, OVERSHOOT_NS, stats_median(over, SLEEPS));
	s->ops = SLEEPS;
	return kin_kill(pid, NULL);
}

static double sleeps(const struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	return c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_SLEEP]) : NAN;
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	/* One sleeps and one computes: whatever sleeps there are, are the sleeper's. */
	note_gate(n, "sleeper", "sleeps/op are known", 1, 0, 2, sleeps(n));
	note_gate_near(n, "sleeper", "forks/sample", 1, 0, c->lives.known && c->n ?
		       (double)c->lives.births[OSCOPE_BIRTH_FORK] / (double)c->n : NAN);
	note_evidence(n, "sleeper", "sleeps_per_op", sleeps(n));
}

static void decide(struct note *n)
{
	enum note_outcomes o = note_outcomes(n);
	double per_op = sleeps(n);

	if (o == OUTCOMES_YES && per_op >= AS_A_RULE)
		note_verdict(n, VERDICT_HOLDS,
			     "%.2f sleeps a call, none too short, %.0f us too long (mean of medians); "
			     "the other process worked meanwhile", per_op,
			     note_seen_mean(n, 0, OVERSHOOT_NS) / 1e3);
	else if (o == OUTCOMES_NO || per_op <= HARDLY)
		note_verdict(n, VERDICT_FALSE,
			     "%.2f sleeps a call; share of samples without one too short %.2f, in "
			     "which the other worked %.2f", per_op,
			     note_seen_mean(n, 0, NEVER_EARLY), note_seen_mean(n, 0, OTHER_WORKED));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f sleeps a call, all well in %.0f %% of the samples", per_op,
			     100 * n->effect.value);
}

static const struct claim sleep_suspends = {
	.id = "state.sleep",
	.topic = "state",
	.claim = "sleep() suspends its caller; the CPU does other work meanwhile",
	.claim_zh = "sleep 挂起线程，CPU 去做其他工作",
	.how =
		"One process sleeps 10 times for 2 ms by clock_nanosleep(2), on the CPU on which "
		"another one counts all the time. An operation is one sleep.",
	.gates =
		"One fork a sample; what tasks sleep for is known, and it is 2 an operation at "
		"most.",
	.rule =
		"HOLDS if there are 0.99 sleeps for sleep an operation at least, and in every "
		"sample none was too short and the other process got on; FALSE if there are 0.01 "
		"at most, or one of these never was so; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- sleep 1",
	.op = "sleep",
	.seen = {
		[NEVER_EARLY] = "never_early", [OTHER_WORKED] = "other_worked",
		[OVERSHOOT_NS] = "overshoot_ns",
	},
	.needed = { SAW(0, NEVER_EARLY), SAW(0, OTHER_WORKED) },
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "sleeper", run } },
	.check = check,
	.decide = decide,
};
CLAIM(sleep_suspends);
