/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Saved JSON reports, read. They are untrusted input, as recordings are: whoever reads them sees to
 * what they hold.
 */
#ifndef OSCOPE_REPORT_READ_H
#define OSCOPE_REPORT_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A text that holds reports, one after the other. */
struct report_text {
	const char *path;		/* as messages name it */
	const char *at;
	size_t left;			/* bytes */
};

/*
 * The next report of a text, which moves on. 1: *report is one, an object with schema, keys and
 * rows, to be given back with json_decref(). 0: there is no other. -EINVAL, -ENOMEM with a line
 * printed that names the file.
 */
int report_next(struct report_text *text, json_t **report);

/* A member of an object: "" or false or NAN where there is none of that type. */
const char *member_text(const json_t *object, const char *key);
bool member_yes(const json_t *object, const char *key);
double member_number(const json_t *object, const char *key);

/* Refuse a report, for a reason: prints the line, returns -EINVAL. */
int report_refuse(const char *path, const char *why);

#endif /* OSCOPE_REPORT_READ_H */
