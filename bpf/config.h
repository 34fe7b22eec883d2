/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tools and the probes share beside the contract: the configuration, which is read-only
 * data to the probes, so that the verifier drops the code of whatever is off, and the maps' values.
 */
#ifndef OSCOPE_BPF_CONFIG_H
#define OSCOPE_BPF_CONFIG_H

#include <linux/types.h>

#include "../kmod/core/switch.h"

/* Entries of the task state table: tids above share entries with lower ones. */
#define STATE_TABLE_MAX		(1U << 17)

/* Who passed the filter and is on the way from its end to its last trace. */
#define DYING_MAX		(1U << 16)

/* Calls at a time that receive from one object and send to another. */
#define IPC_HALVES		1024U

#define PAIR_PROBES		8	/* cells looked at before a pair is given up */
#define CPU_MASK_WORDS		64	/* CPUs 0..4095 for -C */

enum probe_filter {
	FILTER_MEMBER	= 0x01,		/* decided once a task: tree, -p, -t */
	FILTER_COMM	= 0x02,
	FILTER_UID	= 0x04,
	FILTER_CGROUP	= 0x08,
	FILTER_CPU	= 0x10,
};

/* How membership is handed to a new task. */
enum probe_inherit {
	INHERIT_NONE	= 0,		/* -t */
	INHERIT_THREADS	= 1,		/* -p */
	INHERIT_TREE	= 2,		/* -- program */
	INHERIT_PID_NS	= 3,		/* who is in the PID namespace, whoever made it */
};

/* How the direct cost is measured. */
enum probe_direct {
	DIRECT_NONE	= 0,
	DIRECT_SCHED	= 1,		/* sched_entry_tp to sched_exit_tp */
	DIRECT_FINISH	= 2,		/* end of our sched_switch to finish_task_switch() */
};

/* What the ledger's program does. */
#define LEDGER_ON		0x1	/* rows have ledgers */
#define LEDGER_ALONE		0x2	/* no other program is on sched_switch: it keeps waits */
#define LEDGER_REASONS		0x4	/* what tasks sleep for: for ledgers, or for records */
#define LEDGER_PLACES		0x20	/* where woken tasks come to a CPU */
#define LEDGER_WAKERS		0x10	/* the pair table is one of who wakes whom */
#define LEDGER_FILES		0x8	/* ... and what the descriptors are: may read memory */

/* Why the task iterator made somebody a member: the value in the map `wanted`. */
#define WANTED_TID	0x1
#define WANTED_TGID	0x2

struct probe_config {
	__u32 state_mask;		/* entries of the task state table - 1 */
	__u32 filter;			/* enum probe_filter */
	__u32 inherit;			/* enum probe_inherit */
	__u32 direct;			/* enum probe_direct */
	__u32 rows;			/* rows in the task table, power of two, 0: off */
	__u32 pair_mask;		/* cells in the pair table - 1, 0: off */
	__u32 ring_order;		/* log2 of slots a CPU */
	__u32 ring_drop;		/* refuse new records when full, else overwrite */
	__u64 records;			/* bit set of record ids to write, 0: not recording */
	__u32 uid;
	__u32 cgroup_level;
	__u64 cgroup_id;
	__u32 pid_ns;			/* inode of the namespace whose numbers count; 0: first */
	__u32 ledger;			/* LEDGER_* */
	__u32 page_shift;		/* log2 of a page's bytes */
	__u32 casts;			/* the kernel has bpf_rdonly_cast(), see kernel_word() */
	__u32 ipc_object_mask;		/* cells in the table of IPC objects - 1 */
	__u32 ipc_use_mask;		/* ... of uses of them - 1 */
	__u32 ipc_pair_mask;		/* ... of pairs - 1, 0: no IPC */
	__u32 ipc_share_mask;		/* ... of who has shared memory - 1 */
	__u32 ipc_functions;		/* calls are seen by their own functions */
	__u32 runs_alone;		/* who looks for first runs is alone on sched_switch */
	__u64 ipc;			/* mechanisms that are followed: OSCOPE_IPC_BIT() */
	__s64 preempt_count;		/* where it is, from the CPU's run queue; 0: not known */
	char comm[16];
	__u64 cpus[CPU_MASK_WORDS];
};

/* Operations of files, by their address, and what such files are (enum oscope_file). */
#define KNOWN_FILES	8

struct known_file {
	__u64 operations;
	__u64 file;
};

/* What the tools change while the probes run, and what the probes report beside the counters. */
struct probe_globals {
	__u32 own_direct_ns;		/* taken out of every direct cost */
	__u32 rows_used;		/* that some task has had; may go on above their number */
	__u32 states_spilled;		/* tasks whose state had to go to task storage, ever */
	__u32 calibration_cpu;
	__u32 seeding;			/* the iterator may be at work */
	__u32 known_files;		/* entries given away, ever */
	__u32 ipc_names_used;		/* names that some object wants; may go on above the room */
	__u32 ipc_seeded;		/* those who pass are: now come the others */
	__u32 ipc_hooked;		/* with ipc_functions: calls are to be followed */
	__u32 ipc_signals_foreign;	/* a signalfd is read unseen: none that queues is paired */
	__u64 anon_sb;			/* the file system of anonymous inodes, once it was met */
	struct known_file known_file[KNOWN_FILES];
};

/* Counters and state of one CPU; the array is mapped by the tools, indexed by CPU. */
struct cpu_block {
	struct oscope_counters counters;
	struct oscope_cpu cpu;
	__u64 ledger_ts;		/* time of the present switch, by the ledger's program */
	__u64 pad[11];			/* keep CPUs off each other's cache lines */
};

/* State of one task. 32 bytes: two a cache line. */
struct task_state {
	struct oscope_wait_state wait;
	__u32 tid;			/* owner of this entry, 0: free */
	__u32 flags;			/* STATE_* */
	__u32 row;			/* index in the task table + 1; 0: none yet */
	__u32 number;			/* with pid_ns: the task's number there */
};

#define STATE_MEMBER	0x1		/* passes FILTER_MEMBER */
#define STATE_KNOWN	0x2		/* wait.nivcsw is valid */
#define STATE_NO_ROW	0x4		/* asked for a row, the table was full */
#define STATE_HEIR	0x8		/* has its tid from a leader that it outlived */
#define STATE_FRESH	0x10		/* has not run yet */

/* A zombie whose row waits for its end. */
struct zombie_row {
	__u64 start_ns;			/* of its task: the number may be another's by then */
	__u32 row;			/* index + 1 */
	__u32 reserved;
};

/* Makers between the entry of the system call and its end. */
#define SPAWNING_MAX	(1U << 13)

struct spawning {
	__u64 entry_ns;
	__u32 child;			/* tid, 0: not made yet */
	__u32 reserved;
};

#endif /* OSCOPE_BPF_CONFIG_H */
