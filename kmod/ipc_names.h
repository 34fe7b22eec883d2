/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which mechanisms are followed, by their names. Task context.
 */
#ifndef OSCOPE_KMOD_IPC_NAMES_H
#define OSCOPE_KMOD_IPC_NAMES_H

#include <linux/types.h>

/*
 * As it is set: 0, 1 for all, or names separated by commas. 0, or -EINVAL, with a line in the log
 * if that is no name. As it is read: into a page, the length.
 */
int ipc_names_parse(const char *text, u64 *mechanisms);
int ipc_names_print(char *page, u64 mechanisms);
/* Those that insmod was told to follow from the load on. */
u64 ipc_wanted(void);

#endif /* OSCOPE_KMOD_IPC_NAMES_H */
