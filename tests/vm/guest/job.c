// SPDX-License-Identifier: GPL-2.0
/* The job of a lab VM, as the host wrote it: records key=value, each ended by a NUL. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

static char job[1 << 20];
static size_t job_len;

void job_read(int dir)
{
	int fd = openat(dir, "job", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		fail("no job");
	while ((n = read(fd, job + job_len, sizeof(job) - 1 - job_len)) > 0)
		job_len += n;
	if (n < 0)
		fail("cannot read the job");
	close(fd);
}

char *job_next(const char *key, const char *prev)
{
	size_t key_len = strlen(key);
	char *rec = prev ? (char *)prev + strlen(prev) + 1 : job;

	for (; rec < job + job_len; rec += strlen(rec) + 1)
		if (!strncmp(rec, key, key_len) && rec[key_len] == '=')
			return rec + key_len + 1;
	return NULL;
}

char *job_get(const char *key)
{
	return job_next(key, NULL);
}
