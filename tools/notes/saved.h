/* SPDX-License-Identifier: GPL-2.0 */
/* Saved runs: read back, to go on with them. */
#ifndef OSCOPE_NOTES_SAVED_H
#define OSCOPE_NOTES_SAVED_H

#include <jansson.h>

#include "notes/notes.h"

/*
 * The one report of a file, which must be of notes run; json_decref() gives it back. 0; -ENOENT: no
 * such file, nothing printed; -EINVAL, -EIO, -ENOMEM with a line printed.
 */
int saved_read(const char *path, json_t **report);

/* The same from memory: for whoever may open nothing any more. */
int saved_parse(const char *path, const char *text, size_t bytes, json_t **report);

/*
 * Whether a run on this machine may go on with it: made by this version, on this kernel and these
 * CPUs. 0 or -EUSAGE, a line printed.
 */
int saved_fits(const char *path, const json_t *report, const struct preflight *machine);

/*
 * A row as the note that it was made of, as far as reports show it. It borrows from the row. 0, or
 * -EINVAL, a line printed that names the path: this version could not have written it.
 */
int saved_note(const char *path, const json_t *row, const char *source, struct note *n);

#endif /* OSCOPE_NOTES_SAVED_H */
