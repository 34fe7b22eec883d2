/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope notes: the claims, one claim, and what came of running some. */
#ifndef OSCOPE_NOTES_REPORT_H
#define OSCOPE_NOTES_REPORT_H

#include "notes/notes.h"
#include "out.h"

extern const struct out_report notes_list_report;	/* rows: claims, short */
extern const struct out_report notes_list_zh_report;	/* the same, Chinese in text */
extern const struct out_report notes_show_report;	/* rows: claims, in full */
extern const struct out_report notes_run_report;	/* rows: claims with verdict and evidence */

extern const struct out_column notes_gate_columns[6];	/* rows: struct gate */

/* All of these: 0 or -errno, as out_print(). zh: the claim in Chinese. text: a page a claim. */
int notes_print_list(struct out *out, const struct claim *const *claims, size_t n, bool zh);
int notes_print_show(struct out *out, const struct claim *const *claims, size_t n, bool text);

/* One claim for people, as soon as it is done: verdict, gates, and with evidence all the rest. */
int notes_print_detail(struct out *out, const struct note *n, bool evidence);

/* How a verdict is to be seen. */
enum out_tone verdict_tone(enum verdict v);

/* All that were run, since start_ns; 0: do not say so. */
int notes_print_run(struct out *out, const struct note *const *notes, size_t n,
		    uint64_t start_ns);

#endif /* OSCOPE_NOTES_REPORT_H */
