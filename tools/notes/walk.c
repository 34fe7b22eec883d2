// SPDX-License-Identifier: GPL-2.0
/* Going through memory of one's own, one cache line after the other, and how long that takes. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "notes/stats.h"
#include "notes/walk.h"
#include "util.h"

#define HUGE_BYTES	(2UL << 20)
#define CACHE_LINE	64
#define ORDER_SEED	1	/* any: the same order each time */

struct line {
	struct line *next;
	uint64_t visits;
};

/* The line of a page moves on from page to page, or all would fall on the same few cache sets. */
static struct line *line_at(const struct walk *w, size_t i, size_t stride)
{
	size_t in_page = stride > CACHE_LINE ? i * CACHE_LINE % stride : 0;
	uintptr_t base = ((uintptr_t)w->memory + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1);

	return (struct line *)(base + i * stride + in_page);
}

/* Sattolo's: one circle through all of them. */
static void shuffle(size_t *order, size_t n)
{
	uint64_t rng = ORDER_SEED;
	size_t i, j, kept;

	for (i = n; i > 1; i--) {
		j = stats_random_below(&rng, i - 1);
		kept = order[i - 1];
		order[i - 1] = order[j];
		order[j] = kept;
	}
}

static int link_lines(struct walk *w, size_t stride, bool random)
{
	size_t *order = calloc(w->lines, sizeof(*order)), i;

	if (!order)
		return -ENOMEM;
	for (i = 0; i < w->lines; i++)
		order[i] = i;
	if (random)
		shuffle(order, w->lines);
	for (i = 0; i < w->lines; i++)
		line_at(w, order[i], stride)->next =
			line_at(w, order[(i + 1) % w->lines], stride);
	w->at = line_at(w, order[0], stride);
	free(order);
	return 0;
}

int walk_make(struct walk *w, size_t lines, size_t stride, bool random, bool huge)
{
	int err;

	*w = (struct walk){ .lines = lines };
	if (!lines)
		return 0;
	w->bytes = lines * stride + 2 * HUGE_BYTES;
	w->memory = mmap(NULL, w->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	if (w->memory == MAP_FAILED)
		return -errno;
	/* Where the kernel has no such pages, both ways are the same. */
	madvise(w->memory, w->bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	err = link_lines(w, stride, random);
	if (err)
		walk_free(w);
	return err;
}

void walk_free(struct walk *w)
{
	if (w->lines)
		munmap(w->memory, w->bytes);
	w->lines = 0;
}

void walk_go(void *walk)
{
	struct walk *w = walk;
	struct line *line = w->at;
	uint64_t start = now_ns();
	size_t i;

	for (i = 0; i < w->lines; i++) {
		line->visits++;
		line = line->next;
	}
	w->ns[w->walks++ % WALK_TIMES] = now_ns() - start;
}

double walk_ns(struct walk *w)
{
	size_t n = w->walks < WALK_TIMES ? w->walks : WALK_TIMES, i;
	double ns[WALK_TIMES];

	for (i = 0; i < n; i++)
		ns[i] = (double)w->ns[i];
	w->walks = 0;
	return stats_median(ns, n);
}
