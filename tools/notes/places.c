// SPDX-License-Identifier: GPL-2.0
/* Where two tasks that talk may run, by what sysfs says of this machine's CPUs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "notes/places.h"
#include "parse.h"
#include "util.h"

#define INDEXES	16	/* caches of a CPU, at most; Linux numbers them from 0 without a gap */
#define LINE	4096	/* of a list of CPUs; kernels join neighbours */

static const char *const names[PLACES] = {
	[PLACE_SAME_CPU] = "same CPU", [PLACE_SMT] = "SMT sibling",
	[PLACE_SAME_CACHE] = "same cache", [PLACE_OTHER_CACHE] = "other cache",
	[PLACE_UNTOLD] = "another CPU", [PLACE_UNPINNED] = "unpinned",
};

/* What is said of a placement that this machine does not have. */
static const char *const lacking[PLACES] = {
	[PLACE_SMT] = "this machine has no SMT sibling that may be used",
	[PLACE_SAME_CACHE] = "no other core that may be used shares a cache with this one",
	[PLACE_OTHER_CACHE] = "every CPU that may be used shares a cache with this one",
};

const char *place_name(enum placement p)
{
	return names[p];
}

/* A list such as 0,2-3 in a file of this CPU; false: there is none, or it is no list. */
static bool list_read(const char *root, int cpu, const char *name, bool set[CPU_SETSIZE])
{
	char path[256], line[LINE];
	int err;

	memset(set, 0, CPU_SETSIZE * sizeof(*set));
	snprintf(path, sizeof(path), "%s/sys/devices/system/cpu/cpu%d/%s", root, cpu, name);
	if (file_line(path, line, sizeof(line)) <= 0)
		return false;
	/* Beyond what an affinity mask of ours can have there is nobody to be paired with. */
	err = parse_cpus(line, set, CPU_SETSIZE, NULL);
	return !err || err == -ERANGE;
}

/* Since 5.3 core_cpus_list, the same before as thread_siblings_list, which stays. */
static bool core_read(const char *root, int cpu, bool set[CPU_SETSIZE])
{
	return list_read(root, cpu, "topology/core_cpus_list", set) ||
	       list_read(root, cpu, "topology/thread_siblings_list", set);
}

/* Who shares the last cache, the one of the highest level; its level, 0: nothing is told. */
static unsigned int cache_read(const char *root, int cpu, bool set[CPU_SETSIZE])
{
	char name[64], path[256], line[32];
	unsigned int i, last = 0, at = 0;
	uint64_t level;

	for (i = 0; i < INDEXES; i++) {
		snprintf(path, sizeof(path), "%s/sys/devices/system/cpu/cpu%d/cache/index%u/level",
			 root, cpu, i);
		if (file_line(path, line, sizeof(line)) <= 0 || parse_u64(line, 1, 99, &level))
			break;
		if (level <= last)
			continue;
		last = (unsigned int)level;
		at = i;
	}
	if (!last)
		return 0;
	snprintf(name, sizeof(name), "cache/index%u/shared_cpu_list", at);
	return list_read(root, cpu, name, set) ? last : 0;
}

static enum placement place_of(int other, const bool *core, const bool *cache, unsigned int level)
{
	if (core[other])
		return PLACE_SMT;
	if (!level)
		return PLACE_UNTOLD;
	return cache[other] ? PLACE_SAME_CACHE : PLACE_OTHER_CACHE;
}

static void found(struct place_found to[PLACES], enum placement p, int cpu, unsigned int level)
{
	to[p].cpu = cpu;
	if (p == PLACE_SMT)
		snprintf(to[p].why, sizeof(to[p].why), "CPU %d is of the same core", cpu);
	else if (p == PLACE_UNTOLD)
		snprintf(to[p].why, sizeof(to[p].why),
			 "CPU %d, of whose caches sysfs says nothing", cpu);
	else
		snprintf(to[p].why, sizeof(to[p].why), "CPU %d %s the L%u cache", cpu,
			 p == PLACE_SAME_CACHE ? "shares" : "does not share", level);
}

/* Of a machine that tells nothing of caches no placement is lacking that needs to be told. */
static void lacks(struct place_found to[PLACES], unsigned int level)
{
	enum placement p;

	for (p = PLACE_SMT; p <= PLACE_UNTOLD; p++) {
		if (to[p].cpu >= 0 || !lacking[p])
			continue;
		snprintf(to[p].why, sizeof(to[p].why), "%s",
			 p != PLACE_SMT && !level ? "sysfs says nothing of caches here" :
						     lacking[p]);
	}
}

void places_look(struct place_found to[PLACES], int cpu, const cpu_set_t *allowed,
		 const char *root)
{
	bool core[CPU_SETSIZE], cache[CPU_SETSIZE];
	unsigned int level;
	int other;
	enum placement p;

	for (p = 0; p < PLACES; p++)
		to[p] = (struct place_found){ .cpu = -1 };
	to[PLACE_SAME_CPU].cpu = cpu;
	to[PLACE_UNPINNED].cpu = cpu;
	core_read(root, cpu, core);
	level = cache_read(root, cpu, cache);
	for (other = 0; other < CPU_SETSIZE; other++) {
		if (other == cpu || !CPU_ISSET(other, allowed))
			continue;
		p = place_of(other, core, cache, level);
		if (to[p].cpu < 0)
			found(to, p, other, level);
	}
	lacks(to, level);
}
