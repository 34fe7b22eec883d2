// SPDX-License-Identifier: GPL-2.0
/* Threads or processes of an interpreter that compute for a while: how many of them at once. */
#include <math.h>
#include <stdio.h>

#include "notes/at_once.h"
#include "notes/cpus.h"

#define CLOCKS_DIFFER	0.1
#define END_NS		150000.0	/* of a task, which comes after it has read its clock */

enum { WALL, CPU, ALL_CPU, TURNS, CPUS, GIL, VERSION };

static void report(struct sample *s, const struct foreign_number *said)
{
	s->turns = (uint64_t)said[TURNS].value;
	s->value = (double)said[CPU].value / (double)said[WALL].value;
	sample_see(s, AT_ONCE_CPU_NS, (double)said[ALL_CPU].value);
	sample_see(s, AT_ONCE_CPUS, (double)said[CPUS].value);
	sample_see(s, AT_ONCE_GIL, (double)said[GIL].value);
	sample_see(s, AT_ONCE_VERSION, (double)said[VERSION].value);
}

int at_once_sample(struct sample *s, bool processes, unsigned int many, unsigned int ms)
{
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [CPU] = { "cpu_ns" },
		[ALL_CPU] = { "all_cpu_ns" }, [TURNS] = { "turns" },
		[CPUS] = { "cpus" }, [GIL] = { "gil" }, [VERSION] = { "version" }, { NULL },
	};
	char how_many[16], how_long[16];
	struct python p = {
		.script = "py/at_once.py",
		.args = { processes ? "processes" : "threads", how_many, how_long },
		.family = processes,
	};
	int err = cpus_unpin();

	snprintf(how_many, sizeof(how_many), "%u", many);
	snprintf(how_long, sizeof(how_long), "%u", ms);
	if (!err)
		err = python_run(s, &p, said);
	s->ops = many;
	s->flat = true;
	if (!err)
		report(s, said);
	return err;
}

void at_once_gate(struct note *n, size_t arm)
{
	const struct arm_counted *c = &n->counted[arm];
	const struct arm_seen *seen = &c->seen[AT_ONCE_CPU_NS];
	double probes = (double)c->ledger[0].sum.running;
	double ends = (double)c->ledger[0].tasks * END_NS / seen->sum;

	note_gate(n, n->claim->arm[arm].name, "CPU time, by the probes / their own clocks", 1,
		  1 - CLOCKS_DIFFER, 1 + CLOCKS_DIFFER + ends,
		  c->states && seen->n ? probes / seen->sum : NAN);
}
