/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/oscope.
 */
#ifndef OSCOPE_DEVICE_H
#define OSCOPE_DEVICE_H

int device_init(void);
void device_uninit(void);

#endif /* OSCOPE_DEVICE_H */
