/* SPDX-License-Identifier: GPL-2.0 */
/* The report of oscope diff: two sides, number by number. */
#ifndef OSCOPE_DIFF_REPORT_H
#define OSCOPE_DIFF_REPORT_H

#include "diff_read.h"
#include "out.h"

extern const struct out_report diff_report;

/*
 * Find each row's counterpart and print. 0; -EUSAGE, a line printed: these two cannot be compared;
 * else errors as out_print().
 */
int diff_print(struct out *out, struct diff_side *a, struct diff_side *b);

#endif /* OSCOPE_DIFF_REPORT_H */
