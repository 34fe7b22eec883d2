/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzzer gives, as a recording. */
#ifndef FUZZ_RECORDING_H
#define FUZZ_RECORDING_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace_file.h"
#include "util.h"

/* 0: file is open; else it was refused, or is none. */
static inline int recording_open(struct trace_reader *file, const uint8_t *data, size_t bytes)
{
	static int fd = -1;
	static char path[32];		/* the reader keeps it */

	quiet = true;
	if (fd < 0)
		fd = memfd_create("recording", MFD_CLOEXEC);
	if (pwrite(fd, data, bytes, 0) != (ssize_t)bytes || ftruncate(fd, bytes))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return trace_open(file, path);
}

#endif /* FUZZ_RECORDING_H */
