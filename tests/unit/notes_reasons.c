// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: each format is found by what it makes, and says the same numbers. */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "notes/reasons.h"
#include "util.h"

/* Of a format, with its arguments in order. */
static size_t conversions(const char *fmt, struct conversion to[REASON_ARGS])
{
	size_t n = 0;

	while (n < REASON_ARGS && conversion_next(fmt, &to[n])) {
		fmt = to[n].end;
		n++;
	}
	return n;
}

/* "%2$.1f" as "%.1f" */
static void plain(const struct conversion *c, char to[32])
{
	const char *from = c->place ? strchr(c->begin, '$') + 1 : c->begin + 1;

	snprintf(to, 32, "%%%.*s", (int)(c->end - from), from);
}

/* Every argument once, as it is in the English one. */
static bool conversions_match(const struct reason *r)
{
	struct conversion en[REASON_ARGS], zh[REASON_ARGS];
	size_t n = conversions(r->english, en), i, place;
	bool there[REASON_ARGS] = { false };
	char a[32], b[32];

	if (conversions(r->chinese, zh) != n)
		return false;
	for (i = 0; i < n; i++) {
		place = zh[i].place ? zh[i].place - 1 : i;
		/* printf(3) has all places given or none. */
		if (place >= n || there[place] || !zh[i].place != !zh[0].place)
			return false;
		there[place] = true;
		plain(&en[place], a);
		plain(&zh[i], b);
		if (strcmp(a, b))
			return false;
	}
	return true;
}

/* What a format makes of arguments that are told apart: 70, 71, or v0w, v1w. */
static void made(const char *fmt, char to[REASON_TEXT])
{
	struct conversion c;
	size_t next = 0, i;
	FILE *f = fmemopen(to, REASON_TEXT, "w");
	bool any;

	do {
		const char *end;

		any = conversion_next(fmt, &c);
		end = any ? c.begin : fmt + strlen(fmt);
		for (; fmt < end; fmt++) {
			fputc(*fmt, f);
			fmt += *fmt == '%';
		}
		if (any) {
			i = c.place ? c.place - 1 : next++;
			fprintf(f, c.letter == 's' ? "v%zuw" : "7%zu", i);
			fmt = c.end;
		}
	} while (any);
	fclose(f);
}

TEST(each_is_found_by_what_it_makes)
{
	char english[REASON_TEXT], chinese[REASON_TEXT], to[REASON_TEXT];
	const struct reason *r;
	size_t i;

	for (i = 0; (r = reason_at(i)); i++) {
		EXPECT_TRUE(conversions_match(r)) {
			TH_LOG("%s", r->english);
			continue;
		}
		made(r->english, english);
		made(r->chinese, chinese);
		EXPECT_STREQ(reason_said(LANG_ZH, english, to), chinese);
	}
	EXPECT_GT(i, 400);
}

TEST(numbers_stay_as_they_are)
{
	char to[REASON_TEXT];

	EXPECT_STREQ(reason_said(LANG_ZH, "a fork takes 1e+03 times as long as a thread", to),
		     "fork 用时是线程的 1e+03 倍");
	EXPECT_STREQ(reason_said(LANG_ZH, "2.5 sleeps a read of an empty pipe", to),
		     "每读一次空管道睡眠 2.5 次");
	EXPECT_STREQ(reason_said(LANG_ZH, "-nan system calls a send", to),
		     "每次 send 有 -nan 个系统调用");
}

TEST(words_in_it_are_said_too)
{
	char to[REASON_TEXT];

	EXPECT_STREQ(reason_said(LANG_ZH, "twice in 40 % of the samples only", to),
		     "出现两次的只有 40 % 的样本");
	EXPECT_STREQ(reason_said(LANG_ZH, "a: measured 3, expected 2: the experiment did not do "
				 "what it claims (others use 40 % of its CPU)", to),
		     "a：实测 3，应为 2：实验没有做它所声称的事"
		     "（别的任务占用其 CPU 的 40 %）");
}

TEST(lists_are_said_to_their_end)
{
	char to[REASON_TEXT];

	EXPECT_STREQ(reason_said(LANG_ZH, "spin 1 of 4, futex 2 of 4, sem 3 of 4, "
				 "eventfd 0 of 4", to),
		     "spin 1 格（共 4 格），futex 2 格（共 4 格），sem 3 格（共 4 格），"
		     "eventfd 0 格（共 4 格）");
}

TEST(names_stay_though_they_are_words_elsewhere)
{
	char to[REASON_TEXT];

	EXPECT_STREQ(reason_said(LANG_ZH, "none: switches/op: measured 3, expected 2: the "
				 "experiment did not do what it claims", to),
		     "none：切换/次：实测 3，应为 2："
		     "实验没有做它所声称的事");
}

TEST(what_is_longer_than_a_reason_is_not_looked_at)
{
	char text[1 << 16], to[REASON_TEXT];
	size_t len = 0;

	/* Hours, if all places of all words were tried. */
	while (len < sizeof(text) - 64)
		len += (size_t)snprintf(text + len, sizeof(text) - len, ": then all ");
	snprintf(text + len, sizeof(text) - len, "X were there after kill -9 with ; otherwise not");
	EXPECT_STREQ(reason_said(LANG_ZH, text, to), text);
}

TEST(what_no_format_made_stays)
{
	static const char *const text[] = {
		"", "%s", "%", "a fork takes long", "a fork takes 2 times as long as a thread!",
		"a fork takes x times as long as a thread",
	};
	char to[REASON_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text); i++)
		EXPECT_STREQ(reason_said(LANG_ZH, text[i], to), text[i]);
	EXPECT_STREQ(reason_said(LANG_EN, "2.5 sleeps a read of an empty pipe", to),
		     "2.5 sleeps a read of an empty pipe");
}

TEST_HARNESS_MAIN
