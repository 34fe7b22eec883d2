/* SPDX-License-Identifier: GPL-2.0 */
/* Coroutines in assembly: a stack of their own, and a switch that never enters the kernel. */
#ifndef OSCOPE_NOTES_CORO_H
#define OSCOPE_NOTES_CORO_H

#include <stdbool.h>
#include <stddef.h>

/* A coroutine, or whoever resumed one: all of its state is on its stack. */
struct coro {
	void *sp;
	void *stack;		/* mapped, with a guard page below; NULL for the first one */
	size_t bytes;
};

/* Whether this processor has the switch. */
bool coro_supported(void);

/*
 * Make a coroutine that starts at entry() on its first resume; entry must never return. It finds
 * what it needs in variables of its own. 0 or -errno, -EOPNOTSUPP where there is no switch.
 */
int coro_make(struct coro *c, void (*entry)(void));
/* The same on a stack of the caller's, which has no guard and is not freed with it. */
int coro_make_on(struct coro *c, void *stack, size_t bytes, void (*entry)(void));
/* Another one on the stack of one that is not resumed any more. */
void coro_restart(struct coro *c, void (*entry)(void));
void coro_free(struct coro *c);

/* Save the caller's state in from and go on where to was left. */
void coro_switch(struct coro *from, struct coro *to);

#endif /* OSCOPE_NOTES_CORO_H */
