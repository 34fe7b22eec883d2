// SPDX-License-Identifier: GPL-2.0
/* What rules ask of cells: which is faster, and how shared memory is waited for. */
#include <stdio.h>
#include <string.h>

#include "notes/notes.h"
#include "notes/ways.h"

const char *const cells_waits[CELL_WAITS + 1] = { "spin", "futex", "sem", "eventfd" };

bool cells_faster(const struct note *n, size_t arm, enum cell_number what, size_t cell,
		  size_t other)
{
	struct stats_samples s = cells_samples(n, arm, what, other, &cell);

	return stats_ratio(&s, STATS_95, n->seed).lo > 1;
}

/* The name ends in it. */
bool cells_wait_by(const struct cell *c, const char *how)
{
	size_t name = strlen(c->way->name), end = strlen(how);

	return c->way->kind == WAY_MEMORY && name > end &&
	       !strcmp(c->way->name + name - end, how);
}

void cells_scores(const struct score score[CELL_WAITS], char *to, size_t bytes)
{
	size_t w, at = 0;

	for (w = 0; w < CELL_WAITS && at < bytes; w++)
		at += (size_t)snprintf(to + at, bytes - at, "%s%s %zu of %zu", w ? ", " : "",
				       cells_waits[w], score[w].won, score[w].of);
}
