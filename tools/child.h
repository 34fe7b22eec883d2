/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The traced program: forked first, exec'd only when the probes are on it, so that the trace holds
 * its first instruction and nothing of ours.
 */
#ifndef OSCOPE_CHILD_H
#define OSCOPE_CHILD_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct child {
	pid_t pid;			/* the program; root of its process tree */
	int pidfd;			/* readable when it has ended */
	int go;				/* write end of the gate that holds it before exec */
	int status;			/* wait status, valid when ended */
	bool ended;
	bool failed;			/* exec itself failed; exit_code tells 126 or 127 */
	int exec_errno;			/* ... and why */
	int failure;			/* read end: errno of a failed exec */
	struct rusage usage;		/* its own and its reaped descendants', valid when ended */
};

/*
 * Fork and hold the child before execvp(argv[0]). It has the default signal mask and dies with
 * SIGKILL if we die before child_start(). 0 or -errno.
 */
int child_prepare(struct child *c, char **argv);

/* The same, but the child calls fn(arg) and exits with its value, instead of exec. */
int child_prepare_fn(struct child *c, int (*fn)(void *arg), void *arg);

/* Let it go. 0 or -errno (-ESRCH: it is gone already). */
int child_start(struct child *c);

/* Send it a signal, whoever it has become. 0 or -errno. */
int child_signal(const struct child *c, int sig);

/* Collect it if it has ended; block until then if block is set. 0, -EAGAIN, or -errno. */
int child_wait(struct child *c, bool block);

/* What a shell would report: its exit status, 128 + signal, 126/127 when it could not be run. */
int child_exit_code(const struct child *c);

/* End it (SIGKILL) if it was never started or is still there and kill is set; frees descriptors. */
void child_close(struct child *c, bool kill);

#endif /* OSCOPE_CHILD_H */
