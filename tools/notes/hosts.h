/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two hosts as far as the network goes: a process and its child, each with a network and mounts of
 * its own, joined by a cable (veth). All of it is gone with their last process. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_HOSTS_H
#define OSCOPE_NOTES_HOSTS_H

#include <netinet/in.h>
#include <sys/types.h>

#define HOSTS_HERE	0x0a6f7301	/* 10.111.115.1, and the other's is one more */
#define HOSTS_THERE	0x0a6f7302

/* The calling process becomes one of them, without a cable: before the other is made. */
int hosts_begin(void);
/* The other: in a child that the first one has made since, by kin_fork(). */
int hosts_join(void);
/* By the first: a cable to that child; its own end is up. */
int hosts_cable(pid_t there);
/* By the other, once there is a cable: its end, until that carries. */
int hosts_carries(void);

/* The address of a host, HOSTS_HERE or HOSTS_THERE. */
struct sockaddr_in hosts_address(uint32_t host, uint16_t port);

#endif /* OSCOPE_NOTES_HOSTS_H */
