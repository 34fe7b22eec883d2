/* SPDX-License-Identifier: GPL-2.0 */
/* Going through memory of one's own, one cache line after the other, and how long that takes. */
#ifndef OSCOPE_NOTES_WALK_H
#define OSCOPE_NOTES_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_TIMES	64

struct walk {
	void *at;			/* first line; each has a pointer to the next */
	void *memory;			/* mapped */
	size_t bytes, lines;
	uint64_t ns[WALK_TIMES];	/* the latest walks, round about */
	size_t walks;
};

/*
 * lines of memory in stride bytes each, to be walked in order or in an order that no prefetcher
 * knows; with huge pages if the kernel gives them. 0 or -errno.
 */
int walk_make(struct walk *w, size_t lines, size_t stride, bool random, bool huge);
void walk_free(struct walk *w);
/* Read and write each line once, and keep how long it took. For handoff_begin_work(). */
void walk_go(void *walk);
/* The median of the walks that are kept, in ns; forget them. */
double walk_ns(struct walk *w);

#endif /* OSCOPE_NOTES_WALK_H */
