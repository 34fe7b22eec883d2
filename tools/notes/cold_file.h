/* SPDX-License-Identifier: GPL-2.0 */
/* A file whose pages have to be read from a device. */
#ifndef OSCOPE_NOTES_COLD_FILE_H
#define OSCOPE_NOTES_COLD_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#define COLD_PAGES	16
#define COLD_STRIDE	65536	/* so far apart that none brings the next along */

/*
 * A file without a name on a device, if there is one below /var/tmp; none of its pages is in
 * memory, and none is read ahead. flags: O_NONBLOCK or 0. A descriptor for reading, or -errno: not
 * here.
 */
int cold_file(int flags);

/* Read one byte of a page. Whether that gave one. */
bool cold_file_read(int fd, int page);

/* Blocks that the calling thread has had read from devices. */
long cold_file_blocks(void);

#endif /* OSCOPE_NOTES_COLD_FILE_H */
