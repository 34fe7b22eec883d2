/* SPDX-License-Identifier: GPL-2.0 */
/* Kprobes on functions of the kernel, whatever compilers call them. */
#ifndef OSCOPE_BPF_FUNCTION_H
#define OSCOPE_BPF_FUNCTION_H

#include <bpf/libbpf.h>

/*
 * Attach at the entry of a function, by the names that compilers give it mostly; only if the kernel
 * knows none of them its symbols are read, all of them. NULL with errno, ENOENT if kprobes cannot
 * have it.
 */
struct bpf_link *function_attach(struct bpf_program *prog, const char *function);

#endif /* OSCOPE_BPF_FUNCTION_H */
