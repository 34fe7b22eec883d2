/* SPDX-License-Identifier: GPL-2.0 */
/* What communicates, as the module follows it: part of source "kmod". */
#ifndef OSCOPE_KMOD_IPC_H
#define OSCOPE_KMOD_IPC_H

#include <sys/types.h>

#include "../kmod/uapi/oscope_ipc.h"
#include "source.h"

/* Whether the module can do what is asked for: 0, or -EOPNOTSUPP with a line printed. */
int kmod_ipc_check(const struct source_config *c);

/* Areas of its tables, by their numbers. */
#define KMOD_IPC_FIRST	OSCOPE_AREA_IPC_CPUS
#define KMOD_IPC_LAST	OSCOPE_AREA_IPC_SHARES

/*
 * Map its tables into area[], all as they were begun with, if it does follow what is asked for:
 * *info is that of then. 0, or an error with a line printed: -EOPNOTSUPP, it does not; -EBUSY, that
 * changes all the time; else mmap's or ioctl's.
 */
int kmod_ipc_map(const struct source_config *c, int fd, struct oscope_info *info, void **area);

/*
 * Whether these are what the module still counts in, after a reading: else that is not whole. 0, or
 * -ESTALE, or ioctl's error, with a line printed.
 */
int kmod_ipc_same(int fd, const struct oscope_info *info);

/* Take a reading of the mapped areas; *to is made if it is NULL. 0, or -ENOMEM, a line printed. */
int kmod_ipc_read(struct ipc_reading **to, const struct source_config *c,
		  const struct oscope_info *info, void *const *area);

/*
 * Keep what the tasks of a snapshot have done; without what they have received from `tool`, which
 * is how a program is let go.
 */
void kmod_ipc_keep_tasks(struct snapshot *snap, pid_t tool);

#endif /* OSCOPE_KMOD_IPC_H */
