// SPDX-License-Identifier: GPL-2.0
/* lang.node: is Node's loop one thread, and asynchronous? */
#include <math.h>

#include "notes/cpus.h"
#include "notes/installed.h"
#include "notes/said.h"

#define ID		"lang.node"
#define NODE		"/usr/bin/node"
#define WORKERS_MADE	2	/* lang/node.js has the same */

enum { LOOP, WAITS, WORKERS };
enum { CPU_NS, ONE_THREAD, THREAD_EACH, STOOD_STILL, AT_ONCE };

static int run(struct sample *s)
{
	static const char *const how[] = {
		[LOOP] = "loop", [WAITS] = "waits", [WORKERS] = "workers",
	};
	/* The script is a file in memory, whose own name is no path to it. */
	struct foreign f = {
		.script = "lang/node.js",
		.argv = { NODE, "--preserve-symlinks", "--preserve-symlinks-main" },
		.args = { how[s->arm] },
	};
	int err = installed(s, NODE, "nodejs");

	if (!err)
		err = cpus_unpin();
	return err ? err : said_foreign(s, ID, &f);
}

/* Kernel threads a sample makes: the interpreter has some of its own. */
static double threads(const struct note *n, size_t arm)
{
	const struct arm_counted *c = &n->counted[arm];

	return c->n ? (double)c->lives.births[OSCOPE_BIRTH_THREAD] / (double)c->n : NAN;
}

static void check(struct note *n)
{
	note_gate_near(n, "workers", "threads/sample, more than by the loop", WORKERS_MADE, 0,
		       threads(n, WORKERS) - threads(n, LOOP));
	note_gate_near(n, "waits", "threads/sample, more than by the loop", 0, 0,
		       threads(n, WAITS) - threads(n, LOOP));
	note_evidence(n, "workers", "cpu_share", note_seen_mean(n, WORKERS, CPU_NS) /
		      (WORKERS_MADE * stats_median(n->timed[WORKERS].value, n->timed[WORKERS].n)));
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS_IF,
		     "of one loop: two asynchronous functions computed in the same thread, one "
		     "after the other, and a beat of 1 ms beside them stood still; 100 waits of "
		     "5 ms in it were over after %.1f ms; worker threads are others: two "
		     "computed in a thread each",
		     100 * stats_median(n->timed[WAITS].value, n->timed[WAITS].n) / 1e6);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which two computations of a loop had one thread %.2f "
		     "and beats stood still %.2f, 100 waits had one thread %.2f and were under "
		     "way at once %.2f, two workers had a thread each %.2f"
		     "", note_seen_mean(n, LOOP, ONE_THREAD),
		     note_seen_mean(n, LOOP, STOOD_STILL), note_seen_mean(n, WAITS, ONE_THREAD),
		     note_seen_mean(n, WAITS, AT_ONCE), note_seen_mean(n, WORKERS, THREAD_EACH));
}

static const struct claim node = {
	.id = ID,
	.topic = "lang",
	.claim = "Node's event loop is one thread, and asynchronous",
	.claim_zh = "Node 的事件循环是单线程异步",
	.how =
		"Two asynchronous functions of Node compute for 60 ms each, beside a timer of 1 "
		"ms; 100 wait 5 ms each (setTimeout()); and two worker_threads compute for 60 "
		"ms. Each looks at the end in which thread of the kernel's it is. All CPUs, from "
		"when Node is up. An operation is one computation or wait.",
	.gates =
		"All of them came to their end; the kernel made two threads more for the workers "
		"than for the loop, and none for the waits.",
	.rule =
		"HOLDS IF one loop is meant, if in every sample both computations and all waits "
		"were in one thread, no beat came beside the computations, the waits were over "
		"within a quarter of their sum, and workers had a thread each; FALSE if one of "
		"these never was so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope timeline -- node PROGRAM",
	.op = "operation",
	.value = "ns",
	.seen = {
		[CPU_NS] = "cpu_ns", [ONE_THREAD] = "one_thread", [THREAD_EACH] = "thread_each",
		[STOOD_STILL] = "stood_still", [AT_ONCE] = "at_once",
	},
	.needed = {
		SAW(LOOP, ONE_THREAD), SAW(LOOP, STOOD_STILL), SAW(WAITS, ONE_THREAD),
		SAW(WAITS, AT_ONCE), SAW(WORKERS, THREAD_EACH),
	},
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "that came to their end/op"),
		MADE_ONCE(ALL_ARMS, FORK, 1),
	},
	.placement = "all CPUs",
	.narrow = 0.2,
	.needs_lives = true,
	.arm = {
		[LOOP] = { "loop", run }, [WAITS] = { "waits", run },
		[WORKERS] = { "workers", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(node);
