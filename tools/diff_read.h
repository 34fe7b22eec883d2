/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What oscope diff compares: the numbers of a report, or of several that follow each other, by row
 * and column. Reports are untrusted input, as recordings are.
 */
#ifndef OSCOPE_DIFF_READ_H
#define OSCOPE_DIFF_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"
#include "trace_file.h"

/* One number of a row, of each report that has it. */
struct diff_cell {
	char *column;
	double *value;
	size_t n, room;
	uint64_t count;			/* of values behind a percentile, in all; NOT_CAPTURED */
	bool matched;
};

struct diff_row {
	char *name;			/* to whom it belongs, in this file */
	char *kind;			/* ... without what is another run's by chance */
	struct diff_cell *cell;
	size_t n, room;
	size_t other;			/* its counterpart in the other file, or DIFF_NONE */
};

#define DIFF_NONE	SIZE_MAX

/* One of the two. Zeroed, but for path. */
struct diff_side {
	const char *path;
	char *schema, *keys, *kernel;	/* what it says of itself; keys with commas */
	uint32_t abi;			/* of a recording, 0: none */
	size_t reports;
	struct source_lost lost;
	struct diff_row *row;		/* in the order of the file, totals first */
	size_t n, room;
	json_t *places;			/* of rows, by name */
	size_t values;			/* in all cells */
};

/*
 * Take the report, or the reports, that text holds. 0; -EINVAL, -EUSAGE (it holds none that could
 * be compared), -ENOMEM with a line printed that names the file.
 */
int diff_read(struct diff_side *side, const char *text, size_t bytes);
/* Take what a recording holds, as oscope switch --by reports it. Errors as trace_check(). */
int diff_replay(struct diff_side *side, const struct trace_reader *file, int by);
void diff_free(struct diff_side *side);

#endif /* OSCOPE_DIFF_READ_H */
