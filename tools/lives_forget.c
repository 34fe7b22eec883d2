// SPDX-License-Identifier: GPL-2.0
/*
 * Lives that are over, let go of: a trace that reports as it goes needs no more than who is there.
 */
#include <stdlib.h>

#include "lives.h"
#include "util.h"

static bool is_over(const struct life *life, uint64_t before_ns)
{
	if (life->death.how == OSCOPE_HOW_DETHREAD)
		return true;
	if (!life->death.exit_ns || life->death.exit_ns >= before_ns)
		return false;
	return !life_is_process(life) || (life->death.flags & OSCOPE_END_LAST);
}

/* Where each life goes, as a place + 1; 0: nowhere. Returns how many stay. */
static size_t places_give(const struct lives *l, size_t *place, uint64_t before_ns)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		place[i] = is_over(&l->life[i], before_ns) ? 0 : ++n;
	return n;
}

/* The latest of a number's lives, from one on, that stays. */
static size_t stays(const struct lives *l, const size_t *place, size_t at)
{
	while (at && !place[at - 1])
		at = l->life[at - 1].before;
	return at ? place[at - 1] : 0;
}

int lives_forget(struct lives *l, uint64_t before_ns)
{
	size_t *place = calloc(l->n + 1, sizeof(*place)), n, i;

	if (!place)
		return err_sys(-ENOMEM, "keeping who lives");
	n = places_give(l, place, before_ns);
	for (i = 0; i < l->tids.n && i < l->places; i++)
		l->current[i] = stays(l, place, l->current[i]);
	/* An earlier life of a number lies before a later one, so none is overwritten unread. */
	for (i = l->n; i-- > 0;)
		l->life[i].before = stays(l, place, l->life[i].before);
	for (i = 0; i < l->n; i++) {
		if (place[i])
			l->life[place[i] - 1] = l->life[i];
	}
	l->n = n;
	free(place);
	return 0;
}
