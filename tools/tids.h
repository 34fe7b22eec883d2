/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tids to places in an array, as map.h does it with any numbers, for where each record asks: a tid
 * is below the kernel's limit, so two looks into tables find it. Tables are made as tids come up:
 * 16 MB if all do.
 */
#ifndef OSCOPE_TIDS_H
#define OSCOPE_TIDS_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

#define TIDS_MAX	(1U << 22)	/* the kernel's PID_MAX_LIMIT */
#define TIDS_PAGE	4096U
#define TIDS_PAGES	(TIDS_MAX / TIDS_PAGE)

struct tids {
	uint32_t *tid;			/* by place */
	size_t n, room;
	uint32_t pages;			/* none of page[] from here on */
	uint32_t *page[TIDS_PAGES];	/* place + 1, 0: none */
};

/* The place of a tid below TIDS_MAX; MAP_FULL if it has none. */
static inline size_t tids_find(const struct tids *t, uint32_t tid)
{
	const uint32_t *page = t->page[tid / TIDS_PAGE];

	return page ? (size_t)page[tid % TIDS_PAGE] - 1 : MAP_FULL;
}

/* A new one gets place n, and n grows. MAP_FULL: no memory. */
size_t tids_add(struct tids *t, uint32_t tid);

static inline size_t tids_place(struct tids *t, uint32_t tid)
{
	size_t place = tids_find(t, tid);

	return place == MAP_FULL ? tids_add(t, tid) : place;
}

void tids_free(struct tids *t);

#endif /* OSCOPE_TIDS_H */
