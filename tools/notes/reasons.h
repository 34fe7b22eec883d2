/* SPDX-License-Identifier: GPL-2.0 */
/* Why a verdict is what it is, in the reader's language: by the text, as a report has no more. */
#ifndef OSCOPE_NOTES_REASONS_H
#define OSCOPE_NOTES_REASONS_H

#include <stdbool.h>
#include <stddef.h>

#include "notes/notes.h"
#include "notes/words.h"

#define REASON_TEXT	(4UL * NOTE_TEXT)	/* bytes; Chinese has 3 for a character */
#define REASON_ARGS	10		/* numbers and words in one format */

/*
 * A format of printf's that a reason is made by, and the same in Chinese: with the same
 * conversions, in that order, or with their places ("%2$.1f") for another one.
 */
struct reason {
	const char *english, *chinese;
	size_t names;			/* so many arguments are names, which stay, though words */
};

/* Those of a file in tools/notes/zh. */
struct reasons {
	const struct reason *reason;
	size_t n;
};

#define REASONS(table) \
	static const struct reasons *const reasons_##table \
	__attribute__((used, section("oscope_reasons"))) = \
		&(const struct reasons){ table, sizeof(table) / sizeof((table)[0]) }

/* All of them, the how-manieth; NULL behind the last. */
const struct reason *reason_at(size_t i);

/*
 * A reason in that language. What was made by none of the formats comes back as it is, and so does
 * a word that has no entry of its own; numbers stay as they were printed.
 */
const char *reason_said(enum lang lang, const char *text, char to[REASON_TEXT]);

/* The same for a gate's count, "arm: count" or "arm: cell: count": these keep their names. */
const char *gate_said(enum lang lang, const char *count, char to[REASON_TEXT]);

/* The same for what a check of the machine found. */
const char *check_said(enum lang lang, const char *value, char to[REASON_TEXT]);

/* The next conversion of a format from *at on, with its place among the arguments; false: none. */
struct conversion {
	const char *begin, *end;
	size_t place;			/* given as in "%2$d", 1 and up; 0: the next one */
	char letter;
};
bool conversion_next(const char *at, struct conversion *c);

#endif /* OSCOPE_NOTES_REASONS_H */
