/* SPDX-License-Identifier: GPL-2.0 */
/* Values as people read them: times with units, 3 digits, hostile names made harmless. */
#ifndef OSCOPE_FMT_H
#define OSCOPE_FMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FMT_LEN	32	/* enough for any fmt_ns(), fmt_num() */

/* "123ns", "1.23us", "12.3ms", "4.56s": 3 digits. Returns buf. */
char *fmt_ns(char buf[FMT_LEN], uint64_t ns);

/* A number with 3 digits below 100, whole above. Returns buf. */
char *fmt_num(char buf[FMT_LEN], double num);

/*
 * Copy len bytes (up to the first 0) of a name that anyone may have chosen. Control bytes, bytes
 * that are no UTF-8 and the backslash become \xNN; with ascii, everything beyond ASCII does too.
 * Returns to, always terminated; 4 bytes for each of src and one more are enough.
 */
char *fmt_escape(char *to, size_t bytes, const char *src, size_t len, bool ascii);

/* Whether the terminal's character set is UTF-8. setlocale() must have been called. */
bool fmt_utf8(void);

/* The length of the UTF-8 character at s, at most len bytes; 0: no valid one. */
size_t fmt_utf8_len(const char *s, size_t len);

/* How many of its bytes fit in so many, so that no UTF-8 character is cut; the end is no byte. */
size_t fmt_utf8_fit(const char *s, size_t bytes);

#endif /* OSCOPE_FMT_H */
