// SPDX-License-Identifier: GPL-2.0
/*
 * Rows that are printed one by one: as text, JSON and CSV; and words, told apart in each of them.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "out_impl.h"

struct row {
	uint64_t at, count;
	const char *name;
	struct out_words words;
};

#define F(member)	OUT_FIELD(struct row, member)

static const struct out_column columns[] = {
	{ "at_ns", "AT", OUT_NS, "when", F(at), OUT_KEY | OUT_SECONDS, .width = 10 },
	{ "name", "NAME", OUT_STR, "who", F(name), .width = 6 },
	{ "count", "count", OUT_U64, "how many", F(count), OUT_OPTIONAL },
	{ "words", "", OUT_WORDS, "what", F(words), OUT_OPTIONAL },
};

static const struct out_report report = {
	.command = "test", .rows = OUT_TABLE(columns), .stream = true,
};

FIXTURE(stream)
{
	struct opts o;
	struct out out;
	char *text;
	size_t len;
};

FIXTURE_SETUP(stream)
{
	memset(self, 0, sizeof(*self));
	setlocale(LC_ALL, "C");
	self->out.o = &self->o;
	self->out.path = "memory";
	self->out.ascii = true;
	self->out.f = open_memstream(&self->text, &self->len);
}

FIXTURE_TEARDOWN(stream)
{
	fclose(self->out.f);
	free(self->text);
}

static const struct row one = {
	.at = 1234567890, .count = 7, .name = "one",
	.words = { "a\0b c\0\0...\0q\"", sizeof("a\0b c\0\0...\0q\""), false },
};
static const struct row two = { .at = 2, .count = NOT_CAPTURED, .name = "a longer one" };
static const struct row three = {
	.at = 3, .count = NOT_CAPTURED, .words = { "\033[m\nx", 6, true },
};

TEST_F(stream, text_has_its_heading_once_and_a_line_at_once)
{
	EXPECT_EQ(out_row(&self->out, &report, &one), 0);
	EXPECT_STREQ(self->text, "        AT  NAME\n"
		     "  1.234567  one     count 7  a \"b c\" \"\" \"...\" \"q\"\"\"\n");
	EXPECT_EQ(out_row(&self->out, &report, &two), 0);
	EXPECT_STREQ(strchr(strchr(self->text, '\n') + 1, '\n'), "\n  0.000000  a longer one\n");
	EXPECT_EQ(out_row(&self->out, &report, &three), 0);
	EXPECT_NE(strstr(self->text, "  0.000000  -       \\x1b[m\\x0ax ...\n"), NULL);
}

TEST_F(stream, json_is_a_line_each_without_what_is_missing)
{
	self->o.format = FORMAT_JSON;
	EXPECT_EQ(out_row(&self->out, &report, &one), 0);
	EXPECT_STREQ(self->text, "{\"at_ns\":1234567890,\"name\":\"one\",\"count\":7,"
		     "\"words\":[\"a\",\"b c\",\"\",\"...\",\"q\\\"\"]}\n");
	EXPECT_EQ(out_row(&self->out, &report, &two), 0);
	EXPECT_STREQ(strchr(self->text, '\n'),
		     "\n{\"at_ns\":2,\"name\":\"a longer one\"}\n");
}

TEST_F(stream, csv_has_its_names_once)
{
	self->o.format = FORMAT_CSV;
	EXPECT_EQ(out_row(&self->out, &report, &two), 0);
	EXPECT_EQ(out_row(&self->out, &report, &one), 0);
	EXPECT_STREQ(self->text, "at_ns,name,count,words\r\n2,a longer one,,\r\n"
		     "1234567890,one,7,\"a \"\"b c\"\" \"\"\"\" \"\"...\"\" "
		     "\"\"q\"\"\"\"\"\"\"\r\n");
}

TEST_F(stream, columns_that_are_asked_for)
{
	self->o.columns = "words,at_ns";
	EXPECT_EQ(out_row(&self->out, &report, &one), 0);
	EXPECT_STREQ(strchr(self->text, 'a'), "a \"b c\" \"\" \"...\" \"q\"\"\"    1.234567\n");
}

TEST_HARNESS_MAIN
