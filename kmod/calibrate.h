/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our own cost, measured at load.
 */
#ifndef OSCOPE_CALIBRATE_H
#define OSCOPE_CALIBRATE_H

#include <linux/types.h>

/* ns that the accounting of one switch takes; under an emulator they are the emulator's. */
extern u32 calibrated_own_ns;

/*
 * Measure calibrated_own_ns and direct_own_ns. After direct_init(), before any hook is on. -ENOMEM.
 */
int calibrate(void);

#endif /* OSCOPE_CALIBRATE_H */
