// SPDX-License-Identifier: GPL-2.0
/* What rules ask of cells: which is faster, and how shared memory is waited for. */
#include <math.h>
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

/* The share of them that is won at least, and at most. */
static struct interval share(const struct score *s)
{
	double won = (double)s->won / (double)s->of;

	return (struct interval){ won, won, 1 - (double)s->lost / (double)s->of };
}

static void score_arm(const struct note *n, size_t arm, cells_scoring fn, struct score *all,
		      char text[CELLS_SCORES])
{
	size_t w, at = 0;

	for (w = 0; w < CELL_WAITS; w++) {
		struct score s = fn(n, arm, cells_waits[w]);

		all->won += s.won;
		all->lost += s.lost;
		all->of += s.of;
		if (at < CELLS_SCORES)
			at += (size_t)snprintf(text + at, CELLS_SCORES - at, "%s%s %zu of %zu",
					       w ? ", " : "", cells_waits[w], s.won, s.of);
	}
}

struct score cells_score_all(struct note *n, cells_scoring fn, char same[CELLS_SCORES],
			     char cross[CELLS_SCORES])
{
	struct score all = { 0 };

	score_arm(n, CELLS_SAME, fn, &all, same);
	score_arm(n, CELLS_CROSS, fn, &all, cross);
	n->effect = share(&all);
	return all;
}

void cells_score_evidence(struct note *n, size_t arm, cells_scoring fn, const char *what)
{
	size_t w;

	for (w = 0; w < CELL_WAITS; w++) {
		struct score s = fn(n, arm, cells_waits[w]);
		char name[48];

		snprintf(name, sizeof(name), "shm_%s_%s", cells_waits[w], what);
		note_evidence(n, n->claim->arm[arm].name, name, (double)s.won / (double)s.of);
	}
}

void cells_effect(struct note *n)
{
	n->effect = (struct interval){ NAN, NAN, NAN };
	n->effect_unit = "of cells";
}
