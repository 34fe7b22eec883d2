// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N tasks of each kind that the kernel makes for others: workers of io_uring, each for a
 * process of its own, and of vhost, where there is /dev/vhost-net.
 *
 * usage: workers N        prints how many of io_uring, of vhost
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/vhost.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void *map(int fd, size_t size, off_t at)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, at);

	if (p == MAP_FAILED)
		fail("mmap");
	return p;
}

/* One request that says that it wants a worker, which has done it when this returns. */
static void by_uring(void)
{
	struct io_uring_params p = { 0 };
	int fd = syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	unsigned int *tail;
	char *ring;

	if (fd < 0)
		fail("io_uring_setup");
	ring = map(fd, p.sq_off.array + p.sq_entries * sizeof(*tail), IORING_OFF_SQ_RING);
	sqe = map(fd, p.sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	*sqe = (struct io_uring_sqe){ .opcode = IORING_OP_NOP, .flags = IOSQE_ASYNC };
	tail = (void *)(ring + p.sq_off.tail);
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		fail("io_uring_enter");
}

/* Its owner's worker comes with the owner. */
static void by_vhost(void)
{
	int fd = open("/dev/vhost-net", O_RDWR);

	if (fd < 0 || ioctl(fd, VHOST_SET_OWNER))
		fail("/dev/vhost-net");
}

static int processes(int n, void (*make)(void))
{
	int i, status;
	pid_t pid;

	for (i = 0; i < n; i++) {
		pid = fork();
		if (!pid) {
			make();
			exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			exit(1);
	}
	return n;
}

int main(int argc, char **argv)
{
	int n = argc == 2 ? atoi(argv[1]) : 0, vhost = 0;

	if (n < 1) {
		fprintf(stderr, "usage: workers N\n");
		return 2;
	}
	processes(n, by_uring);
	if (!access("/dev/vhost-net", F_OK))
		vhost = processes(n, by_vhost);
	printf("%d %d\n", n, vhost);
	return 0;
}
