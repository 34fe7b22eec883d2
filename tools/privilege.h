/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Privilege: what the probes need, and how all of it is given up once it has been used.
 *
 * A live run needs capabilities until its probes are attached and its files are open. From then on
 * it reads memory that is mapped and writes what it has open, so it gives everything up for good:
 * all four sets and the bounding set are empty, exec can gain nothing (no_new_privs), and a filter
 * leaves it the system calls of a reader. A recording is read like that from its first byte on,
 * with a filter that opens no file at all.
 */
#ifndef OSCOPE_PRIVILEGE_H
#define OSCOPE_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>

/* How the administrator gives them to the tool, for setcap(8). */
#define PRIVILEGE_FILE_CAPS	"cap_bpf,cap_perfmon+ep"

/* What is left to do when privilege is dropped. */
enum privilege_left {
	LEFT_RUN,		/* a live run: read counters, /proc; write, name the output */
	LEFT_READ,		/* a recording that is mapped: compute, and write what is open */
};

/*
 * The capabilities that BPF needs and we do not have, as "CAP_BPF and CAP_PERFMON"; 0 if none is
 * missing, else -EPERM, or why they cannot be read.
 */
int privilege_missing(char *names, size_t bytes);

/* Give all of it up, for good. 0, or -errno with a line printed. */
int privilege_drop(enum privilege_left left);

/* Whether the kernel can filter system calls. */
bool privilege_can_filter(void);

/*
 * For what must work without capabilities later on: lower those in effect, and raise them again
 * with what that gave back. NULL: nothing was changed.
 */
void *privilege_pause(void);
void privilege_resume(void *paused);

/* In a child before exec: what the probes need is not handed on to the program. 0 or -errno. */
int privilege_withhold(void);

#endif /* OSCOPE_PRIVILEGE_H */
