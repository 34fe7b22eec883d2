// SPDX-License-Identifier: GPL-2.0
/*
 * The printers: the same rows as text, JSON and CSV; hostile names, missing values, exact numbers,
 * the choice and order of columns. Nothing but the description of a report is needed for any of it.
 */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "cmd.h"
#include "kmod/core/hist.h"
#include "out_impl.h"

struct row {
	const char *name;
	uint64_t count;
	int64_t change;
	double num, share, rate;
	uint64_t time;
	bool yes;
	struct out_task task;
	const struct oscope_hist *slice;
	struct out_list list;
	struct out_map map;
};

static bool get_odd(const void *row, struct out_value *v)
{
	const struct row *r = row;

	v->natural = r->count;
	v->tone = OUT_BAD;
	return r->count % 2 && r->count != NOT_CAPTURED;
}

#define F(member)	OUT_FIELD(struct row, member)

static const struct out_column sub_columns[] = {
	{ "name", "NAME", OUT_STR, "name", F(name) },
	{ "count", "COUNT", OUT_U64, "count", F(count) },
};
static const struct out_table sub_table = OUT_TABLE(sub_columns);

static const struct out_column columns[] = {
	{ "name", "NAME", OUT_STR, "name", F(name), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "count", F(count) },
	{ "change", "CHANGE", OUT_I64, "change", F(change) },
	{ "num", "NUM", OUT_NUM, "num", F(num) },
	{ "share", "SHARE", OUT_SHARE, "share", F(share) },
	{ "rate", "RATE", OUT_RATE, "rate", F(rate) },
	{ "time_ns", "TIME", OUT_NS, "time", F(time) },
	{ "yes", "YES", OUT_BOOL, "yes", F(yes) },
	{ "task", "TASK", OUT_TASK, "task", F(task) },
	{ "slice_ns", "SLICE", OUT_HIST, "slice", F(slice), OUT_MEDIAN },
	{ "kernel.odd", "ODD", OUT_U64, "odd count", 0, 0, get_odd },
	{ "kernel.note", "", OUT_STR, "may not apply", F(name), OUT_OPTIONAL | OUT_HIDDEN },
	{ "list", "LIST", OUT_LIST, "list", F(list), 0, NULL, &sub_table },
};

static const struct out_report report = { .command = "test", .rows = OUT_TABLE(columns) };

static const struct row missing = {
	.name = NULL, .count = NOT_CAPTURED, .change = INT64_MIN, .num = NAN, .share = NAN,
	.rate = NAN, .time = NOT_CAPTURED, .task.tid = UINT32_MAX, .list.n = 1, .map.n = 1,
};

FIXTURE(out)
{
	struct row row[3];
	struct opts o;
	struct out_data d;
	struct oscope_hist h;
	char *text;
	json_t *json;
};

FIXTURE_SETUP(out)
{
	memset(self, 0, sizeof(*self));
	setlocale(LC_ALL, "C");
	oscope_hist_add(&self->h, 1000);
	self->row[0] = (struct row){
		.name = "first", .count = 9007199254740993, .change = -9007199254740993, .num = 2.5,
		.share = 0.25, .rate = 1234567, .time = 1234567, .yes = true,
		.task = { 12, 34, 9223372036854775807, "comm" }, .slice = &self->h,
	};
	self->row[1] = missing;
	self->row[2] = (struct row){ .name = "third", .count = INT64_MAX, .change = INT64_MIN + 1,
				     .slice = &self->h };
	self->d = (struct out_data){
		.report = &report, .rows = self->row, .n_rows = 3, .stride = sizeof(struct row),
		.head = { .source = "none", .kernel = "6.1", .virt = "none", .cpus = 4 },
	};
}

FIXTURE_TEARDOWN(out)
{
	free(self->text);
	json_decref(self->json);
}

/* The report as its options want it. */
static const char *print(FIXTURE_DATA(out) *self)
{
	struct out out = { .o = &self->o, .path = "memory", .ascii = !fmt_utf8(),
			   .color = self->o.color == COLOR_ALWAYS };
	size_t len;
	int err;

	free(self->text);
	self->text = NULL;
	out.f = open_memstream(&self->text, &len);
	if (!out.f)
		return "";
	err = out_print(&out, &self->d);
	fclose(out.f);
	return err ? "failed" : self->text;
}

static json_t *print_json(FIXTURE_DATA(out) *self)
{
	json_decref(self->json);
	self->o.format = FORMAT_JSON;
	self->json = json_loads(print(self), JSON_REJECT_DUPLICATES, NULL);
	return self->json;
}

static json_t *cell(json_t *report_, size_t row, const char *name)
{
	return json_object_get(json_array_get(json_object_get(report_, "rows"), row), name);
}

#define CELLS	32

/* A line of RFC 4180 taken apart; -1: not sound. Moves *at behind it. */
static int csv_line(const char **at, char cells[CELLS][256])
{
	const char *s = *at;
	int n = 0;

	for (;; s++) {
		bool quoted = *s == '"';
		char *to = cells[n++];

		for (s += quoted; quoted ? *s != '"' || *++s == '"' : !strchr(",\"\r\n", *s); s++) {
			if (!*s)
				return -1;
			*to++ = *s;
		}
		*to = 0;
		if (*s != ',' || n == CELLS)
			break;
	}
	if (s[0] != '\r' || s[1] != '\n')
		return -1;
	*at = s + 2;
	return n;
}

TEST_F(out, json_has_every_value_exactly)
{
	json_t *j = print_json(self), *task, *slice, *kernel;

	ASSERT_NE(NULL, j);
	EXPECT_STREQ("oscope.test/1", json_string_value(json_object_get(j, "schema")));
	ASSERT_EQ(3, json_array_size(json_object_get(j, "rows")));
	EXPECT_STREQ("first", json_string_value(cell(j, 0, "name")));
	EXPECT_EQ(9007199254740993, json_integer_value(cell(j, 0, "count")));
	EXPECT_EQ(-9007199254740993, json_integer_value(cell(j, 0, "change")));
	EXPECT_EQ(INT64_MAX, json_integer_value(cell(j, 2, "count")));
	EXPECT_EQ(INT64_MIN + 1, json_integer_value(cell(j, 2, "change")));
	EXPECT_EQ(2.5, json_real_value(cell(j, 0, "num")));
	EXPECT_EQ(0.25, json_real_value(cell(j, 0, "share")));
	EXPECT_EQ(1234567, json_integer_value(cell(j, 0, "time_ns")));
	EXPECT_TRUE(json_is_true(cell(j, 0, "yes")));
	task = cell(j, 0, "task");
	EXPECT_EQ(12, json_integer_value(json_object_get(task, "tid")));
	EXPECT_EQ(34, json_integer_value(json_object_get(task, "pid")));
	EXPECT_EQ(INT64_MAX, json_integer_value(json_object_get(task, "start_ns")));
	EXPECT_STREQ("comm", json_string_value(json_object_get(task, "comm")));
	slice = cell(j, 0, "slice_ns");
	EXPECT_EQ(1, json_integer_value(json_object_get(slice, "count")));
	EXPECT_EQ(1000, json_integer_value(json_object_get(slice, "p50")));
	EXPECT_EQ(NULL, json_object_get(slice, "buckets"));
	kernel = cell(j, 0, "kernel");
	EXPECT_EQ(9007199254740993, json_integer_value(json_object_get(kernel, "odd")));
}

TEST_F(out, json_leaves_out_and_names_what_was_not_captured)
{
	json_t *j = print_json(self), *names, *row;
	size_t i, found = 0;

	ASSERT_NE(NULL, j);
	row = json_array_get(json_object_get(j, "rows"), 1);
	EXPECT_EQ(1, json_object_size(row));
	EXPECT_TRUE(json_is_false(cell(j, 1, "yes")));
	names = json_object_get(j, "not_captured");
	for (i = 0; i < json_array_size(names); i++) {
		EXPECT_STRNE("kernel.note", json_string_value(json_array_get(names, i)));
		EXPECT_STRNE("yes", json_string_value(json_array_get(names, i)));
		found += !strcmp("kernel.odd", json_string_value(json_array_get(names, i)));
	}
	/* All but yes and what does not apply, each once. */
	EXPECT_EQ(ARRAY_SIZE(columns) - 2, i);
	EXPECT_EQ(1, found);
}

TEST_F(out, json_buckets_hold_their_values)
{
	static const uint64_t values[] = { 0, 1000, 1ULL << 50 };
	json_t *j, *buckets, *b;
	size_t i;

	memset(&self->h, 0, sizeof(self->h));
	for (i = 0; i < 3; i++)
		oscope_hist_add(&self->h, values[i]);
	self->o.buckets = true;
	j = print_json(self);
	buckets = json_object_get(cell(j, 0, "slice_ns"), "buckets");
	ASSERT_EQ(3, json_array_size(buckets));
	for (i = 0; i < 3; i++) {
		b = json_array_get(buckets, i);
		EXPECT_LE(json_integer_value(json_object_get(b, "low")), values[i]);
		EXPECT_GE(json_integer_value(json_object_get(b, "high")), values[i]);
		EXPECT_EQ(1, json_integer_value(json_object_get(b, "count")));
	}
}

TEST_F(out, json_of_several_reports_is_a_line_each)
{
	json_t *j;

	self->o.interval_ns = 1;
	j = print_json(self);
	EXPECT_NE(NULL, j);
	EXPECT_EQ(strlen(self->text) - 1, strcspn(self->text, "\n"));
}

TEST_F(out, json_lists_and_maps)
{
	static const struct out_pair pairs[] = { { "a", 1.5 }, { "b.c", -2 } };
	static const struct out_column totals[] = {
		{ "map", "MAP", OUT_MAP, "map", F(map) },
		{ "list", "LIST", OUT_LIST, "list", F(list), 0, NULL, &sub_table },
	};
	static const struct out_report with = { .command = "test", .totals = OUT_TABLE(totals) };
	struct row r = { .map = { pairs, 2 }, .list = { self->row, 2, sizeof(struct row) } };
	json_t *j, *list, *map;

	self->d.report = &with;
	self->d.totals = &r;
	self->d.n_rows = 0;
	j = print_json(self);
	list = json_object_get(json_object_get(j, "totals"), "list");
	map = json_object_get(json_object_get(j, "totals"), "map");
	ASSERT_EQ(2, json_array_size(list));
	EXPECT_STREQ("first", json_string_value(json_object_get(json_array_get(list, 0), "name")));
	EXPECT_EQ(0, json_object_size(json_array_get(list, 1)));
	EXPECT_EQ(1.5, json_real_value(json_object_get(map, "a")));
	EXPECT_EQ(-2, json_real_value(json_object_get(map, "b.c")));
	EXPECT_EQ(0, json_array_size(json_object_get(j, "rows")));
}

TEST_F(out, csv_has_the_same_values_and_empty_cells)
{
	static const char *const first[] = {
		"first", "9007199254740993", "-9007199254740993", "2.5", "0.25", "1234567",
		"1234567", "true", "12", "34", "9223372036854775807", "comm",
		"1", "1000", "1000", "1000", "1000", "1000", "1000", "9007199254740993", "first",
		"0",
	};
	char head[CELLS][256], cells[CELLS][256];
	const char *at;
	int i, n;

	self->o.format = FORMAT_CSV;
	at = print(self);
	n = csv_line(&at, head);
	ASSERT_EQ(ARRAY_SIZE(first), n);
	EXPECT_STREQ("task_start_ns", head[10]);
	EXPECT_STREQ("slice_count", head[12]);
	EXPECT_STREQ("slice_p999_ns", head[17]);
	ASSERT_EQ(n, csv_line(&at, cells));
	for (i = 0; i < n; i++)
		EXPECT_STREQ(first[i], cells[i]) TH_LOG("%s", head[i]);
	ASSERT_EQ(n, csv_line(&at, cells));
	for (i = 0; i < n; i++)
		EXPECT_STREQ(i == 7 ? "false" : "", cells[i]) TH_LOG("%s", head[i]);
	ASSERT_EQ(n, csv_line(&at, cells));
	EXPECT_STREQ("9223372036854775807", cells[1]);
	EXPECT_EQ('\0', *at);
}

/* The n-th word of a line of text, all of them short. */
static const char *word(const char *text, int line, int n)
{
	static char found[64];

	while (line-- && text)
		text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
	for (; text && n--; text += strspn(text, " "))
		text += strcspn(text, " \n");
	snprintf(found, sizeof(found), "%.*s", text ? (int)strcspn(text, " \n") : 0, text);
	return found;
}

TEST_F(out, text_has_the_same_values_and_dashes)
{
	static const char *const first[] = {
		"first", "9007199254740993", "-9007199254740993", "2.50", "25.0%", "1234567",
		"1.23ms", "yes", "comm:12", "1.00us", "1.00us", "9007199254740993", "0",
	};
	const char *text = print(self);
	int i;

	EXPECT_STREQ("NAME", word(text, 0, 0));
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		EXPECT_STREQ(first[i], word(text, 1, i));
		EXPECT_STREQ(i == 7 ? "no" : "-", word(text, 2, i));
	}
	EXPECT_STREQ("third", word(text, 3, 0));
	EXPECT_STREQ("", word(text, 4, 0));
}

/* As JSON has it, and as text and CSV do; names of at most 16 bytes. */
static const struct hostile {
	const char *name, *json, *text;
	bool utf8;			/* text is so only where the terminal can show it */
} hostile[] = {
	{ "\"quoted\"", "\"quoted\"", "\"quoted\"" },
	{ "back\\slash", "back\\slash", "back\\x5cslash" },
	{ "\\xff", "\\x5cxff", "\\x5cxff" },
	{ "'=1", "'=1", "'=1" },
	{ "a,b", "a,b", "a,b" },
	{ "\033[31m\007", "\033[31m\007", "\\x1b[31m\\x07" },
	{ "a\nb\r\nc\td", "a\nb\r\nc\td", "a\\x0ab\\x0d\\x0ac\\x09d" },
	{ "\x7f", "\x7f", "\\x7f" },
	{ "\xff\xfe\xc3(", "\\xff\\xfe\\xc3(", "\\xff\\xfe\\xc3(" },
	{ "\xc0\xaf\xed\xa0\x80", "\\xc0\\xaf\\xed\\xa0\\x80", "\\xc0\\xaf\\xed\\xa0\\x80" },
	{ "cut\xe2\x82", "cut\\xe2\\x82", "cut\\xe2\\x82" },
	{ "\xc2\x9b" "31m", "\xc2\x9b" "31m", "\\xc2\\x9b31m" },
	{ "\xe2\x80\xae" "evil", "\xe2\x80\xae" "evil", "\\xe2\\x80\\xaeevil" },
	{ "caf\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9", true },
	{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7", true },
	{ "=1+1", "=1+1", "=1+1" },
	{ "-x", "-x", "-x" },
	{ "sixteen,bytes\"x\"", "sixteen,bytes\"x\"", "sixteen,bytes\"x\"" },
};

/* One row, as a string and as a task's name. */
static void set_name(FIXTURE_DATA(out) *self, const char *name)
{
	self->row[0].name = name;
	memset(self->row[0].task.comm, 0, OSCOPE_COMM_LEN);
	memcpy(self->row[0].task.comm, name, strnlen(name, OSCOPE_COMM_LEN));
	self->d.n_rows = 1;
	self->o.columns = "name,task";
}

TEST_F(out, hostile_names_in_json)
{
	const char *name, *comm;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		json_t *j;

		set_name(self, hostile[i].name);
		j = print_json(self);
		ASSERT_NE(NULL, j) TH_LOG("name %zu", i);
		name = json_string_value(cell(j, 0, "name"));
		comm = json_string_value(json_object_get(cell(j, 0, "task"), "comm"));
		ASSERT_TRUE(name && comm);
		EXPECT_STREQ(hostile[i].json, name);
		EXPECT_STREQ(hostile[i].json, comm);
	}
}

TEST_F(out, hostile_names_in_csv_are_one_cell_and_no_formula)
{
	char cells[CELLS][256], expected[256];
	size_t i;

	self->o.format = FORMAT_CSV;
	self->o.no_headings = true;
	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		const char *at;

		set_name(self, hostile[i].name);
		at = print(self);
		ASSERT_EQ(5, csv_line(&at, cells)) TH_LOG("%s", self->text);
		EXPECT_EQ('\0', *at);
		sprintf(expected, "%s%s", strchr("=-'", hostile[i].name[0]) ? "'" : "",
			hostile[i].text);
		EXPECT_STREQ(expected, cells[0]);
		EXPECT_STREQ(expected, cells[4]);
	}
}

/* Whether a terminal shows all of it: no control characters, and with ascii nothing beyond that. */
static bool harmless(const char *text, bool ascii)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if ((c < ' ' && c != '\n') || c == 0x7f || (ascii && c > 0x7f))
			return false;
	}
	return true;
}

TEST_F(out, hostile_names_in_text_are_escaped_once)
{
	char task[64];
	size_t i, utf8;

	for (i = 0; i < 2 * ARRAY_SIZE(hostile); i++) {
		const struct hostile *h = &hostile[i / 2];

		utf8 = i % 2;
		if (utf8 && !setlocale(LC_ALL, "C.UTF-8"))
			SKIP(return, "no UTF-8 locale");
		if (!utf8)
			setlocale(LC_ALL, "C");
		set_name(self, h->name);
		print(self);
		EXPECT_TRUE(harmless(self->text, !utf8));
		if (h->utf8 && !utf8)
			continue;
		sprintf(task, "%s:12", h->text);
		EXPECT_STREQ(h->text, word(self->text, 1, 0));
		EXPECT_STREQ(task, word(self->text, 1, 1));
	}
}

TEST_F(out, hostile_words_in_the_head_of_a_recording)
{
	json_t *j;

	self->d.head.kernel = "6.1-\xff\"";
	self->d.head.virt = "\xc3(";
	j = print_json(self);
	ASSERT_NE(NULL, j);
	EXPECT_STREQ("6.1-\\xff\"", json_string_value(json_object_get(j, "kernel")));
	EXPECT_STREQ("\\xc3(", json_string_value(json_object_get(j, "virt")));
}

TEST_HARNESS_MAIN
