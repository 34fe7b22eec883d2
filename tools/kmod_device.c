// SPDX-License-Identifier: GPL-2.0
/*
 * The module's device: opened, or why it cannot be.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kmod_device.h"
#include "lockdown.h"
#include "util.h"

static int device_error(int err, char *why, size_t bytes)
{
	const char *refused = unsigned_module_refused();

	switch (err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		if (refused)
			snprintf(why, bytes, "the module is not loaded, and %s: sign oscope.ko "
				 "(see oscope(4)), or use --source bpf", refused);
		else
			snprintf(why, bytes, "the module is not loaded: insmod oscope.ko");
		return -ENOENT;
	case EACCES:
	case EPERM:
		if (err == EPERM && lockdown_level() == LOCKDOWN_CONFIDENTIALITY) {
			snprintf(why, bytes, "the kernel is locked down (confidentiality), which "
				 "closes %s: boot with lockdown=integrity", OSCOPE_DEVICE);
			return -EPERM;
		}
		snprintf(why, bytes, "no permission for %s: use sudo", OSCOPE_DEVICE);
		return -EPERM;
	default:
		snprintf(why, bytes, "%s: %s", OSCOPE_DEVICE, strerror(err));
		return -err;
	}
}

int kmod_device_open(struct oscope_info *info, char *why, size_t bytes)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return device_error(errno, why, bytes);
	memset(info, 0, sizeof(*info));
	if (ioctl(fd, OSCOPE_IOC_INFO, info) && errno != ENOTTY) {
		err = device_error(errno, why, bytes);
		close(fd);
		return err;
	}
	/* It knows no such call. */
	if (!info->bytes) {
		snprintf(why, bytes,
			 "the module does not answer: another version? reload oscope.ko");
		close(fd);
		return -EOPNOTSUPP;
	}
	if (info->abi != OSCOPE_ABI || info->bytes != sizeof(*info)) {
		snprintf(why, bytes, "the module has ABI %u, this tool ABI %u: load the oscope.ko "
			 "built with it", info->abi, OSCOPE_ABI);
		close(fd);
		return -EOPNOTSUPP;
	}
	return fd;
}
