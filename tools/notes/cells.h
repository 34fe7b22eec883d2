/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of the notes: every way to talk by every size of a message that it can have, each a cell.
 * A sample of a claim with sizes takes all cells once, in its arm's placement; its numbers go to
 * what the samples before it had, so that each cell has as many samples as its arm.
 */
#ifndef OSCOPE_NOTES_CELLS_H
#define OSCOPE_NOTES_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes/stats.h"

#define CELLS_MOST	144
#define CELL_SIZES	6		/* of messages; the last one ends the list */

enum { CELLS_SAME, CELLS_CROSS, CELL_ARMS };	/* arms: on one CPU, or on a CPU each */

/* What a sample finds out of a cell. */
enum cell_number {
	CELL_RT_NS,			/* a message there and one back */
	CELL_ONE_NS,			/* a message of many there */
	CELL_CPU_NS,			/* CPU time of both, for one of those */
	CELL_SWITCHES,			/* of both, a round trip */
	CELL_ONE_SWITCHES,		/* ... a message of many */
	CELL_RIGHT,			/* all that were sent came, and right */
	CELL_CALLS,			/* counted pass: system calls of both, a round trip */
	CELL_ONE_CALLS,
	CELL_ROUNDS,			/* round trips that they are a mean of */
	CELL_NUMBERS,
};

struct way;

struct cell {
	const struct way *way;
	size_t bytes;
};

struct cells {
	size_t n;
	struct cell cell[CELLS_MOST];
};

/* For people and for reports. NAN: not known. */
struct cell_row {
	const char *way, *placement;
	double bytes;
	double rank;			/* by the round trip, of all with this size and placement */
	double rt_ns, rt_lo, rt_hi, one_ns, one_lo, one_hi;
	double mb_per_s;		/* one way */
	double cpu_ns, switches, calls, one_switches, one_calls;
};

struct claim;
struct note;
struct sample;

/* All of a claim: of ways without a message the size is 0. */
void cells_list(const size_t *sizes, struct cells *to);
/* "pipe 4096" */
void cell_name(const struct cell *c, char *to, size_t bytes);

/* For arms: take every cell once. 0 or -errno. */
int cells_take(struct sample *s, const size_t *sizes);

/* What a note has of cells: NULL for claims without. */
struct note_cells {
	struct cells list;
	double timed[CELL_ARMS][CELLS_MOST][CELL_NUMBERS][512];
	double counted[CELL_ARMS][CELLS_MOST][CELL_NUMBERS]; /* means */
	double rounds_least[CELL_ARMS][CELLS_MOST];	/* of those that were counted */
	size_t n_counted[CELL_ARMS];
	struct cell_row row[CELL_ARMS * CELLS_MOST];
	size_t n_rows;
};

/* The note's, made at the first need. NULL: no memory, or the claim has none. */
struct note_cells *cells_of(struct note *n);
/* A sample of the first pass, the how-manieth; or of the second. */
void cells_keep(struct note *n, size_t arm, size_t nth, const struct sample *s);
void cells_count(struct note *n, size_t arm, const struct sample *s);

/* For rules. The samples of a cell, and of another one beside it or NULL. */
struct stats_samples cells_samples(const struct note *n, size_t arm, enum cell_number what,
				   size_t a, const size_t *b);
double cells_median(const struct note *n, size_t arm, enum cell_number what, size_t cell);
/* The place of a cell; false: there is none. */
bool cells_find(const struct note *n, const char *way, size_t bytes, size_t *place);
/* By the ratio's 95 % interval: 1 a cell takes less than the other, -1 more, 0: no telling. */
int cells_faster(const struct note *n, size_t arm, enum cell_number what, size_t cell,
		 size_t other);

/* How two wait for each other over shared memory: "spin" ..., NULL after the last. */
extern const char *const cells_waits[];
#define CELL_WAITS	4
/* Whether a cell is shared memory, and its two sides wait so. */
bool cells_wait_by(const struct cell *c, const char *how);

/* Comparisons, and how many of them were won. */
struct score {
	size_t won, lost, of;		/* what is neither cannot be told */
};

void cells_score(struct score *s, int faster);
/* The scores of shared memory that waits in one way, in an arm: a rule's own. */
typedef struct score (*cells_scoring)(const struct note *n, size_t arm, const char *how);

#define CELLS_SCORES	96	/* "spin 28 of 30, futex 12 of 30 ...", of each way to wait */

/* Of both arms and each way to wait: their sum, which is the note's effect, and each in words. */
struct score cells_score_all(struct note *n, cells_scoring fn, char same[CELLS_SCORES],
			     char cross[CELLS_SCORES]);
/* The share that is won by each way to wait: "shm_futex_" and what they win. */
void cells_score_evidence(struct note *n, size_t arm, cells_scoring fn, const char *what);
/* Before that there is none. */
void cells_effect(struct note *n);

/* Gates of every cell, one for each way and placement: the worst is shown. */
void cells_gates(struct note *n);
/* The rows, from the samples. */
void cells_judge(struct note *n);

#endif /* OSCOPE_NOTES_CELLS_H */
