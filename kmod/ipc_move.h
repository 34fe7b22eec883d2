/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that bring something from one place to another by themselves.
 */
#ifndef OSCOPE_KMOD_IPC_MOVE_H
#define OSCOPE_KMOD_IPC_MOVE_H

#include "ipc.h"

/*
 * ipc_move.c: a side of a call that moves something, as a call of its own, with its arguments; 0:
 * it has none, as it begins. What there is to know of the whole call is known of its half, too.
 */
u32 ipc_move_side(u64 nr, u32 op, const unsigned long *of, unsigned long *args);
bool ipc_move_has(u64 nr, u32 op, const unsigned long *args);
void ipc_half_fill(struct ipc_call *half, const struct ipc_call *c);

/*
 * ipc_memory.c: the memory of a process, by its number as current counts; how its object is called,
 * t->making held; a call that copies from or to it ends.
 */
void ipc_memory_find(struct ipc_target *t, pid_t number);
void ipc_memory_describe(struct oscope_ipc_object *o, const struct ipc_target *target);
void ipc_memory_end(struct ipc_tables *t, struct ipc_call *c, long ret,
		    struct oscope_ipc_call *what);

#endif /* OSCOPE_KMOD_IPC_MOVE_H */
