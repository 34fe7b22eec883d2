/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What witness.bpf.c keeps of a task, and witness.c prints but for the last two.
 */
#ifndef WITNESS_H
#define WITNESS_H

struct life {
	__u64 start_ns;
	__u64 end_ns;		/* its last leaving of a CPU; 0: it lives */
	__u64 runtime_ns;	/* sum_exec_runtime by then */
	__u64 run_delay_ns;
	__u64 stolen_ns;	/* by the host, while it ran: not in runtime_ns */
	__u64 sleeps;		/* leavings of a CPU, asleep */
	__u64 kept_awake;	/* preempted when it had said that it would sleep */
	__u64 wakings;		/* of it, those that came to one awake too */
	__u64 stolen_before;	/* of its CPU, when it came to it */
	__u32 runs;
};

#endif /* WITNESS_H */
