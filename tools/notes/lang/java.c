// SPDX-License-Identifier: GPL-2.0
/* lang.java: are Java's threads truly parallel? */
#include "notes/cpus.h"
#include "notes/installed.h"
#include "notes/said.h"

#define ID	"lang.java"
#define JAVA	"/usr/bin/java"
#define TASKS	2
#define MOSTLY	0.5	/* of the time: both had a CPU */
#define HARDLY	0.05

enum { FREE, LOCKED };
enum { CPU_NS };

static int run(struct sample *s)
{
	static const char *const how[] = { [FREE] = "free", [LOCKED] = "locked" };
	/* It compiles the file first, in a second or so: nothing is measured of that. */
	struct foreign f = {
		.script = "lang/AtOnce.java",
		.argv = {
			JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
			"-XX:ErrorFile=/dev/null", "--source", "11",
		},
		.args = { how[s->arm] },
	};
	int err = installed(s, JAVA, "default-jdk-headless");

	if (!err)
		err = cpus_unpin();
	if (!err)
		err = said_foreign(s, ID, &f);
	if (!err)
		s->value = s->seen[CPU_NS] / (s->value * (double)s->ops) - 1;
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, FREE);
	n->effect_unit = "of the time";
}

static void check(struct note *n)
{
	size_t a;

	for (a = FREE; a <= LOCKED; a++)
		note_gate_near(n, n->claim->arm[a].name, "threads called computing/sample", TASKS,
			       0, (double)n->counted[a].ledger[0].tasks /
			       (double)n->counted[a].n);
}

static void decide(struct note *n)
{
	struct interval locked = note_median(n, LOCKED);
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > MOSTLY && locked.hi < MOSTLY)
		note_verdict(n, VERDICT_HOLDS,
			     "two threads of Java computed at once for %.0f %% of the time, and "
			     "within one synchronized block for %.0f %%", 100 * e->value,
			     100 * (locked.value > 0 ? locked.value : 0));
	else if (e->hi < HARDLY && n->machine->busy < MOSTLY)
		note_verdict(n, VERDICT_FALSE,
			     "two threads of Java computed at once for %.1f %% of the time at most",
			     100 * (e->hi > 0 ? e->hi : 0));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "two threads of Java computed at once for %.0f to %.0f %% of the "
			     "time: others use these CPUs", 100 * e->lo, 100 * e->hi);
}

static const struct claim java = {
	.id = ID,
	.topic = "lang",
	.claim = "Threads of Java are truly parallel",
	.claim_zh = "Java 的多线程可以真正并行",
	.how =
		"Two threads of Java compute for 60 ms, freely or within one synchronized block, "
		"after 20 ms in which what they run is compiled. What two used in CPU time "
		"beyond the time that passed, they must have used at once. An operation is one "
		"thread's part.",
	.gates = "Each thread came to its end; by the probes there were two of their name.",
	.rule =
		"With the 95 % interval of the part at once: HOLDS if its lower end is above 0.5 "
		"and that within the block ends below; FALSE if its upper end is below 0.05 and "
		"others leave half of the CPU; INCONCLUSIVE HERE with one CPU, and else.",
	.live = "oscope timeline -- java PROGRAM",
	.op = "part",
	.value = "at_once_share",
	.seen = { [CPU_NS] = "cpu_ns" },
	.tasks = { "computing" },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "parts done/op") },
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [FREE] = { "free", run }, [LOCKED] = { "locked", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(java);
