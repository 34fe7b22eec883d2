// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: calls that were under way when the trace began, where functions are hooked: a function
 * that somebody is in already does not come back through what is hooked to it later.
 */
#include "ipc.bpf.h"
#include "../kmod/core/ipc_unseen.h"

static __always_inline void unseen_change(__u32 object, __u32 sends, bool begins)
{
	struct oscope_queue *q = ipc_queue_of(object);
	struct ipc_lock *l = ipc_lock_of(object);

	if (!q || !l)
		return;
	bpf_spin_lock(&l->lock);
	if (begins)
		oscope_queue_unseen_begins(q, sends);
	else
		oscope_queue_unseen_ends(q, sends);
	bpf_spin_unlock(&l->lock);
}

/* By the iterator, which alone does this. Where another's is already this one counts for ever. */
__noinline int ipc_unseen_begins(__u32 tid, __u32 object, __u32 sends)
{
	struct ipc_call *c = ipc_call_of(tid);

	if (!c)
		return 0;
	unseen_change(object, sends, true);
	if (c->unseen)
		return 0;
	c->unseen_object = object | (sends ? IPC_UNSEEN_SENDS : 0);
	store_last(&c->unseen, tid);
	return 0;
}

__noinline int ipc_unseen_ends(__u32 tid)
{
	struct ipc_call *c = ipc_call_of(tid);
	__u32 object;

	if (!c || !tid || c->unseen != tid)
		return 0;
	object = c->unseen_object;
	c->unseen = 0;
	unseen_change(object & ~IPC_UNSEEN_SENDS, object & IPC_UNSEEN_SENDS, false);
	return 0;
}
