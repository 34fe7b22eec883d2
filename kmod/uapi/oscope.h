/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract between producers (module, BPF probes) and readers: records, rings, counters, ids.
 *
 * Included by the module, by the probes and by the tools. Everything has fixed width and the same
 * layout on every side; ids are appended, never renumbered; a change of any layout below raises
 * OSCOPE_ABI.
 */
#ifndef OSCOPE_UAPI_H
#define OSCOPE_UAPI_H

#include <linux/types.h>
#include <linux/ioctl.h>

#include "oscope_ledger.h"

#define OSCOPE_ABI		10U
#define OSCOPE_ABI_FILE_MIN	2U	/* recordings since then have the same layout */
#define OSCOPE_COMM_LEN		16
#define OSCOPE_DEVICE		"/dev/oscope"

/* A time that was not captured, in any 32-bit nanosecond field. */
#define OSCOPE_NS_NONE		0xffffffffU

/*
 * Records
 * -------
 * A ring holds slots of 24 bytes. Nearly every record is one slot; a record of more slots repeats
 * the head with OSCOPE_HEAD_CONT in each further slot. The head is the commit word: it is written
 * last, and its lap says for which turn of the ring the slot is valid, so that a reader tells a
 * finished slot from an old one without any other word. A slot's position (64 bit, counted from 1
 * lap upwards) is the sequence number.
 *
 *   bit  0..6   record id (enum oscope_record)
 *   bit  7      continuation slot
 *   bit  8..9   slots in this record - 1
 *   bit 10..19  flags, by record id
 *   bit 20..31  lap = (position / slots) mod 4096
 */
#define OSCOPE_HEAD_ID		0x0000007fU
#define OSCOPE_HEAD_CONT	0x00000080U
#define OSCOPE_HEAD_LEN_SHIFT	8
#define OSCOPE_HEAD_LEN		0x00000300U
#define OSCOPE_HEAD_FLAGS_SHIFT	10
#define OSCOPE_HEAD_FLAGS	0x000ffc00U
#define OSCOPE_HEAD_LAP_SHIFT	20
#define OSCOPE_HEAD_LAP		0xfff00000U

enum oscope_record {
	OSCOPE_REC_PAD		= 0,
	OSCOPE_REC_IDENTITY	= 1,
	OSCOPE_REC_SWITCH	= 2,
	OSCOPE_REC_WAKING	= 3,
	OSCOPE_REC_WAKEUP_NEW	= 4,
	OSCOPE_REC_MIGRATE	= 5,
	OSCOPE_REC_NEWTASK	= 6,
	OSCOPE_REC_EXEC		= 7,
	OSCOPE_REC_EXIT		= 8,
	OSCOPE_REC_ZOMBIE	= 9,
	OSCOPE_REC_REAP		= 10,
	OSCOPE_REC_FREE		= 11,
	OSCOPE_REC_LOSS		= 12,
	OSCOPE_REC_CLOCK	= 13,
	OSCOPE_REC_WAITING	= 14,
	OSCOPE_REC_WAITED	= 15,
	OSCOPE_REC_RUN		= 16,
	OSCOPE_REC_SPAWNED	= 17,
	OSCOPE_REC_BLOCKED	= 18,
	OSCOPE_REC_MEMORY	= 19,
	OSCOPE_REC_FAULTS	= 20,
	OSCOPE_REC_ARGS		= 21,
	OSCOPE_REC_IPC_CALL	= 32,	/* 32..63: IPC, see oscope_ipc.h */
	OSCOPE_REC_IPC_PAIR	= 33,
	OSCOPE_REC_LOCK_FIRST	= 64,	/* 64..95: locks */
	OSCOPE_REC_MAX		= 96,
};

/*
 * One slot. ts is CLOCK_MONOTONIC in ns. What w[] holds, by record id:
 *
 *   SWITCH      w0 tid that leaves, w1 tid that comes, w2 direct cost in ns of the last counted
 *               switch *before* this one on the same CPU, or OSCOPE_NS_NONE: a switch's cost is
 *               known only after it, and this way a record is complete when it is committed.
 *               Flags: below.
 *   WAKING      w0 tid woken, w1 tid of the waking context, w2 0. Flags: OSCOPE_WAKE_*.
 *   WAKEUP_NEW  the same, for a task's first wake-up.
 *   MIGRATE     w0 tid, w1 CPU it leaves, w2 CPU it goes to. Flags: OSCOPE_MIGRATE_*.
 *   NEWTASK     w0 tid of the new task, w1 tid of its maker, w2 clone flags (low 32 bits). Flags:
 *               OSCOPE_NEW_*.
 *   EXEC        w0 tid now, w1 tid before (differs when a thread execs), w2 bytes of the text
 *               that ARGS of w0 have told before, 0: none. Flags: OSCOPE_EXEC_*.
 *   EXIT        w0 tid, w1 exit code as wait4 gives it, w2 tgid of its parent. Flags: OSCOPE_END_*.
 *   ZOMBIE      a process has ended and its parent is told: w0 its tid, w1 tgid of who is told
 *               (a tracer comes first), w2 its status as wait4 gives it. Flags: OSCOPE_END_*.
 *               Nobody is told where the parent ignores SIGCHLD or the child asks for no signal.
 *   REAP        the kernel lets go of a dead task: w0 its tid, w1 tid of who does it, w2 tgid of
 *               its parent by then. Flags: OSCOPE_REAP_*. A leader that goes with its last
 *               thread has none.
 *   FREE        a dead task's last trace goes, a while after it was reaped: w0 tid, w1 and w2 the
 *               low and the high half of its start in ns.
 *   WAITING     a task begins to wait for children: w0 tid, w1 tgid, w2 0.
 *   WAITED      a wait has come back with a child, where REAP cannot be had: w0 tid, w1 the
 *               number that was given, in the waiter's PID namespace, w2 tgid.
 *   RUN         a new task comes to a CPU for the first time: w0 its tid, w1 tid of who leaves,
 *               w2 0.
 *   SPAWNED     the system call that has made a task comes back: w0 tid of the new task, w1 tid of
 *               its maker, w2 ns from the call's entry to its end, or OSCOPE_NS_NONE - 1 for more.
 *   BLOCKED     what a task goes to sleep for, just before the SWITCH in which it leaves: w0 its
 *               tid, w1 enum oscope_reason, w2 enum oscope_state: blocked, stopped, zombie, dead.
 *   MEMORY      beside NEWTASK: w0 tid of the new task, w1 pages of page tables that it got,
 *               without the topmost; 0 if it shares its maker's memory or has none. w2 what of its
 *               maker's memory is resident, in KiB. Flags: OSCOPE_MEMORY_*.
 *   FAULTS      w0 a tid, w1 page faults of that task so far (low 32 bits), w2 the new task on
 *               whose account that is told. Beside its NEWTASK its maker's, if it got a copy of
 *               the memory, with OSCOPE_FAULTS_MADE; at its exec and at its end its parent's, if
 *               it is a first thread, and its own.
 *   ARGS        a piece of the text of an EXEC that follows: w0 tid, w1 and w2 8 bytes of it in
 *               their order, the last ones perhaps 0. Flags: which piece, from 0. The text: the
 *               name of the file that was executed and the arguments as they lie in memory, a 0
 *               behind each; at most OSCOPE_FILE_MAX and OSCOPE_ARGS_MAX bytes of them.
 *   IDENTITY    two slots, struct oscope_identity. Flags: OSCOPE_IDENTITY_*.
 */
struct oscope_slot {
	__u64 ts;
	__u32 head;
	__u32 w[3];
};

/*
 * Who a tid is: sent at attach for every task, then at creation, exec and change of name; to a ring
 * that is overwritten, at the task's end, too.
 */
struct oscope_identity {
	__u64 start_ns;			/* CLOCK_MONOTONIC at the task's creation */
	__u32 head;
	__u32 tid;
	__u32 tgid;
	__u32 ptid;			/* tgid of the parent */
	char comm_lo[8];		/* comm[0..7] */
	__u32 head2;			/* continuation */
	char comm_hi[8];		/* comm[8..15] */
	__u32 flags;			/* OSCOPE_TASK_* */
};

#define OSCOPE_TASK_KTHREAD	0x1U
#define OSCOPE_TASK_IDLE	0x2U
#define OSCOPE_TASK_HEIR	0x4U	/* a row: goes on with that of a leader, see there */

/* Flags of a SWITCH record: the kind (enum oscope_kind) in bits 0..2, then: */
#define OSCOPE_SWITCH_KIND	0x07U
#define OSCOPE_SWITCH_VOLUNTARY	0x08U	/* the kernel counted it in nvcsw */
#define OSCOPE_SWITCH_READY	0x10U	/* who leaves could go on: preempted or made to give way */
#define OSCOPE_SWITCH_PREEMPT	0x20U	/* ... inside the kernel, by preemption */
#define OSCOPE_SWITCH_DEAD	0x40U	/* who leaves never comes back */
#define OSCOPE_SWITCH_ARRIVAL	0x80U	/* not counted: only who comes passes the filter */
#define OSCOPE_SWITCH_NEXT	0x100U	/* the task that comes passes the filter: its wait counts */

/* Flag of any record of one slot: others were refused on this CPU since the one before it. */
#define OSCOPE_FLAG_GAP		0x200U

/* Flags of a WAKING record. */
#define OSCOPE_WAKE_SPURIOUS	0x01U	/* the target had not left its run queue */
#define OSCOPE_WAKE_HARDIRQ	0x02U	/* from an interrupt, which w1 has nothing to do with */
#define OSCOPE_WAKE_SOFTIRQ	0x04U	/* from a softirq, which w1 may have raised, or not */

/* Flags of MIGRATE. */
#define OSCOPE_MIGRATE_QUEUED	0x01U	/* able to run: not placed for a wake-up, but moved */

/* Flags of IDENTITY. */
#define OSCOPE_IDENTITY_RENAMED	0x01U	/* a new name or number, or the last ones */

/* Flags of EXEC, and what ARGS tell at most: bytes with the 0 behind each. */
#define OSCOPE_EXEC_CUT		0x01U	/* there was more, or may have been */
#define OSCOPE_FILE_MAX		256U
#define OSCOPE_ARGS_MAX		512U

/* Flags of NEWTASK: what is not made for a program of its own. */
#define OSCOPE_NEW_KTHREAD	0x01U	/* a kernel thread */
#define OSCOPE_NEW_WORKER	0x02U	/* works in the kernel for a process: io_uring, vhost */

/* Flag of MEMORY: the maker's memory may hold transparent huge pages: khugepaged knows of it. */
#define OSCOPE_MEMORY_THP	0x01U

/* Flag of FAULTS: w2 has just been made, by w0. */
#define OSCOPE_FAULTS_MADE	0x01U

/*
 * Flags of EXIT and ZOMBIE: of the task that ends, and of its parent at that moment. The parent's
 * treatment of SIGCHLD counts for who sends SIGCHLD only.
 */
#define OSCOPE_END_LAST		0x01U	/* no thread of its process is left */
#define OSCOPE_END_IGNORED	0x02U	/* the parent ignores SIGCHLD */
#define OSCOPE_END_NOCLDWAIT	0x04U	/* ... or wants no zombies, SA_NOCLDWAIT */
#define OSCOPE_END_SILENT	0x08U	/* the task asked for no signal at its end */
#define OSCOPE_END_TRACED	0x10U	/* somebody traces it with ptrace */
#define OSCOPE_END_AWAITED	0x20U	/* the parent is in a wait */
#define OSCOPE_END_DELAYED	0x40U	/* ZOMBIE: its leader had ended before its other threads */
#define OSCOPE_END_ADOPTED	0x80U	/* ZOMBIE: was one already, its parent has ended */

/* Flags of REAP: how. */
#define OSCOPE_REAP_HOW		0x03U
#define OSCOPE_REAP_WAITED	0x00U	/* by somebody who waited for it */
#define OSCOPE_REAP_SELF	0x01U	/* by itself, at its end */
#define OSCOPE_REAP_EXEC	0x02U	/* a leader, by the thread that takes its place by exec */
#define OSCOPE_REAP_EXITING	0x03U	/* by another task that ends: nobody wanted to be told */
#define OSCOPE_REAP_TRACED	0x04U	/* it was traced */

/*
 * Kinds of switch. They partition all events: idle wins, then kernel threads (PF_KTHREAD), then
 * whether the address space changes (next->mm against prev->active_mm).
 */
enum oscope_kind {
	OSCOPE_KIND_TO_IDLE		= 0,
	OSCOPE_KIND_FROM_IDLE		= 1,
	OSCOPE_KIND_TO_KTHREAD		= 2,
	OSCOPE_KIND_FROM_KTHREAD	= 3,
	OSCOPE_KIND_KTHREAD_KTHREAD	= 4,
	OSCOPE_KIND_SAME_MM		= 5,
	OSCOPE_KIND_CROSS_MM		= 6,
	OSCOPE_KINDS			= 7,
};

/*
 * Histograms
 * ----------
 * Log-linear: values below 32 have a bucket each; above, every power of two has 32 buckets of equal
 * width, so that a bucket's midpoint is at most 1/64 = 1.6 % from any value in it. Values of 2^44
 * ns (4.9 hours) and more share the last bucket. The count is the sum of the buckets.
 */
#define OSCOPE_HIST_SUB_BITS	5
#define OSCOPE_HIST_SUB		(1U << OSCOPE_HIST_SUB_BITS)
#define OSCOPE_HIST_MAX_BITS	44
#define OSCOPE_HIST_BUCKETS	\
	((OSCOPE_HIST_MAX_BITS - OSCOPE_HIST_SUB_BITS + 1) * OSCOPE_HIST_SUB)

struct oscope_hist {
	__u64 sum;
	__u64 min_plus1;		/* 0: nothing recorded yet */
	__u64 max;
	__u64 bucket[OSCOPE_HIST_BUCKETS];
};

/*
 * Counters
 * --------
 * One block a CPU, in an array indexed by CPU number, mapped read-only by readers. Every word only
 * grows (histograms' min and max aside). Written by its own CPU alone; words that interrupts may
 * touch between a load and a store are updated atomically.
 */
struct oscope_counters {
	__u64 events;			/* sched_switch events counted */
	__u64 kind[OSCOPE_KINDS];
	__u64 voluntary;
	__u64 involuntary;
	__u64 ready;			/* left while able to run */
	__u64 ready_preempt;		/* ... of these by preemption inside the kernel */
	__u64 migrations;
	__u64 wakings;
	__u64 wakings_spurious;		/* of wakings: the target had not left its run queue yet */
	__u64 wakings_new;		/* first wake-ups of new tasks */
	__u64 unpaired;			/* came to the CPU with no known start of its wait */
	__u64 clock_back;		/* negative intervals, recorded as 0 */
	__u64 direct_missing;		/* switches whose direct cost was not captured */
	__u64 untracked;		/* look-ups of a task for which no state could be had */
	__u64 rows_full;		/* tasks that got no row in the task table */
	__u64 pairs_full;		/* switches whose pair found no place in the pair table */
	__u64 nested;			/* probe hits dropped since they nested in themselves */
	__u64 moved[OSCOPE_PLACES];	/* of waits in placed[]: to another CPU before they ended */
	__u64 reserved[5];
	struct oscope_hist wait[OSCOPE_WAITS];
	struct oscope_hist slice;
	struct oscope_hist direct[OSCOPE_KINDS];
	struct oscope_hist placed[OSCOPE_PLACES];	/* waits after wake-ups, by their ends */
};

/*
 * A task's row (report --by task). A thread that execs takes over its leader's tid and start: its
 * own row ends, and it goes on with that of the leader, or with one of the same tid and start that
 * says so (OSCOPE_TASK_HEIR); readers add these.
 *
 * The row of a task that is gone stays as it is, is added to the sums of struct oscope_ended, and
 * is given to a new task when no other is left: the one that has ended first. Who copies a row and
 * the ledger beside it does so until `turn` is even and has not changed.
 */
struct oscope_task {
	__u64 start_ns;
	__u32 tid;
	__u32 tgid;
	char comm[OSCOPE_COMM_LEN];
	__u64 voluntary;
	__u64 involuntary;
	__u64 slice_ns;			/* time on a CPU, up to its last switch-out */
	__u64 wait_ns[OSCOPE_WAITS];
	__u64 waits;			/* intervals in wait_ns */
	__u64 migrations;
	__u32 flags;			/* OSCOPE_TASK_* */
	__u32 tree;			/* tree id, 0: none */
	__u64 ended;			/* the how-manieth end its task's was, 0: it is not gone */
	__u32 turn;			/* odd: on its way from one task to the next */
	__u32 held;			/* probes: so many are at it who may come late */
	__u64 reserved[2];
};

/*
 * Sums of the tasks that are gone: of rows, and of ledgers. `begun` and `done` are equal while
 * nobody adds, and rows whose `ended` is not above `begun` are in these sums then; in those of a
 * tree, whose `ended` is not above `latest`. Rows up to the end number `reused` are gone: who has
 * copied the sums and then the rows, and finds that `reused` has passed the `begun` of all tasks'
 * sums in the copy, has missed a row, and does it again.
 */
struct oscope_ended {
	__u64 begun;
	__u64 done;
	__u64 reused;			/* of all tasks' only */
	__u64 latest;			/* of a tree's only */
	__u32 tree;			/* its id, 0: of all tasks */
	__u32 reserved;
	__u64 tasks;			/* heirs are part of the one whose heirs they are */
	__u64 final;			/* rows whose ledgers have what the kernel counts */
	__u64 rows;
	__u64 lifetime_ns;		/* from starts to ends, as far as ledgers were kept */
	__u64 voluntary;		/* these as in rows */
	__u64 involuntary;
	__u64 slice_ns;
	__u64 wait_ns[OSCOPE_WAITS];
	__u64 waits;
	__u64 migrations;
	struct oscope_ledger ledger;	/* from `running` on; what was before `first`: unobserved */
};

/*
 * A cell of the pair table: an open-addressed hash; key = from << 32 | to, 0 = empty. Of wakers,
 * from has OSCOPE_WAKER_* too.
 */
#define OSCOPE_WAKER_TID	0x3fffffffU
#define OSCOPE_WAKER_SOFTIRQ	0x40000000U
#define OSCOPE_WAKER_HARDIRQ	0x80000000U	/* and no tid */

struct oscope_pair {
	__u64 key;
	__u64 count;
};

/*
 * Rings
 * -----
 * Data: one array of slots, CPU c's ring at [c * slots, (c + 1) * slots). Control: one block a CPU.
 * Positions count slots from `slots` upwards (so that lap 0 never is valid). A writer reserves with
 * an atomic add on head, fills the slots and writes each slot's head word last. In drop mode a
 * writer that would overwrite what the reader has not consumed counts the record in `dropped`
 * instead. Overwritten slots are counted by the reader from positions; `cont` lets it turn slots
 * into records: records written = head - slots - cont.
 */
struct oscope_ring_ctl {
	__u64 head;			/* next position to be reserved */
	__u64 cont;			/* continuation slots ever reserved */
	__u64 dropped;			/* records refused in drop mode */
	__u64 gap;			/* not 0: the next record gets OSCOPE_FLAG_GAP */
	__u64 reserved[4];
};

/* The reader's side, in pages of its own: the only thing that readers write. */
struct oscope_ring_tail {
	__u64 tail;			/* position up to which slots are consumed */
	__u64 reserved[7];
};

#define OSCOPE_RING_DROP	0x1U	/* drop new records when full; else overwrite old ones */
#define OSCOPE_RING_TREES	0x2U	/* the module: ARGS of tasks in its reader's trees only */

/*
 * /dev/oscope
 * -----------
 * OSCOPE_IOC_INFO tells the layout. Areas are mapped with mmap at the offsets it gives: counters
 * and tasks read-only; ring control and data read-only; tails read-write.
 */
#define OSCOPE_FEAT_DIRECT_SCHED	0x01ULL	/* direct cost: __schedule entry to exit */
#define OSCOPE_FEAT_DIRECT_FINISH	0x02ULL	/* ... or sched_switch to finish_task_switch */
#define OSCOPE_FEAT_WAKING		0x04ULL
#define OSCOPE_FEAT_MIGRATE		0x08ULL
#define OSCOPE_FEAT_LIFE		0x10ULL	/* newtask, exec, exit */
#define OSCOPE_FEAT_TASKS		0x20ULL	/* states of tasks: their waits, rows and trees */
#define OSCOPE_FEAT_RENAME		0x40ULL	/* names that tasks take on later */
#define OSCOPE_FEAT_SOME_CPUS		0x80ULL	/* recorded: these only, no waits */
#define OSCOPE_FEAT_ZOMBIE		0x100ULL /* who is told of an end, who waits, last traces */
#define OSCOPE_FEAT_REAP		0x200ULL /* when a dead task is let go, by whom */
#define OSCOPE_FEAT_RUN			0x400ULL /* when a new task runs first */
#define OSCOPE_FEAT_SPAWN		0x800ULL /* what making a task costs its maker */
#define OSCOPE_FEAT_LEDGER		0x1000ULL /* where tasks' time goes, by state */
#define OSCOPE_FEAT_REASONS		0x2000ULL /* what tasks sleep for */
#define OSCOPE_FEAT_KERNEL		0x4000ULL /* what the kernel counts of each task */
#define OSCOPE_FEAT_CONTEXT		0x8000ULL /* which wake-ups come from interrupts */
#define OSCOPE_FEAT_PLACES		0x10000ULL /* where woken tasks come to a CPU */
#define OSCOPE_FEAT_MEMORY		0x20000ULL /* new tasks' page tables and faults */
#define OSCOPE_FEAT_ARGS		0x200000ULL /* what is executed, with which arguments */
#define OSCOPE_FEAT_IPC			0x400000ULL /* the module: who communicates with whom */

enum oscope_area {
	OSCOPE_AREA_COUNTERS	= 0,
	OSCOPE_AREA_TASKS	= 1,
	OSCOPE_AREA_RING_CTL	= 2,
	OSCOPE_AREA_RING_DATA	= 3,
	OSCOPE_AREA_RING_TAIL	= 4,
	OSCOPE_AREA_LEDGERS	= 5,	/* beside the tasks, one each */
	OSCOPE_AREA_ENDED	= 6,	/* sums of who is gone: all tasks' first, then trees' */
	OSCOPE_AREAS		= 14,	/* 7..13: OSCOPE_AREA_IPC_*, oscope_ipc.h */
};

struct oscope_area_info {
	__u64 offset;			/* for mmap(2) */
	__u64 bytes;
	__u32 stride;			/* bytes from one element to the next */
	__u32 count;
};

struct oscope_info {
	__u32 abi;			/* OSCOPE_ABI of the module */
	__u32 bytes;			/* sizeof(struct oscope_info) of the module */
	__u64 features;			/* OSCOPE_FEAT_* */
	__u64 reset_ns;			/* CLOCK_MONOTONIC of the last reset of the counters */
	__u32 cpus;			/* possible CPUs: elements of the per-CPU areas */
	__u32 ring_slots;		/* a CPU, power of two; 0: this descriptor has no ring */
	__u32 own_ns;			/* own cost in ns an event, calibrated at load */
	__u32 own_direct_ns;		/* own time inside the direct cost, already subtracted */
	__u64 ipc;			/* mechanisms that are followed now: oscope_ipc.h */
	__u64 ipc_begun;		/* how often any began to be, with new tables */
	struct oscope_area_info area[OSCOPE_AREAS];
};

struct oscope_ring_setup {
	__u32 slots;			/* a CPU; power of two, 2^10 .. 2^24 */
	__u32 flags;			/* OSCOPE_RING_* */
	__u64 records;			/* bit set of record ids wanted (ids below 64) */
};

struct oscope_tree_setup {
	__s32 pidfd;			/* root of the tree */
	__u32 tree;			/* out: its id */
};

/* Counters of one tree, summed over CPUs. */
struct oscope_tree_read {
	__u32 tree;
	__u32 reserved;
	__u64 to;			/* user address of a struct oscope_counters */
};

#define OSCOPE_IOC_MAGIC	0xB5
#define OSCOPE_IOC_INFO		_IOR(OSCOPE_IOC_MAGIC, 0, struct oscope_info)
#define OSCOPE_IOC_RING		_IOW(OSCOPE_IOC_MAGIC, 1, struct oscope_ring_setup)
#define OSCOPE_IOC_RING_STOP	_IO(OSCOPE_IOC_MAGIC, 2)
#define OSCOPE_IOC_TREE		_IOWR(OSCOPE_IOC_MAGIC, 3, struct oscope_tree_setup)
#define OSCOPE_IOC_TREE_READ	_IOW(OSCOPE_IOC_MAGIC, 4, struct oscope_tree_read)

#include "oscope_file.h"

#endif /* OSCOPE_UAPI_H */
