/* SPDX-License-Identifier: GPL-2.0 */
/* Under which hypervisor or emulator this kernel runs: under an emulator times are its own. */
#ifndef OSCOPE_VIRT_H
#define OSCOPE_VIRT_H

#include <stdbool.h>

/* "none", "kvm", "tcg", "vmware", "hyperv", "xen" ..., or "unknown" where CPUID does not tell. */
const char *virt_name(void);

/* Whether times measured under virt are an emulator's and say nothing of real hardware. */
bool virt_emulates(const char *virt);

#endif /* OSCOPE_VIRT_H */
