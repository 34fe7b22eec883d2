/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Futexes: their words, and the calls that wake and wait by them.
 */
#ifndef OSCOPE_KMOD_IPC_FUTEX_H
#define OSCOPE_KMOD_IPC_FUTEX_H

#include "ipc.h"

/*
 * ipc_word.c: the word of a futex, in current's memory, as in core/ipc_futex.h; or that of the
 * first entry of a list there. Its object is that cell + 1, if somebody changes what is mapped
 * there when it is looked for again. What it lies in: t->making held.
 */
void ipc_word_find(struct ipc_tables *t, struct ipc_target *target, unsigned long at, u32 does);
void ipc_word_keep(struct ipc_tables *t, const struct ipc_target *target, u32 object);
void ipc_word_describe(struct ipc_tables *t, struct oscope_ipc_object *o,
		       const struct ipc_target *target);
#define IPC_WORD_LISTED	24U		/* bytes of an entry of a list */

/*
 * ipc_futex.c: what a call does, OSCOPE_FUTEX_*, 0: nothing that is followed. It begins: what is
 * known of it, then its place in the queue of its object; by which entry of its list it was let go;
 * it ends; it has ended unseen.
 */
u32 ipc_futex_does(u32 rule, const unsigned long *args);
void ipc_futex_begin(struct ipc_tables *t, struct ipc_call *c, u32 does,
		     const unsigned long *args);
void ipc_futex_enter(struct ipc_tables *t, struct ipc_call *c);
void ipc_futex_settle(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args,
		      long ret);
void ipc_futex_end(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args, long ret,
		   u64 now, struct oscope_ipc_call *what);
void ipc_futex_lost(struct ipc_tables *t, struct ipc_call *c);
/*
 * ... somebody whose call lies there is woken by c, in its own context: whether by c's doing. Who
 * waits for a futex is woken, by c or something else, NULL. Both from ipc_woken().
 */
bool ipc_futex_wakes(struct ipc_call *c, struct ipc_call *place, unsigned int state);
void ipc_futex_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts);

#endif /* OSCOPE_KMOD_IPC_FUTEX_H */
