/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may read what. Decided when a file is opened, by the opener.
 */
#ifndef OSCOPE_ACCESS_H
#define OSCOPE_ACCESS_H

#include <linux/types.h>
#include <linux/uidgid.h>

enum access {
	ACCESS_SUMS	= 0,	/* without names: a member of the group gid= */
	ACCESS_TREES	= 1,	/* and of processes that the reader names by a pidfd */
	ACCESS_ALL	= 2,
};

/*
 * An enum access. Who is in a PID namespace of its own gets no tasks: their numbers are the
 * kernel's, and of tasks outside. -EACCES: nothing; -EPERM: the kernel is locked down against
 * tracing.
 */
int access_level(void);

/* The mode of a file that the group may read if there is one, and the group. */
umode_t access_mode(umode_t owner);
kgid_t access_gid(void);

/*
 * The mode of /dev/oscope. A device of devtmpfs is root's, whatever group there is: if members of
 * one may open it everybody may try, and access_level() turns the others away.
 */
umode_t access_device_mode(void);

#endif /* OSCOPE_ACCESS_H */
