// SPDX-License-Identifier: GPL-2.0
/*
 * Values as people read them: times and numbers at the edges of rounding, drawn histograms
 * that keep their width, names made harmless.
 */
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "draw.h"
#include "fmt.h"
#include "kmod/core/hist.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

TEST(times_have_three_digits_and_round_into_the_next_unit)
{
	static const struct { uint64_t ns; const char *text; } times[] = {
		{ 0, "0ns" }, { 1, "1ns" }, { 999, "999ns" }, { 1000, "1.00us" },
		{ 1004, "1.00us" }, { 1006, "1.01us" }, { 9994, "9.99us" }, { 9995, "10.0us" },
		{ 9999, "10.0us" }, { 10000, "10.0us" }, { 12340, "12.3us" }, { 99949, "99.9us" },
		{ 99950, "100us" }, { 123456, "123us" }, { 999499, "999us" }, { 999500, "1.00ms" },
		{ 999999, "1.00ms" }, { 1000000, "1.00ms" }, { 99949999, "99.9ms" },
		{ 999499999, "999ms" }, { 999500000, "1.00s" }, { 1000000000, "1.00s" },
		{ 1234567890, "1.23s" }, { 99949999999, "99.9s" }, { 99950000000, "100s" },
		{ 999500000000, "1000s" }, { 86400000000000, "86400s" },
		{ UINT64_MAX, "18446744074s" },
	};
	char buf[FMT_LEN];
	size_t i;

	for (i = 0; i < COUNT(times); i++)
		EXPECT_STREQ(times[i].text, fmt_ns(buf, times[i].ns));
}

/* Digits before and after the dot. */
static size_t digits(const char *text)
{
	size_t n = 0;

	for (; (*text >= '0' && *text <= '9') || *text == '.'; text++)
		n += *text != '.';
	return n;
}

TEST(times_never_shrink_by_rounding_and_stay_near)
{
	static const double units[] = { ['n'] = 1, ['u'] = 1e3, ['m'] = 1e6, ['s'] = 1e9 };
	char buf[FMT_LEN], *unit;
	double shown, before = 0;
	uint64_t ns;

	for (ns = 1; ns < 900000000000; ns += ns / 1000 + 1) {
		shown = strtod(fmt_ns(buf, ns), &unit);
		shown *= units[(unsigned char)unit[0]];
		ASSERT_GE(shown, before);
		ASSERT_LE(fabs(shown - ns), ns * 0.005001) TH_LOG("%s", buf);
		ASSERT_LE(digits(buf), 3);
		ASSERT_TRUE(ns < 1000 || digits(buf) == 3);
		before = shown;
	}
}

TEST(numbers_have_three_digits_below_100)
{
	static const struct { double num; const char *text; } nums[] = {
		{ 0, "0" }, { 1, "1" }, { 2.5, "2.50" }, { 0.001, "0.00" }, { 0.125, "0.12" },
		{ 9.994, "9.99" }, { 9.996, "10.0" }, { 12.34, "12.3" }, { 99.94, "99.9" },
		{ 99.96, "100" }, { 100.5, "100" }, { 101.5, "102" }, { 1234567.8, "1234568" },
		{ 12, "12" }, { -1, "-1" }, { -2.5, "-2.50" }, { -12.34, "-12.3" },
		{ -1234.5, "-1234" }, { 9007199254740992, "9007199254740992" },
		{ 18446744073709551615.0, "18446744073709551616" },
		{ INFINITY, "inf" }, { -INFINITY, "-inf" },
	};
	char buf[FMT_LEN];
	size_t i;

	for (i = 0; i < COUNT(nums); i++)
		EXPECT_STREQ(nums[i].text, fmt_num(buf, nums[i].num));
	EXPECT_LT(strlen(fmt_num(buf, 1e300)), FMT_LEN);
}

FIXTURE(hist)
{
	struct oscope_hist h;
	char *text;
};

FIXTURE_SETUP(hist)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(hist)
{
	free(self->text);
}

static const char *draw(FIXTURE_DATA(hist) *self, int width, bool ascii)
{
	size_t len;
	FILE *f;

	free(self->text);
	self->text = NULL;
	f = open_memstream(&self->text, &len);
	if (!f)
		return "";
	draw_hist(f, "title", &self->h, width, ascii);
	fclose(f);
	return self->text;
}

static void add(FIXTURE_DATA(hist) *self, uint64_t v, int times)
{
	while (times--)
		oscope_hist_add(&self->h, v);
}

/* Characters of the longest line. */
static int widest(const char *text)
{
	int most = 0, n;

	for (; *text; text++) {
		for (n = 0; *text && *text != '\n'; text++)
			n += (*text & 0xc0) != 0x80;
		most = n > most ? n : most;
	}
	return most;
}

TEST_F(hist, empty_is_one_line)
{
	EXPECT_STREQ("title: none\n", draw(self, 80, true));
}

TEST_F(hist, single_value_fills_its_row)
{
	add(self, 100, 7);
	EXPECT_STREQ("title: min 100ns, p50 100ns, p90 100ns, p99 100ns, max 100ns\n"
		     "     64ns .. 128ns            7 ########\n", draw(self, 40, true));
	EXPECT_STREQ("title: min 100ns, p50 100ns, p90 100ns, p99 100ns, max 100ns\n"
		     "     64ns .. 128ns            7 ████████\n", draw(self, 40, false));
}

TEST_F(hist, rows_between_are_drawn_and_bars_are_in_proportion)
{
	add(self, 0, 16);
	add(self, 1, 8);
	add(self, 5, 1);
	EXPECT_STREQ("title: min 0ns, p50 0ns, p90 1ns, p99 5ns, max 5ns\n"
		     "      0ns .. 1ns             16 ################\n"
		     "      1ns .. 2ns              8 ########\n"
		     "      2ns .. 4ns              0 \n"
		     "      4ns .. 8ns              1 #\n", draw(self, 48, true));
	add(self, 5, 2);
	add(self, 0, 16);
	/* 8 and 3 of 32, in 16 cells of eighths each. */
	EXPECT_NE(NULL, strstr(draw(self, 48, false), "  8 ████\n"));
	EXPECT_NE(NULL, strstr(self->text, "  3 █▌\n"));
}

TEST_F(hist, one_among_many_still_shows)
{
	add(self, 10, 1000000);
	add(self, 100, 1);
	EXPECT_NE(NULL, strstr(draw(self, 80, false), "  1 ▏\n"));
	EXPECT_NE(NULL, strstr(draw(self, 80, true), "  1 #\n"));
}

TEST_F(hist, last_row_is_open)
{
	add(self, 1ULL << 43, 1);
	add(self, ~0ULL - 1, 1);
	EXPECT_STREQ("\n    8796s .. more             2 ########\n",
		     strchr(draw(self, 40, true), '\n'));
}

/* The title's line aside, which is as long as it is. */
static int bars_width(FIXTURE_DATA(hist) *self, int width, bool ascii)
{
	return widest(strchr(draw(self, width, ascii), '\n') + 1);
}

TEST_F(hist, width_is_kept)
{
	int width;

	add(self, 10, 1000);
	add(self, 100000, 999);
	for (width = 40; width <= 300; width++) {
		ASSERT_EQ(width, bars_width(self, width, true));
		ASSERT_EQ(width, bars_width(self, width, false));
	}
}

TEST_F(hist, width_is_kept_by_huge_counts)
{
	int width;

	self->h.bucket[10] = UINT64_MAX / 2;
	self->h.bucket[100] = 12345678901;
	for (width = 60; width <= 100; width += 10) {
		EXPECT_EQ(width, bars_width(self, width, true));
		EXPECT_EQ(width, bars_width(self, width, false));
	}
	/* There is no room at all: a cell is left, and it ends. */
	EXPECT_LE(bars_width(self, 20, true), 43);
	EXPECT_LE(bars_width(self, 0, false), 43);
}

TEST_F(hist, ascii_is_ascii)
{
	const char *c;
	unsigned int i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		self->h.bucket[i] = i;
	for (c = draw(self, 80, true); *c; c++)
		ASSERT_TRUE(*c == '\n' || (*c >= ' ' && *c < 0x7f));
}

TEST(character_set_of_the_terminal)
{
	setlocale(LC_ALL, "C");
	EXPECT_FALSE(fmt_utf8());
	if (!setlocale(LC_ALL, "C.UTF-8"))
		SKIP(return, "no UTF-8 locale");
	EXPECT_TRUE(fmt_utf8());
}

TEST(utf8_by_rfc_3629)
{
	static const struct { const char *s; size_t len, want; } chars[] = {
		{ "a", 1, 1 }, { "", 1, 1 }, { "\x7f", 1, 1 },
		{ "\xc2\x80", 2, 2 }, { "\xdf\xbf", 2, 2 }, { "\xe0\xa0\x80", 3, 3 },
		{ "\xed\x9f\xbf", 3, 3 }, { "\xee\x80\x80", 3, 3 }, { "\xf0\x90\x80\x80", 4, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 4 },
		/* Alone, cut, overlong, surrogates, too large. */
		{ "\x80", 1, 0 }, { "\xbf", 1, 0 }, { "\xc2", 1, 0 }, { "\xc2\x80", 1, 0 },
		{ "\xe0\xa0\x80", 2, 0 }, { "\xf0\x90\x80\x80", 3, 0 }, { "\xc2" "a", 2, 0 },
		{ "\xe0\xa0" "a", 3, 0 }, { "\xc0\x80", 2, 0 }, { "\xc1\xbf", 2, 0 },
		{ "\xe0\x9f\xbf", 3, 0 }, { "\xf0\x8f\xbf\xbf", 4, 0 }, { "\xed\xa0\x80", 3, 0 },
		{ "\xed\xbf\xbf", 3, 0 }, { "\xf4\x90\x80\x80", 4, 0 },
		{ "\xf5\x80\x80\x80", 4, 0 }, { "\xfe", 1, 0 }, { "\xff", 1, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(chars); i++)
		EXPECT_EQ(chars[i].want, fmt_utf8_len(chars[i].s, chars[i].len)) TH_LOG("%zu", i);
}

TEST(no_character_is_cut)
{
	/* Of one byte, two and three. */
	static const char text[] = "a" "\xc3\xa9" "\xe4\xb8\xad";
	static const size_t fits[] = { 0, 1, 1, 3, 3, 3, 6, 6 };
	size_t i;

	for (i = 0; i < COUNT(fits); i++)
		EXPECT_EQ(fits[i], fmt_utf8_fit(text, i)) TH_LOG("%zu", i);
}

TEST(escaped_names_fit_and_end)
{
	char to[4 * 16 + 1], small[8], ones[16];
	size_t bytes;

	EXPECT_STREQ("", fmt_escape(to, sizeof(to), "", 0, false));
	EXPECT_STREQ("ab", fmt_escape(to, sizeof(to), "ab\0cd", 5, false));
	EXPECT_STREQ("abc", fmt_escape(to, sizeof(to), "abcdef", 3, false));
	memset(ones, 1, sizeof(ones));
	EXPECT_EQ(64, strlen(fmt_escape(to, sizeof(to), ones, sizeof(ones), true)));
	EXPECT_STREQ("\\xc3\\xa9", fmt_escape(to, sizeof(to), "\xc3\xa9", 2, true));
	EXPECT_STREQ("\xc3\xa9", fmt_escape(to, sizeof(to), "\xc3\xa9", 2, false));
	EXPECT_STREQ("\\xc3", fmt_escape(to, sizeof(to), "\xc3\xa9", 1, false));
	for (bytes = 1; bytes < sizeof(small); bytes++) {
		memset(small, 'x', sizeof(small));
		fmt_escape(small, bytes, "\n\n\n", 3, false);
		EXPECT_LT(strnlen(small, sizeof(small)), bytes);
		EXPECT_EQ('x', small[bytes]);
	}
}

TEST_HARNESS_MAIN
