// SPDX-License-Identifier: GPL-2.0
/*
 * Uses the module's files while it is loaded and unloaded: what a call may answer then is known, and
 * anything else is a failure.
 *
 * usage: users files | readers|openers|recorders THREADS
 *
 * files: opens every file, reads half of it, says "ready"; at the end of input it goes on reading.
 * readers: read every file; openers: open and map the device; recorders: and get a ring; as fast as
 * they can until the input ends; a line of input is answered with the number of rounds that are done.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define FILES_MAX	64
#define PATH_LEN	512

static const char *const dirs[] = { "/proc/oscope", "/sys/kernel/oscope" };

static atomic_ulong rounds, gone, failures;
static atomic_bool stop;

static void bad(const char *call, const char *path)
{
	atomic_fetch_add(&failures, 1);
	fprintf(stderr, "users: %s %s: %s\n", call, path, strerror(errno));
}

/* Whether errno says that the module has gone; else it is a failure. */
static void expect_gone(const char *call, const char *path, int errno_1, int errno_2)
{
	if (errno == errno_1 || errno == errno_2)
		atomic_fetch_add(&gone, 1);
	else
		bad(call, path);
}

/* Call use() for every file there is. How many there were. */
static int files_each(void (*use)(const char *path, mode_t mode))
{
	char path[PATH_LEN];
	struct dirent *entry;
	struct stat st;
	int n = 0;
	size_t i;
	DIR *dir;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		dir = opendir(dirs[i]);
		while (dir && (entry = readdir(dir))) {
			snprintf(path, sizeof(path), "%s/%s", dirs[i], entry->d_name);
			if (stat(path, &st) || !S_ISREG(st.st_mode))
				continue;
			use(path, st.st_mode);
			n++;
		}
		if (dir)
			closedir(dir);
	}
	return n;
}

static int held_fd[FILES_MAX], held_n;
static char held_path[FILES_MAX][PATH_LEN];

static void file_hold(const char *path, mode_t mode)
{
	int fd = open(path, mode & 0444 ? O_RDONLY : O_WRONLY);
	char some[8];

	if (fd < 0 || held_n == FILES_MAX) {
		bad("open", path);
		return;
	}
	if (!strncmp(path, dirs[0], strlen(dirs[0])) && read(fd, some, sizeof(some)) <= 0)
		bad("read", path);
	snprintf(held_path[held_n], PATH_LEN, "%s", path);
	held_fd[held_n++] = fd;
}

/* The module has gone: /proc says EIO, /sys ENODEV, for whatever is tried. */
static void file_use_gone(int fd, const char *path)
{
	bool proc = !strncmp(path, dirs[0], strlen(dirs[0]));
	int want = proc ? EIO : ENODEV;
	char some[8];

	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		if (write(fd, "1", 1) >= 0)
			errno = 0;
		expect_gone("write", path, want, want);
		return;
	}
	if (read(fd, some, sizeof(some)) >= 0)
		errno = 0;
	expect_gone("read", path, want, want);
	if (pread(fd, some, sizeof(some), 0) >= 0)
		errno = 0;
	expect_gone("pread", path, want, want);
}

static int cmd_files(void)
{
	char byte;
	int i;

	files_each(file_hold);
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	for (i = 0; i < held_n; i++) {
		file_use_gone(held_fd[i], held_path[i]);
		close(held_fd[i]);
	}
	return failures || held_n < 4;
}

static void file_read(const char *path, mode_t mode)
{
	char bytes[1 << 16];
	int fd;

	if (!(mode & 0444))
		return;
	fd = open(path, O_RDONLY);
	if (fd < 0) {
		expect_gone("open", path, ENOENT, ENODEV);
		return;
	}
	if (read(fd, bytes, sizeof(bytes)) < 0)
		expect_gone("read", path, EIO, ENODEV);
	close(fd);
}

static void *reader(void *unused)
{
	while (!stop) {
		if (files_each(file_read))
			atomic_fetch_add(&rounds, 1);
	}
	return unused;
}

/* Once the device is open everything works; only the ring may be another's. */
static void device_use(int fd, bool ring)
{
	struct oscope_ring_setup setup = {
		.slots = 1024, .flags = OSCOPE_RING_DROP, .records = 1ULL << OSCOPE_REC_SWITCH,
	};
	struct oscope_info info;
	enum oscope_area which;
	void *at;

	if (ring && ioctl(fd, OSCOPE_IOC_RING, &setup) && errno != EBUSY)
		bad("OSCOPE_IOC_RING", OSCOPE_DEVICE);
	if (ioctl(fd, OSCOPE_IOC_INFO, &info)) {
		bad("OSCOPE_IOC_INFO", OSCOPE_DEVICE);
		return;
	}
	for (which = 0; which < OSCOPE_AREAS; which++) {
		if (!info.area[which].bytes)
			continue;
		at = mmap(NULL, info.area[which].bytes, PROT_READ, MAP_SHARED, fd,
			  info.area[which].offset);
		if (at == MAP_FAILED)
			bad("mmap", OSCOPE_DEVICE);
		else
			munmap(at, info.area[which].bytes);
	}
}

static void *opener(void *ring)
{
	int fd;

	while (!stop) {
		fd = open(OSCOPE_DEVICE, O_RDWR);
		if (fd < 0) {
			expect_gone("open", OSCOPE_DEVICE, ENOENT, ENODEV);
			continue;
		}
		device_use(fd, ring);
		close(fd);
		atomic_fetch_add(&rounds, 1);
	}
	return ring;
}

static int cmd_threads(void *(*body)(void *), void *arg, int n)
{
	pthread_t thread[64];
	char line[16];
	int i;

	if (n < 1 || n > 64)
		return 2;
	for (i = 0; i < n; i++) {
		if (pthread_create(&thread[i], NULL, body, arg))
			return 2;
	}
	while (fgets(line, sizeof(line), stdin)) {
		printf("%lu\n", rounds);
		fflush(stdout);
	}
	stop = true;
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	fprintf(stderr, "%lu rounds, told %lu times that it is gone, %lu failures\n", rounds, gone,
		failures);
	return !!failures;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 2 && !strcmp(what, "files"))
		return cmd_files();
	if (argc == 3 && !strcmp(what, "readers"))
		return cmd_threads(reader, NULL, atoi(argv[2]));
	if (argc == 3 && !strcmp(what, "openers"))
		return cmd_threads(opener, NULL, atoi(argv[2]));
	if (argc == 3 && !strcmp(what, "recorders"))
		return cmd_threads(opener, argv, atoi(argv[2]));
	fprintf(stderr, "usage: users files | readers|openers|recorders THREADS\n");
	return 2;
}
