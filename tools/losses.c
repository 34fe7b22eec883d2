// SPDX-License-Identifier: GPL-2.0
/*
 * Where records are missing. A producer that had no room for records says so with the next one of
 * that CPU; what was overwritten shows in positions. What neither tells of is somewhere between the
 * last record of the CPU before more were said to be lost, and the end.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "losses.h"
#include "map.h"
#include "util.h"

static int loss_add(struct losses *l, uint64_t from_ns, uint64_t to_ns)
{
	if (array_room(&l->loss, &l->room, l->n, sizeof(*l->loss)))
		return -ENOMEM;
	/* The clock may have stepped back; what a damaged file says may be anything. */
	if (from_ns > to_ns)
		from_ns = to_ns;
	l->loss[l->n++] = (struct loss){ from_ns, to_ns };
	l->unsettled = true;
	return 0;
}

int losses_run(struct losses *l, uint32_t cpu, uint64_t pos, const struct oscope_slot *slot,
	       uint32_t n, uint64_t lost)
{
	struct losses_cpu *c;
	bool gap;
	uint32_t i;

	while (cpu >= l->cpus) {
		if (array_room(&l->cpu, &l->cpus, l->cpus, sizeof(*l->cpu)))
			return -ENOMEM;
	}
	c = &l->cpu[cpu];
	gap = c->position && pos != c->position;
	c->position = pos + n;
	if (!slot) {
		c->lost = lost;
		c->placed = lost;
		return 0;
	}
	if (c->lost == c->placed)
		c->whole_ns = c->last_ns;
	c->lost = lost;
	for (i = 0; i < n; i++) {
		/* An identity's flags are others, and it may come in two runs. */
		if (!oscope_has_time(slot[i].head))
			continue;
		gap |= oscope_head_flags(slot[i].head) & OSCOPE_FLAG_GAP;
		if (gap && loss_add(l, c->last_ns, slot[i].ts))
			return -ENOMEM;
		if (gap)
			c->placed = lost;
		gap = false;
		c->last_ns = slot[i].ts;
	}
	if (c->lost == c->placed)
		c->whole_ns = c->last_ns;
	return 0;
}

static int loss_compare(const void *a, const void *b)
{
	const struct loss *x = a, *y = b;

	return x->from_ns < y->from_ns ? -1 : x->from_ns > y->from_ns;
}

void losses_settle(struct losses *l)
{
	size_t used = 0, i;

	if (!l->unsettled)
		return;
	l->unsettled = false;
	qsort(l->loss, l->n, sizeof(*l->loss), loss_compare);
	for (i = 0; i < l->n; i++) {
		struct loss *last = used ? &l->loss[used - 1] : NULL;

		if (!last || l->loss[i].from_ns > last->to_ns)
			l->loss[used++] = l->loss[i];
		else if (l->loss[i].to_ns > last->to_ns)
			last->to_ns = l->loss[i].to_ns;
	}
	l->n = used;
}

int losses_end(struct losses *l, uint64_t lost, uint64_t end_ns)
{
	uint64_t told = 0, oldest = UINT64_MAX;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < l->cpus; i++) {
		const struct losses_cpu *c = &l->cpu[i];

		told += c->lost;
		if (c->position && c->last_ns < oldest)
			oldest = c->last_ns;
		if (c->lost != c->placed)
			err = loss_add(l, c->whole_ns, end_ns);
	}
	if (!err && lost > told)
		err = loss_add(l, oldest == UINT64_MAX ? 0 : oldest, end_ns);
	losses_settle(l);
	return err;
}

const struct loss *losses_after(const struct losses *l, uint64_t ns)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (l->loss[mid].to_ns <= ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n ? &l->loss[low] : NULL;
}

void losses_free(struct losses *l)
{
	free(l->loss);
	free(l->cpu);
	memset(l, 0, sizeof(*l));
}
