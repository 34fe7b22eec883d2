/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a socket's call says of its messages.
 */
#ifndef OSCOPE_IPC_MESSAGE_BPF_H
#define OSCOPE_IPC_MESSAGE_BPF_H

#include "../ipc.bpf.h"

/*
 * Whether a call says to which address it sends, whatever its socket is connected to. A list of
 * messages may do so in any of them.
 */
static __always_inline bool call_names(__u32 rule, struct pt_regs *regs)
{
	__u64 name = 0;

	if (!ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM)) || !(rule & OSCOPE_IPC_CALL_SOCKET) ||
	    !(rule & OSCOPE_IPC_CALL_SENDS))
		return false;
	if (rule & OSCOPE_IPC_CALL_MANY)
		return true;
	if (rule & OSCOPE_IPC_CALL_COUNTED)
		return regs_arg5(regs);
	/* What struct msghdr begins with. */
	bpf_probe_read_user(&name, sizeof(name), (void *)regs_arg2(regs));
	return name;
}

/* A byte that is urgent has no place in its stream: OSCOPE_IPC_CALL_APART, else 0. */
static __always_inline __u32 call_apart(__u32 rule, struct pt_regs *regs)
{
	const __u32 fourth = OSCOPE_IPC_CALL_COUNTED | OSCOPE_IPC_CALL_FLAGS4 |
			     OSCOPE_IPC_CALL_MANY;
	__u64 flags;

	if (!ipc_follows(OSCOPE_IPC_BIT(TCP) | OSCOPE_IPC_BIT(UNIX_STREAM)) ||
	    !(rule & OSCOPE_IPC_CALL_SOCKET))
		return 0;
	flags = rule & fourth ? regs_arg4(regs) : regs_arg3(regs);
	return flags & OSCOPE_MSG_OOB ? OSCOPE_IPC_CALL_APART : 0;
}

#endif /* OSCOPE_IPC_MESSAGE_BPF_H */
