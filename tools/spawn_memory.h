/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What making tasks costs in memory: page tables, page faults, and how that goes with the size of
 * the maker.
 */
#ifndef OSCOPE_SPAWN_MEMORY_H
#define OSCOPE_SPAWN_MEMORY_H

#include "lives.h"
#include "out.h"
#include "spawn_report.h"

/* Of one task, or of several in all; NOT_CAPTURED where it is not known. */
struct spawn_memory {
	uint64_t page_tables;		/* pages */
	uint64_t child_faults, maker_faults;
	uint64_t rss_bytes, rss_mean;	/* resident memory of the makers */
	uint64_t thp;			/* whose maker's memory may hold huge pages */
	uint64_t known;			/* tasks that were added */
};

#define SPAWN_MEMORY_COLUMNS(_row, _member, _flags) \
	{ "page_tables", "TABLES", OUT_U64, "pages of page tables that were copied", \
	  OUT_FIELD(_row, _member.page_tables), _flags }, \
	{ "child_faults", "FAULTS", OUT_U64, "page faults of the new ones until exec or end", \
	  OUT_FIELD(_row, _member.child_faults), _flags }, \
	{ "maker_faults", "MAKER", OUT_U64, "page faults of makers that are charged to copies", \
	  OUT_FIELD(_row, _member.maker_faults), _flags }

/* One more task to the sums; and when all are there. */
void spawn_memory_add(struct spawn_memory *sum, const struct life *life);
void spawn_memory_end(struct spawn_memory *sum, const struct snapshot *snap);

/* What is known of one task. */
void spawn_memory_of(struct spawn_memory *m, const struct life *life);

/* Tasks of one kind whose makers are of one size. */
struct spawn_memory_row {
	const char *kind;
	uint32_t birth;
	uint64_t rss_from;		/* a power of two, or 0 */
	bool thp;
	uint64_t count;
	const struct oscope_hist *time[INTERVALS];
	struct oscope_hist hist[INTERVALS];
	struct spawn_memory memory;
};

/* Rows by kind, size and huge pages, in this order; to be freed. NULL without memory. */
void *spawn_memory_rows(const struct lives *lives, const struct snapshot *snap, size_t *n);

#endif /* OSCOPE_SPAWN_MEMORY_H */
