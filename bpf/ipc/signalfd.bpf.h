/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: signalfd: who reads it takes his own signals, whoever has made it. What it was is told
 * at the call's end, as what sigwaitinfo(2) takes: ipc_signal.bpf.c.
 */
#ifndef OSCOPE_IPC_SIGNALFD_BPF_H
#define OSCOPE_IPC_SIGNALFD_BPF_H

#include "../ipc_call.bpf.h"

/* It is no call of its own in any report, so nobody counts it. */
static __always_inline int signalfd_begin(struct ipc_call *c, __u32 rule, __u32 tid)
{
	if (rule & (OSCOPE_IPC_CALL_SENDS | OSCOPE_IPC_CALL_HALF))
		return 0;
	c->op = OSCOPE_IPC_RECEIVE;
	c->object = 0;
	c->shown = 0;
	call_fill(c, tid, OSCOPE_IPC_SIGNAL, false);
	return 1;
}

#endif /* OSCOPE_IPC_SIGNALFD_BPF_H */
