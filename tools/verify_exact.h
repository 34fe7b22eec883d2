/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of the load of oscope verify, beside what a source has counted. */
#ifndef OSCOPE_VERIFY_EXACT_H
#define OSCOPE_VERIFY_EXACT_H

#include <stdint.h>

#define VERIFY_SOURCES	2
#define VERIFY_EXACT_MAX	24	/* of a source */

/* One number that must be equal to another. */
struct verify_exact {
	const char *other, *what;	/* who counts it, too; and what it is */
	uint64_t left, right;
	uint64_t below, above;		/* right is not known better than that, since ... */
	const char *unsure;
	uint64_t allowed;		/* beyond these, since ... */
	const char *why;
};

#endif /* OSCOPE_VERIFY_EXACT_H */
