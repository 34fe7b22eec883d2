// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of a report as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets a
 * quote mark in front, and so does one that has one, so that it can be taken away again.
 */
#include <stdlib.h>
#include <string.h>

#include "out_impl.h"

static const struct {
	const char *name;
	size_t offset;
} hist_parts[] = {
	{ "count", offsetof(struct hist_stats, count) },
	{ "min", offsetof(struct hist_stats, min) },
	{ "p50", offsetof(struct hist_stats, p50) },
	{ "p90", offsetof(struct hist_stats, p90) },
	{ "p99", offsetof(struct hist_stats, p99) },
	{ "p999", offsetof(struct hist_stats, p999) },
	{ "max", offsetof(struct hist_stats, max) },
};

/* Set by an allocation that failed: a cell is missing then. */
static bool no_memory;

bool out_csv_string(FILE *f, const char *s, size_t len)
{
	char *safe = malloc(4 * len + 1), *c;

	if (!safe)
		return false;
	fmt_escape(safe, 4 * len + 1, s, len, false);
	if (strchr("=+-@'", safe[0]) && safe[0]) {
		fprintf(f, "\"'");
	} else if (strpbrk(safe, ",\"")) {
		fputc('"', f);
	} else {
		fputs(safe, f);
		free(safe);
		return true;
	}
	for (c = safe; *c; c++) {
		if (*c == '"')
			fputc('"', f);
		fputc(*c, f);
	}
	fputc('"', f);
	free(safe);
	return true;
}

static void put_string(FILE *f, const char *s, size_t len)
{
	no_memory |= !out_csv_string(f, s, len);
}

/* "direct_ns" and "p50" make direct_p50_ns. */
static void put_hist_heading(FILE *f, const char *name)
{
	size_t len = strlen(name), i;
	bool ns = len > 3 && !strcmp(name + len - 3, "_ns");

	for (i = 0; i < ARRAY_SIZE(hist_parts); i++)
		fprintf(f, "%s%.*s_%s%s", i ? "," : "", (int)(ns ? len - 3 : len), name,
			hist_parts[i].name, ns && i ? "_ns" : "");
}

static void put_hist(FILE *f, const struct oscope_hist *h)
{
	struct hist_stats s = { 0 };
	size_t i;

	if (h)
		hist_stats(h, &s);
	for (i = 0; i < ARRAY_SIZE(hist_parts); i++) {
		if (i)
			fputc(',', f);
		if (h && (s.count || !i))
			fprintf(f, "%llu", *(unsigned long long *)((char *)&s +
								   hist_parts[i].offset));
	}
}

static void put_heading(FILE *f, const struct out_column *c)
{
	if (c->type == OUT_HIST)
		put_hist_heading(f, c->name);
	else if (c->type == OUT_TASK)
		fprintf(f, "%s_tid,%s_pid,%s_start_ns,%s_comm", c->name, c->name, c->name, c->name);
	else
		fputs(c->name, f);
}

static void put_words(FILE *f, const struct out_words *w)
{
	char *words = out_words_join(w);

	no_memory |= !words;
	if (words)
		put_string(f, words, strlen(words));
	free(words);
}

static void put_value(FILE *f, const struct out_column *c, const struct out_value *v)
{
	switch (c->type) {
	case OUT_STR:
		put_string(f, v->str, strlen(v->str));
		break;
	case OUT_U64:
	case OUT_NS:
		fprintf(f, "%llu", (unsigned long long)v->natural);
		break;
	case OUT_I64:
		fprintf(f, "%lld", (long long)v->integer);
		break;
	case OUT_NUM:
	case OUT_SHARE:
	case OUT_RATE:
		fprintf(f, "%.12g", v->num);
		break;
	case OUT_BOOL:
		fputs(v->yes ? "true" : "false", f);
		break;
	case OUT_TASK:
		fprintf(f, "%u,%u,%llu,", v->task.tid, v->task.pid,
			(unsigned long long)v->task.start_ns);
		put_string(f, v->task.comm, strnlen(v->task.comm, sizeof(v->task.comm)));
		break;
	case OUT_HIST:
		put_hist(f, v->hist);
		break;
	case OUT_LIST:
		fprintf(f, "%zu", v->list.n);
		break;
	case OUT_WORDS:
		put_words(f, &v->words);
		break;
	case OUT_NUMBERS:
		fprintf(f, "%zu", v->numbers.n);
		break;
	case OUT_MAP:
		break;
	}
}

/* Columns that a cell can hold. */
static size_t leave_maps_out(const struct out_column **columns, size_t n)
{
	size_t i, used = 0;

	for (i = 0; i < n; i++) {
		if (columns[i]->type != OUT_MAP)
			columns[used++] = columns[i];
	}
	return used;
}

/* The names, in front of the first row of all. */
static void put_headings(struct out *out, const struct out_column **columns, size_t n)
{
	size_t i;

	for (i = 0; i < n && !out->reports && !out->o->no_headings; i++) {
		if (i)
			fputc(',', out->f);
		put_heading(out->f, columns[i]);
		if (i + 1 == n)
			fputs("\r\n", out->f);
	}
}

static void put_row(FILE *f, const struct out_column **columns, size_t n, const void *row)
{
	struct out_value v;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i)
			fputc(',', f);
		if (out_value(columns[i], row, &v))
			put_value(f, columns[i], &v);
		else if (columns[i]->type == OUT_HIST)
			put_hist(f, NULL);
		else if (columns[i]->type == OUT_TASK)
			fputs(",,,", f);
	}
	fputs("\r\n", f);
}

static int csv_end(struct out *out)
{
	return no_memory ? err_sys(-ENOMEM, "report") : out_check(out);
}

int out_csv(struct out *out, const struct out_data *d, const void **rows)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t n = out_choose(d->report, out->o, false, columns), i;

	n = leave_maps_out(columns, n);
	put_headings(out, columns, n);
	for (i = 0; i < d->n_rows; i++)
		put_row(out->f, columns, n, rows[i]);
	return csv_end(out);
}

int out_csv_row(struct out *out, const struct out_report *r, const void *row)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t n = out_choose(r, out->o, false, columns);

	n = leave_maps_out(columns, n);
	put_headings(out, columns, n);
	put_row(out->f, columns, n, row);
	return csv_end(out);
}
