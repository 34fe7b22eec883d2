/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks of a recording: state by tid, names, rows of those that ended, and pairs. */
#ifndef OSCOPE_REPLAY_TASKS_H
#define OSCOPE_REPLAY_TASKS_H

#include "../kmod/core/switch.h"
#include "map.h"
#include "replay.h"
#include "tids.h"

#define REPLAY_TID_MAX		TIDS_MAX

#define ASKED_KNOWN	0x1U		/* whether -p and -t take it is settled */
#define ASKED_MEMBER	0x2U		/* ... they do */
#define ASKED_SEEN	0x4U		/* it has passed all filters once: it has a row */

struct replay_task {
	struct oscope_wait_state wait;
	struct oscope_task row;
	uint16_t sleeps;		/* what it leaves for next, as in a ledger; 0: not said */
	uint16_t asked;			/* ASKED_*, under a filter */
	uint32_t waker;			/* of OSCOPE_WHY_QUEUED */
};

struct replay_tasks {
	struct tids tids;
	struct replay_task *task;	/* by place in tids */
	size_t room;
	struct oscope_task *ended;	/* rows of earlier lives of a tid */
	size_t n_ended, ended_room;
	uint64_t whole_ns;		/* nothing is missing since then */
	bool forget;			/* ... of which nothing is asked */
	const struct filter *filter;	/* NULL: none */
	bool *cpus;			/* ... its CPUs, NULL: all */
	bool names;			/* rows of all who are named: pairs have others, too */
	const struct replay_watch *watch;	/* NULL: nobody */
	bool ledgers;			/* are kept, by place in tids as task[] */
	uint32_t root;			/* the recorded program, at its gate until ... */
	uint64_t start_ns;		/* ... the recording began; root 0: none */
	struct oscope_ledger *ledger;
	size_t ledger_room;
	bool no_memory;			/* there was none for a ledger */
	struct oscope_ledger *ended_ledger;	/* beside ended[] */
	size_t ended_ledger_room;
	struct map pairs;		/* from << 32 | to */
	uint64_t *pair_count;		/* by place in pairs */
	size_t pair_room;
};

struct replay_task *replay_task_make(struct replay_tasks *t, uint32_t tid);
/*
 * The state of a tid, made on first use, good until the next call; NULL: no such tid can be, or no
 * memory.
 */
static inline struct replay_task *replay_task(struct replay_tasks *t, uint32_t tid)
{
	size_t place;

	if (tid >= REPLAY_TID_MAX)
		return NULL;
	place = tids_find(&t->tids, tid);
	return place < t->room ? &t->task[place] : replay_task_make(t, tid);
}

/* Who a tid is from now on; a new start time is a new life. 0, -EINVAL or -ENOMEM. */
int replay_identity(struct replay_tasks *t, const struct oscope_identity *id);

/* Count one switch from one tid to another. 0 or -ENOMEM. */
int replay_pair(struct replay_tasks *t, uint32_t from, uint32_t to);

/* replay_filter.c: of cpus CPUs. 0, or as asked_cpus(). */
int replay_filter_open(struct replay_tasks *t, const struct filter *f, uint32_t cpus);
/*
 * If there is a filter. Whether what a record of a CPU says of a task counts; whether -p and -t
 * take the task, whatever else is asked.
 */
bool replay_passes(struct replay_tasks *t, uint32_t cpu, uint32_t tid);
bool replay_member(struct replay_tasks *t, uint32_t tid);
/* What is left of a switch to `next`: flags and comes as the probes would have recorded it. */
void replay_filter_switch(struct replay_tasks *t, uint32_t cpu, struct oscope_switch *sw,
			  uint32_t next);
/* A thread that execs goes on under its leader's number: so does what -p and -t say of it. */
void replay_filter_exec(struct replay_tasks *t, uint32_t tid, uint32_t old_tid);

/*
 * replay_ledger.c, if ledgers are kept. The ledger of a tid that has a state, NULL: none, or no
 * memory, which is noted in no_memory.
 */
struct oscope_ledger *replay_ledger(struct replay_tasks *t, uint32_t tid);
/* OSCOPE_FEAT_* of ledgers that a recording gives. */
uint64_t replay_ledger_features(const struct oscope_file_header *h);
/* A counted switch of who leaves; who comes, its wait not settled yet. */
void replay_ledger_leaves(struct replay_tasks *t, uint32_t tid, const struct oscope_switch *sw);
void replay_ledger_comes(struct replay_tasks *t, uint32_t tid, uint64_t ts, uint64_t wait_since);
/* At the end: of those who had no record since the last gap, too. */
void replay_ledgers_whole(struct replay_tasks *t);
/* At the end: tell the watch of the states that last until then. */
void replay_ledgers_close(struct replay_tasks *t, uint64_t now);
/* Any other record of a CPU. 0, or -ENOMEM, also for a number that can be none. */
int replay_ledger_record(struct replay_tasks *t, uint32_t cpu, const struct oscope_slot *slot);

/* All rows and pairs into snap, sorted. 0 or -ENOMEM, a line printed. */
int replay_tables(struct replay_tasks *t, struct snapshot *snap);

void replay_tasks_free(struct replay_tasks *t);

#endif /* OSCOPE_REPLAY_TASKS_H */
