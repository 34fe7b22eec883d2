// SPDX-License-Identifier: GPL-2.0
/* Crash on purpose, and leave no traces of it. */
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/crash.h"

/*
 * The default action was set before this ran; sent again, the signal does what it always does. By
 * the kernel's own numbers: the C library's may be those of who made us.
 */
static void once_more(int sig)
{
	syscall(SYS_tgkill, syscall(SYS_getpid), syscall(SYS_gettid), sig);
}

void crash_fault(void)
{
	volatile int *page = mmap(NULL, getpagesize(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				  0);

	*page = 1;
}

/* The kernel logs a fault that nobody handles (show_signal_msg() in arch/x86/mm/fault.c). */
void crash_now(void)
{
	const struct sigaction action = { .sa_handler = once_more,
					  .sa_flags = SA_RESETHAND | SA_NODEFER };
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	sigaction(SIGSEGV, &action, NULL);
	crash_fault();
	_exit(0);
}
