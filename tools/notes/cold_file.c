// SPDX-License-Identifier: GPL-2.0
/* A file whose pages have to be read from a device. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/cold_file.h"

#define PLACE	"/var/tmp"

/* It goes with its last descriptor. */
static int file_make(void)
{
	int fd = open(PLACE, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), i;
	char page[4096];

	if (fd < 0)
		return -errno;
	memset(page, 1, sizeof(page));
	for (i = 0; i < COLD_PAGES; i++) {
		if (pwrite(fd, page, sizeof(page), (off_t)i * COLD_STRIDE) != sizeof(page))
			goto close_file;
	}
	/* Only what is on the device can be let go from memory. */
	if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		goto close_file;
	return fd;

close_file:
	close(fd);
	return -EIO;
}

int cold_file(int flags)
{
	int made = file_make(), fd;
	char path[64];

	if (made < 0)
		return made;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", made);
	fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0)
		fd = -errno;
	else
		posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	close(made);
	return fd;
}

bool cold_file_read(int fd, int page)
{
	char byte;

	return pread(fd, &byte, 1, (off_t)page * COLD_STRIDE) == 1;
}

long cold_file_blocks(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u.ru_inblock;
}
