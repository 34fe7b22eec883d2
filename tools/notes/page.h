/* SPDX-License-Identifier: GPL-2.0 */
/* A page for people: a field and its text a line, long text wrapped over several. */
#ifndef OSCOPE_NOTES_PAGE_H
#define OSCOPE_NOTES_PAGE_H

#include <stddef.h>

#include "out.h"

#define PAGE_LINES	64
#define PAGE_TEXT	200

struct page_line {
	const char *field;		/* "" in the further lines of one text */
	enum out_tone tone;
	char text[PAGE_TEXT];
};

struct page {
	struct page_line line[PAGE_LINES];
	size_t n;
};

void page_add(struct page *p, const char *field, enum out_tone tone, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The first line becomes the heading. 0 or -errno, as out_print(). */
int page_print(struct out *out, const struct page *p);

#endif /* OSCOPE_NOTES_PAGE_H */
