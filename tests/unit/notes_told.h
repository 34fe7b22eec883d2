/* SPDX-License-Identifier: GPL-2.0 */
/* A note as what is made of it: a run's JSON, and its page. Both are the caller's to free. */
#ifndef OSCOPE_TEST_NOTES_TOLD_H
#define OSCOPE_TEST_NOTES_TOLD_H

#include "notes/html.h"
#include "notes/report.h"
#include "notes/saved.h"
#include "opts.h"

/* A run of one claim as JSON. */
static __attribute__((unused)) char *run_json(struct note *n, const struct preflight *machine)
{
	struct opts o = { .format = FORMAT_JSON };
	struct notes_run run = {
		.machine = machine, .note = &n, .done = 1, .seed = 1, .date = "2026-01-31",
	};
	struct out *out;
	size_t bytes;
	char *text = NULL;

	if (out_open_memory(&out, &o, &text, &bytes) || notes_print_run(out, &run) ||
	    out_close(out))
		abort();
	return text;
}

/* The page of a note's report, as text. */
static __attribute__((unused)) char *page_of(struct note *n, const struct preflight *machine, enum lang lang)
{
	char *json = run_json(n, machine), *page = NULL;
	json_t *report;
	size_t bytes;
	FILE *f;

	if (saved_parse("memory", json, strlen(json), &report))
		abort();
	f = open_memstream(&page, &bytes);
	html_write(f, report, lang);
	fclose(f);
	json_decref(report);
	free(json);
	return page;
}

#endif /* OSCOPE_TEST_NOTES_TOLD_H */
