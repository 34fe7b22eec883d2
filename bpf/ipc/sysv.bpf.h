/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: from a SysV identifier to what has it, through the XArray of its namespace. Included
 * once: ipc_sysv_find() is a function that is verified for itself.
 */
#ifndef OSCOPE_IPC_SYSV_BPF_H
#define OSCOPE_IPC_SYSV_BPF_H

#include "../ipc.bpf.h"

/* Bits of an identifier that are an index, and with ipcmni_extend: include/linux/ipc_namespace.h */
#define IPC_INDEX_MASK		((1U << 15) - 1)
#define IPC_INDEX_EXTENDED	((1U << 24) - 1)

#define XA_DEPTH	7		/* nodes above an entry at most, the smallest ones */

/* An entry of an XArray, include/linux/xarray.h: a node is marked in the lowest bits. */
static __always_inline __u64 xarray_entry(__u64 entry, __u32 index)
{
	__u64 mask = bpf_core_field_size(struct xa_node, slots) / sizeof(void *) - 1, node, slot;
	__u32 i;

	for (i = 0; i < XA_DEPTH; i++) {
		if ((entry & 3) != 2 || entry <= 4096)
			break;
		node = entry - 2;
		slot = index >> (kernel_field(node, struct xa_node, shift) & 31) & mask;
		entry = kernel_word(node + bpf_core_field_offset(struct xa_node, slots) +
				    slot * sizeof(void *));
	}
	return entry & 3 ? 0 : entry;
}

static __always_inline __u64 perm_at(__u64 head, __u32 id, __u32 index)
{
	__u64 perm = xarray_entry(head, index);

	if (!perm || (__u32)kernel_field(perm, struct kern_ipc_perm, id) != id ||
	    (__u8)kernel_field(perm, struct kern_ipc_perm, deleted))
		return 0;
	return perm;
}

__noinline __u64 ipc_sysv_find(__u64 ns, __u32 ids, __u32 id)
{
	__u64 at = ns + bpf_core_field_offset(struct ipc_namespace, ids) +
		   ids * (__u64)bpf_core_type_size(struct ipc_ids);
	__u64 head = kernel_field(at, struct ipc_ids, ipcs_idr.idr_rt.xa_head);

	return perm_at(head, id, id & IPC_INDEX_MASK) ? :
	       perm_at(head, id, id & IPC_INDEX_EXTENDED);
}

#endif /* OSCOPE_IPC_SYSV_BPF_H */
