// SPDX-License-Identifier: GPL-2.0
/* switch.thread-cheaper: is switching threads much faster than switching processes? */
#include "notes/parts.h"
#include "notes/placed.h"

#define MUCH 2.0
#define PARTS_PLACED 64	/* few: on a CPU that others want each takes long */

enum { THREADS, PROCESSES };

static void rounds(void *handoff, uint64_t n)
{
	handoff_rounds(handoff, n);
}

static int run(struct sample *s)
{
	struct handoff h;
	int err, ended;

	err = sample_batch_policy();
	if (err)
		return err;
	err = handoff_begin(&h, s->arm == THREADS ? HANDOFF_THREAD : HANDOFF_PROCESS);
	if (err)
		return err;
	err = sample_measure(s, rounds, &h);
	if (!err && !s->counted)
		err = parts_measure(s, &h, PARTS_ROUNDS);
	s->turns = h.turns;
	ended = handoff_end(&h);
	return err ? err : ended;
}

static int run_placed(struct sample *s)
{
	struct handoff h;
	int err, ended;

	err = sample_batch_policy();
	if (!err)
		err = handoff_begin_placed(&h, s->arm == THREADS ? HANDOFF_THREAD : HANDOFF_PROCESS,
					   s);
	if (err)
		return err;
	placed_measure(s, rounds, &h);
	if (!s->counted && !s->idle)
		err = parts_measure(s, &h, PARTS_PLACED);
	s->turns = h.turns;
	ended = handoff_end(&h);
	return err ? err : ended;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, PROCESSES, THREADS);
	n->effect_unit = "x";
}

static void check_arm(struct note *n, size_t a, enum oscope_kind kind, const char *share)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;
	uint64_t switches = c->sum->voluntary + c->sum->involuntary;

	note_gate_near(n, arm, "switches/op", 2, 0.02, note_per_op(c, switches));
	note_gate_near(n, arm, "switches/op, timed", 2, 0.02,
		       note_timed_switches(&n->timed[a]));
	note_gate(n, arm, "voluntary, share", 1, 0.99, 1,
		  (double)c->sum->voluntary / (double)switches);
	note_gate(n, arm, share, 1, 0.99, 1, note_kind_share(c, kind));
	note_gate_near(n, arm, "turns/op", 1, 0, note_per_op(c, c->turns));
	note_gate_syscalls(n, a, 4, 0.04);
}

static void check(struct note *n)
{
	check_arm(n, THREADS, OSCOPE_KIND_SAME_MM, "same_mm, share");
	check_arm(n, PROCESSES, OSCOPE_KIND_CROSS_MM, "cross_mm, share");
	parts_evidence(n, THREADS, OSCOPE_KIND_SAME_MM);
	parts_evidence(n, PROCESSES, OSCOPE_KIND_CROSS_MM);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (e->lo >= MUCH)
		note_verdict(n, VERDICT_HOLDS,
			     "a round trip between processes takes %.2f times as long, at least "
			     "twice", e->value);
	else if (e->lo > 1)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "\"much faster\" may mean %.2f times as fast: faster, but %s",
			     e->value, e->hi < MUCH ? "not twice" : "whether twice is not decided");
	else if (e->hi <= 1)
		note_verdict(n, VERDICT_FALSE,
			     "a round trip between processes takes %.2f times as long: no longer "
			     "at all", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the interval %.3f to %.3f has 1 in it: more samples or less load",
			     e->lo, e->hi);
}

static const struct claim thread_cheaper = {
	.id = "switch.thread-cheaper",
	.topic = "switch",
	.claim = "Switching threads is much faster than switching processes",
	.claim_zh = "线程切换比进程切换快很多",
	.how =
		"Two threads, or two processes, on one CPU hand a turn to and fro through a futex "
		"in shared memory; each works on 1 KiB of its own in between. Both arms run the "
		"same code and make the same system calls. SCHED_BATCH keeps the woken side from "
		"pushing the waker off the CPU, so that every hand-over is one voluntary switch. After "
		"that its parts on their own: calls that find nothing to do, what waking somebody adds, "
		"the work; by the probes the switch itself.",
	.gates =
		"2.00 switches a round trip (+-1 %), in both passes; over 99 % of them voluntary; "
		"over 99 % of all events same_mm for threads, cross_mm for processes; 4 system "
		"calls and one turn a round trip.",
	.rule =
		"r = round trip of processes / of threads, with its 95 % interval. HOLDS if the "
		"lower end is 2 or more; HOLDS IF, \"much\" taken away, if it is above 1; FALSE "
		"if the upper end is 1 or less; INCONCLUSIVE HERE if 1 lies inside.",
	.live = "oscope switch -- taskset -c 0 perf bench sched pipe -l 100000 [-T]",
	.op = "round trip",
	.value = "ns",
	.seen = { PARTS_NAMES },
	.placement = "same CPU, SCHED_BATCH",
	.needs_times = true,
	.needs_syscalls = true,
	.arm = {
		[THREADS] = { "threads", run },
		[PROCESSES] = { "processes", run },
	},
	.placed = {
		[THREADS] = { "threads", run_placed, placed_sleeps },
		[PROCESSES] = { "processes", run_placed, placed_sleeps },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(thread_cheaper);
