/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the first process of a lab VM share: the job, the kernel log, the steps. */
#ifndef OSCOPE_VM_GUEST_H
#define OSCOPE_VM_GUEST_H

#include <stdbool.h>

/*
 * The job: NUL-terminated key=value records that the host wrote (see job_write in qemu.sh).
 * job_next() walks the values of one key in order; start with prev NULL, ends with NULL.
 */
void job_read(int dir);
char *job_next(const char *key, const char *prev);
char *job_get(const char *key);		/* the first value, or NULL */

void kmsg_open(void);
__attribute__((format(printf, 1, 2))) void note(const char *fmt, ...);
/* Logs 'oscope-vm: error: …: strerror(errno)' for the host to find, and ends the VM. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *fmt, ...);
__attribute__((noreturn)) void power_off(void);

void mounts_early(void);		/* /dev, /proc, /sys of the initramfs */
int mounts_job(void);			/* the share "job", as a directory descriptor */
void mounts_root(void);			/* the host's root, writable, becomes / */
void mounts_guest(void);		/* proc, sysfs, tracefs, … and the shares of the job */

void modules_load_boot(void);		/* /modules of the initramfs, in order of name */
void modules_load_job(void);		/* the modules of the job, after mounts_guest() */

int command_run(void);			/* runs the job's command; its exit status */

void state_start(void);			/* forgets what looks leaked before the tests */
void state_note(void);			/* what the kernel says of itself, into its log */

#endif
