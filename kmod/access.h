/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may read what. Decided when a file is opened, by the opener.
 */
#ifndef OSCOPE_ACCESS_H
#define OSCOPE_ACCESS_H

#include <linux/types.h>
#include <linux/uidgid.h>

/*
 * 1: everything; 0: sums without names (a member of the group gid=); -EACCES: nothing;
 * -EPERM: the kernel is locked down against tracing.
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
