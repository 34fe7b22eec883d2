// SPDX-License-Identifier: GPL-2.0
/*
 * How many tasks the kernel has made since it started, by /proc/stat, again and again until standard input
 * ends: a line each, with the time (CLOCK_MONOTONIC, ns) before and after the look:
 *
 *	BEFORE AFTER PROCESSES
 *
 * usage: processes
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(void)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	unsigned long long before, after;
	static char text[65536];
	int fd = open("/proc/stat", O_RDONLY);
	ssize_t n;
	char *p;

	if (fd < 0) {
		perror("/proc/stat");
		return 1;
	}
	do {
		before = now();
		n = pread(fd, text, sizeof(text) - 1, 0);
		after = now();
		text[n > 0 ? n : 0] = '\0';
		p = strstr(text, "\nprocesses ");
		if (!p)
			return 1;
		printf("%llu %llu %llu\n", before, after, strtoull(p + 11, NULL, 10));
		fflush(stdout);
	} while (!poll(&input, 1, 5));
	return 0;
}
