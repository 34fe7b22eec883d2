// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers to places in an array: open addressing, at most half full, multiplied by secret numbers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "map.h"
#include "util.h"

#define CELLS_MIN	64
#define KEYS_MAX	(1U << 31)

int array_room(void *array, size_t *room, size_t n, size_t size)
{
	size_t grown = *room ? 2 * *room : 16;
	void **at = array, *to;

	if (n < *room)
		return 0;
	while (grown <= n)
		grown *= 2;
	to = reallocarray(*at, grown, size);
	if (!to)
		return -ENOMEM;
	memset((char *)to + *room * size, 0, (grown - *room) * size);
	*at = to;
	*room = grown;
	return 0;
}

/* Early at boot there is no secret yet; the time is better than nothing then. */
static void secret_make(struct map *m)
{
	if (getrandom(m->secret, sizeof(m->secret), GRND_NONBLOCK) != sizeof(m->secret))
		m->secret[0] = now_ns();
	m->secret[0] |= 1;
	m->secret[1] |= 1;
}

/* Where to look first. Multiplying by a random odd number is universal for the high bits. */
static size_t cell_of(const struct map *m, uint64_t key)
{
	uint64_t h = key * m->secret[0];

	h = (h ^ h >> 32) * m->secret[1];
	return (h >> 32) & (m->cells - 1);
}

/* The cell of key, or the free one that it may have. */
static uint32_t *cell_find(const struct map *m, uint64_t key)
{
	size_t i = cell_of(m, key);

	while (m->cell[i] && m->key[m->cell[i] - 1] != key)
		i = (i + 1) & (m->cells - 1);
	return &m->cell[i];
}

static int cells_grow(struct map *m)
{
	size_t cells = m->cells ? 2 * m->cells : CELLS_MIN, i;
	uint32_t *cell = calloc(cells, sizeof(*cell));

	if (!cell)
		return -ENOMEM;
	if (!m->cells)
		secret_make(m);
	free(m->cell);
	m->cell = cell;
	m->cells = cells;
	for (i = 0; i < m->n; i++)
		*cell_find(m, m->key[i]) = i + 1;
	return 0;
}

size_t map_find(const struct map *m, uint64_t key)
{
	uint32_t cell = m->cells ? *cell_find(m, key) : 0;

	return cell ? cell - 1 : MAP_FULL;
}

size_t map_place(struct map *m, uint64_t key)
{
	uint32_t *cell;

	if (m->cells) {
		cell = cell_find(m, key);
		if (*cell)
			return *cell - 1;
	}
	if (m->n >= KEYS_MAX || array_room(&m->key, &m->room, m->n, sizeof(*m->key)) ||
	    (2 * m->n >= m->cells && cells_grow(m)))
		return MAP_FULL;
	cell = cell_find(m, key);
	m->key[m->n++] = key;
	*cell = m->n;
	return m->n - 1;
}

void map_free(struct map *m)
{
	free(m->key);
	free(m->cell);
	memset(m, 0, sizeof(*m));
}
