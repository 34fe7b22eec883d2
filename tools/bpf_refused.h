/* SPDX-License-Identifier: GPL-2.0 */
/* What it means that the kernel refuses the probes: the status that a run ends with, one line. */
#ifndef OSCOPE_BPF_REFUSED_H
#define OSCOPE_BPF_REFUSED_H

#include <stddef.h>

/*
 * What a kernel refuses, and not for want of something of ours, is a feature that it lacks:
 * -EOPNOTSUPP. err: -errno, of which a line has been printed.
 */
int bpf_refused(int err);

/* The load was refused with err: prints one line; libbpf's own account comes with -v. -errno. */
int bpf_load_refused(int err);

/* Why there is no BTF: err as libbpf leaves it in errno. -errno. */
int bpf_no_btf(int err, char *why, size_t bytes);

#endif /* OSCOPE_BPF_REFUSED_H */
