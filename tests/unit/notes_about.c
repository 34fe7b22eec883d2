// SPDX-License-Identifier: GPL-2.0
/*
 * What claims say of themselves in Chinese: each has all of it, with the numbers and the verdicts
 * of the English, so that neither can be changed alone.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "notes/about.h"
#include "notes/report.h"
#include "notes/report_arms.h"
#include "util.h"

/* The next number of a text, as it is written: "0.05", "10,000"; 0: there is no other. */
static size_t number_next(const char **at)
{
	size_t len = 0;

	*at += strcspn(*at, "0123456789");
	while (isdigit((unsigned char)(*at)[len]) ||
	       (len && strchr(".,", (*at)[len]) && isdigit((unsigned char)(*at)[len + 1])))
		len++;
	return len;
}

static bool has_number(const char *text, const char *number, size_t len)
{
	size_t n;

	for (; (n = number_next(&text)); text += n) {
		if (n == len && !strncmp(text, number, n))
			return true;
	}
	return false;
}

/* The first number that the other text lacks, in to; false: there is none. */
static bool number_lacks(const char *text, const char *other, char to[32])
{
	size_t n;

	for (; (n = number_next(&text)); text += n) {
		if (has_number(other, text, n))
			continue;
		snprintf(to, 32, "%.*s", (int)n, text);
		return true;
	}
	return false;
}

/* Whether there is a verdict in a text; what is a part of another one's name is none. */
static bool has_verdict(enum lang lang, const char *text, enum verdict v)
{
	const char *name = said(lang, verdict_name(v));
	enum verdict other;

	for (; (text = strstr(text, name)); text++) {
		for (other = 0; other < VERDICTS; other++) {
			const char *longer = said(lang, verdict_name(other));
			const char *in = other != v ? strstr(longer, name) : NULL;

			if (in && !strncmp(text - (in - longer), longer, strlen(longer)))
				break;
		}
		if (other == VERDICTS)
			return true;
	}
	return false;
}

/* Commands, and words between them. */
static bool has_words(const char *live)
{
	static const char *const words[] = { ", ", ": ", " beside ", " shows ", " and " };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strstr(live, words[i]))
			return true;
	}
	return false;
}

static const char *text_wrong(const char *english, const char *chinese, char number[32])
{
	if (!chinese)
		return "has no Chinese";
	if (number_lacks(english, chinese, number))
		return "is not in the Chinese";
	if (number_lacks(chinese, english, number))
		return "is in the Chinese only";
	return NULL;
}

TEST(each_claim_has_all_of_it)
{
	const struct claim *c = NULL;
	char number[32];
	size_t i;

	while ((c = claim_next(c))) {
		const struct about none = { .id = "" }, *a = about_find(c->id);

		a = a ? a : &none;
		const char *const texts[][3] = {
			{ "how", c->how, a->how }, { "gates", c->gates, a->gates },
			{ "rule", c->rule, a->rule }, { "op", c->op, a->op },
			{ "live", c->live, has_words(c->live) || a->live ? a->live : c->live },
		};

		for (i = 0; i < ARRAY_SIZE(texts); i++) {
			const char *wrong;

			number[0] = 0;
			wrong = text_wrong(texts[i][1], texts[i][2], number);
			EXPECT_TRUE(!wrong) {
				TH_LOG("%s: %s: %s %s", c->id, texts[i][0], number, wrong);
			}
		}
	}
}

TEST(rules_have_the_same_verdicts)
{
	const struct claim *c = NULL;
	const struct about *a;
	enum verdict v;

	while ((c = claim_next(c))) {
		a = about_find(c->id);
		for (v = 0; a && v < VERDICTS; v++) {
			EXPECT_EQ(has_verdict(LANG_EN, c->rule, v),
				  has_verdict(LANG_ZH, a->rule, v)) {
				TH_LOG("%s: %s", c->id, verdict_name(v));
			}
		}
	}
}

TEST(each_is_of_a_claim_and_there_once)
{
	const struct about *a;
	size_t i;

	for (i = 0; (a = about_at(i)); i++) {
		EXPECT_NE(claim_find(a->id), NULL) {
			TH_LOG("%s", a->id);
		}
		EXPECT_EQ(about_find(a->id), a) {
			TH_LOG("%s", a->id);
		}
	}
}

TEST(a_text_is_said_if_it_is_the_claims)
{
	const struct claim *c = claim_find("zombie.reap");
	const struct about *a = about_find("zombie.reap");

	ASSERT_NE(c, NULL);
	ASSERT_NE(a, NULL);
	EXPECT_EQ(about_said(LANG_ZH, c->id, c->rule), a->rule);
	EXPECT_EQ(about_said(LANG_EN, c->id, c->rule), c->rule);
	EXPECT_STREQ(about_said(LANG_ZH, c->id, "HOLDS if asked"), "HOLDS if asked");
	EXPECT_STREQ(about_said(LANG_ZH, "no.claim", c->rule), c->rule);
	c = claim_find("isolate.memory");
	EXPECT_STREQ(about_said(LANG_ZH, "zombie.reap", c->rule), c->rule);
}

/* What is claimed once for several, and is a fixed text. */
TEST(placements_are_words)
{
	const struct claim *c = NULL;

	while ((c = claim_next(c))) {
		EXPECT_STRNE(said(LANG_ZH, claim_placement(c)), claim_placement(c));
	}
}

/* Letters of any, as in "p99" or "MB/s"; what has some is a word, and said. */
TEST(headings_of_tables_are_words)
{
	const struct out_table *const tables[] = { &notes_cell_table, &notes_check_table };
	size_t t, i;

	for (t = 0; t < ARRAY_SIZE(tables); t++) {
		for (i = 0; i < tables[t]->n; i++) {
			const struct out_column *c = &tables[t]->column[i];

			if (c->flags & OUT_HIDDEN || !strcmp(c->title, "CPU") ||
			    !strcmp(c->title, "MB/S"))
				continue;
			EXPECT_STRNE(said(LANG_ZH, c->title), c->title);
		}
	}
}

TEST_HARNESS_MAIN
