// SPDX-License-Identifier: GPL-2.0
/* ipc.thread-process: does it cost more to talk to a process than to a thread? */
#include <stdio.h>

#include "notes/notes.h"
#include "notes/relay.h"

#define SAME	0.05
#define BURST	256	/* messages of a byte: a pipe has room for them all */
#define FEW	0.1	/* of these may be switches */
#define BATCH	8	/* exchanges of as many */

enum { THREADS, PROCESSES, THREADS_BURST, PROCESSES_BURST, ARMS };

static bool in_burst(size_t arm)
{
	return arm >= THREADS_BURST;
}

static int run(struct sample *s)
{
	struct relay r = {
		.process = s->arm == PROCESSES || s->arm == PROCESSES_BURST,
		.burst = in_burst(s->arm) ? BURST : 1,
	};
	int err = sample_batch_policy(), ended;

	if (!err)
		err = relay_pipes(&r);
	if (!err)
		err = relay_begin(&r);
	if (err)
		return err;
	err = in_burst(s->arm) ? sample_measure_long(s, relay_rounds, &r, BATCH)
			       : sample_measure(s, relay_rounds, &r);
	s->turns = r.turns;
	ended = relay_end(&r);
	return err ? err : ended;
}

static struct interval to_threads(const struct note *n, int processes)
{
	return note_ratio(n, processes, processes - 1);
}

static void effect(struct note *n)
{
	n->effect = to_threads(n, PROCESSES);
	n->effect_unit = "x";
}

/*
 * The slice of who sends a burst may end in the middle of it, and others may have the CPU: still
 * far from a switch a message.
 */
static void check_arm(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;
	double most = in_burst(a) ? FEW * BURST : 2.1, calls = in_burst(a) ? 2 * (BURST + 1) : 4;

	note_gate(n, arm, "switches/op", 2, 1.98, most,
		  note_per_op(c, c->sum->voluntary + c->sum->involuntary));
	note_gate(n, arm, "switches/op, timed", 2, 1.98, most,
		  note_timed_switches(&n->timed[a]));
	note_gate_syscalls(n, a, calls, calls / 100);
	if (!in_burst(a))
		note_gate(n, arm, "pipe-read sleeps/op", 2, 1.5, 2.02,
			  note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_READ]));
}

static void check(struct note *n)
{
	size_t a;

	for (a = THREADS; a < ARMS; a++)
		check_arm(n, a);
	note_gate(n, "threads", "same_mm, share", 1, 0.7, 1,
		  note_kind_share(&n->counted[THREADS], OSCOPE_KIND_SAME_MM));
	note_gate(n, "processes", "cross_mm, share", 1, 0.7, 1,
		  note_kind_share(&n->counted[PROCESSES], OSCOPE_KIND_CROSS_MM));
	note_evidence(n, "burst", "processes_to_threads", to_threads(n, PROCESSES_BURST).value);
}

/* Whether processes cost more: 1 yes, 0 no, -1 not decided. */
static int more(const struct note *n, int processes)
{
	struct stats_samples s = note_samples(n, processes, processes - 1);
	struct interval r = to_threads(n, processes);

	if (r.lo > 1 + SAME)
		return 1;
	return stats_same(&s, SAME, n->seed) || r.hi < 1 ? 0 : -1;
}

static void decide(struct note *n)
{
	struct interval r = to_threads(n, PROCESSES), burst = to_threads(n, PROCESSES_BURST);
	int each = more(n, PROCESSES), together = more(n, PROCESSES_BURST);
	char times[128];

	snprintf(times, sizeof(times),
		 "%.3f times as much where each message is a switch, %.3f times where %d are one",
		 r.value, burst.value, BURST);
	if (each < 0 || together < 0)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%s: intervals %.3f to %.3f and %.3f to %.3f, neither more by 5 %% "
			     "nor the same", times, r.lo, r.hi, burst.lo, burst.hi);
	else if (each && together)
		note_verdict(n, VERDICT_HOLDS, "between processes it costs %s", times);
	else if (each || together)
		note_verdict(n, VERDICT_HOLDS_IF, "%s: between processes it costs %s",
			     each ? "each message is a switch" : "messages come many at a time",
			     times);
	else
		note_verdict(n, VERDICT_FALSE,
			     "between processes it costs %s: no more than between threads", times);
}

static const struct claim thread_process = {
	.id = "ipc.thread-process",
	.topic = "ipc",
	.claim = "Talking between processes costs more than between threads",
	.claim_zh = "进程间通信的开销比线程间通信更高",
	.how =
		"Two threads, or two processes, on one CPU talk through two pipes by the same "
		"code: one byte there, one back; and 256 messages of a byte there, each written "
		"and read on its own, one back for all of them. So every message is a switch in "
		"the one case, and hardly any in the other. An operation is one such exchange. "
		"Python's two queues, of threads and of processes, are in py.queue-pipe.",
	.gates =
		"2.00 switches an exchange in both passes: to 2.1, as others may have the CPU, "
		"and of 256 messages to 25.6, one in ten, whose sender's slice may end; 4, or "
		"514, system calls; where a message is a switch, 1.5 to 2.02 sleeps for a read of "
		"a pipe and over 70 % of events same_mm for threads, cross_mm for processes; "
		"every message came, by a sum that comes back; one thread, or one fork, a sample.",
	.rule =
		"r = an exchange between processes / between threads, with its 95 % interval, "
		"more if the lower end is above 1.05, no more if both are equivalent within 5 % "
		"(two one-sided tests) or the upper end is below 1. HOLDS if it is more in both "
		"cases, HOLDS IF in one, FALSE in none; INCONCLUSIVE HERE if one is neither.",
	.live = "oscope switch -- PROGRAM: kinds same_mm and cross_mm; oscope ipc -- PROGRAM",
	.op = "exchange",
	.value = "ns",
	.counts = {
		NAMED(TURNS, THREADS, 1, "messages that came"),
		NAMED(TURNS, PROCESSES, 1, "messages that came"),
		NAMED(TURNS, THREADS_BURST, BURST, "messages that came"),
		NAMED(TURNS, PROCESSES_BURST, BURST, "messages that came"),
		MADE_ONCE(THREADS, THREAD, 1), MADE_ONCE(PROCESSES, FORK, 1),
		MADE_ONCE(THREADS_BURST, THREAD, 1), MADE_ONCE(PROCESSES_BURST, FORK, 1),
	},
	.placement = "same CPU, SCHED_BATCH",
	.needs_times = true,
	.needs_syscalls = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[THREADS] = { "threads", run }, [PROCESSES] = { "processes", run },
		[THREADS_BURST] = { "threads_burst", run },
		[PROCESSES_BURST] = { "processes_burst", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(thread_process);
