/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where counts come from: BPF probes, the module, or a recorded file, all behind one interface.
 *
 * A source is opened with what is to be counted, started, read as often as one likes, and closed.
 * Reports only ever see a struct snapshot, so they do not know which source they read.
 *
 * Errors are negative errno; a message that names the thing and the fix has then been printed
 * through err_*() of util.h. -EOPNOTSUPP, -EPERM and -ENOENT mean "this source cannot work here"
 * (exit status 3).
 */
#ifndef OSCOPE_SOURCE_H
#define OSCOPE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../kmod/uapi/oscope.h"

struct event;
struct ipc_reading;
struct ring_reader;

struct filter {
	pid_t *pids;			/* -p: threads of these processes */
	size_t n_pids;
	pid_t *tids;			/* -t */
	size_t n_tids;
	const char *comm;		/* -c: exact name, NULL: any */
	const char *cgroup;		/* --cgroup: path, with its descendants */
	const char *cpus;		/* -C: list such as 0,2-3 */
	long uid;			/* -u: -1 any */
	pid_t tree;			/* root of a process tree, before its exec; 0: none */
};

/* How calls that communicate are seen. */
enum source_hooks {
	HOOKS_TRACEPOINT,		/* by those that all system calls pass */
	HOOKS_FUNCTION,			/* by their own functions, or not at all */
	HOOKS_AUTO,			/* by functions where that can be, and pays */
};

#define SOURCE_ROWS_MIN		1024U
#define SOURCE_ROWS_MAX		(1U << 22)	/* the kernel's PID_MAX_LIMIT */

struct source_config {
	struct filter filter;
	const char *file;		/* source "file": its path */
	uint64_t from_ns, to_ns;	/* source "file": since its start, 0: all */
	bool direct;			/* measure the direct cost too */
	bool by_task;			/* keep the task table */
	uint32_t rows;			/* ... for so many tasks, a power of two, 0: default */
	bool ledger;			/* ... and where each task's time goes */
	bool by_pair;			/* keep the pair table */
	bool places;			/* where woken tasks come to a CPU; with ledger */
	bool wakers;			/* ... of who wakes whom, OSCOPE_WAKER_*; with ledger */
	/* Who communicates with whom, and nothing else: a bit a mechanism, 0: not. */
	uint64_t ipc;
	bool ipc_if_there;		/* ... source "file": all of it that was recorded */
	enum source_hooks hooks;	/* ... with ipc */
	uint32_t ipc_objects;		/* ... room for so many, a power of two, 0: default */
	bool by_cpu;			/* source "file": keep CPUs apart; live ones always do */
	bool calibrate;			/* measure own cost before start (some 200 ms) */
	uint64_t records;		/* recording: bit set of record ids, 0: do not record */
	/* Only records are of use, and who belongs to a tree is seen by their reader: no counts. */
	bool lives_only;
	uint32_t ring_slots;		/* a CPU, power of two, 0: default */
	uint32_t ring_flags;		/* OSCOPE_RING_* */
	uint32_t censuses;		/* how often census() will be called */
};

/* Everything lost, by cause; total = sum of these. */
struct source_lost {
	uint64_t ring;			/* records that found no room */
	uint64_t missed;		/* probe hits that the kernel refused (recursion) */
	uint64_t nested;		/* probe hits that nested in themselves */
	uint64_t untracked;		/* no state, no row, no pair cell to be had */
	uint64_t total;
	/* Not lost: what a flight recorder has let go for later records, as it was asked to. */
	uint64_t overwritten;
};

#define SNAPSHOT_NO_CPU	UINT32_MAX

struct snapshot {
	uint64_t start_ns;		/* CLOCK_MONOTONIC when counting began */
	uint64_t ts_ns;			/* ... of this reading */
	uint32_t cpus;			/* possible ones */
	uint32_t *place;		/* of a CPU's block in cpu[]; SNAPSHOT_NO_CPU: all 0 */
	struct oscope_counters *cpu;	/* since start */
	uint32_t n_cpu;
	struct oscope_counters *sum;	/* over CPUs */
	struct oscope_task *task;	/* by_task; by tid, start_ns, an heir after its leader */
	size_t n_task;
	struct oscope_ledger *ledger;	/* ledger: one a row, closed at ts_ns; else NULL */
	struct oscope_ended rest;	/* sums of who is gone and in no row any more */
	uint64_t rows_missed;		/* ends whose rows went while they were read */
	struct oscope_pair *pair;	/* by_pair; count > 0 only */
	size_t n_pair;
	struct ipc_reading *ipc;	/* ipc: tools/ipc.h; else NULL */
	struct source_lost lost;
	uint64_t features;		/* OSCOPE_FEAT_* */
	uint32_t own_ns;		/* calibrated own cost an event, 0: not measured */
	uint32_t own_direct_ns;		/* own time taken out of the direct cost */
	uint32_t tree_tid;		/* of a recording: the root of the recorded tree, 0: none */
	uint64_t records;		/* ... bit set of records that it can have; 0: live */
	const char *kernel, *virt;	/* of a recording, its source's own; NULL: this machine's */
	const struct oscope_chunk_writer *writer;	/* ... what it took; NULL: not known */
};

struct source;

struct source_ops {
	const char *name;		/* --source NAME */
	const char *help;
	/* Whether it can work here: 0, or -errno with one line of why and the fix. */
	int (*usable)(char *why, size_t bytes);
	int (*open)(struct source *src, const struct source_config *config);
	int (*start)(struct source *src);
	int (*stop)(struct source *src);	/* detach; read() still works after it */
	int (*read)(struct source *src, struct snapshot *snap);
	/* Recording: hand each new run of slots of one CPU to out(). */
	int (*drain)(struct source *src,
		     int (*out)(void *arg, uint32_t cpu, uint64_t pos,
				const struct oscope_slot *slots, uint32_t n, uint64_t lost_so_far),
		     void *arg);
	/*
	 * Of a recording, instead of drain(): hand out each record of the bit set as an event, in
	 * the order of time, in memory that does not follow its length. NULL: live.
	 */
	int (*play)(struct source *src, uint64_t wanted,
		    int (*take)(void *arg, const struct event *event), void *arg);
	/*
	 * Recording: the tasks that were there at the start, once. census: those that are there
	 * now, as often as was asked for. Borrowed until the next call of either. 0 or -errno, a
	 * line printed.
	 */
	int (*identities)(struct source *src, const struct oscope_identity **ids, size_t *n);
	int (*census)(struct source *src, const struct oscope_identity **ids, size_t *n);
	/* Recording: the rings themselves, for who reads without consuming. Borrowed. */
	const struct ring_reader *(*rings)(struct source *src);
	/* Recording: records ever written or refused. */
	uint64_t (*events)(struct source *src);
	void (*close)(struct source *src);
};

struct source {
	const struct source_ops *ops;
	void *priv;
	uint32_t tree_tid;		/* of a recording: the root of the recorded tree, 0: none */
};

/* A source registers itself: SOURCE(ops) in its own file, nothing else. */
#define SOURCE(ops) \
	static const struct source_ops *const source_##ops \
	__attribute__((used, section("oscope_sources"))) = &(ops)

/*
 * Open the named source ("bpf", "kmod", "file"); NULL: the first that is usable, bpf before kmod.
 * On success *src must be closed with source_close().
 */
int source_open(struct source **src, const char *name, const struct source_config *config);
/* Whether the named live source can work here: 0, or -errno with one line of why and the fix. */
int source_usable(const char *name, char *why, size_t bytes);

int source_start(struct source *src);
int source_stop(struct source *src);
int source_read(struct source *src, struct snapshot *snap);

/*
 * source_settle.c: before a source with ledgers is stopped: wait, 100 ms at most, until those that
 * were waited for have left their CPU, which their parent may have been told before. Errors as
 * source_read().
 */
int source_settle(struct source *src);
void source_close(struct source *src);

/*
 * after -= before: what happened between two readings. Histogram minima become bucket lows. 0, or
 * -ENOMEM with a line printed.
 */
int snapshot_subtract(struct snapshot *after, const struct snapshot *before);
int snapshot_copy(struct snapshot *to, const struct snapshot *from);
void snapshot_free(struct snapshot *snap);

/*
 * Copy counters that are mapped and written meanwhile: each word is one that was there, and the
 * counts add up to the events (histograms may have one more, or less).
 */
void counters_copy(struct oscope_counters *to, const struct oscope_counters *from);

/*
 * For sources: n zeroed blocks for cpus CPUs, CPU i's the i-th if there are as many; else the
 * caller says with place[] whose is whose. 0, or -ENOMEM with a line printed.
 */
int snapshot_cpus(struct snapshot *snap, uint32_t cpus, uint32_t n);
/* A CPU's counters; NULL: it has none, they are all 0. */
const struct oscope_counters *snapshot_cpu(const struct snapshot *snap, uint32_t cpu);
/* Room for the sum over CPUs, zeroed if it is new. 0, or -ENOMEM with a line printed. */
int snapshot_sum(struct snapshot *snap);

/* Tables of tasks, mapped and written meanwhile. */
struct task_tables {
	const struct oscope_task *row;
	const struct oscope_ledger *ledger;	/* beside the rows; NULL: none */
	size_t n;
	const struct oscope_ended *all;	/* sums of all who are gone; NULL: all have rows */
	const struct oscope_ended *sum;	/* ... of those that are asked for: the same, or a tree's */
	uint32_t tree;			/* only the rows of this one, 0: all */
};

/*
 * For sources: take the rows in use over, sorted, the ledgers beside them, closed at snap->ts_ns,
 * and what the sums hold beside the rows. 0, or -ENOMEM with a line printed.
 */
int snapshot_take_tasks(struct snapshot *snap, const struct task_tables *tables);

/* Whether two rows are one task's: an heir's is beside that of the leader that it follows. */
bool same_task(const struct oscope_task *a, const struct oscope_task *b);
int snapshot_take_pairs(struct snapshot *snap, const struct oscope_pair *cells, size_t n);

#endif /* OSCOPE_SOURCE_H */
