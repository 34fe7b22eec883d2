// SPDX-License-Identifier: GPL-2.0
/* Reports as JSON, from the same column tables as everything else. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "cmd.h"
#include "out_impl.h"
#include "virt.h"

/* Set by an allocation that failed: what jansson made may lack something, and nobody says so. */
static bool no_memory;

static void *json_alloc(size_t bytes)
{
	void *p = malloc(bytes);

	no_memory |= !p;
	return p;
}

/* Whether s reads like one of our escapes: then its backslash is escaped too. */
static bool looks_escaped(const char *s, size_t len)
{
	return len >= 4 && s[0] == '\\' && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
	       isxdigit((unsigned char)s[3]);
}

/*
 * A name of the kernel's, any bytes: what is no UTF-8 becomes \xNN, the rest jansson quotes. Each
 * name can be had back: \xNN stands for one byte wherever it is.
 */
static json_t *json_name(const char *s, size_t len)
{
	char *buf = malloc(4 * len + 1), *to = buf;
	size_t i, n;
	json_t *j;

	no_memory |= !buf;
	if (!buf)
		return NULL;
	for (i = 0; i < len && s[i]; i += n) {
		n = looks_escaped(s + i, len - i) ? 0 : fmt_utf8_len(s + i, len - i);
		if (n) {
			memcpy(to, s + i, n);
			to += n;
		} else {
			to += sprintf(to, "\\x%02x", (unsigned char)s[i]);
			n = 1;
		}
	}
	*to = 0;
	j = json_string(buf);
	free(buf);
	return j;
}

/* jansson's numbers end at 2^63 - 1: what is more is no time or count, and must not be negative. */
json_int_t out_natural(uint64_t n)
{
	return n > INT64_MAX ? INT64_MAX : (json_int_t)n;
}

static json_t *json_task(const struct out_task *t)
{
	return json_pack("{s:I, s:I, s:I, s:o}", "tid", out_natural(t->tid), "pid",
			 out_natural(t->pid), "start_ns", out_natural(t->start_ns), "comm",
			 json_name(t->comm, sizeof(t->comm)));
}

/* The highest value in bucket i: the last one holds all that is too large for the others. */
static uint64_t bucket_high(const struct oscope_hist *h, uint32_t i)
{
	uint64_t high = oscope_hist_low(i + 1) - 1;

	return i == OSCOPE_HIST_BUCKETS - 1 && h->max > high ? h->max : high;
}

static json_t *json_buckets(const struct oscope_hist *h)
{
	json_t *list = json_array(), *bucket;
	uint32_t i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		bucket = json_pack("{s:I, s:I, s:I}", "low", out_natural(oscope_hist_low(i)),
				   "high", out_natural(bucket_high(h, i)),
				   "count", out_natural(h->bucket[i]));
		json_array_append_new(list, bucket);
	}
	return list;
}

static json_t *json_hist(const struct oscope_hist *h, bool buckets)
{
	struct hist_stats s;
	json_t *j, *more;

	hist_stats(h, &s);
	j = json_pack("{s:I}", "count", out_natural(s.count));
	if (s.count) {
		more = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:f}",
				 "min", out_natural(s.min), "p50", out_natural(s.p50),
				 "p90", out_natural(s.p90), "p99", out_natural(s.p99),
				 "p999", out_natural(s.p999), "max", out_natural(s.max),
				 "mean", s.mean);
		json_object_update_new(j, more);
	}
	if (buckets)
		json_object_set_new(j, "buckets", json_buckets(h));
	return j;
}

static json_t *json_row(const struct out *out, const struct out_column *const *columns, size_t n,
			const void *row, json_t *missing);

static json_t *json_list(const struct out *out, const struct out_column *c,
			 const struct out_list *l, json_t *missing)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	const char *row = l->row;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->sub->n && i < OUT_COLUMNS_MAX; i++)
		columns[i] = &c->sub->column[i];
	for (i = 0; i < l->n; i++, row += l->stride)
		json_array_append_new(list, json_row(out, columns, c->sub->n, row, missing));
	return list;
}

static json_t *json_words(const struct out_words *w)
{
	json_t *list = json_array();
	size_t at, len;

	for (at = 0; at < w->bytes; at += len + 1) {
		len = strnlen(w->at + at, w->bytes - at);
		json_array_append_new(list, json_name(w->at + at, len));
	}
	return list;
}

static json_t *json_numbers(const struct out_numbers *n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n->n; i++)
		json_array_append_new(list, json_real(n->at[i]));
	return list;
}

static json_t *json_map(const struct out_map *m)
{
	json_t *j = json_object();
	size_t i;

	for (i = 0; i < m->n; i++)
		json_object_set_new(j, m->pair[i].name, json_real(m->pair[i].value));
	return j;
}

static json_t *json_cell(const struct out *out, const struct out_column *c,
			 const struct out_value *v, json_t *missing)
{
	switch (c->type) {
	case OUT_STR:
		return json_name(v->str, strlen(v->str));
	case OUT_U64:
	case OUT_NS:
		return json_integer(out_natural(v->natural));
	case OUT_I64:
		return json_integer(v->integer);
	case OUT_NUM:
	case OUT_SHARE:
	case OUT_RATE:
		return json_real(v->num);
	case OUT_BOOL:
		return json_boolean(v->yes);
	case OUT_TASK:
		return json_task(&v->task);
	case OUT_HIST:
		return json_hist(v->hist, out->o->buckets);
	case OUT_LIST:
		return json_list(out, c, &v->list, missing);
	case OUT_MAP:
		return json_map(&v->map);
	case OUT_WORDS:
		return json_words(&v->words);
	case OUT_NUMBERS:
		return json_numbers(&v->numbers);
	}
	return NULL;
}

static void missing_add(json_t *missing, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(missing); i++) {
		if (!strcmp(json_string_value(json_array_get(missing, i)), name))
			return;
	}
	json_array_append_new(missing, json_string(name));
}

/* Set "a.b" as b in the object a. */
static void set_dotted(json_t *to, const char *name, json_t *value)
{
	const char *dot = strchr(name, '.');
	char head[64];
	json_t *inner;

	if (!dot) {
		json_object_set_new(to, name, value);
		return;
	}
	snprintf(head, sizeof(head), "%.*s", (int)(dot - name), name);
	inner = json_object_get(to, head);
	if (!inner) {
		inner = json_object();
		json_object_set_new(to, head, inner);
	}
	json_object_set_new(inner, dot + 1, value);
}

static json_t *json_row(const struct out *out, const struct out_column *const *columns, size_t n,
			const void *row, json_t *missing)
{
	json_t *j = json_object();
	struct out_value v;
	size_t i;

	for (i = 0; i < n; i++) {
		if (out_value(columns[i], row, &v))
			set_dotted(j, columns[i]->name, json_cell(out, columns[i], &v, missing));
		else if (!(columns[i]->flags & OUT_OPTIONAL))
			missing_add(missing, columns[i]->name);
	}
	return j;
}

unsigned int out_version(const struct out_report *r)
{
	return r->version ? r->version : 1;
}

static json_t *json_head(const struct out_data *d, json_t *missing)
{
	const struct out_head *h = &d->head;
	/* A recording may say anything here. */
	const char *kernel = h->kernel ? h->kernel : kernel_release();
	const char *virt = h->virt ? h->virt : virt_name();
	char schema[64];
	json_t *j;

	snprintf(schema, sizeof(schema), "oscope.%s/%u", d->report->command,
		 out_version(d->report));
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:o}",
		      "tool", "oscope", "version", OSCOPE_VERSION, "schema", schema,
		      "command", d->report->command, "source", h->source ? h->source : "none",
		      "kernel", json_name(kernel, strlen(kernel)),
		      "virt", json_name(virt, strlen(virt)),
		      "cpus", out_natural(h->cpus ? h->cpus : cpus_possible()),
		      "start_ns", out_natural(h->start_ns),
		      "duration_ns", out_natural(h->duration_ns),
		      "lost", out_json_lost(&h->lost));
	if (h->own_cost_ns == NOT_CAPTURED)
		missing_add(missing, "own_cost_ns");
	else
		json_object_set_new(j, "own_cost_ns", json_integer(out_natural(h->own_cost_ns)));
	if (h->writer)
		json_object_set_new(j, "recorder", out_json_writer(h->writer));
	if (h->note)
		json_object_set_new(j, "note", json_string(h->note));
	return j;
}

/* All that is left of control characters after JSON_ENSURE_ASCII, and only inside strings. */
#define DEL	0x7f

/* Errors of the file are its own to keep, see out_check(). */
static void write_json(const char *text, FILE *f)
{
	for (; *text; text++) {
		if (*text == DEL)
			fputs("\\u007f", f);
		else
			putc(*text, f);
	}
}

int out_json_put(struct out *out, json_t *j, bool line)
{
	/* Plain ASCII: a terminal may obey U+009B, and turn its line at U+202E. */
	size_t flags = JSON_ENSURE_ASCII | (line ? JSON_COMPACT : JSON_INDENT(2));
	char *text = j && !no_memory ? json_dumps(j, flags) : NULL;

	json_decref(j);
	/* jansson leaves out what it had no memory for, here too. */
	if (!text || no_memory) {
		free(text);
		return err_sys(-ENOMEM, "report");
	}
	write_json(text, out->f);
	fputc('\n', out->f);
	free(text);
	return out_check(out);
}

void out_json_start(void)
{
	json_set_alloc_funcs(json_alloc, free);
	no_memory = false;
}

/* By what a row is told from others. */
static json_t *json_keys(const struct out_table *t)
{
	json_t *keys = json_array();
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (t->column[i].flags & OUT_KEY)
			json_array_append_new(keys, json_string(t->column[i].name));
	}
	return keys;
}

int out_json(struct out *out, const struct out_data *d, const void **rows)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t i, n = out_choose(d->report, out->o, false, columns);
	json_t *missing, *list, *j;
	const char *const *name;

	out_json_start();
	missing = json_array();
	list = json_array();
	j = json_head(d, missing);
	json_object_set_new(j, "keys", json_keys(&d->report->rows));
	if (d->totals) {
		const struct out_column *totals[OUT_COLUMNS_MAX];

		for (i = 0; i < d->report->totals.n && i < OUT_COLUMNS_MAX; i++)
			totals[i] = &d->report->totals.column[i];
		json_object_set_new(j, "totals",
				    json_row(out, totals, d->report->totals.n, d->totals, missing));
	}
	for (i = 0; i < d->n_rows; i++)
		json_array_append_new(list, json_row(out, columns, n, rows[i], missing));
	json_object_set_new(j, "rows", list);
	for (name = d->head.not_captured; name && *name; name++)
		missing_add(missing, *name);
	json_object_set_new(j, "not_captured", missing);
	return out_json_put(out, j, out->o->interval_ns || d->report->stream);
}

/* What is missing is said by the report at the end. */
int out_json_row(struct out *out, const struct out_report *r, const void *row)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t n = out_choose(r, out->o, false, columns);
	json_t *missing, *j;

	out_json_start();
	missing = json_array();
	j = json_row(out, columns, n, row, missing);
	json_decref(missing);
	return out_json_put(out, j, true);
}
