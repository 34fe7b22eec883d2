// SPDX-License-Identifier: GPL-2.0
/*
 * Uses /dev/oscope in ways that the tool does not: wrongly, and without letting go.
 *
 * usage: device errors | counters | sums-only | trees | hold HOW
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define SWITCHES	(1ULL << OSCOPE_REC_SWITCH)
#define STREAM_BYTES	(1 << 16)

static int failures;

/* A call that must fail with `want`. */
#define FAILS(want, call)							\
do {										\
	errno = 0;								\
	long r_ = (long)(call);							\
	if (r_ != -1 || errno != (want)) {					\
		printf("%s: %ld, %s; %s expected\n", #call, r_, strerror(errno),	\
		       strerror(want));						\
		failures++;							\
	}									\
} while (0)

static void die(const char *what)
{
	fprintf(stderr, "device: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int dev_open(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(OSCOPE_DEVICE);
	return fd;
}

static struct oscope_info dev_info(int fd)
{
	struct oscope_info info;

	if (ioctl(fd, OSCOPE_IOC_INFO, &info))
		die("OSCOPE_IOC_INFO");
	return info;
}

static long ring_make(int fd, __u32 slots, __u32 flags, __u64 records)
{
	struct oscope_ring_setup setup = { .slots = slots, .flags = flags, .records = records };

	return ioctl(fd, OSCOPE_IOC_RING, &setup);
}

static void *area_map(int fd, enum oscope_area which, int prot, int flags)
{
	struct oscope_info info = dev_info(fd);

	return mmap(NULL, info.area[which].bytes, prot, flags, fd, info.area[which].offset);
}

static void *area_need(int fd, enum oscope_area which)
{
	void *at = area_map(fd, which, PROT_READ, MAP_SHARED);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static void errors_of_ioctl(int fd)
{
	struct oscope_ring_setup setup = { .slots = 1024, .records = SWITCHES };
	struct oscope_tree_setup tree = { .pidfd = -1 };
	struct oscope_tree_read read_no = { .tree = 77 }, read_odd = { .tree = 1, .reserved = 1 };

	FAILS(ENOTTY, ioctl(fd, _IO(OSCOPE_IOC_MAGIC, 99)));
	FAILS(ENOTTY, ioctl(fd, _IO('x', 0)));
	FAILS(EFAULT, ioctl(fd, OSCOPE_IOC_INFO, NULL));
	FAILS(EFAULT, ioctl(fd, OSCOPE_IOC_RING, NULL));
	FAILS(EFAULT, ioctl(fd, OSCOPE_IOC_TREE, NULL));
	FAILS(EFAULT, ioctl(fd, OSCOPE_IOC_TREE_READ, NULL));
	FAILS(ENXIO, ioctl(fd, OSCOPE_IOC_RING_STOP));
	FAILS(EINVAL, ring_make(fd, 0, 0, SWITCHES));
	FAILS(EINVAL, ring_make(fd, 1000, 0, SWITCHES));
	FAILS(EINVAL, ring_make(fd, 512, 0, SWITCHES));
	FAILS(EINVAL, ring_make(fd, 1 << 25, 0, SWITCHES));
	FAILS(EINVAL, ring_make(fd, 1024, 0x80, SWITCHES));
	FAILS(EINVAL, ring_make(fd, 1024, 0, 0));
	FAILS(EINVAL, ring_make(fd, 1024, 0, 1ULL << 63));
	FAILS(ENOMEM, ring_make(fd, 1 << 24, 0, SWITCHES));
	FAILS(EBADF, ioctl(fd, OSCOPE_IOC_TREE, &tree));
	tree.pidfd = fd;
	FAILS(EBADF, ioctl(fd, OSCOPE_IOC_TREE, &tree));
	FAILS(ENOENT, ioctl(fd, OSCOPE_IOC_TREE_READ, &read_no));
	FAILS(EINVAL, ioctl(fd, OSCOPE_IOC_TREE_READ, &read_odd));
	if (ioctl(fd, OSCOPE_IOC_RING, &setup))
		die("OSCOPE_IOC_RING");
	FAILS(EBUSY, ioctl(fd, OSCOPE_IOC_RING, &setup));
}

/* One ring at a time in the system; a tree belongs to the descriptor that made it. */
static void errors_of_another(int fd)
{
	int other = dev_open();
	struct oscope_tree_setup tree = { .pidfd = syscall(SYS_pidfd_open, getpid(), 0) };
	struct oscope_counters *sum = malloc(sizeof(*sum));
	struct oscope_tree_read read = { .to = (__u64)(unsigned long)sum };

	FAILS(EBUSY, ring_make(other, 1024, 0, SWITCHES));
	if (ioctl(fd, OSCOPE_IOC_TREE, &tree))
		die("OSCOPE_IOC_TREE");
	read.tree = tree.tree;
	if (ioctl(fd, OSCOPE_IOC_TREE_READ, &read))
		die("OSCOPE_IOC_TREE_READ");
	FAILS(ENOENT, ioctl(other, OSCOPE_IOC_TREE_READ, &read));
	read.to = 8;
	FAILS(EFAULT, ioctl(fd, OSCOPE_IOC_TREE_READ, &read));
	free(sum);
	close(tree.pidfd);
	close(other);
}

static long map_at(int fd, __u64 offset, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, offset);

	return at == MAP_FAILED ? -1 : munmap(at, bytes);
}

static void errors_of_mmap(int fd)
{
	struct oscope_info info = dev_info(fd);
	static const enum oscope_area fixed[] = {
		OSCOPE_AREA_COUNTERS, OSCOPE_AREA_TASKS, OSCOPE_AREA_RING_CTL, OSCOPE_AREA_RING_DATA,
		OSCOPE_AREA_LEDGERS, OSCOPE_AREA_ENDED,
	};
	struct oscope_ring_tail *tail;
	size_t i, bytes;
	void *at;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		bytes = info.area[fixed[i]].bytes;
		FAILS(EACCES, area_map(fd, fixed[i], PROT_READ | PROT_WRITE, MAP_SHARED));
		FAILS(EINVAL, map_at(fd, info.area[fixed[i]].offset, bytes + 4096));
		FAILS(EINVAL, map_at(fd, info.area[fixed[i]].offset + 4096, 4096));
		at = area_need(fd, fixed[i]);
		FAILS(EACCES, mprotect(at, 4096, PROT_READ | PROT_WRITE));
		munmap(at, bytes);
	}
	FAILS(EINVAL, map_at(fd, (__u64)OSCOPE_AREAS << 36, 4096));
	FAILS(EINVAL, area_map(fd, OSCOPE_AREA_RING_TAIL, PROT_READ | PROT_WRITE, MAP_PRIVATE));
	/* Whatever a reader writes as its tail, the writer goes on. */
	tail = area_map(fd, OSCOPE_AREA_RING_TAIL, PROT_READ | PROT_WRITE, MAP_SHARED);
	if (tail == MAP_FAILED)
		die("mmap of the tails");
	memset(tail, 0xff, info.area[OSCOPE_AREA_RING_TAIL].bytes);
	usleep(1000);
}

static int cmd_errors(void)
{
	int fd = dev_open(), none = dev_open();
	struct pollfd p = { .fd = none, .events = POLLIN };
	char small[16];

	FAILS(EINVAL, read(none, small, sizeof(small)));
	close(none);
	none = p.fd = dev_open();
	if (poll(&p, 1, 0) != 1 || p.revents != POLLIN) {
		printf("poll before the first read: %x, POLLIN expected\n", p.revents);
		failures++;
	}
	FAILS(ENXIO, map_at(none, dev_info(fd).area[OSCOPE_AREA_RING_CTL].offset ?:
			    (__u64)OSCOPE_AREA_RING_CTL << 36, 4096));
	close(none);
	errors_of_ioctl(fd);
	errors_of_another(fd);
	errors_of_mmap(fd);
	FAILS(EINVAL, write(fd, small, sizeof(small)));
	return failures ? 1 : 0;
}

static int cmd_counters(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDONLY);
	struct oscope_info info;
	const char *at;
	__u64 events = 0;
	__u32 i;

	if (fd < 0)
		die(OSCOPE_DEVICE);
	info = dev_info(fd);
	at = area_need(fd, OSCOPE_AREA_COUNTERS);
	for (i = 0; i < info.area[OSCOPE_AREA_COUNTERS].count; i++)
		events += ((const struct oscope_counters *)(at + (size_t)i *
			   info.area[OSCOPE_AREA_COUNTERS].stride))->events;
	return events ? 0 : 1;
}

static int cmd_sums_only(void)
{
	struct oscope_tree_setup tree = { .pidfd = syscall(SYS_pidfd_open, getpid(), 0) };
	int fd = open(OSCOPE_DEVICE, O_RDONLY);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	if (fd < 0)
		die(OSCOPE_DEVICE);
	FAILS(EPERM, map_at(fd, dev_info(fd).area[OSCOPE_AREA_TASKS].offset, 4096));
	FAILS(EPERM, ring_make(fd, 1024, 0, SWITCHES));
	FAILS(EPERM, ioctl(fd, OSCOPE_IOC_TREE, &tree));
	FAILS(EPERM, read(fd, &byte, 1));
	if (poll(&p, 1, 0) != 1 || p.revents != POLLERR) {
		printf("poll: %x, POLLERR expected\n", p.revents);
		failures++;
	}
	return failures ? 1 : 0;
}

/* A process that executes something once it is let go. */
static pid_t executes(int *go)
{
	int gate[2];
	pid_t pid;
	char c;

	if (pipe2(gate, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (!pid) {
		close(gate[1]);
		if (!read(gate[0], &c, 1))
			execl("/bin/true", "true", "of-a-process", NULL);
		_exit(127);
	}
	close(gate[0]);
	*go = gate[1];
	return pid;
}

static void let_go(pid_t pid, int go)
{
	close(go);
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
}

/* Records of an id and a tid in all that the ring holds, which is not full. */
static unsigned int records_of(int fd, __u32 id, __u32 tid)
{
	const struct oscope_slot *data = area_need(fd, OSCOPE_AREA_RING_DATA);
	const struct oscope_ring_ctl *ctl = area_need(fd, OSCOPE_AREA_RING_CTL);
	struct oscope_info info = dev_info(fd);
	unsigned int n = 0;
	__u32 cpu, i;

	for (cpu = 0; cpu < info.cpus; cpu++) {
		const struct oscope_slot *slot = data + (size_t)cpu * info.ring_slots;

		for (i = 0; i < ctl[cpu].head - info.ring_slots; i++)
			n += (slot[i].head & OSCOPE_HEAD_ID) == id && slot[i].w[0] == tid;
	}
	return n;
}

static void tree_make(int fd, pid_t pid)
{
	struct oscope_tree_setup tree = { .pidfd = syscall(SYS_pidfd_open, pid, 0) };

	if (ioctl(fd, OSCOPE_IOC_TREE, &tree))
		die("OSCOPE_IOC_TREE");
	close(tree.pidfd);
}

/*
 * A ring that is told what members of its reader's trees execute holds nobody else's arguments:
 * not of who is in none, in another reader's, in one of a reader who has gone. Says of each how
 * many records of the exec there are, and of arguments.
 */
static int cmd_trees(void)
{
	enum { IN, NONE, OTHERS, GONE, ALL };
	int fd = dev_open(), other = dev_open(), gone = dev_open(), go[ALL], i;
	pid_t pid[ALL];

	for (i = ALL; i-- > 0;)		/* a later one holds the others' gates until its exec */
		pid[i] = executes(&go[i]);
	tree_make(gone, pid[GONE]);
	close(gone);
	tree_make(other, pid[OTHERS]);
	tree_make(fd, pid[IN]);
	if (ring_make(fd, 1 << 16, OSCOPE_RING_DROP | OSCOPE_RING_TREES,
		      1ULL << OSCOPE_REC_EXEC | 1ULL << OSCOPE_REC_ARGS))
		die("OSCOPE_IOC_RING");
	for (i = 0; i < ALL; i++)
		let_go(pid[i], go[i]);
	if (ioctl(fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING_STOP");
	for (i = 0; i < ALL; i++)
		printf("%s%u %u", i ? ", " : "", records_of(fd, OSCOPE_REC_EXEC, pid[i]),
		       records_of(fd, OSCOPE_REC_ARGS, pid[i]));
	puts("");
	return 0;
}

/* Hold the module until the input ends; reader and poller until they are killed. */
static int cmd_hold(const char *how)
{
	int fd = dev_open();
	struct pollfd p = { .fd = fd, .events = POLLIN };
	static char bytes[STREAM_BYTES];
	bool ring = strcmp(how, "open") && strcmp(how, "mapped");

	/* A ring that nothing fills: few programs are started meanwhile. */
	if (ring && ring_make(fd, 1 << 16, OSCOPE_RING_DROP, 1ULL << OSCOPE_REC_EXEC))
		die("OSCOPE_IOC_RING");
	if (strstr(how, "mapped")) {
		area_need(fd, ring ? OSCOPE_AREA_RING_DATA : OSCOPE_AREA_COUNTERS);
		close(fd);
	}
	if (!strcmp(how, "reader") && read(fd, bytes, sizeof(bytes)) <= 0)
		die("the header");
	puts("ready");
	fflush(stdout);
	if (!strcmp(how, "reader"))
		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
	if (!strcmp(how, "poller"))
		while (poll(&p, 1, -1) >= 0)
			;
	while (read(0, bytes, sizeof(bytes)) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 2 && !strcmp(what, "errors"))
		return cmd_errors();
	if (argc == 2 && !strcmp(what, "counters"))
		return cmd_counters();
	if (argc == 2 && !strcmp(what, "sums-only"))
		return cmd_sums_only();
	if (argc == 2 && !strcmp(what, "trees"))
		return cmd_trees();
	if (argc == 3 && !strcmp(what, "hold"))
		return cmd_hold(argv[2]);
	fprintf(stderr, "usage: device errors | counters | sums-only | trees | hold HOW\n");
	return 2;
}
