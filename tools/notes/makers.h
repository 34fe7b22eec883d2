/* SPDX-License-Identifier: GPL-2.0 */
/* Make tasks, in each way that there is: the new one ends at once, its maker waits for it. */
#ifndef OSCOPE_NOTES_MAKERS_H
#define OSCOPE_NOTES_MAKERS_H

#include <stddef.h>
#include <stdint.h>

#include "notes/sample.h"

struct maker {
	int err;			/* 0, or what went wrong with one: -errno */
	void *stack;			/* of a clone */
	void *memory;			/* that the maker has beside, see maker_grow() */
	size_t bytes;
};

/* 0 or -errno. */
int maker_begin(struct maker *m);
void maker_end(struct maker *m);
/* Let the maker have so many MiB more, every page of it written; huge: by huge pages if it can. */
int maker_grow(struct maker *m, size_t mib, int huge);

/*
 * The whole of a sample: a maker with so many MiB makes tasks in this way, so many at a time. 0 or
 * -errno.
 */
int maker_sample(struct sample *s, void (*make)(void *maker, uint64_t n), size_t mib,
		 uint64_t batch_ops);

/* For sample_measure_long(): n tasks, one after the other. */
void make_forks(void *maker, uint64_t n);
/* What vfork(2) is to the kernel, on a stack of its own: CLONE_VM and CLONE_VFORK. */
void make_vforks(void *maker, uint64_t n);
/* posix_spawn(3) of a program that is not there: all of it but the exec. */
void make_spawns(void *maker, uint64_t n);
/* Processes that share the address space: CLONE_VM without CLONE_VFORK or CLONE_THREAD. */
void make_clones(void *maker, uint64_t n);
void make_threads(void *maker, uint64_t n);

#endif /* OSCOPE_NOTES_MAKERS_H */
