/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs of the tests of trust share: the device, its areas, dying with a line.
 */
#ifndef OSCOPE_TESTS_TRUST_DEV_H
#define OSCOPE_TESTS_TRUST_DEV_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define UNUSED	__attribute__((unused))

UNUSED static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(2);
}

UNUSED static int dev_open(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(OSCOPE_DEVICE);
	return fd;
}

UNUSED static struct oscope_area_info dev_area(int fd, enum oscope_area which)
{
	struct oscope_info info;

	if (ioctl(fd, OSCOPE_IOC_INFO, &info))
		die("OSCOPE_IOC_INFO");
	return info.area[which];
}

/* An area, read-only; *stride and *count describe it and may be NULL. */
UNUSED static const void *dev_map(int fd, enum oscope_area which, __u32 *stride, __u32 *count)
{
	struct oscope_area_info area = dev_area(fd, which);
	const void *at = mmap(NULL, area.bytes, PROT_READ, MAP_SHARED, fd, area.offset);

	if (at == MAP_FAILED)
		die("mmap");
	if (stride)
		*stride = area.stride;
	if (count)
		*count = area.count;
	return at;
}

UNUSED static void dev_ring(int fd, __u32 slots, __u32 flags, __u64 records)
{
	struct oscope_ring_setup setup = { .slots = slots, .flags = flags, .records = records };

	if (ioctl(fd, OSCOPE_IOC_RING, &setup))
		die("OSCOPE_IOC_RING");
}

/* Whether the module counts: what is counted begins and ends with the same events for everybody. */
UNUSED static void counting(int on)
{
	FILE *f = fopen("/sys/kernel/oscope/enabled", "w");

	if (!f || fprintf(f, "%d\n", on) < 0 || fclose(f))
		die("enabled");
}

UNUSED static __u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

UNUSED static __u64 load_word(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* A number of the command line, whole and not less than min. */
UNUSED static unsigned long number(const char *text, unsigned long min)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || n < min) {
		fprintf(stderr, "%s: not a number from %lu on\n", text, min);
		exit(2);
	}
	return n;
}

#endif /* OSCOPE_TESTS_TRUST_DEV_H */
