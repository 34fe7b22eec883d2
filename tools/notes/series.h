/* SPDX-License-Identifier: GPL-2.0 */
/* A run of several claims: within a time, kept as it goes, reported as it ends. */
#ifndef OSCOPE_NOTES_SERIES_H
#define OSCOPE_NOTES_SERIES_H

#include "notes/report.h"

/* How to run them. */
struct series {
	const struct opts *o;
	const struct claim **claim;	/* in the order they are to be done; may be moved */
	size_t n;
	uint64_t budget_ns;		/* for all together; 0: so much a claim */
	uint64_t samples, seed;		/* 0: what is usual */
	bool quick;			/* what does not fit in the time is left out */
	const char *resume;		/* kept there, and gone on with from there; NULL */
	const char *html;		/* a page, too; NULL: none */
	enum lang lang;
};

/* Run and report. 0 or -errno, a line printed. */
int series_run(struct series *s, struct out *out);

#endif /* OSCOPE_NOTES_SERIES_H */
