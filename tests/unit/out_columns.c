// SPDX-License-Identifier: GPL-2.0
/*
 * Reports: the choice and order of columns and rows, headings, colour, schemas, and where it all
 * goes: a file that appears whole or not at all, a full disk, a reader that has gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "cmd.h"
#include "out_impl.h"

struct row {
	const char *name;
	uint64_t count, time;
	double share;
};

static bool get_bad(const void *row, struct out_value *v)
{
	v->str = "bad";
	v->tone = OUT_BAD;
	return true;
}

#define F(member)	OUT_FIELD(struct row, member)

static const struct out_column columns[] = {
	{ "name", "NAME", OUT_STR, "name", F(name), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "count", F(count) },
	{ "time_ns", "TIME", OUT_NS, "time", F(time), OUT_HIDDEN },
	{ "share", "SHARE", OUT_SHARE, "share", F(share) },
	{ "state", "STATE", OUT_STR, "state", 0, OUT_HIDDEN, get_bad },
};

static const struct out_report report = {
	.command = "test", .totals = OUT_TABLE(columns), .rows = OUT_TABLE(columns),
};

FIXTURE(out)
{
	struct row row[4];
	struct opts o;
	struct out_data d;
	struct out out;
	char *text;
	json_t *json;
	char said[4096];
	int kept;
};

FIXTURE_SETUP(out)
{
	memset(self, 0, sizeof(*self));
	setlocale(LC_ALL, "C");
	self->row[0] = (struct row){ "b", 5, 10, 0.5 };
	self->row[1] = (struct row){ "a", NOT_CAPTURED, 30, NAN };
	self->row[2] = (struct row){ "d", 7, 20, 0.25 };
	self->row[3] = (struct row){ "c", 6, NOT_CAPTURED, 1 };
	self->d = (struct out_data){
		.report = &report, .rows = self->row, .n_rows = 4, .stride = sizeof(struct row),
		.head = { .source = "none", .kernel = "6.1", .virt = "none", .cpus = 4 },
	};
	self->kept = -1;
}

FIXTURE_TEARDOWN(out)
{
	free(self->text);
	json_decref(self->json);
}

/* The report as its options want it, so many times. */
static const char *print(FIXTURE_DATA(out) *self, int times)
{
	size_t len;

	self->out = (struct out){ .o = &self->o, .path = "memory", .ascii = true,
				  .color = self->o.color == COLOR_ALWAYS };
	free(self->text);
	self->text = NULL;
	self->out.f = open_memstream(&self->text, &len);
	if (!self->out.f)
		return "";
	while (times--)
		out_print(&self->out, &self->d);
	fclose(self->out.f);
	return self->text;
}

static json_t *print_json(FIXTURE_DATA(out) *self)
{
	self->o.format = FORMAT_JSON;
	self->json = json_loads(print(self, 1), JSON_REJECT_DUPLICATES, NULL);
	return self->json;
}

/* What is written to fd from here until hear(). */
static void listen_to(FIXTURE_DATA(out) *self, int fd)
{
	int to = memfd_create("said", 0);

	fflush(NULL);
	self->kept = dup(fd);
	dup2(to, fd);
	close(to);
}

static const char *hear(FIXTURE_DATA(out) *self, int fd)
{
	ssize_t len;

	fflush(NULL);
	len = pread(fd, self->said, sizeof(self->said) - 1, 0);
	self->said[len > 0 ? len : 0] = 0;
	dup2(self->kept, fd);
	close(self->kept);
	return self->said;
}

/* The first letters of the lines, which are the rows' names. */
static const char *order(FIXTURE_DATA(out) *self, const char *sort)
{
	static char names[8];
	const char *line;
	int n = 0;

	self->o.sort = sort;
	self->o.no_headings = true;
	self->o.format = FORMAT_CSV;
	for (line = print(self, 1); *line && n < 7; line = strchr(line, '\n') + 1)
		names[n++] = *line;
	names[n] = 0;
	return names;
}

TEST_F(out, rows_keep_their_order_unless_sorted)
{
	EXPECT_STREQ("badc", order(self, NULL));
	/* Numbers: largest first, missing last. Strings: alphabetically. */
	EXPECT_STREQ("dcba", order(self, "count"));
	EXPECT_STREQ("adbc", order(self, "time_ns"));
	EXPECT_STREQ("cbda", order(self, "share"));
	EXPECT_STREQ("abcd", order(self, "name"));
	EXPECT_STREQ("badc", order(self, "state"));
}

/* The first line of the report with these columns. */
static const char *heading(FIXTURE_DATA(out) *self, enum opts_format format, const char *list)
{
	char *end;

	self->o.format = format;
	self->o.columns = list;
	print(self, 1);
	end = self->text + strcspn(self->text, "\r\n");
	while (end > self->text && end[-1] == ' ')
		end--;
	*end = 0;
	return self->text;
}

TEST_F(out, columns_in_the_order_asked_for)
{
	EXPECT_STREQ("NAME COUNT  SHARE", heading(self, FORMAT_TEXT, NULL));
	EXPECT_STREQ(" SHARE NAME", heading(self, FORMAT_TEXT, "share,name"));
	EXPECT_STREQ("TIME", heading(self, FORMAT_TEXT, "time_ns"));
	/* For programs nothing is hidden, and keys are always there. */
	EXPECT_STREQ("name,count,time_ns,share,state", heading(self, FORMAT_CSV, NULL));
	EXPECT_STREQ("name,share,count", heading(self, FORMAT_CSV, "share,count"));
	EXPECT_STREQ("name,share", heading(self, FORMAT_CSV, "share,name"));
}

TEST_F(out, chosen_columns_in_json)
{
	json_t *j, *row;

	self->o.columns = "share";
	j = print_json(self);
	row = json_array_get(json_object_get(j, "rows"), 0);
	EXPECT_EQ(2, json_object_size(row));
	EXPECT_STREQ("b", json_string_value(json_object_get(row, "name")));
	EXPECT_EQ(0.5, json_real_value(json_object_get(row, "share")));
	/* What was not asked for is not called missing either. */
	EXPECT_EQ(1, json_array_size(json_object_get(j, "not_captured")));
}

TEST_F(out, unknown_columns_are_refused_with_the_nearest)
{
	static const struct { const char *list, *says; } bad[] = {
		{ "cuont", "--columns cuont: no such column; did you mean count?" },
		{ "name,qqqqqq", "--columns qqqqqq: no such column; --help lists them" },
		{ "", "--columns : no such" }, { "name,", "--columns : no such" },
		{ ",name", "--columns : no such" }, { "name, count", "--columns  count: no such" },
		{ "NAME", "--columns NAME: no such" }, { "nam\ne", "--columns nam\\x0ae: no such" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		listen_to(self, STDERR_FILENO);
		EXPECT_EQ(-EUSAGE, out_check_columns(&report, bad[i].list));
		EXPECT_NE(NULL, strstr(hear(self, STDERR_FILENO), bad[i].says));
		EXPECT_EQ(strlen(self->said) - 1, strcspn(self->said, "\n"));
	}
	EXPECT_EQ(0, out_check_columns(&report, "state,name,time_ns,name"));
	EXPECT_EQ(0, out_check_sort(&report, "time_ns"));
	listen_to(self, STDERR_FILENO);
	EXPECT_EQ(-EUSAGE, out_check_sort(&report, "name,count"));
	EXPECT_EQ(-EUSAGE, out_check_sort(&report, ""));
	EXPECT_NE(NULL, strstr(hear(self, STDERR_FILENO), "--sort name,count: no such column"));
}

static int times_in(const char *text, const char *what)
{
	int n = 0;

	while ((text = strstr(text, what))) {
		text++;
		n++;
	}
	return n;
}

TEST_F(out, headings_once_in_csv_and_on_every_table)
{
	self->o.interval_ns = 1;
	EXPECT_EQ(3, times_in(print(self, 3), "NAME"));
	self->o.format = FORMAT_CSV;
	EXPECT_EQ(1, times_in(print(self, 3), "name,"));
	EXPECT_EQ(1 + 3 * 4, times_in(self->text, "\r\n"));
	self->o.no_headings = true;
	EXPECT_EQ(0, times_in(print(self, 3), "name,"));
	self->o.format = FORMAT_TEXT;
	EXPECT_EQ(0, times_in(print(self, 3), "NAME"));
}

TEST_F(out, no_rows)
{
	json_t *j;

	self->d.n_rows = 0;
	EXPECT_STREQ("", print(self, 1));
	self->o.format = FORMAT_CSV;
	EXPECT_STREQ("name,count,time_ns,share,state\r\n", print(self, 1));
	j = print_json(self);
	EXPECT_TRUE(json_is_array(json_object_get(j, "rows")));
	EXPECT_EQ(NULL, json_object_get(j, "totals"));
}

TEST_F(out, totals_that_are_missing_or_hidden_are_not_in_text)
{
	self->d.n_rows = 0;
	self->d.totals = &self->row[0];
	EXPECT_STREQ("NAME b   COUNT 5   SHARE 50.0%\n\n", print(self, 1));
	self->d.totals = &self->row[1];
	EXPECT_STREQ("NAME a\n\n", print(self, 1));
}

TEST_F(out, loss_and_own_cost_are_under_the_table)
{
	self->d.n_rows = 0;
	self->d.head.duration_ns = 2000000000;
	self->d.head.own_cost_ns = NOT_CAPTURED;
	EXPECT_STREQ("\nsource none   2.00s traced   lost 0\n", print(self, 1));
	self->d.head.lost = (struct source_lost){ .ring = 1, .missed = 2, .nested = 3,
						  .untracked = 4, .total = 10 };
	self->d.head.own_cost_ns = 1500;
	self->d.head.virt = "tcg";
	print(self, 1);
	EXPECT_NE(NULL, strstr(self->text, "lost 10 (ring 1, missed 2, nested 3, untracked 4)"));
	EXPECT_NE(NULL, strstr(self->text, "own cost 1.50us\n"));
	EXPECT_NE(NULL, strstr(self->text, "emulator (tcg)"));
}

TEST_F(out, colour_only_when_wanted)
{
	struct out *out;

	self->o.columns = "state";
	EXPECT_EQ(NULL, strchr(print(self, 1), '\033'));
	self->o.color = COLOR_ALWAYS;
	EXPECT_NE(NULL, strchr(print(self, 1), '\033'));
	self->o.format = FORMAT_CSV;
	EXPECT_EQ(NULL, strchr(print(self, 1), '\033'));
	self->o.output = "/dev/null";
	ASSERT_EQ(0, out_open(&out, &self->o));
	EXPECT_TRUE(out->color);
	out_close(out);
	self->o.color = COLOR_AUTO;
	ASSERT_EQ(0, out_open(&out, &self->o));
	EXPECT_FALSE(out->color);
	EXPECT_FALSE(out_live(out));
	out_close(out);
}

/* Where the schema has a column's type: a dot leads into an object. */
static json_t *schema_of(json_t *table, const char *name)
{
	json_t *properties = json_object_get(table, "properties");
	const char *dot = strchr(name, '.');
	char head[64];

	if (!dot)
		return json_object_get(properties, name);
	snprintf(head, sizeof(head), "%.*s", (int)(dot - name), name);
	return schema_of(json_object_get(properties, head), dot + 1);
}

static bool described(json_t *table, const struct out_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct out_column *c = &t->column[i];
		json_t *type = schema_of(table, c->name);
		json_t *help = json_object_get(type, "description");

		if (!type || !help || strlen(json_string_value(help)) < 3 ||
		    (c->type == OUT_NS && !strstr(c->name, "_ns"))) {
			printf("# column %s\n", c->name);
			return false;
		}
	}
	return true;
}

/* Of a stream a line is a row, or the report. */
static json_t *schema_of_line(json_t *schema, bool row)
{
	json_t *ways = json_object_get(schema, "anyOf");

	return ways ? json_array_get(ways, row ? 0 : 1) : schema;
}

TEST_F(out, schema_of_every_command_describes_all_columns)
{
	static char text[262144];
	const struct cmd_ops *cmd = NULL;
	struct opts o = { 0 };
	json_t *j, *tables, *rows;
	FILE *f = stdout;

	while ((cmd = cmd_next(cmd))) {
		if (!cmd->report)
			continue;
		stdout = fmemopen(text, sizeof(text), "w");
		EXPECT_EQ(0, out_schema(cmd->report(&o)));
		fclose(stdout);
		stdout = f;
		j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		EXPECT_NE(NULL, j) TH_LOG("%s", cmd->name);
		tables = json_object_get(schema_of_line(j, false), "properties");
		EXPECT_TRUE(described(json_object_get(tables, "totals"), &cmd->report(&o)->totals));
		rows = json_object_get(json_object_get(tables, "rows"), "items");
		if (cmd->report(&o)->stream)
			rows = schema_of_line(j, true);
		EXPECT_TRUE(described(rows, &cmd->report(&o)->rows)) TH_LOG("%s", cmd->name);
		json_decref(j);
	}
}

FIXTURE(file)
{
	char dir[64], path[80];
	struct opts o;
	struct row row;
	struct out_data d;
};

FIXTURE_SETUP(file)
{
	memset(self, 0, sizeof(*self));
	strcpy(self->dir, "/tmp/oscope-test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	sprintf(self->path, "%s/report", self->dir);
	self->row = (struct row){ "a", 1, 2, 0.5 };
	self->o = (struct opts){ .output = self->path, .format = FORMAT_CSV, .columns = "count" };
	self->d = (struct out_data){ .report = &report, .rows = &self->row, .n_rows = 1,
				     .stride = sizeof(self->row) };
	quiet = true;
}

FIXTURE_TEARDOWN(file)
{
	unlink(self->path);
	EXPECT_EQ(0, rmdir(self->dir));	/* nothing else was left there */
}

static const char *content(const char *path)
{
	static char text[256];
	int fd = open(path, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return "no file";
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = 0;
	return text;
}

TEST_F(file, appears_whole_and_replaces_what_was_there)
{
	struct out *out;
	int i;

	for (i = 0; i < 2; i++) {
		self->row.count = i;
		ASSERT_EQ(0, out_open(&out, &self->o));
		if (!out->whole)
			SKIP(out_close(out); return, "no unnamed files in /tmp");
		EXPECT_EQ(0, out_print(out, &self->d));
		EXPECT_STREQ(i ? "name,count\r\na,0\r\n" : "no file", content(self->path));
		EXPECT_EQ(0, out_close(out));
		EXPECT_STREQ(i ? "name,count\r\na,1\r\n" : "name,count\r\na,0\r\n",
			     content(self->path));
	}
	/* Nothing was printed: nothing is changed. */
	ASSERT_EQ(0, out_open(&out, &self->o));
	EXPECT_EQ(0, out_close(out));
	EXPECT_STREQ("name,count\r\na,1\r\n", content(self->path));
}

TEST_F(file, grows_with_every_interval)
{
	struct out *out;

	self->o.interval_ns = 1;
	ASSERT_EQ(0, out_open(&out, &self->o));
	EXPECT_EQ(0, out_print(out, &self->d));
	EXPECT_STREQ("name,count\r\na,1\r\n", content(self->path));
	EXPECT_EQ(0, out_print(out, &self->d));
	EXPECT_STREQ("name,count\r\na,1\r\na,1\r\n", content(self->path));
	EXPECT_EQ(0, out_close(out));
}

TEST_F(file, that_cannot_be_written_is_refused_at_once)
{
	struct out *out;

	self->o.output = "/no/such/directory/report";
	EXPECT_EQ(-EIO, out_open(&out, &self->o));
	self->o.output = self->dir;
	EXPECT_EQ(-EIO, out_open(&out, &self->o));
	self->o.output = "/dev/full";
	ASSERT_EQ(0, out_open(&out, &self->o));
	EXPECT_EQ(-EIO, out_print(out, &self->d));
	out_close(out);
	EXPECT_EQ(0, out_close(NULL));
}

TEST_F(file, reader_that_has_gone_is_told_apart)
{
	struct out *out;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	ASSERT_EQ(0, pipe(ends));
	sprintf(self->path, "/dev/fd/%d", ends[1]);
	ASSERT_EQ(0, out_open(&out, &self->o));
	close(ends[0]);
	close(ends[1]);
	EXPECT_EQ(-EPIPE, out_print(out, &self->d));
	out_close(out);
	sprintf(self->path, "%s/report", self->dir);
}

TEST_HARNESS_MAIN
