// SPDX-License-Identifier: GPL-2.0
/*
 * Lanes: time in cells. Where the end is not known, cells get twice as long when there is no room
 * for more of them.
 */
#include <stdlib.h>
#include <string.h>

#include "lanes.h"
#include "util.h"

#define FIRST_CELL_NS	1000U

void lanes_begin(struct lanes *l, uint64_t from_ns, uint64_t to_ns, uint32_t cells)
{
	l->cells = cells < LANES_CELLS ? cells : LANES_CELLS;
	l->from_ns = from_ns;
	l->to_ns = to_ns;
	l->cell_ns = FIRST_CELL_NS;
	if (to_ns)
		l->cell_ns = (to_ns - from_ns + l->cells - 1) / l->cells;
	if (!l->cell_ns)
		l->cell_ns = 1;
}

/* Who ran longest in the cell that is told of now, of all that did. */
static void cpu_settle(struct lane_cpu *c)
{
	struct lane_cpu_cell *cell = &c->cell[c->at];
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->part[i].ns > cell->ns) {
			cell->ns = c->part[i].ns;
			cell->task = c->part[i].task;
		}
	}
	c->n = 0;
}

/* Two cells become one: of who ran longest in either, the longer. */
static void cpu_fold(struct lane_cpu *c, uint32_t cells)
{
	uint32_t i;

	for (i = 0; i < cells; i++) {
		struct lane_cpu_cell none = { 0 };
		size_t at = 2UL * i;
		struct lane_cpu_cell a = at < cells ? c->cell[at] : none;
		struct lane_cpu_cell b = at + 1 < cells ? c->cell[at + 1] : none;
		uint64_t busy_ns = a.busy_ns + b.busy_ns;

		if (a.task == b.task)
			a.ns += b.ns;
		else if (b.ns > a.ns)
			a = b;
		a.busy_ns = busy_ns;
		c->cell[i] = a;
	}
	c->at /= 2;
}

static void task_fold(struct lane *lane, uint32_t cells)
{
	uint32_t i, s;

	for (i = 0; i < cells; i++) {
		for (s = 0; s < SEGMENT_STATES; s++) {
			float a = 2 * i < cells ? lane->cell[2 * i * SEGMENT_STATES + s] : 0;
			float b = 2 * i + 1 < cells ?
				  lane->cell[(2 * i + 1) * SEGMENT_STATES + s] : 0;

			lane->cell[i * SEGMENT_STATES + s] = a + b;
		}
	}
}

static void fold(struct lanes *l)
{
	size_t i;

	for (i = 0; i < l->cpus; i++) {
		if (!l->cpu[i].cell)
			continue;
		cpu_settle(&l->cpu[i]);
		cpu_fold(&l->cpu[i], l->cells);
	}
	for (i = 0; i < l->n; i++) {
		if (l->lane[i].cell)
			task_fold(&l->lane[i], l->cells);
	}
	l->cell_ns *= 2;
}

static int cpu_cell_add(struct lane_cpu *c, uint32_t at, uint32_t task, uint64_t ns)
{
	size_t i;

	if (at != c->at)
		cpu_settle(c);
	c->at = at;
	c->cell[at].busy_ns += ns;
	for (i = 0; i < c->n && c->part[i].task != task + 1; i++)
		;
	if (array_room(&c->part, &c->room, i, sizeof(*c->part)))
		return -ENOMEM;
	if (i == c->n)
		c->part[c->n++] = (struct lane_cpu_part){ .task = task + 1 };
	c->part[i].ns += ns;
	return 0;
}

static struct lane_cpu *cpu_get(struct lanes *l, uint32_t cpu)
{
	struct lane_cpu *c;

	if (array_room(&l->cpu, &l->cpus, cpu, sizeof(*l->cpu)))
		return NULL;
	c = &l->cpu[cpu];
	if (!c->cell)
		c->cell = calloc(l->cells, sizeof(*c->cell));
	return c->cell ? c : NULL;
}

static struct lane *lane_get(struct lanes *l, const struct segment *s)
{
	struct lane *lane;

	if (array_room(&l->lane, &l->n, s->task, sizeof(*l->lane)))
		return NULL;
	lane = &l->lane[s->task];
	if (!lane->used)
		lane->first_ns = s->from_ns;
	lane->used = true;
	if (!lane->cell && !l->by_cpu)
		lane->cell = calloc((size_t)l->cells * SEGMENT_STATES, sizeof(*lane->cell));
	return lane->cell || l->by_cpu ? lane : NULL;
}

/* Cut at the ends of cells. */
static int cells_add(struct lanes *l, const struct segment *s, struct lane *lane,
		     struct lane_cpu *cpu)
{
	uint64_t from = s->from_ns, to;
	uint32_t at;
	int err = 0;

	while (!err && from < s->to_ns) {
		at = (from - l->from_ns) / l->cell_ns;
		to = l->from_ns + (at + 1) * l->cell_ns;
		/* Times of a damaged file may be so long that the sum has no room. */
		to = to > from && to < s->to_ns ? to : s->to_ns;
		if (lane->cell)
			lane->cell[at * SEGMENT_STATES + s->state] += to - from;
		if (cpu)
			err = cpu_cell_add(cpu, at, s->task, to - from);
		from = to;
	}
	return err;
}

int lanes_add(struct lanes *l, const struct segment *segment)
{
	struct lane_cpu *cpu = NULL;
	struct lane *lane = lane_get(l, segment);
	int err = lane ? 0 : -ENOMEM;

	if (!err && l->by_cpu && segment->state == SEGMENT_RUNNING) {
		cpu = cpu_get(l, segment->cpu);
		err = cpu ? 0 : -ENOMEM;
	}
	if (err)
		return err_sys(err, "keeping what tasks do");
	lane->state[segment->state] += segment->to_ns - segment->from_ns;
	if (segment->state == SEGMENT_BLOCKED && segment->reason < OSCOPE_REASONS)
		lane->reason[segment->reason] += segment->to_ns - segment->from_ns;
	while ((segment->to_ns - l->from_ns - 1) / l->cell_ns >= l->cells)
		fold(l);
	err = cells_add(l, segment, lane, cpu);
	return err ? err_sys(err, "keeping what tasks do") : 0;
}

void lanes_end(struct lanes *l, uint64_t end_ns)
{
	size_t i;

	for (i = 0; i < l->cpus; i++) {
		if (l->cpu[i].cell)
			cpu_settle(&l->cpu[i]);
	}
	if (!l->to_ns)
		l->to_ns = end_ns > l->from_ns ? end_ns : l->from_ns + 1;
}

void lanes_free(struct lanes *l)
{
	size_t i;

	for (i = 0; i < l->cpus; i++) {
		free(l->cpu[i].cell);
		free(l->cpu[i].part);
	}
	for (i = 0; i < l->n; i++)
		free(l->lane[i].cell);
	free(l->cpu);
	free(l->lane);
	memset(l, 0, sizeof(*l));
}
