// SPDX-License-Identifier: GPL-2.0
/*
 * Every operation on files, with arguments at the limits and beyond: each refusal must be one that is
 * documented, and nothing may hang.
 *
 * usage: fuzz SEED DOCUMENTED FILE...
 *
 * DOCUMENTED has lines "CALL WHERE ERRNO...": what CALL may give on files whose path begins with
 * WHERE. A file that may be written gets texts, most of them bad.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define ERRNOS		4096		/* all that a call can give */
#define ERRNO_INTERNAL	512		/* from here on the kernel's own, ERESTARTSYS the first */
#define BUFFER		(1 << 20)
#define IOCTLS		1000
#define THREADS		4
#define TURNS		400		/* of each thread in the race */
#define SECONDS_MAX	600		/* all of it: else something hangs */
#define PICK(array)	((array)[random_below(sizeof(array) / sizeof((array)[0]))])

enum call { OPEN, READ, LSEEK, WRITE, POLL, MMAP, IOCTL, SPLICE, CALLS };
static const char *const call_names[CALLS] = {
	"open", "read", "lseek", "write", "poll", "mmap", "ioctl", "splice",
};

/* What is documented for the file that is being tried, and what came. */
static bool documented[CALLS][ERRNOS];
static bool seen[CALLS][ERRNOS];
static bool told[CALLS][ERRNOS];	/* of this file */
static const char *path;
static bool racing;			/* descriptors may be anything: only the kernel is judged,
					 * and that nothing of its own gets out */
static long calls, refusals, undocumented;

static char *buffer, *edge;		/* good memory; four bytes of it, and none behind */
static int pipes[2], null_fd, memory_fd, self_fd;
static __thread uint64_t state;

static void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* xorshift64*: the same for a seed everywhere. */
static uint64_t random_u64(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

static size_t random_below(size_t n)
{
	return (random_u64() >> 33) % n;
}

static const char *errno_name(int error)
{
	static __thread char number[16];
	const char *name = strerrorname_np(error);

	snprintf(number, sizeof(number), "%d", error);
	return name ?: number;
}

/* Judge what a call gave; gives it back. */
static long judge(enum call call, long result)
{
	int error = errno;

	__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	if (result != -1)
		return result;
	__atomic_add_fetch(&refusals, 1, __ATOMIC_RELAXED);
	if (racing && error < ERRNO_INTERNAL)
		return result;
	seen[call][error] = true;
	if (documented[call][error])
		return result;
	__atomic_add_fetch(&undocumented, 1, __ATOMIC_RELAXED);
	if (!told[call][error])
		printf("%s: %s: %s is not documented\n", path, call_names[call],
		       errno_name(error));
	told[call][error] = true;
	return result;
}

static void *random_address(void)
{
	void *const any[] = { buffer, buffer, buffer + 1, edge, NULL, (void *)8, (void *)-1L,
			      (void *)-4096L };

	return PICK(any);
}

static int64_t random_offset(void)
{
	static const int64_t any[] = {
		0, 0, 1, 100, 4096, 1LL << 31, INT64_MAX, -1, INT64_MIN, 1LL << 36, 2LL << 36,
		3LL << 36, 4LL << 36, 5LL << 36, (1LL << 36) + 4096,
	};

	return PICK(any);
}

static size_t random_size(void)
{
	static const size_t any[] = { 0, 1, 16, 255, 256, 4095, 4096, 4097, 65536, BUFFER };

	return PICK(any);
}

static void try_read(int fd)
{
	if (random_below(2))
		judge(READ, read(fd, random_address(), random_size()));
	else
		judge(READ, pread(fd, random_address(), random_size(), random_offset()));
}

static void try_lseek(int fd)
{
	static const int whences[] = { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE, 99 };

	judge(LSEEK, lseek(fd, random_offset(), PICK(whences)));
}

/* A text may be at the end of what is there, so that who reads on falls off. */
static void try_write(int fd)
{
	static const char *const texts[] = {
		"", "\n", "1", "1\n", "0\n", "2", "-1", "on", "onandon", "18446744073709551616",
		"1 1", "\xff\xfe", "%n%s", "4294967297",
	};
	const char *text = PICK(texts);
	size_t bytes = strlen(text);

	if (random_below(4)) {
		judge(WRITE, write(fd, text, bytes));
	} else if (random_below(2)) {
		memset(edge, '1', 4);
		judge(WRITE, write(fd, edge, 1 + random_below(8)));
	} else {
		memset(buffer, 'x', BUFFER);
		judge(WRITE, pwrite(fd, random_address(), random_size(), random_offset()));
	}
}

static void try_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = random_below(0x10000) };

	judge(POLL, poll(&p, 1, 0));
}

/* What was mapped is touched: every page of it must be there. */
static void touch(volatile char *at, size_t bytes, int prot)
{
	size_t i;

	for (i = 0; i < bytes; i += 4096) {
		if (prot & PROT_WRITE)
			at[i] = (char)random_below(256);
		else if (prot & PROT_READ)
			(void)at[i];
	}
}

static void try_mmap(int fd)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 65536, BUFFER, SIZE_MAX - 4095 };
	int prot = random_below(8), flags = random_below(2) ? MAP_SHARED : MAP_PRIVATE;
	size_t bytes = PICK(sizes);
	void *at = mmap(NULL, bytes, prot, flags, fd, random_offset());

	if (judge(MMAP, (long)at) == -1)
		return;
	/* Another thread may have put anything there, such as an empty file. */
	if (!racing)
		touch(at, bytes, prot);
	judge(MMAP, mprotect(at, bytes, random_below(8)));
	munmap(at, bytes);
}

/* Arguments that are nearly right: random ones get no further than the first test. */
static void *argument_of(unsigned int request, int fd)
{
	struct oscope_ring_setup ring = { .slots = 1U << random_below(32),
					  .flags = random_below(3), .records = random_below(1024) };
	struct oscope_tree_setup tree = { .pidfd = random_below(2) ? self_fd : fd };
	struct oscope_tree_read read = { .tree = random_below(32), .reserved = !random_below(4),
					 .to = (uintptr_t)random_address() };

	if (!random_below(4))
		return random_address();
	switch (request) {
	case OSCOPE_IOC_RING:
		return memcpy(buffer, &ring, sizeof(ring));
	case OSCOPE_IOC_TREE:
		return memcpy(buffer, &tree, sizeof(tree));
	case OSCOPE_IOC_TREE_READ:
		return memcpy(buffer, &read, sizeof(read));
	default:
		return random_address();
	}
}

static void try_ioctl(int fd)
{
	static const unsigned int ours[] = {
		OSCOPE_IOC_INFO, OSCOPE_IOC_RING, OSCOPE_IOC_RING_STOP, OSCOPE_IOC_TREE,
		OSCOPE_IOC_TREE_READ,
	};
	unsigned int request = PICK(ours);

	switch (random_below(4)) {
	case 0:
		request = (unsigned int)random_u64();
		break;
	case 1:
		request = _IOC(random_below(4), OSCOPE_IOC_MAGIC, random_below(8),
			       random_below(1 << 10));
		break;
	default:
		break;
	}
	judge(IOCTL, ioctl(fd, request, argument_of(request, fd)));
}

static void pipe_drain(void)
{
	while (read(pipes[0], buffer, BUFFER) > 0)
		;
}

static void try_splice(int fd)
{
	loff_t at = random_offset(), *offset = random_below(2) ? &at : NULL;

	if (random_below(2)) {
		judge(SPLICE, splice(fd, offset, pipes[1], NULL, random_size(), SPLICE_F_NONBLOCK));
	} else if (write(pipes[1], "2\n", 2) == 2) {
		judge(SPLICE, splice(pipes[0], NULL, fd, offset, random_size(), SPLICE_F_NONBLOCK));
	}
	pipe_drain();
}

static void try_sendfile(int fd)
{
	off_t at = random_offset(), *offset = random_below(2) ? &at : NULL;

	if (random_below(2))
		judge(SPLICE, sendfile(random_below(2) ? null_fd : pipes[1], fd, offset,
				       random_size()));
	else
		judge(SPLICE, sendfile(fd, memory_fd, offset, random_size()));
	pipe_drain();
}

static void (*const tries[])(int fd) = {
	try_read, try_lseek, try_write, try_poll, try_mmap, try_ioctl, try_splice, try_sendfile,
};

static int try_open(int flags)
{
	return judge(OPEN, open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600));
}

/* Every whole read of a file: from its beginning, in pieces of any size, until its end. */
static void read_whole(int fd)
{
	static const size_t pieces[] = { 1, 4095, 4096, 4097, BUFFER };
	size_t piece = PICK(pieces), done = 0;
	long n;

	lseek(fd, 0, SEEK_SET);
	do {
		n = judge(READ, read(fd, buffer, piece));
		done += n > 0 ? n : 0;
	} while (n > 0 && done < BUFFER);
}

static void file_try(void)
{
	static const int flags[] = {
		O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_WRONLY | O_TRUNC,
		O_RDWR | O_APPEND, O_WRONLY | O_APPEND | O_TRUNC, O_RDONLY | O_DIRECT,
		O_RDWR | O_DIRECT, O_RDONLY | O_SYNC | O_NOATIME, O_PATH, O_RDONLY | O_DIRECTORY,
		O_RDWR | O_CREAT | O_EXCL, O_RDWR | O_CREAT, O_ACCMODE,
	};
	size_t i, k;
	int fd;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		fd = try_open(flags[i]);
		if (fd < 0)
			continue;
		read_whole(fd);
		for (k = 0; k < 100; k++)
			PICK(tries)(fd);
		for (k = 0; flags[i] == O_RDWR && k < IOCTLS; k++)
			try_ioctl(fd);
		close(fd);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	for (k = 0; fd >= 0 && k < IOCTLS; k++)
		try_ioctl(fd);
	close(fd);
}

/* Threads open, use, copy and close the same few descriptors. */
static int slots[4] = { -1, -1, -1, -1 };

static void *race(void *seed)
{
	int i, fd;

	state = (uintptr_t)seed;
	for (i = 0; i < TURNS; i++) {
		int *slot = &PICK(slots);

		switch (random_below(4)) {
		case 0:
			fd = try_open(O_RDWR);
			if (fd < 0)
				fd = try_open(O_RDONLY);
			fd = __atomic_exchange_n(slot, fd, __ATOMIC_RELAXED);
			if (fd >= 0)
				close(fd);
			break;
		case 1:
			fd = dup(__atomic_load_n(slot, __ATOMIC_RELAXED));
			fd = __atomic_exchange_n(slot, fd, __ATOMIC_RELAXED);
			if (fd >= 0)
				close(fd);
			break;
		default:
			PICK(tries)(__atomic_load_n(slot, __ATOMIC_RELAXED));
			break;
		}
	}
	return NULL;
}

static void file_race(void)
{
	pthread_t thread[THREADS];
	int i;

	racing = true;
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, race, (void *)(random_u64() | 1)))
			die("pthread_create");
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (i = 0; i < (int)(sizeof(slots) / sizeof(slots[0])); i++) {
		if (slots[i] >= 0)
			close(slots[i]);
		slots[i] = -1;
	}
	racing = false;
}

static int call_of(const char *name)
{
	int i;

	for (i = 0; i < CALLS && strcmp(name, call_names[i]); i++)
		;
	return i;
}

static int errno_of(const char *name)
{
	int i;

	for (i = 1; i < ERRNOS; i++) {
		if (strerrorname_np(i) && !strcmp(name, strerrorname_np(i)))
			return i;
	}
	fprintf(stderr, "fuzz: %s: no error has this name\n", name);
	exit(2);
}

/* Lines of the file whose WHERE begins the path. */
static void documented_read(const char *file)
{
	char line[1024], *call, *where, *name, *rest;
	FILE *f = fopen(file, "r");

	if (!f)
		die(file);
	memset(documented, 0, sizeof(documented));
	memset(told, 0, sizeof(told));
	while (fgets(line, sizeof(line), f)) {
		call = strtok_r(line, " \n", &rest);
		where = strtok_r(NULL, " \n", &rest);
		if (!call || !where || strncmp(path, where, strlen(where)))
			continue;
		while ((name = strtok_r(NULL, " \n", &rest)) && call_of(call) < CALLS)
			documented[call_of(call)][errno_of(name)] = true;
	}
	fclose(f);
}

static void setup(void)
{
	buffer = mmap(NULL, BUFFER + 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (buffer == MAP_FAILED || mprotect(buffer + BUFFER + 4096, 4096, PROT_NONE))
		die("mmap");
	edge = buffer + BUFFER + 4096 - 4;
	memory_fd = memfd_create("fuzz", MFD_CLOEXEC);
	null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	self_fd = syscall(SYS_pidfd_open, getpid(), 0);
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) || memory_fd < 0 || null_fd < 0 || self_fd < 0 ||
	    write(memory_fd, "1\n", 2) != 2)
		die("setup");
	alarm(SECONDS_MAX);
}

static void seen_print(void)
{
	int call, e;

	for (call = 0; call < CALLS; call++) {
		printf("%s:", call_names[call]);
		for (e = 1; e < ERRNOS; e++) {
			if (seen[call][e])
				printf(" %s", errno_name(e));
		}
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 4) {
		fprintf(stderr, "usage: fuzz SEED DOCUMENTED FILE...\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 0) * 2 + 1;
	setup();
	for (i = 3; i < argc; i++) {
		path = argv[i];
		documented_read(argv[2]);
		file_try();
		file_race();
	}
	seen_print();
	printf("seed %s: %ld calls, %ld refused, %ld of these not as documented\n", argv[1], calls,
	       refusals, undocumented);
	return undocumented != 0;
}
