/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where two tasks that talk may run: on one CPU, or on two whose distance the kernel tells in sysfs
 * (Documentation/admin-guide/cputopology.rst; cache/index*: shared_cpu_list).
 */
#ifndef OSCOPE_NOTES_PLACES_H
#define OSCOPE_NOTES_PLACES_H

#include <sched.h>
#include <stdbool.h>

enum placement {
	PLACE_SAME_CPU,
	PLACE_SMT,			/* another CPU of the same core */
	PLACE_SAME_CACHE,		/* another core that shares the last cache */
	PLACE_OTHER_CACHE,		/* ... that shares none */
	PLACE_UNTOLD,			/* another CPU, of whose caches sysfs says nothing */
	PLACE_UNPINNED,			/* where the kernel puts them */
	PLACES
};

/* One placement, as this machine has it. */
struct place_found {
	int cpu;			/* of the second task; -1: the machine has no such one */
	char why[80];			/* there: what sysfs says; not there: what is lacking */
};

/* "same CPU" ..., fixed names. */
const char *place_name(enum placement p);

/*
 * Of each placement the first CPU of those that are allowed, as seen from cpu; sysfs is looked for
 * below root. What is not there says why. An unpinned pair has cpu itself for a number.
 */
void places_look(struct place_found to[PLACES], int cpu, const cpu_set_t *allowed,
		 const char *root);

#endif /* OSCOPE_NOTES_PLACES_H */
