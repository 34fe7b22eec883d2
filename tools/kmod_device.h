/* SPDX-License-Identifier: GPL-2.0 */
/* The module's device, /dev/oscope. */
#ifndef OSCOPE_KMOD_DEVICE_H
#define OSCOPE_KMOD_DEVICE_H

#include <stddef.h>

#include "../kmod/uapi/oscope.h"

/*
 * Open it and check that module and tool speak the same ABI. An fd, or -errno with why and how to
 * mend that.
 */
int kmod_device_open(struct oscope_info *info, char *why, size_t bytes);

#endif /* OSCOPE_KMOD_DEVICE_H */
