/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that appear when they are whole: without a name until then, so that whatever ends us leaves
 * nothing behind.
 */
#ifndef OSCOPE_WHOLE_H
#define OSCOPE_WHOLE_H

#include <sys/types.h>

/*
 * A file for writing in the directory of path. An fd, or -errno: not every file system has these.
 */
int whole_open(const char *path, mode_t mode);

/* Give it its name, in place of a file that has it. 0 or -EIO, a line printed. */
int whole_name(int fd, const char *path);

#endif /* OSCOPE_WHOLE_H */
