/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this machine is like before anything is measured: where to run, what spoils numbers, what
 * forbids a verdict.
 */
#ifndef OSCOPE_NOTES_PREFLIGHT_H
#define OSCOPE_NOTES_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes/ipis.h"
#include "notes/places.h"
#include "notes/sample.h"

#define PREFLIGHT_CHECKS	16

/* One thing that was looked at. */
struct preflight_check {
	const char *name;		/* a word or two */
	char value[96];			/* as it is here, "" if that is not told */
	const char *means;		/* what comes of it, a fixed sentence; NULL: nothing does */
	bool forbids;			/* no times decide anything here */
};

struct preflight {
	const char *virt;
	bool emulated;			/* times are the emulator's own */
	char clock_source[32];		/* "" where the kernel does not tell */
	struct clock_facts clock;
	uint64_t clock_call_ns;		/* a reading by a system call, median */
	uint32_t cpus_allowed;
	cpu_set_t allowed;		/* ... which they are */
	int cpu;			/* the quietest allowed one: one-CPU experiments run here */
	struct place_found place[PLACES]; /* of a second task beside one there */
	enum ipis_by ipis;		/* how interrupts to other CPUs are counted */
	bool moved;			/* whether the kernel adds up bytes that calls copy */
	double busy;			/* how much of that CPU others use, 0..1 */
	double steal;			/* ... and the hypervisor takes away */
	double load;			/* runnable tasks, 1 minute average */
	double quota;			/* CPUs that its cgroups let it use; INFINITY: no limit */
	char cpu_model[64];		/* "" where the kernel does not tell */
	struct preflight_check check[PREFLIGHT_CHECKS];
	size_t n_checks;
	char no_times[128];		/* why times decide nothing here, "" if they do */
};

/* Takes some 200 ms: the load is looked at for that long. 0 or -errno with a line printed. */
int preflight_look(struct preflight *p);

/*
 * Fill in place[], check[], quota, cpu_model and no_times, from what the numbers above it are and
 * from the files below root ("": the machine's own).
 */
void preflight_judge(struct preflight *p, const char *root);

#endif /* OSCOPE_NOTES_PREFLIGHT_H */
