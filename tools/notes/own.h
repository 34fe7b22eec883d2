/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places of an experiment's own: what it makes there is gone with its last process, however that
 * ends. All of it is of the calling process and the children it has from then on. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_OWN_H
#define OSCOPE_NOTES_OWN_H

#include <sys/types.h>

/* For queues, semaphores and segments, with limits of its own. */
int own_ipc(void);

/* An empty file system in memory, at a directory that there is; options: of tmpfs, or NULL. */
int own_files(const char *at, const char *options);

/* A network with a loopback that is up, and nothing else. */
int own_net(void);

/*
 * As kin_fork(), but the child is the first process of a PID namespace: whatever it makes, and
 * whoever takes that in, is killed with it. Only it is.
 */
pid_t own_init(void);

/*
 * From now on a user without any privilege, who has used up nothing of what users are given. Still
 * killed when the parent dies; may look into its own /proc.
 */
int own_user(void);

/* The environment of programs of others: the same, whoever runs us. */
#define OWN_ENVIRONMENT \
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"

/* A limit of the system's, by its file: -errno if it cannot be read, or is no number. */
long own_limit(const char *path);
/* Where own_ipc() made it one of this process's own. */
int own_limit_set(const char *path, long value);

#endif /* OSCOPE_NOTES_OWN_H */
