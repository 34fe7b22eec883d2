/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes ask of the kernel's types, its BTF. */
#ifndef OSCOPE_BPF_BTF_H
#define OSCOPE_BPF_BTF_H

#include <stdbool.h>
#include <stdint.h>

#include <bpf/btf.h>

/*
 * The running kernel's types, loaded once and kept until kernel_btf_free(): NULL with errno if they
 * cannot be had. Not for several threads.
 */
const struct btf *kernel_btf(void);
void kernel_btf_free(void);

/* Whether BPF programs may be attached to a tracepoint; false without BTF. */
bool kernel_has_tracepoint(const char *name);

/* Whether there is a function of that name, so that hooks may be attached to it. */
bool btf_has_function(const struct btf *btf, const char *name);

/*
 * From a CPU's run queue to its preempt_count, in bytes; 0: not known. That one is a variable of
 * its own, but for 6.2 to 6.14, where it is in struct pcpu_hot; elsewhere than on x86 it is the
 * task's.
 */
int64_t btf_preempt_count(const struct btf *btf);

#endif /* OSCOPE_BPF_BTF_H */
