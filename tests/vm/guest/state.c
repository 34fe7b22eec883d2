// SPDX-License-Identifier: GPL-2.0
/* What the kernel of a lab VM says of itself after the tests, for the host to judge (see klog). */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "guest.h"

void state_note(void)
{
	unsigned long tainted = 0, locks = 0;
	char line[256];
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");

	if (!f || fscanf(f, "%lu", &tainted) != 1)
		fail("/proc/sys/kernel/tainted");
	fclose(f);
	note("state: tainted %lu", tainted);

	/* Only kernels that check locks have it; after the first report they do so no more. */
	f = fopen("/proc/lockdep_stats", "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " debug_locks: %lu", &locks) == 1)
			note("state: debug_locks %lu", locks);
	}
	fclose(f);
}
