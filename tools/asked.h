/* SPDX-License-Identifier: GPL-2.0 */
/* Who of a recording was asked for: filters, as far as records can tell. */
#ifndef OSCOPE_ASKED_H
#define OSCOPE_ASKED_H

#include "source.h"

/* Whether any of -p -t -c -C is there. */
bool asked_any(const struct filter *f);

/* The filters that no record has anything of, --cgroup and -u: 0, or -EUSAGE, a line printed. */
int asked_check(const struct filter *f);

/* By -p and -t; tgid 0: not known, it stands for itself. */
bool asked_member(const struct filter *f, uint32_t tid, uint32_t tgid);

/* By -c; all 0: not known, which is no name. */
bool asked_name(const struct filter *f, const char comm[OSCOPE_COMM_LEN]);

/*
 * By -C: *in is one for each of cpus CPUs, allocated, or NULL: all. 0, -ENOMEM or -EUSAGE (the
 * recording has no such CPU), a line printed.
 */
int asked_cpus(const struct filter *f, uint32_t cpus, bool **in);

#endif /* OSCOPE_ASKED_H */
