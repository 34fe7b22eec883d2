/* SPDX-License-Identifier: GPL-2.0 */
/* Threads or processes of an interpreter that compute for a while: how many of them at once. */
#ifndef OSCOPE_NOTES_AT_ONCE_H
#define OSCOPE_NOTES_AT_ONCE_H

#include "notes/python.h"

#define AT_ONCE_TASK	"computing"	/* what they are called, for claim->tasks */

/* What a sample sees of itself; a claim that runs these has them as the first in claim->seen. */
enum { AT_ONCE_CPU_NS, AT_ONCE_CPUS, AT_ONCE_GIL, AT_ONCE_VERSION, AT_ONCE_SEEN };
#define AT_ONCE_NAMES \
	[AT_ONCE_CPU_NS] = "cpu_ns", [AT_ONCE_CPUS] = "cpus_ended_on", [AT_ONCE_GIL] = "gil", \
	[AT_ONCE_VERSION] = "python"

/*
 * The whole of a sample: so many of them for so long, on all CPUs. An operation is one of them, its
 * value how many ran at once as a mean: CPU time by the time that passed. 0 or -errno.
 */
int at_once_sample(struct sample *s, bool processes, unsigned int many, unsigned int ms);

/* By the probes they had as much CPU time as their clocks said: first of claim->tasks. */
void at_once_gate(struct note *n, size_t arm);

#endif /* OSCOPE_NOTES_AT_ONCE_H */
