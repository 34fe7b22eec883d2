// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that move something from one descriptor to another: what they receive and what they send is
 * followed as a call each. In the caller's context, under RCU.
 */
#include "core/ipc_moves.h"
#include "ipc_move.h"

/* Where the calls of one side lie that others are told by: the descriptor, and how many bytes. */
#define ARG_DESCRIPTOR	0
#define ARG_BYTES	2

u32 ipc_move_side(u64 nr, u32 op, const unsigned long *of, unsigned long *args)
{
	const struct oscope_ipc_move m = oscope_ipc_move(nr);
	bool sends = op == OSCOPE_IPC_SEND;

	args[ARG_DESCRIPTOR] = of[(sends ? m.to : m.from) - 1];
	args[ARG_BYTES] = m.bytes ? of[m.bytes - 1] : 0;
	return oscope_ipc_move_rule(&m, sends);
}

/* What vmsplice(2) does is by whether its descriptor can be written to. */
bool ipc_move_has(u64 nr, u32 op, const unsigned long *args)
{
	const struct oscope_ipc_move m = oscope_ipc_move(nr);
	const struct file *file;

	if (!m.memory)
		return true;
	file = current->files ? compat_file_of(current->files, args[ARG_DESCRIPTOR]) : NULL;
	return file && !!(ipc_peek(file->f_mode) & FMODE_WRITE) == (op == OSCOPE_IPC_SEND);
}

/* Of who has woken it, and when, it tells what it has received, as other calls do. */
void ipc_half_fill(struct ipc_call *half, const struct ipc_call *c)
{
	half->entry_ns = c->entry_ns;
	half->blocked_ns = c->blocked_ns;
	half->switches = c->switches;
	half->wakeups = READ_ONCE(c->wakeups);
	half->waker = READ_ONCE(c->waker);
	half->waker_place = READ_ONCE(c->waker_place);
	half->send_wake_ns = READ_ONCE(c->send_wake_ns);
	half->wake_run_ns = READ_ONCE(c->wake_run_ns);
}
