/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the table of who shares memory: cells of one process follow one another from a place
 * that its number gives, and are never emptied.
 */
#ifndef OSCOPE_IPC_SHARE_BPF_H
#define OSCOPE_IPC_SHARE_BPF_H

#include "../ipc.bpf.h"
#include "../../kmod/core/ipc_share.h"

#define SHARE_PROBES	32U		/* cells looked at */

static __always_inline struct oscope_ipc_share *share_at(__u32 process, __u32 step)
{
	__u32 cell = (oscope_ipc_hash(process) + step) & config.ipc_share_mask;

	return bpf_map_lookup_elem(&ipc_shares, &cell);
}

/* Whether the current process may have any: nothing is where its first one would be. */
static __always_inline bool process_shares(void)
{
	struct oscope_ipc_share *s = share_at(bpf_get_current_pid_tgid() >> 32, 0);

	return s && s->key;
}

#endif /* OSCOPE_IPC_SHARE_BPF_H */
