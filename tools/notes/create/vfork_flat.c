// SPDX-License-Identifier: GPL-2.0
/* create.vfork-flat: do vfork and posix_spawn not pay for the memory of the parent? */
#include <math.h>

#include "notes/makers.h"
#include "notes/notes.h"

#define BATCH_OPS	1
#define LARGE_MIB	64
#define FLAT		0.05	/* of fork's slope */
#define STOPPED		0.9	/* of all: the parent may lose the CPU before it would sleep */

enum { FORK, FORK_LARGE, VFORK, VFORK_LARGE, SPAWN, SPAWN_LARGE };

/* Every second arm is that of the large parent. */
static int run(struct sample *s)
{
	static void (*const make[])(void *maker, uint64_t n) = {
		[FORK] = make_forks, [VFORK] = make_vforks, [SPAWN] = make_spawns,
	};

	return maker_sample(s, make[s->arm & ~1UL], s->arm & 1 ? LARGE_MIB : 0, BATCH_OPS);
}

/* ns a MiB, from a small parent to a large one, in this way. */
static struct interval slope(const struct note *n, int small)
{
	struct stats_samples s = note_samples(n, small + 1, small);
	struct interval i = stats_difference(&s, STATS_95, n->seed);

	return (struct interval){ i.value / LARGE_MIB, i.lo / LARGE_MIB, i.hi / LARGE_MIB };
}

static void effect(struct note *n)
{
	n->effect = slope(n, VFORK);
	n->effect_unit = "ns/MiB";
}

static void check(struct note *n)
{
	size_t a;

	for (a = VFORK; a < claim_arms(n->claim); a++) {
		const struct arm_counted *c = &n->counted[a];

		note_gate(n, n->claim->arm[a].name, "vfork-wait sleeps/op", 1, STOPPED, 1,
			  c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_VFORK_WAIT]) : NAN);
	}
	note_evidence(n, "fork", "slope_ns_per_mib", slope(n, FORK).value);
	note_evidence(n, "spawn", "slope_ns_per_mib", slope(n, SPAWN).value);
}

static void decide(struct note *n)
{
	struct interval fork = slope(n, FORK), vfork = n->effect, spawn = slope(n, SPAWN);
	double allowed = FLAT * fork.value;
	double hi = fmax(vfork.hi, spawn.hi);

	if (fork.lo <= 0)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "fork's own slope, %.0f to %.0f ns/MiB, is not told from 0",
			     fork.lo, fork.hi);
	else if (hi < allowed)
		note_verdict(n, VERDICT_HOLDS,
			     "%.1f ns more a MiB at most, vfork and posix_spawn; fork %.0f ns", hi,
			     fork.value);
	else if (fmax(vfork.lo, spawn.lo) > FLAT * fork.hi)
		note_verdict(n, VERDICT_FALSE,
			     "each MiB costs vfork %.1f ns and posix_spawn %.1f ns more; fork %.0f "
			     "ns", vfork.value, spawn.value, fork.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "up to %.1f ns a MiB may be in it, %.1f would be 5 %% of fork's: more "
			     "samples or less load", hi, allowed);
}

static const struct claim vfork_flat = {
	.id = "create.vfork-flat",
	.topic = "create",
	.claim = "vfork and posix_spawn do not pay for the memory of the parent",
	.claim_zh = "vfork/posix_spawn 的开销不随父进程内存增长",
	.how =
		"A parent with no and with 64 MiB of written memory makes a child that ends at "
		"once, and waits for it: by fork(2), with the flags of vfork(2), by "
		"posix_spawn(3) of a program that is not there. An operation is one child.",
	.gates =
		"One task of the arm's kind an operation; the maker by vfork and posix_spawn "
		"sleeps until the child lets go of its memory, in 90 % of all at least.",
	.rule =
		"Slopes in ns a MiB with their 95 % intervals. HOLDS if the upper ends of vfork's "
		"and posix_spawn's are below 5 % of fork's slope; FALSE if one's lower end is "
		"above 5 % of fork's upper end; INCONCLUSIVE HERE else, or if fork's has 0 in it.",
	.live = "oscope spawn -- PROGRAM; oscope states --why -- PROGRAM",
	.op = "child",
	.value = "ns",
	.counts = {
		MADE(FORK, FORK, 1), MADE(FORK_LARGE, FORK, 1), MADE(VFORK, VFORK, 1),
		MADE(VFORK_LARGE, VFORK, 1), MADE(SPAWN, VFORK, 1), MADE(SPAWN_LARGE, VFORK, 1),
	},
	.narrow = 0.5,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[FORK] = { "fork", run },
		[FORK_LARGE] = { "fork_large", run },
		[VFORK] = { "vfork", run },
		[VFORK_LARGE] = { "vfork_large", run },
		[SPAWN] = { "spawn", run },
		[SPAWN_LARGE] = { "spawn_large", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(vfork_flat);
