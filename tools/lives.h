/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks and what became of them, from the records of their lives: one entry a life, so that a
 * number that is given to another task does not mix the two.
 */
#ifndef OSCOPE_LIVES_H
#define OSCOPE_LIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/core/birth.h"
#include "../kmod/core/death.h"
#include "events.h"
#include "map.h"

#define LIVES_BIT(id)		(1ULL << OSCOPE_REC_##id)
/* What the end of a task is told by, beside its own EXIT. */
#define LIVES_RECORDS_REAP	(LIVES_BIT(ZOMBIE) | LIVES_BIT(REAP) | LIVES_BIT(FREE) | \
				 LIVES_BIT(WAITING) | LIVES_BIT(WAITED))
/* How it began. */
#define LIVES_RECORDS_SPAWN	(LIVES_BIT(IDENTITY) | LIVES_BIT(NEWTASK) | LIVES_BIT(EXEC) | \
				 LIVES_BIT(EXIT) | LIVES_BIT(RUN) | LIVES_BIT(SPAWNED) | \
				 LIVES_BIT(MEMORY) | LIVES_BIT(FAULTS))
/* Without the time until they run. */
#define LIVES_RECORDS_EVENTS	(LIVES_BIT(IDENTITY) | LIVES_BIT(NEWTASK) | LIVES_BIT(EXEC) | \
				 LIVES_BIT(EXIT) | LIVES_BIT(SPAWNED))
#define LIVES_RECORDS		(LIVES_BIT(IDENTITY) | LIVES_BIT(NEWTASK) | LIVES_BIT(EXEC) | \
				 LIVES_BIT(EXIT) | LIVES_RECORDS_REAP)

struct life {
	uint64_t start_ns;		/* 0: not known */
	uint32_t tid, tgid;		/* tgid 0: not known */
	uint32_t parent;		/* tgid, as last told; 0: not known */
	char comm[OSCOPE_COMM_LEN];
	bool member;			/* of the tree of lives.root, or there is none */
	bool since_unknown;		/* a zombie already when we came, for who knows how long */
	bool waits;			/* a process: one of its threads has waited for children */
	uint64_t waited_ns;		/* its last wait that gave somebody unknown */
	uint32_t waited_tid;
	size_t before;			/* the life that had this number before + 1, 0: none */
	uint64_t made_ns;		/* when it was made, 0: before the trace */
	uint32_t maker;			/* tid */
	uint32_t birth;			/* enum oscope_birth, valid if made_ns is not 0 */
	uint32_t cost_ns;		/* of the maker's call, OSCOPE_NS_NONE: not captured */
	uint64_t returned_ns;		/* when that call came back, 0: not captured */
	uint64_t run_ns;		/* when it ran first, 0: not captured, or not yet */
	uint64_t exec_ns;		/* its first exec, 0: none */
	uint32_t execs;
	uint32_t ended;			/* EXIT records of it */
	bool memory_known;		/* what follows, as MEMORY has it */
	bool thp;			/* its maker's memory may hold huge pages */
	uint32_t page_tables;		/* pages of them that it got */
	uint32_t maker_kib;		/* resident, of its maker */
	bool faults_known, maker_faults_known;
	uint32_t faults;		/* its own until its first exec or its end */
	uint32_t maker_faults;		/* its maker's that are charged to it */
	size_t youngest;		/* the copy that is charged its faults now + 1, 0: none */
	uint32_t faults_then;		/* ... and its count when it made that one */
	struct oscope_death death;
};

struct lives {
	uint32_t root;			/* only it and its descendants are of interest; 0: all */
	struct map tids;
	size_t *current;		/* the latest life of a number + 1, by place in tids */
	size_t places;
	struct life *life;		/* all, in the order of their coming */
	size_t n, room;
	uint64_t threads_ended, dethreaded;
	uint64_t last_ns;		/* of the latest record */
};

/* Who was there already. 0 or -ENOMEM, a line printed. */
int lives_identity(struct lives *l, const struct oscope_identity *who);

/*
 * One record after the other, in the order of time: for events_take(). 0 or -ENOMEM, a line
 * printed.
 */
int lives_event(void *lives, const struct event *event);

/* The latest life of a number; NULL: nothing was heard of it. Good until the next record. */
struct life *lives_find(const struct lives *l, uint32_t tid);

/*
 * The life that a number had at a time: the latest that had begun by then. NULL: none that is
 * known.
 */
struct life *lives_find_at(const struct lives *l, uint32_t tid, uint64_t ns);

/* A process that is a zombie already, since a moment if that is known (0: not). 0 or -ENOMEM. */
int lives_zombie(struct lives *l, const struct oscope_identity *who, uint64_t since_ns,
		 uint32_t status);

/*
 * Whether a life is that of a process: of its first thread, or one of which nothing else is
 * known.
 */
bool life_is_process(const struct life *life);

/*
 * lives_forget.c: let go of who had ended before a time, for traces that have no end. Pointers to
 * lives are no good any more. 0 or -ENOMEM, a line printed.
 */
int lives_forget(struct lives *l, uint64_t before_ns);

void lives_free(struct lives *l);

#endif /* OSCOPE_LIVES_H */
