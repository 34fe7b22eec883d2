/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A known load: two processes on one CPU that hand a byte back and forth through pipes, so that
 * each round is two switches.
 */
#ifndef OSCOPE_PINGPONG_H
#define OSCOPE_PINGPONG_H

#include <sched.h>
#include <stdint.h>
#include <sys/types.h>

struct pingpong {
	pid_t peer;
	int to_peer, from_peer;
	uint32_t cpu;			/* where both run */
	cpu_set_t before;		/* our affinity, restored at the end */
};

/* Pin ourselves to a CPU that we may use, and start the peer there. 0 or -errno, a line printed. */
int pingpong_begin(struct pingpong *pp);

/* Do rounds; returns the time of one switch in ns (half a round), 0 if the peer is gone. */
uint64_t pingpong_run(struct pingpong *pp, uint32_t rounds);

/* End the peer and restore the affinity. */
void pingpong_end(struct pingpong *pp);

#endif /* OSCOPE_PINGPONG_H */
