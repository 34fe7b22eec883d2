// SPDX-License-Identifier: GPL-2.0
/* What rules ask of cells: which is faster, and how shared memory is waited for. */
#include <stdio.h>
#include <string.h>

#include "notes/notes.h"
#include "notes/ways.h"

const char *const cells_waits[CELL_WAITS + 1] = { "spin", "futex", "sem", "eventfd" };

int cells_faster(const struct note *n, size_t arm, enum cell_number what, size_t cell,
		 size_t other)
{
	struct stats_samples s = cells_samples(n, arm, what, other, &cell);
	struct interval r = stats_ratio(&s, STATS_95, n->seed);

	return (r.lo > 1) - (r.hi < 1);
}

/* The name ends in it. */
bool cells_wait_by(const struct cell *c, const char *how)
{
	size_t name = strlen(c->way->name), end = strlen(how);

	return c->way->kind == WAY_MEMORY && name > end &&
	       !strcmp(c->way->name + name - end, how);
}

/* faster: above 0 it is, below 0 the other is. */
void cells_score(struct score *s, int faster)
{
	s->of++;
	s->won += faster > 0;
	s->lost += faster < 0;
}

void cells_score_add(struct score *all, const struct score *s)
{
	all->won += s->won;
	all->lost += s->lost;
	all->of += s->of;
}

struct interval cells_share(const struct score *s)
{
	double won = (double)s->won / (double)s->of;

	return (struct interval){ won, won, 1 - (double)s->lost / (double)s->of };
}

void cells_scores(const struct score score[CELL_WAITS], char *to, size_t bytes)
{
	size_t w, at = 0;

	for (w = 0; w < CELL_WAITS && at < bytes; w++)
		at += (size_t)snprintf(to + at, bytes - at, "%s%s %zu of %zu", w ? ", " : "",
				       cells_waits[w], score[w].won, score[w].of);
}
