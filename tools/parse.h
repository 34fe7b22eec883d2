/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of the command line to values: parsed whole, with a range, or refused.
 *
 * Errors: -EINVAL (not such a thing at all), -ERANGE (outside the range). Nothing is printed.
 */
#ifndef OSCOPE_PARSE_H
#define OSCOPE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A decimal number; no sign, no blank, no leading or trailing anything. */
int parse_u64(const char *word, uint64_t min, uint64_t max, uint64_t *to);

/* A time with unit: 500ns 10us 1.5ms 2s 3m 1h; a bare number is seconds. Result in ns. */
int parse_duration(const char *word, uint64_t min_ns, uint64_t max_ns, uint64_t *to);

/* Process or thread ids with commas between them. *to is allocated, the caller frees it. */
int parse_pids(const char *word, pid_t **to, size_t *n);

/*
 * CPUs such as 0,2-3. Sets set[cpu] for each; a CPU of n or more is -ERANGE. set may be NULL: check
 * only. *bad, if not NULL, becomes the first CPU out of range.
 */
int parse_cpus(const char *word, bool *set, uint32_t n, uint32_t *bad);

/* A user by name or number. -ENOENT: there is no such user. */
int parse_user(const char *word, long *uid);

#endif /* OSCOPE_PARSE_H */
