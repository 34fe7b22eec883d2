// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps an empty program on sched_switch until it is ended, or with "calls" one on either end of
 * system calls; says "tracing" when it is there.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "floor.skel.h"

int main(int argc, char **argv)
{
	struct floor_bpf *skel = floor_bpf__open();
	bool calls = argc > 1 && !strcmp(argv[1], "calls");

	if (skel) {
		bpf_program__set_autoload(skel->progs.floor_switch, !calls);
		bpf_program__set_autoload(skel->progs.floor_enter, calls);
		bpf_program__set_autoload(skel->progs.floor_exit, calls);
	}
	if (!skel || floor_bpf__load(skel) || floor_bpf__attach(skel)) {
		perror("floor");
		return 1;
	}
	fprintf(stderr, "tracing\n");
	pause();
	floor_bpf__destroy(skel);
	return 0;
}
