/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A report on a run as one page for a browser: no script, nothing fetched. It is made from the JSON
 * report alone, a saved one included, so every string in it may be anybody's.
 */
#ifndef OSCOPE_NOTES_HTML_H
#define OSCOPE_NOTES_HTML_H

#include <jansson.h>
#include <stdio.h>

#include "notes/words.h"

/* Write it whole. An error of the file stays with it (ferror()). */
void html_write(FILE *to, const json_t *report, enum lang lang);

#endif /* OSCOPE_NOTES_HTML_H */
