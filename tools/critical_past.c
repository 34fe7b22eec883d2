// SPDX-License-Identifier: GPL-2.0
/*
 * Sums of the pasts of tasks. Pasts that have met, going back, are one from there on, so each is a
 * chain of parts of which the first ones belong to many and the last ones to few: what is kept
 * follows what the pasts differ in, not how many there are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "critical.h"
#include "util.h"

int critical_total_add(struct critical_total *t, size_t kind, const struct critical_sum *sum)
{
	struct critical_sum *to;

	if (array_room(&t->sum, &t->sums, kind, sizeof(*t->sum)))
		return -ENOMEM;
	to = &t->sum[kind];
	to->ns += sum->ns;
	to->steps += sum->steps;
	to->handed += sum->handed;
	if (sum->last_ns > to->last_ns)
		to->last_ns = sum->last_ns;
	return 0;
}

int critical_adder_add(struct critical_adder *a, size_t kind, const struct critical_sum *sum)
{
	bool first = kind >= a->total.sums || !a->total.sum[kind].steps;

	if (array_room(&a->touched, &a->room, a->n, sizeof(*a->touched)) ||
	    critical_total_add(&a->total, kind, sum))
		return -ENOMEM;
	if (first)
		a->touched[a->n++] = kind;
	return 0;
}

/* All that has been added, which goes. NULL: no memory. */
static struct critical_part_kind *adder_take(struct critical_adder *a)
{
	struct critical_part_kind *kind = calloc(a->n + 1, sizeof(*kind));
	size_t i;

	for (i = 0; kind && i < a->n; i++) {
		struct critical_sum *sum = &a->total.sum[a->touched[i]];

		kind[i].place = a->touched[i];
		kind[i].sum = *sum;
		memset(sum, 0, sizeof(*sum));
	}
	if (kind)
		a->n = 0;
	return kind;
}

void critical_adder_free(struct critical_adder *a)
{
	free(a->total.sum);
	free(a->touched);
}

struct critical_part *critical_part_get(struct critical_part *p)
{
	if (p)
		p->refs++;
	return p;
}

static void part_free(struct critical *c, struct critical_part *p)
{
	c->held_sums -= p->n;
	free(p->kind);
	free(p);
}

void critical_part_put(struct critical *c, struct critical_part *p)
{
	while (p && !--p->refs) {
		struct critical_part *before = p->before;

		part_free(c, p);
		p = before;
	}
}

struct critical_part *critical_part_make(struct critical *c, struct critical_adder *a,
					 struct critical_part *before)
{
	struct critical_part *p = calloc(1, sizeof(*p));
	size_t n = a->n;

	if (!p)
		return NULL;
	p->kind = adder_take(a);
	if (!p->kind) {
		free(p);
		return NULL;
	}
	p->before = critical_part_get(before);
	p->refs = 1;
	p->n = n;
	c->held_sums += n;
	return p;
}

static int adder_add_part(struct critical_adder *a, const struct critical_part *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->n; i++)
		err = critical_adder_add(a, p->kind[i].place, &p->kind[i].sum);
	return err;
}

/* Make it one with those before it that are nobody else's. */
static int part_join(struct critical *c, struct critical_adder *a, struct critical_part *p)
{
	struct critical_part *before = p->before, *next;
	struct critical_part_kind *kind;
	size_t n;
	int err;

	if (!before || before->refs > 1)
		return 0;
	err = adder_add_part(a, p);
	for (; !err && before && before->refs == 1; before = before->before)
		err = adder_add_part(a, before);
	n = a->n;
	kind = err ? NULL : adder_take(a);
	if (!kind)
		return -ENOMEM;
	while (p->before != before) {
		next = p->before->before;
		part_free(c, p->before);
		p->before = next;
	}
	c->held_sums += n;
	c->held_sums -= p->n;
	free(p->kind);
	p->kind = kind;
	p->n = n;
	return 0;
}

void critical_parts_join(struct critical *c)
{
	struct critical_adder a = { 0 };
	struct critical_part *p;
	int err = 0;
	size_t i;

	c->rounds++;
	for (i = 0; !err && i < c->pasts; i++) {
		for (p = c->past[i].part; !err && p && p->seen != c->rounds; p = p->before) {
			p->seen = c->rounds;
			err = part_join(c, &a, p);
		}
	}
	critical_adder_free(&a);
}
