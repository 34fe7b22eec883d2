// SPDX-License-Identifier: GPL-2.0
/* Tids to places in an array. */
#include <stdlib.h>
#include <string.h>

#include "tids.h"

_Static_assert((size_t)0 - 1 == MAP_FULL, "no place and no table look the same");

size_t tids_add(struct tids *t, uint32_t tid)
{
	uint32_t **page = &t->page[tid / TIDS_PAGE];

	if (!*page)
		*page = calloc(TIDS_PAGE, sizeof(**page));
	if (tid / TIDS_PAGE >= t->pages)
		t->pages = tid / TIDS_PAGE + 1;
	if (!*page || array_room(&t->tid, &t->room, t->n, sizeof(*t->tid)))
		return MAP_FULL;
	t->tid[t->n] = tid;
	(*page)[tid % TIDS_PAGE] = ++t->n;
	return t->n - 1;
}

void tids_free(struct tids *t)
{
	uint32_t i;

	for (i = 0; i < t->pages; i++)
		free(t->page[i]);
	free(t->tid);
	memset(t, 0, sizeof(*t));
}
