/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /sys/kernel/oscope: one value a file.
 */
#ifndef OSCOPE_SYSFS_H
#define OSCOPE_SYSFS_H

#define OSCOPE_VERSION	"0.1.0"

int sysfs_init(void);
void sysfs_uninit(void);

#endif /* OSCOPE_SYSFS_H */
