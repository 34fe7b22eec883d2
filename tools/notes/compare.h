/* SPDX-License-Identifier: GPL-2.0 */
/* Two saved runs side by side: what each claim's verdict was, and the number that decided. */
#ifndef OSCOPE_NOTES_COMPARE_H
#define OSCOPE_NOTES_COMPARE_H

#include <jansson.h>

#include "out.h"

extern const struct out_report notes_diff_report;

/* What was read from where. */
struct compare_side {
	const char *path;
	json_t *report;
};

/* Print it. Errors as out_print(). */
int compare_print(struct out *out, const struct compare_side *a, const struct compare_side *b);

#endif /* OSCOPE_NOTES_COMPARE_H */
