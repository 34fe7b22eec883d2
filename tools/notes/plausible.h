/* SPDX-License-Identifier: GPL-2.0 */
/* Published figures beside what was measured here: plausible.def has them. */
#ifndef OSCOPE_NOTES_PLAUSIBLE_H
#define OSCOPE_NOTES_PLAUSIBLE_H

#include "notes/notes.h"

#define PLAUSIBLE_MOST	8	/* figures of one claim */
#define PLAUSIBLE_FAR	10.0	/* times more or less: machines differ by less */

struct plausible {
	const char *evidence;		/* its name */
	double published, measured;
	const char *hardware, *source;	/* what and where it was published on */
	bool far;			/* more than PLAUSIBLE_FAR away */
};

/* The figures of a note's claim that it has evidence for. How many. */
size_t plausible_of(const struct note *n, struct plausible to[PLAUSIBLE_MOST]);

#endif /* OSCOPE_NOTES_PLAUSIBLE_H */
