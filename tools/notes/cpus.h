/* SPDX-License-Identifier: GPL-2.0 */
/* The CPUs that a sample may use, which the harness has pinned to one of them. */
#ifndef OSCOPE_NOTES_CPUS_H
#define OSCOPE_NOTES_CPUS_H

#include <stdint.h>

#include "notes/notes.h"

/* So many as the harness may run on; 1 where the kernel does not tell. */
unsigned int cpus_count(void);
/*
 * The calling task: to all of these, or to the nth of them from the sample's own on. 0 or -errno.
 */
int cpus_unpin(void);
int cpus_pin(const struct sample *s, unsigned int nth);

/* CPU time in ns: of the calling thread, and of its process with all threads. */
uint64_t cpus_thread_ns(void);
uint64_t cpus_process_ns(void);

/* For rules: whether there is but one CPU, with the verdict given. */
bool cpus_too_few(struct note *n);

#endif /* OSCOPE_NOTES_CPUS_H */
