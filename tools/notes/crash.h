/* SPDX-License-Identifier: GPL-2.0 */
/* Crash on purpose, and leave no traces of it. */
#ifndef OSCOPE_NOTES_CRASH_H
#define OSCOPE_NOTES_CRASH_H

/*
 * End by a SIGSEGV: write where nothing may be written. No core is left, and no line in the
 * kernel's log. Safe in a thread, and in a process that shares its maker's memory.
 */
__attribute__((noreturn)) void crash_now(void);

/* Only the write: what it comes to is the caller's matter. */
void crash_fault(void);

#endif /* OSCOPE_NOTES_CRASH_H */
