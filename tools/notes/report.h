/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope notes: the claims, one claim, and what came of running some. */
#ifndef OSCOPE_NOTES_REPORT_H
#define OSCOPE_NOTES_REPORT_H

#include "notes/notes.h"
#include "notes/words.h"
#include "out.h"

extern const struct out_report notes_list_report;	/* rows: claims, short */
extern const struct out_report notes_list_zh_report;	/* the same, Chinese in text */
extern const struct out_report notes_show_report;	/* rows: claims, in full */
extern const struct out_report notes_run_report;	/* rows: claims with verdict and evidence */

extern const struct out_column notes_gate_columns[6];	/* rows: struct gate */

/* All of these: 0 or -errno, as out_print(). zh: the claim in Chinese. text: a page a claim. */
int notes_print_list(struct out *out, const struct claim *const *claims, size_t n, bool zh);
int notes_print_show(struct out *out, const struct claim *const *claims, size_t n, bool text,
		     enum lang lang);

/* One claim for people, as soon as it is done: verdict, gates, and with evidence all the rest. */
int notes_print_detail(struct out *out, const struct note *n, bool evidence, enum lang lang);

/* How a verdict is to be seen. */
enum out_tone verdict_tone(enum verdict v);

/* A run of several claims, as far as it got. */
struct notes_run {
	const struct preflight *machine;
	struct note **note;		/* done of them */
	uint64_t done, left;		/* claims */
	uint64_t seed;
	uint64_t start_ns, duration_ns;
	char date[24];			/* when it began: 2026-01-31T23:59:59Z */
};

/* What the machine is: all checks, or those that something comes of. */
int notes_print_machine(struct out *out, const struct preflight *machine, bool all,
			enum lang lang);
/* For people: a table, if it has rows, with headings in the reader's language. As out_print(). */
int notes_table_print(struct out *out, const struct out_table *table, const void *rows, size_t n,
		      size_t stride, enum lang lang);
/* For people: a table a topic. */
int notes_print_summary(struct out *out, const struct notes_run *run, enum lang lang);

/* All of it; duration_ns 0: text does not say how long it took. */
int notes_print_run(struct out *out, const struct notes_run *run);

#endif /* OSCOPE_NOTES_REPORT_H */
