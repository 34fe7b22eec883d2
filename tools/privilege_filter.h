/* SPDX-License-Identifier: GPL-2.0 */
/* The filter of system calls that privilege_drop() leaves us with. */
#ifndef OSCOPE_PRIVILEGE_FILTER_H
#define OSCOPE_PRIVILEGE_FILTER_H

#include "privilege.h"

/* Put it on, for good; needs no_new_privs. 0 or -errno. */
int filter_load(enum privilege_left left);

#endif /* OSCOPE_PRIVILEGE_FILTER_H */
