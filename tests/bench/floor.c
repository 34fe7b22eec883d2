// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps an empty program on sched_switch until it is ended; says "tracing" when it is there.
 */
#include <stdio.h>
#include <unistd.h>

#include "floor.skel.h"

int main(void)
{
	struct floor_bpf *skel = floor_bpf__open_and_load();

	if (!skel || floor_bpf__attach(skel)) {
		perror("floor");
		return 1;
	}
	fprintf(stderr, "tracing\n");
	pause();
	floor_bpf__destroy(skel);
	return 0;
}
