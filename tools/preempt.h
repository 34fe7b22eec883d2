/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the kernel takes the CPU from what runs in itself. */
#ifndef OSCOPE_PREEMPT_H
#define OSCOPE_PREEMPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Anywhere, that is, and not only where it says that it may be taken. True with why if it does, or
 * if that cannot be told.
 */
bool kernel_preempts(char *why, size_t bytes);

/* The same of a kernel that says this of its version (uname -v) and modes, NULL: unknown. */
bool preempts_as_told(const char *version, const char *modes, char *why, size_t bytes);

#endif /* OSCOPE_PREEMPT_H */
