/* SPDX-License-Identifier: GPL-2.0 */
/* What the printer's files share: values of columns, the chosen columns, the destination. */
#ifndef OSCOPE_OUT_IMPL_H
#define OSCOPE_OUT_IMPL_H

#include <jansson.h>
#include <stdio.h>

#include "fmt.h"
#include "hist.h"
#include "opts.h"
#include "out.h"
#include "util.h"

#define OUT_COLUMNS_MAX	64
#define OUT_STRING	511		/* bytes of a string that text shows */
#define OUT_CELL	(4 * OUT_STRING + 1) /* bytes of a value as text */

struct out {
	const struct opts *o;
	FILE *f;
	const char *path;		/* as messages name it */
	bool whole;			/* unnamed until out_close() gives it its path */
	bool made;			/* in place, and not there before */
	bool terminal, color, ascii;
	bool failed;			/* said so already */
	uint64_t reports;
};

/* The value of a column; false: not captured. */
bool out_value(const struct out_column *c, const void *row, struct out_value *v);

/* The columns to print, in order: --columns, else all but hidden ones if text. Returns how many. */
size_t out_choose(const struct out_report *r, const struct opts *o, bool text,
		  const struct out_column **chosen);

/* Rows in the order of --sort, NULL if there is no memory. Freed by the caller. */
const void **out_sorted(const struct out_data *d, const struct opts *o);

int out_text(struct out *out, const struct out_data *d, const void **rows);
int out_json(struct out *out, const struct out_data *d, const void **rows);
int out_csv(struct out *out, const struct out_data *d, const void **rows);

/*
 * out_json.c: forget allocations that failed before; print one object, on one line if more may
 * follow, all of it or nothing. Errors as out_print().
 */
void out_json_start(void);
int out_json_put(struct out *out, json_t *j, bool line);
/* Of a report's schema. */
unsigned int out_version(const struct out_report *r);
/* A number as JSON has it, which knows no larger ones than INT64_MAX. */
json_int_t out_natural(uint64_t n);

/* out_json_head.c; NULL without memory. A recording may say anything of its writer. */
json_t *out_json_lost(const struct source_lost *l);
json_t *out_json_writer(const struct oscope_chunk_writer *w);

/* out_stream.c: one row as a line. */
int out_text_row(struct out *out, const struct out_report *r, const void *row);
int out_json_row(struct out *out, const struct out_report *r, const void *row);
int out_csv_row(struct out *out, const struct out_report *r, const void *row);

/* One value as people read it, cut to fit; of a histogram, nothing. */
void out_value_text(const struct out *out, const struct out_column *c, const struct out_value *v,
		    char to[OUT_CELL]);

/* out_csv.c: a name that anybody may have chosen, as a cell. false without memory. */
bool out_csv_string(FILE *f, const char *s, size_t len);

/* Whether text has it at the right-hand side of its column. */
bool out_right(const struct out_column *c);

/*
 * Words with spaces between them, in quotes where that is needed to tell them apart; control bytes
 * are left. Freed by the caller; NULL without memory.
 */
char *out_words_join(const struct out_words *w);

/* 0, or what a failed write means: -EPIPE, -EIO with a line printed. */
int out_check(struct out *out);

#endif /* OSCOPE_OUT_IMPL_H */
