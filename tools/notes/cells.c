// SPDX-License-Identifier: GPL-2.0
/* What samples found of cells: kept, judged by gates, and made into rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/notes.h"
#include "notes/ways.h"

_Static_assert(NOTE_SAMPLES == 512, "room for the samples of a cell");

#define SAME_LEAST	1.9		/* switches a round trip on one CPU */
#define SLACK		6.0		/* calls and switches at both ends of a phase */
#define PIECE		1024.0		/* bytes: a large message may come in such pieces */
#define MORE		1.1

static void cell_add(struct cells *to, const struct way *w, size_t bytes)
{
	if (to->n < CELLS_MOST)
		to->cell[to->n++] = (struct cell){ w, bytes };
}

void cells_list(const size_t *sizes, struct cells *to)
{
	const struct way *w;
	size_t nth, i;

	to->n = 0;
	for (nth = 0; (w = way_nth(nth)); nth++) {
		if (!w->most)
			cell_add(to, w, 0);
		for (i = 0; i < CELL_SIZES && sizes[i]; i++) {
			if (sizes[i] <= w->most)
				cell_add(to, w, sizes[i]);
		}
	}
}

void cell_name(const struct cell *c, char *to, size_t bytes)
{
	if (c->bytes)
		snprintf(to, bytes, "%s %zu", c->way->name, c->bytes);
	else
		snprintf(to, bytes, "%s", c->way->name);
}

struct note_cells *cells_of(struct note *n)
{
	if (!n->cells && n->claim->sizes[0]) {
		n->cells = calloc(1, sizeof(*n->cells));
		if (n->cells)
			cells_list(n->claim->sizes, &n->cells->list);
	}
	return n->cells;
}

void cells_keep(struct note *n, size_t arm, size_t nth, const struct sample *s)
{
	struct note_cells *c = cells_of(n);
	size_t i;
	int what;

	if (!c || !s->cell || nth >= NOTE_SAMPLES)
		return;
	for (i = 0; i < c->list.n; i++) {
		for (what = 0; what < CELL_NUMBERS; what++)
			c->timed[arm][i][what][nth] = s->cell[i][what];
	}
}

/* The ends of a phase are most of the shortest one. */
static void rounds_keep(double *least, double is, bool had)
{
	if (!had || is < *least)
		*least = is;
}

void cells_count(struct note *n, size_t arm, const struct sample *s)
{
	struct note_cells *c = cells_of(n);
	double had;
	size_t i;
	int what;

	if (!c || !s->cell)
		return;
	had = (double)c->n_counted[arm]++;
	for (i = 0; i < c->list.n; i++) {
		for (what = 0; what < CELL_NUMBERS; what++)
			c->counted[arm][i][what] =
				(had * c->counted[arm][i][what] + s->cell[i][what]) / (had + 1);
		rounds_keep(&c->rounds_least[arm][i], s->cell[i][CELL_ROUNDS], had > 0);
	}
}

struct stats_samples cells_samples(const struct note *n, size_t arm, enum cell_number what,
				   size_t a, const size_t *b)
{
	return (struct stats_samples){
		.a = n->cells->timed[arm][a][what],
		.b = b ? n->cells->timed[arm][*b][what] : NULL,
		.n = n->timed[arm].n,
		.block = NOTE_BLOCK,
	};
}

double cells_median(const struct note *n, size_t arm, enum cell_number what, size_t cell)
{
	return stats_median(n->cells->timed[arm][cell][what], n->timed[arm].n);
}

bool cells_find(const struct note *n, const char *way, size_t bytes, size_t *place)
{
	const struct cells *l = &n->cells->list;

	for (*place = 0; *place < l->n; ++*place) {
		if (!strcmp(l->cell[*place].way->name, way) && l->cell[*place].bytes == bytes)
			return true;
	}
	return false;
}

static double mean(const struct note *n, size_t arm, enum cell_number what, size_t cell)
{
	const double *v = n->cells->timed[arm][cell][what];
	double sum = 0;
	size_t i;

	for (i = 0; i < n->timed[arm].n; i++)
		sum += v[i];
	return n->timed[arm].n ? sum / (double)n->timed[arm].n : NAN;
}

/* A count of a cell that must be so. */
struct must {
	const char *name;
	double least, most, is;
};

/* The first that is not, of those that are; the last is. */
static struct must cell_must(const struct note *n, size_t arm, size_t i)
{
	const struct cell *c = &n->cells->list.cell[i];
	const struct way *w = c->way;
	const double *counted = n->cells->counted[arm][i];
	double ends = SLACK / fmax(n->cells->rounds_least[arm][i], 1);
	double pieces = 2 * (double)c->bytes / PIECE;
	bool same = arm == CELLS_SAME;
	struct must of[] = {
		{ "all came, and right", 1, 1,
		  fmin(mean(n, arm, CELL_RIGHT, i), counted[CELL_RIGHT]) },
		{ "switches/round trip", same ? SAME_LEAST : 0, INFINITY,
		  cells_median(n, arm, CELL_SWITCHES, i) },
		{ "syscalls/round trip", w->fewer && !same ? 0 : fmax(w->calls / MORE - ends, 0),
		  w->calls * MORE + (w->kind == WAY_BYTES ? pieces : 0) + ends,
		  counted[CELL_CALLS] },
	};
	size_t k, last = isnan(counted[CELL_CALLS]) ? 1 : 2;

	/* Who spins leaves the CPU only as others want it. */
	if (!w->spins)
		of[1].most = (same ? 2 : 4) * MORE + pieces +
			     SLACK / fmax(cells_median(n, arm, CELL_ROUNDS, i), 1);
	for (k = 0; k < last; k++) {
		if (!(of[k].is >= of[k].least && of[k].is <= of[k].most))
			break;
	}
	return of[k];
}

static bool holds(const struct must *m)
{
	return m->is >= m->least && m->is <= m->most;
}

/* Cells of one way follow each other: the first that is not as it must be, or the last one. */
static size_t gate_way(struct note *n, size_t arm, size_t from)
{
	const struct cells *l = &n->cells->list;
	struct must m, worst;
	size_t i, at = from;
	char name[48];

	worst = cell_must(n, arm, from);
	for (i = from; i < l->n && l->cell[i].way == l->cell[from].way; i++) {
		m = cell_must(n, arm, i);
		if (holds(&worst)) {
			worst = m;
			at = i;
		}
	}
	cell_name(&l->cell[at], name, sizeof(name));
	snprintf(name + strlen(name), sizeof(name) - strlen(name), ": %s", worst.name);
	note_gate(n, n->claim->arm[arm].name, name, worst.least, worst.least, worst.most, worst.is);
	return i;
}

void cells_gates(struct note *n)
{
	size_t arm, i;

	if (!cells_of(n))
		return;
	for (arm = 0; arm < CELL_ARMS; arm++) {
		for (i = 0; i < n->cells->list.n;)
			i = gate_way(n, arm, i);
	}
}

static struct interval interval_of(const struct note *n, size_t arm, enum cell_number what,
				   size_t i)
{
	struct stats_samples s = cells_samples(n, arm, what, i, NULL);

	return stats_median_interval(&s, STATS_95, n->seed);
}

static double rank_of(const struct note *n, size_t arm, size_t i)
{
	const struct cells *l = &n->cells->list;
	double own = cells_median(n, arm, CELL_RT_NS, i);
	size_t k, rank = 1;

	for (k = 0; k < l->n; k++)
		rank += l->cell[k].bytes == l->cell[i].bytes &&
			cells_median(n, arm, CELL_RT_NS, k) < own;
	return (double)rank;
}

static void row_fill(struct cell_row *row, const struct note *n, size_t arm, size_t i)
{
	const struct cell *c = &n->cells->list.cell[i];
	const double *counted = n->cells->counted[arm][i];
	struct interval rt = interval_of(n, arm, CELL_RT_NS, i);
	struct interval one = interval_of(n, arm, CELL_ONE_NS, i);

	*row = (struct cell_row){
		.way = c->way->name, .placement = n->claim->arm[arm].name,
		.bytes = (double)c->bytes, .rank = rank_of(n, arm, i),
		.rt_ns = rt.value, .rt_lo = rt.lo, .rt_hi = rt.hi,
		.one_ns = one.value, .one_lo = one.lo, .one_hi = one.hi,
		.mb_per_s = c->bytes ? 1e3 * (double)c->bytes / one.value : NAN,
		.cpu_ns = cells_median(n, arm, CELL_CPU_NS, i),
		.switches = mean(n, arm, CELL_SWITCHES, i),
		.one_switches = mean(n, arm, CELL_ONE_SWITCHES, i),
		.calls = n->cells->n_counted[arm] ? counted[CELL_CALLS] : NAN,
		.one_calls = n->cells->n_counted[arm] ? counted[CELL_ONE_CALLS] : NAN,
	};
}

void cells_judge(struct note *n)
{
	struct note_cells *c = cells_of(n);
	size_t arm, i;

	if (!c)
		return;
	c->n_rows = 0;
	for (arm = 0; arm < CELL_ARMS && n->timed[arm].n; arm++) {
		for (i = 0; i < c->list.n; i++)
			row_fill(&c->row[c->n_rows++], n, arm, i);
	}
}
