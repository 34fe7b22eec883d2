/* SPDX-License-Identifier: GPL-2.0 */
/* What a claim says of itself, in Chinese: its experiment, its gates, its rule. */
#ifndef OSCOPE_NOTES_ABOUT_H
#define OSCOPE_NOTES_ABOUT_H

#include <stddef.h>

#include "notes/notes.h"
#include "notes/words.h"

/* Texts of struct claim, by the same names. live NULL: it is all commands, and stays. */
struct about {
	const char *id;
	const char *how, *gates, *rule, *live, *op;
};

/* Those of a file in tools/notes/zh. */
struct abouts {
	const struct about *about;
	size_t n;
};

#define ABOUT(table) \
	static const struct abouts *const abouts_##table \
	__attribute__((used, section("oscope_abouts"))) = \
		&(const struct abouts){ table, sizeof(table) / sizeof((table)[0]) }

/* All of them, the how-manieth; NULL behind the last. */
const struct about *about_at(size_t i);
/* Of a claim; NULL: there is none. */
const struct about *about_find(const char *id);

/*
 * A text of the claim of that id in that language. english is what stands in the claim; what does
 * not, as in a report of another version, comes back as it is.
 */
const char *about_said(enum lang lang, const char *id, const char *english);

#endif /* OSCOPE_NOTES_ABOUT_H */
