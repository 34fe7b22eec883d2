// SPDX-License-Identifier: GPL-2.0
/*
 * Coroutines in assembly, for x86-64 and arm64. Only the registers that a callee must keep are
 * saved (System V ABI for x86-64, 3.2.1; AAPCS64, 6.1): for the compiler a switch is an ordinary
 * call. The floating-point control words are left alone, as both sides have the same.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "notes/coro.h"

#define STACK_BYTES	65536
#define GUARD_BYTES	65536	/* at least a page, whatever its size */

#if defined(__x86_64__)
#define SAVED_WORDS	8	/* r15 r14 r13 r12 rbx rbp, where ret goes, where that returns */
#define ENTRY_WORD	6
#define HAVE_SWITCH	1

/* void coro_swap(void **save, void *to) */
__asm__(".pushsection .text\n"
	".globl coro_swap\n"
	".hidden coro_swap\n"
	".type coro_swap, @function\n"
	"coro_swap:\n"
	"	push %rbp\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	push %r13\n"
	"	push %r14\n"
	"	push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15\n"
	"	pop %r14\n"
	"	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	pop %rbp\n"
	"	ret\n"
	".size coro_swap, . - coro_swap\n"
	".popsection\n");
#elif defined(__aarch64__)
#define SAVED_WORDS	20	/* x19 .. x30, d8 .. d15 */
#define ENTRY_WORD	11	/* x30, where ret goes */
#define HAVE_SWITCH	1

__asm__(".pushsection .text\n"
	".globl coro_swap\n"
	".hidden coro_swap\n"
	".type coro_swap, %function\n"
	"coro_swap:\n"
	"	sub sp, sp, #160\n"
	"	stp x19, x20, [sp]\n"
	"	stp x21, x22, [sp, #16]\n"
	"	stp x23, x24, [sp, #32]\n"
	"	stp x25, x26, [sp, #48]\n"
	"	stp x27, x28, [sp, #64]\n"
	"	stp x29, x30, [sp, #80]\n"
	"	stp d8, d9, [sp, #96]\n"
	"	stp d10, d11, [sp, #112]\n"
	"	stp d12, d13, [sp, #128]\n"
	"	stp d14, d15, [sp, #144]\n"
	"	mov x9, sp\n"
	"	str x9, [x0]\n"
	"	mov sp, x1\n"
	"	ldp x19, x20, [sp]\n"
	"	ldp x21, x22, [sp, #16]\n"
	"	ldp x23, x24, [sp, #32]\n"
	"	ldp x25, x26, [sp, #48]\n"
	"	ldp x27, x28, [sp, #64]\n"
	"	ldp x29, x30, [sp, #80]\n"
	"	ldp d8, d9, [sp, #96]\n"
	"	ldp d10, d11, [sp, #112]\n"
	"	ldp d12, d13, [sp, #128]\n"
	"	ldp d14, d15, [sp, #144]\n"
	"	add sp, sp, #160\n"
	"	ret\n"
	".size coro_swap, . - coro_swap\n"
	".popsection\n");
#else
#define HAVE_SWITCH	0
#define SAVED_WORDS	2
#define ENTRY_WORD	0
#endif

#if HAVE_SWITCH
void coro_swap(void **save, void *to);

void coro_switch(struct coro *from, struct coro *to)
{
	coro_swap(&from->sp, to->sp);
}
#else
void coro_switch(struct coro *from, struct coro *to)
{
}
#endif

bool coro_supported(void)
{
	return HAVE_SWITCH;
}

int coro_make(struct coro *c, void (*entry)(void))
{
	if (!HAVE_SWITCH)
		return -EOPNOTSUPP;
	c->bytes = GUARD_BYTES + STACK_BYTES;
	c->stack = mmap(NULL, c->bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (c->stack == MAP_FAILED)
		return -errno;
	mprotect(c->stack, GUARD_BYTES, PROT_NONE);
	coro_restart(c, entry);
	return 0;
}

int coro_make_on(struct coro *c, void *stack, size_t bytes, void (*entry)(void))
{
	if (!HAVE_SWITCH)
		return -EOPNOTSUPP;
	c->stack = stack;
	c->bytes = bytes;
	coro_restart(c, entry);
	return 0;
}

/* As if entry had been interrupted by coro_swap() at its very first instruction. */
void coro_restart(struct coro *c, void (*entry)(void))
{
	uintptr_t *top = (uintptr_t *)((char *)c->stack + c->bytes) - SAVED_WORDS;

	memset(top, 0, SAVED_WORDS * sizeof(*top));
	top[ENTRY_WORD] = (uintptr_t)entry;
	c->sp = top;
}

void coro_free(struct coro *c)
{
	munmap(c->stack, c->bytes);
}
