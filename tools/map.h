/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers to places in an array: 0 for the first key, 1 for the second, and so on.
 *
 * Keys come from files that anybody may have written, so where a key lies depends on a secret of
 * each map: no file can be made whose keys all meet in one place.
 */
#ifndef OSCOPE_MAP_H
#define OSCOPE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map {
	uint64_t *key;			/* by place */
	uint32_t *cell;			/* place + 1, 0: free; a power of two of them */
	size_t n, room, cells;
	uint64_t secret[2];
};

#define MAP_FULL	SIZE_MAX	/* no memory, or 2^31 keys; no such key */

/* The place of key. A new key gets place n, and n grows. MAP_FULL if it cannot be kept. */
size_t map_place(struct map *m, uint64_t key);
/* The place of key; MAP_FULL if it has none. */
size_t map_find(const struct map *m, uint64_t key);
void map_free(struct map *m);

/*
 * Room for element n of an array that grows by doubling: *array of elements of size bytes, *room of
 * them. New ones are zeroed. 0 or -ENOMEM.
 */
int array_room(void *array, size_t *room, size_t n, size_t size);

#endif /* OSCOPE_MAP_H */
