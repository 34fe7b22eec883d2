// SPDX-License-Identifier: GPL-2.0
/*
 * Output of reports: the choice and order of columns and rows.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out_impl.h"

bool out_value(const struct out_column *c, const void *row, struct out_value *v)
{
	const char *at = (const char *)row + c->offset;

	memset(v, 0, sizeof(*v));
	if (c->get)
		return c->get(row, v);
	switch (c->type) {
	case OUT_STR:
		v->str = *(const char *const *)at;
		return v->str;
	case OUT_U64:
	case OUT_NS:
		v->natural = *(const uint64_t *)at;
		return v->natural != NOT_CAPTURED;
	case OUT_I64:
		v->integer = *(const int64_t *)at;
		return v->integer != INT64_MIN;
	case OUT_NUM:
	case OUT_SHARE:
	case OUT_RATE:
		v->num = *(const double *)at;
		return !isnan(v->num);
	case OUT_BOOL:
		v->yes = *(const bool *)at;
		return true;
	case OUT_TASK:
		v->task = *(const struct out_task *)at;
		return v->task.tid != UINT32_MAX;
	case OUT_HIST:
		v->hist = *(const struct oscope_hist *const *)at;
		return v->hist;
	case OUT_LIST:
		v->list = *(const struct out_list *)at;
		return v->list.row || !v->list.n;
	case OUT_MAP:
		v->map = *(const struct out_map *)at;
		return v->map.pair;
	case OUT_WORDS:
		v->words = *(const struct out_words *)at;
		return v->words.at;
	case OUT_NUMBERS:
		v->numbers = *(const struct out_numbers *)at;
		return v->numbers.at;
	}
	return false;
}

static const struct out_column *column_find(const struct out_table *t, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strlen(t->column[i].name) == len && !memcmp(t->column[i].name, name, len))
			return &t->column[i];
	}
	return NULL;
}

static int refuse_column(const struct out_report *r, const char *option, const char *name)
{
	const char *names[OUT_COLUMNS_MAX + 1] = { NULL }, *near;
	size_t i;

	for (i = 0; i < r->rows.n && i < OUT_COLUMNS_MAX; i++)
		names[i] = r->rows.column[i].name;
	near = nearest_name(name, names);
	if (near)
		return err_msg(-EUSAGE, "%s %s: no such column; did you mean %s?", option, name,
			       near);
	return err_msg(-EUSAGE, "%s %s: no such column; --help lists them", option, name);
}

int out_check_columns(const struct out_report *r, const char *list)
{
	char name[64];
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if (!column_find(&r->rows, list, len)) {
			snprintf(name, sizeof(name), "%.*s", (int)len, list);
			return refuse_column(r, "--columns", name);
		}
		if (!list[len])
			return 0;
	}
}

int out_check_sort(const struct out_report *r, const char *name)
{
	return column_find(&r->rows, name, strlen(name)) ? 0 : refuse_column(r, "--sort", name);
}

size_t out_choose(const struct out_report *r, const struct opts *o, bool text,
		  const struct out_column **chosen)
{
	const char *list = o->columns;
	size_t i, len, n = 0;

	for (i = 0; i < r->rows.n && n < OUT_COLUMNS_MAX; i++) {
		const struct out_column *c = &r->rows.column[i];

		if (o->columns ? (c->flags & OUT_KEY) && !text : !text || !(c->flags & OUT_HIDDEN))
			chosen[n++] = c;
	}
	while (list && n < OUT_COLUMNS_MAX) {
		const struct out_column *c;

		len = strcspn(list, ",");
		c = column_find(&r->rows, list, len);
		if (c && (text || !(c->flags & OUT_KEY)))
			chosen[n++] = c;
		list = list[len] ? list + len + 1 : NULL;
	}
	return n;
}

/* A number that orders values; strings are compared apart. */
static double order_of(const struct out_column *c, const struct out_value *v)
{
	switch (c->type) {
	case OUT_U64:
	case OUT_NS:
		return v->natural;
	case OUT_I64:
		return v->integer;
	case OUT_NUM:
	case OUT_SHARE:
	case OUT_RATE:
		return v->num;
	case OUT_BOOL:
		return v->yes;
	case OUT_TASK:
		return v->task.tid;
	case OUT_HIST:
		return hist_quantile(v->hist, 0.5);
	case OUT_LIST:
		return v->list.n;
	case OUT_NUMBERS:
		return v->numbers.n;
	default:
		return 0;
	}
}

/* Numbers: largest first; strings: alphabetically; what is missing last. */
static int row_compare(const void *a, const void *b, void *arg)
{
	const struct out_column *c = arg;
	struct out_value x, y;
	bool has_x = out_value(c, *(const void *const *)a, &x);
	bool has_y = out_value(c, *(const void *const *)b, &y);
	double m, n;

	if (!has_x || !has_y)
		return has_y - has_x;
	if (c->type == OUT_STR)
		return strcmp(x.str, y.str);
	m = order_of(c, &x);
	n = order_of(c, &y);
	return m > n ? -1 : m < n;
}

const void **out_sorted(const struct out_data *d, const struct opts *o)
{
	const void **rows = calloc(d->n_rows ? d->n_rows : 1, sizeof(*rows));
	const struct out_column *c;
	size_t i;

	if (!rows)
		return NULL;
	for (i = 0; i < d->n_rows; i++)
		rows[i] = (const char *)d->rows + i * d->stride;
	c = o->sort ? column_find(&d->report->rows, o->sort, strlen(o->sort)) : NULL;
	if (c)
		qsort_r(rows, d->n_rows, sizeof(*rows), row_compare, (void *)c);
	return rows;
}

int out_print(struct out *out, const struct out_data *d)
{
	const void **rows = out_sorted(d, out->o);
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	switch (out->o->format) {
	case FORMAT_JSON:
		err = out_json(out, d, rows);
		break;
	case FORMAT_CSV:
		err = out_csv(out, d, rows);
		break;
	default:
		err = out_text(out, d, rows);
		break;
	}
	free(rows);
	out->reports++;
	return err ? err : out_check(out);
}
