// SPDX-License-Identifier: GPL-2.0
/*
 * Who may do what: tries it, and prints for each thing "ok" or the name of the error, all on one line.
 *
 * usage: door read FILE... | row WRITTEN FILE... | device FD | pass CMD... | dump
 *
 * row: writes 1 to so many files, reads the others, then as device does, on a second line. device: what /dev/oscope allows; FD is an open descriptor, or -1 to open it. pass: runs CMD with the
 * device open, O_RDWR if that is allowed, as descriptor 9. dump: all bytes that can be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define PASSED		9
#define STREAM_BYTES	(1 << 16)
#define STREAM_READS	200

static void say(bool ok)
{
	printf("%s ", ok ? "ok" : strerrorname_np(errno));
}

static int device_open(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR | O_NONBLOCK);

	return fd >= 0 || errno != EACCES ? fd : open(OSCOPE_DEVICE, O_RDONLY | O_NONBLOCK);
}

static int cmd_read(char **files)
{
	char byte;
	int fd;

	for (; *files; files++) {
		fd = open(*files, O_RDONLY);
		say(fd >= 0 && read(fd, &byte, 1) >= 0);
		close(fd);
	}
	return 0;
}

static void cmd_write(char **files, int n)
{
	int fd, i;

	for (i = 0; i < n; i++) {
		fd = open(files[i], O_WRONLY);
		say(fd >= 0 && write(fd, "1", 1) == 1);
		close(fd);
	}
}

static bool maps(int fd, enum oscope_area which, int prot)
{
	void *at = mmap(NULL, 4096, prot, MAP_SHARED, fd, (off_t)which << 36);

	return at != MAP_FAILED && !munmap(at, 4096);
}

/* Opens, then: INFO, counters, tasks, ledgers, sums, RING, its areas, TREE, TREE_READ, read. */
static int cmd_device(int fd)
{
	struct oscope_ring_setup ring = { .slots = 1024, .records = 1 << OSCOPE_REC_SWITCH };
	struct oscope_tree_setup tree = { .pidfd = syscall(SYS_pidfd_open, getpid(), 0) };
	static struct oscope_counters sum;
	struct oscope_tree_read read_tree = { .to = (uintptr_t)&sum };
	static char bytes[STREAM_BYTES];
	struct oscope_info info;

	if (fd < 0)
		fd = device_open();
	say(fd >= 0);
	if (fd < 0)
		return 0;
	say(!ioctl(fd, OSCOPE_IOC_INFO, &info));
	say(maps(fd, OSCOPE_AREA_COUNTERS, PROT_READ));
	say(maps(fd, OSCOPE_AREA_TASKS, PROT_READ));
	say(maps(fd, OSCOPE_AREA_LEDGERS, PROT_READ));
	say(maps(fd, OSCOPE_AREA_ENDED, PROT_READ));
	say(!ioctl(fd, OSCOPE_IOC_RING, &ring));
	say(maps(fd, OSCOPE_AREA_RING_CTL, PROT_READ));
	say(maps(fd, OSCOPE_AREA_RING_DATA, PROT_READ));
	say(maps(fd, OSCOPE_AREA_RING_TAIL, PROT_READ | PROT_WRITE));
	say(!ioctl(fd, OSCOPE_IOC_TREE, &tree));
	read_tree.tree = tree.tree;
	say(!ioctl(fd, OSCOPE_IOC_TREE_READ, &read_tree));
	say(read(fd, bytes, sizeof(bytes)) > 0);
	return 0;
}

static int cmd_row(char **files, int written)
{
	cmd_write(files, written);
	cmd_read(files + written);
	putchar('\n');
	return cmd_device(-1);
}

static int cmd_pass(char **command)
{
	int fd = device_open();

	if (fd < 0 || dup2(fd, PASSED) != PASSED) {
		perror(OSCOPE_DEVICE);
		return 2;
	}
	execvp(command[0], command);
	perror(command[0]);
	return 127;
}

static void area_dump(int fd, const struct oscope_area_info *a)
{
	void *at = a->bytes ? mmap(NULL, a->bytes, PROT_READ, MAP_SHARED, fd, a->offset) :
			      MAP_FAILED;

	if (at != MAP_FAILED)
		fwrite(at, 1, a->bytes, stdout);
}

/* Two descriptors: the areas of one, which has a ring if it may; what the other gives to read(). */
static int cmd_dump(void)
{
	struct oscope_ring_setup ring = { .slots = 1024, .records = 0x1fe };
	static char bytes[STREAM_BYTES];
	int fd = device_open(), i;
	struct oscope_info info;
	ssize_t n;

	if (fd < 0)
		return 0;
	for (i = 0; i < STREAM_READS && (n = read(fd, bytes, sizeof(bytes))) > 0; i++)
		fwrite(bytes, 1, n, stdout);
	close(fd);
	fd = device_open();
	ioctl(fd, OSCOPE_IOC_RING, &ring);
	if (ioctl(fd, OSCOPE_IOC_INFO, &info))
		return 0;
	fwrite(&info, 1, sizeof(info), stdout);
	for (i = 0; i < OSCOPE_AREAS; i++)
		area_dump(fd, &info.area[i]);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 2 && !strcmp(what, "read"))
		return cmd_read(argv + 2);
	if (argc > 3 && !strcmp(what, "row") && atoi(argv[2]) <= argc - 3)
		return cmd_row(argv + 3, atoi(argv[2]));
	if (argc == 3 && !strcmp(what, "device"))
		return cmd_device(atoi(argv[2]));
	if (argc > 2 && !strcmp(what, "pass"))
		return cmd_pass(argv + 2);
	if (argc == 2 && !strcmp(what, "dump"))
		return cmd_dump();
	fprintf(stderr, "usage: door read FILE... | row WRITTEN FILE... | device FD | "
		"pass CMD... | dump\n");
	return 2;
}
