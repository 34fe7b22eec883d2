// SPDX-License-Identifier: GPL-2.0
/* The CPUs that a sample may use, which the harness has pinned to one of them. */
#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "notes/cpus.h"

/*
 * What the harness may use is what its own process may: the first one up the line that is not the
 * sample's. A sample's child asks before it is made, so that its parent is still the harness.
 */
static int allowed(cpu_set_t *set)
{
	static cpu_set_t known;
	static bool asked;

	if (!asked) {
		if (sched_getaffinity(getppid(), sizeof(known), &known))
			return -errno;
		asked = true;
	}
	*set = known;
	return 0;
}

unsigned int cpus_count(void)
{
	cpu_set_t set;

	return allowed(&set) ? 1 : (unsigned int)CPU_COUNT(&set);
}

int cpus_unpin(void)
{
	cpu_set_t set;
	int err = allowed(&set);

	if (err)
		return err;
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* The next one that is allowed, round about. */
static int next_of(const cpu_set_t *set, int cpu)
{
	do
		cpu = (cpu + 1) % CPU_SETSIZE;
	while (!CPU_ISSET(cpu, set));
	return cpu;
}

int cpus_pin(const struct sample *s, unsigned int nth)
{
	cpu_set_t set, one;
	int err = allowed(&set), cpu = s->cpu;

	if (err)
		return err;
	CPU_SET(cpu, &set);
	for (; nth; nth--)
		cpu = next_of(&set, cpu);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

static uint64_t cpu_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

uint64_t cpus_thread_ns(void)
{
	return cpu_ns(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t cpus_process_ns(void)
{
	return cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
}

bool cpus_too_few(struct note *n)
{
	if (n->machine->cpus_allowed > 1)
		return false;
	note_verdict(n, VERDICT_INCONCLUSIVE, "one CPU is all that may be used here");
	return true;
}
