/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lanes: what tasks or CPUs do, a line each, in cells of equal time. However long it takes, there
 * are no more than so many cells a lane.
 */
#ifndef OSCOPE_LANES_H
#define OSCOPE_LANES_H

#include <stdbool.h>

#include "losses.h"
#include "out.h"
#include "segments.h"

#define LANES_CELLS	512U		/* at most */

/* A task's: how long it was in each state in each cell. */
struct lane {
	bool used;			/* it has a segment */
	float *cell;			/* ns, [cells][SEGMENT_STATES]; not kept by CPU */
	uint64_t first_ns, state[SEGMENT_STATES];
	uint64_t reason[OSCOPE_REASONS];
	struct out_task task;
};

/* A CPU's: who ran longest in each cell. */
struct lane_cpu {
	struct lane_cpu_cell {
		uint32_t task;		/* place + 1, 0: none */
		uint64_t ns, busy_ns;
	} *cell;
	uint32_t at;			/* the cell that is told of now */
	struct lane_cpu_part {
		uint32_t task;		/* place + 1 */
		uint64_t ns;
	} *part;			/* who ran in it */
	size_t n, room;
};

struct lanes {
	bool by_cpu;
	uint64_t start_ns;		/* of the trace: times are told since then */
	uint64_t from_ns, to_ns;	/* to_ns 0: not known yet */
	uint64_t cell_ns;
	uint32_t cells;
	uint32_t rows;			/* draw no more tasks than so many */
	struct lane *lane;		/* by place in segments.task[] */
	size_t n;
	struct lane_cpu *cpu;
	size_t cpus;
	const struct losses *losses;
};

/* How many cells fit a line. */
int lanes_columns(int width, bool by_cpu);

/* From a time to another, or to whatever time will be the last one, in so many cells. */
void lanes_begin(struct lanes *l, uint64_t from_ns, uint64_t to_ns, uint32_t cells);

/* A segment that lies in that time. 0 or -ENOMEM, a line printed. */
int lanes_add(struct lanes *l, const struct segment *segment);

/* The last one has come; task names are in lane[].task. */
void lanes_end(struct lanes *l, uint64_t end_ns);

/* For out_data.draw: lanes, and what they mean. arg: the struct lanes. */
void lanes_draw(const void *arg, const struct out_canvas *canvas);

void lanes_free(struct lanes *l);

#endif /* OSCOPE_LANES_H */
