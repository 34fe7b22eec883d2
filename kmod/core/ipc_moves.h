/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that move something from one descriptor to another, without a look at it: a receiving call
 * and a sending one at once, where both descriptors are of what communicates. A table by the call's
 * number of what its arguments are.
 */
#ifndef OSCOPE_CORE_IPC_MOVES_H
#define OSCOPE_CORE_IPC_MOVES_H

#include <asm/unistd.h>

#include "contract.h"
#include "ipc_calls.h"

/* Numbers of arguments, from 1; 0: it has none such. */
struct oscope_ipc_move {
	__u8 from, to;			/* descriptors */
	__u8 bytes;			/* how many at most */
	__u8 looks;			/* what it moves stays where it is, too */
	__u8 memory;			/* the other side of `from` is the caller's memory */
};

OSCOPE_CORE struct oscope_ipc_move oscope_ipc_move(__u64 call)
{
	switch (call) {
	case __NR_splice:
		return (struct oscope_ipc_move){ .from = 1, .to = 3, .bytes = 5 };
	case __NR_tee:
		return (struct oscope_ipc_move){ .from = 1, .to = 2, .bytes = 3, .looks = 1 };
	case __NR_sendfile:
		return (struct oscope_ipc_move){ .from = 2, .to = 1, .bytes = 4 };
	case __NR_vmsplice:
		return (struct oscope_ipc_move){ .from = 1, .to = 1, .memory = 1 };
	default:
		return (struct oscope_ipc_move){ 0 };
	}
}

/* What a side of it does, as a call of its own: OSCOPE_IPC_CALL_*. */
OSCOPE_CORE __u32 oscope_ipc_move_rule(const struct oscope_ipc_move *m, int sends)
{
	if (!sends)
		return OSCOPE_IPC_CALL_RECEIVE | (m->looks ? OSCOPE_IPC_CALL_LOOKS : 0);
	return OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_PARTS |
	       (m->bytes ? OSCOPE_IPC_CALL_COUNTED : 0);
}

#endif /* OSCOPE_CORE_IPC_MOVES_H */
