/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: from a descriptor to its file, where that need not be quick: by a helper, which any
 * object file may do.
 */
#ifndef OSCOPE_IPC_DESCRIPTOR_BPF_H
#define OSCOPE_IPC_DESCRIPTOR_BPF_H

#include "../shared.bpf.h"

/* NULL: there is none. Another thread may close it meanwhile. */
static __always_inline struct file *descriptor_of(struct task_struct *p, __u32 fd)
{
	struct fdtable *fdt = p->files->fdt;
	struct file *file = NULL;

	if (fd >= fdt->max_fds || bpf_probe_read_kernel(&file, sizeof(file), fdt->fd + fd))
		return NULL;
	return file;
}

#endif /* OSCOPE_IPC_DESCRIPTOR_BPF_H */
