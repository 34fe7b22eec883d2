/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cable between two network namespaces: this process's end has the address VETH_HERE(nth), the
 * other's VETH_THERE(nth), both in host byte order; gone with either namespace. Errors: -errno,
 * -EOPNOTSUPP: this kernel has no such device.
 */
#ifndef OSCOPE_NOTES_VETH_H
#define OSCOPE_NOTES_VETH_H

#include <stdint.h>
#include <sys/types.h>

#define VETH_NET(nth)	(0x0a4d0000U | (uint32_t)(nth) << 8)	/* 10.77.nth.0/24 */
#define VETH_HERE(nth)	(VETH_NET(nth) | 1)
#define VETH_THERE(nth)	(VETH_NET(nth) | 2)

/*
 * By turns: made between the calling process's namespace and that of pid; the other process's end
 * is up; this one's is; the other one's has seen that, and what is sent arrives.
 */
int veth_make(pid_t pid, unsigned int nth);
int veth_up(unsigned int nth);
int veth_plug(unsigned int nth);
int veth_wait(void);

#endif /* OSCOPE_NOTES_VETH_H */
