/* SPDX-License-Identifier: GPL-2.0 */
/* What this machine is like before anything is measured: where to run, what forbids a verdict. */
#ifndef OSCOPE_NOTES_PREFLIGHT_H
#define OSCOPE_NOTES_PREFLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "notes/sample.h"

struct preflight {
	const char *virt;
	bool emulated;			/* times are the emulator's own */
	char clock_source[32];		/* "" where the kernel does not tell */
	struct clock_facts clock;
	uint32_t cpus_allowed;
	int cpu;			/* the quietest allowed one: one-CPU experiments run here */
	double busy;			/* how much of that CPU others use, 0..1 */
	double steal;			/* ... and the hypervisor takes away */
	double load;			/* runnable tasks, 1 minute average */
	char smt[16];			/* "on", "off", "notsupported", "" unknown */
	char no_times[128];		/* why times decide nothing here, "" if they do */
};

/* Takes some 200 ms: the load is looked at for that long. 0 or -errno with a line printed. */
int preflight_look(struct preflight *p);

#endif /* OSCOPE_NOTES_PREFLIGHT_H */
