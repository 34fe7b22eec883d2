/* SPDX-License-Identifier: GPL-2.0 */
/* What echo_server.c and echo_uring.c share, for the server of this process. */
#ifndef OSCOPE_NOTES_ECHO_TASKS_H
#define OSCOPE_NOTES_ECHO_TASKS_H

struct echo_server;

/* For the sums that all of the server's tasks add to. */
void echo_ready(void);
void echo_accepted(void);
void echo_answered(void);
void echo_closed(int fd);
/* -errno: what keeps it from going on; the first one stays. */
void echo_failed(int err);

/* One thread and io_uring. */
void echo_by_uring(const struct echo_server *e);

#endif /* OSCOPE_NOTES_ECHO_TASKS_H */
