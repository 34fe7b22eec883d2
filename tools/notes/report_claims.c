// SPDX-License-Identifier: GPL-2.0
/* The reports that need no experiment: the list of the claims, and each in full. */
#include <stdlib.h>

#include "notes/about.h"
#include "notes/page.h"
#include "notes/report.h"
#include "util.h"

#define CLAIM_FIELD(member)	OUT_FIELD(struct claim, member)

static const struct out_column list_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", CLAIM_FIELD(id), OUT_KEY },
	{ "topic", "TOPIC", OUT_STR, "what it is about", CLAIM_FIELD(topic), OUT_HIDDEN },
	{ "claim", "CLAIM", OUT_STR, "what is claimed", CLAIM_FIELD(claim), OUT_WRAP },
	{ "claim_zh", "", OUT_STR, "the same in Chinese", CLAIM_FIELD(claim_zh), OUT_HIDDEN },
};

static const struct out_column list_zh_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", CLAIM_FIELD(id), OUT_KEY },
	{ "topic", "TOPIC", OUT_STR, "what it is about", CLAIM_FIELD(topic), OUT_HIDDEN },
	{ "claim", "CLAIM", OUT_STR, "what is claimed", CLAIM_FIELD(claim), OUT_HIDDEN },
	{ "claim_zh", "CLAIM", OUT_STR, "the same in Chinese", CLAIM_FIELD(claim_zh), OUT_WRAP },
};

const struct out_report notes_list_report = {
	.command = "notes-list",
	.rows = OUT_TABLE(list_columns),
};

const struct out_report notes_list_zh_report = {
	.command = "notes-list",
	.rows = OUT_TABLE(list_zh_columns),
};

static const struct out_column show_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", CLAIM_FIELD(id), OUT_KEY },
	{ "topic", "TOPIC", OUT_STR, "what it is about", CLAIM_FIELD(topic) },
	{ "claim", "CLAIM", OUT_STR, "what is claimed", CLAIM_FIELD(claim), OUT_WRAP },
	{ "claim_zh", "CHINESE", OUT_STR, "the same in Chinese", CLAIM_FIELD(claim_zh), OUT_WRAP },
	{ "experiment", "EXPERIMENT", OUT_STR, "what is done", CLAIM_FIELD(how), OUT_WRAP },
	{ "operation", "OPERATION", OUT_STR, "what counts are divided by", CLAIM_FIELD(op) },
	{ "gates", "GATES", OUT_STR, "what must be counted", CLAIM_FIELD(gates), OUT_WRAP },
	{ "rule", "RULE", OUT_STR, "how the numbers decide", CLAIM_FIELD(rule), OUT_WRAP },
	{ "live", "LIVE", OUT_STR, "commands that show it", CLAIM_FIELD(live), OUT_WRAP },
};

const struct out_report notes_show_report = {
	.command = "notes-show",
	.rows = OUT_TABLE(show_columns),
};

static struct out_head no_head(void)
{
	return (struct out_head){ .source = "none", .own_cost_ns = NOT_CAPTURED };
}

static void about_add(struct page *p, const char *field, const struct claim *c, const char *text,
		      enum lang lang)
{
	page_add(p, said(lang, field), OUT_PLAIN, "%s", about_said(lang, c->id, text));
}

static int claim_print(struct out *out, const struct claim *c, enum lang lang)
{
	struct page *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return err_sys(-ENOMEM, "report");
	page_add(p, said(lang, "claim"), OUT_PLAIN, "%s", c->id);
	if (lang == LANG_EN)
		page_add(p, "", OUT_PLAIN, "%s", c->claim);
	page_add(p, "", OUT_PLAIN, "%s", c->claim_zh);
	about_add(p, "experiment", c, c->how, lang);
	about_add(p, "operation", c, c->op, lang);
	page_add(p, said(lang, "placement"), OUT_PLAIN, "%s", said(lang, claim_placement(c)));
	about_add(p, "gates", c, c->gates, lang);
	about_add(p, "rule", c, c->rule, lang);
	about_add(p, "live", c, c->live, lang);
	err = page_print(out, p);
	free(p);
	return err;
}

static int claims_print(struct out *out, const struct out_report *report,
			const struct claim *const *claims, size_t n)
{
	struct claim *rows = calloc(n ? n : 1, sizeof(*rows));
	struct out_data data = {
		.report = report,
		.head = no_head(),
		.rows = rows,
		.n_rows = n,
		.stride = sizeof(*rows),
	};
	size_t i;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	for (i = 0; i < n; i++)
		rows[i] = *claims[i];
	err = out_print(out, &data);
	free(rows);
	return err;
}

int notes_print_list(struct out *out, const struct claim *const *claims, size_t n, bool zh)
{
	return claims_print(out, zh ? &notes_list_zh_report : &notes_list_report, claims, n);
}

int notes_print_show(struct out *out, const struct claim *const *claims, size_t n, bool text,
		     enum lang lang)
{
	size_t i;
	int err = 0;

	if (!text)
		return claims_print(out, &notes_show_report, claims, n);
	for (i = 0; i < n && !err; i++)
		err = claim_print(out, claims[i], lang);
	return err;
}
