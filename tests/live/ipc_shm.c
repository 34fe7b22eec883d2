// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_shm PATTERN ROUNDS: processes that share memory, each under a name of its own, PATTERN.name;
 * of SysV in an IPC namespace, and by name in a /dev/shm, that go when all is over. A segment has
 * 16 pages. The pattern:
 *
 *   sysv        a and b attach one so often, and detach it; a touches 3 pages, b attaches it twice
 *               more and ends with it
 *   posix       a and b map one by name, b the half of it, and unmap it
 *   passed      a makes a memfd, b is passed its descriptor and maps it; both end with it
 *   inherited   b is a child of a, which has a segment mapped, and does not use it; a unmaps it
 *               when b has ended
 *   exec        b inherits it, too, and becomes another program
 *   private     a maps the file of a segment privately, memory without a file shared, and a file of
 *               a disk shared: none of that is a segment that is shared
 *   copied      a maps a memfd shared, and privately too, which it unmaps
 *   held        a and its child b have one by name that they can only read: says who they are, and
 *               goes on when the input ends: a unmaps it, b ends with it
 *   cost        nothing but calls, so many: says the mean of semop, and of mmap and munmap without
 *               a file: ns of CPU
 */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <time.h>

#include "futex.h"

#define PAGES	16UL

static void touch(char *at, unsigned int pages)
{
	while (pages--)
		((volatile char *)at)[pages * PAGE] = 1;
}

static void *map(int fd, size_t bytes, int flags)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		fail("mmap");
	return at;
}

static void unmap(void *at, size_t bytes)
{
	if (munmap(at, bytes))
		fail("munmap");
}

static int memfd_make(const char *name)
{
	int fd = memfd_create(name, 0);

	if (fd < 0 || ftruncate(fd, PAGES * PAGE))
		fail("memfd");
	return fd;
}

static char *attach(int id)
{
	char *at = shmat(id, NULL, 0);

	if (at == (void *)-1)
		fail("shmat");
	return at;
}

static void attach_and_detach(int id, int pages)
{
	unsigned int i;
	char *at;

	for (i = 0; i < rounds; i++) {
		at = attach(id);
		touch(at, pages);
		if (shmdt(at))
			fail("shmdt");
	}
}

static int sysv(void)
{
	int id = shmget('s' << 8 | 'v', PAGES * PAGE, IPC_CREAT | 0600);

	if (id < 0)
		fail("shmget");
	if (!child_make("a")) {
		attach_and_detach(id, 3);
		exit(0);
	}
	if (children_wait())
		return 1;
	if (!child_make("b")) {
		attach_and_detach(id, 0);
		attach(id);
		attach(id);
		if (shmat(-1, NULL, 0) != (void *)-1)
			fail("shmat");
		_exit(0);
	}
	return children_wait();
}

static int posix(void)
{
	int fd = shm_open("/a-segment", O_CREAT | O_RDWR, 0600), k;
	unsigned int i;
	size_t bytes;

	if (fd < 0 || ftruncate(fd, PAGES * PAGE))
		fail("shm_open");
	for (k = 0; k < 2; k++) {
		if (child_make(k ? "b" : "a"))
			continue;
		bytes = (k ? PAGES / 2 : PAGES) * PAGE;
		for (i = 0; i < rounds; i++)
			unmap(map(fd, bytes, MAP_SHARED), bytes);
		exit(0);
	}
	return children_wait();
}

static void descriptor_send(int to, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	if (!c)
		fail("no room");
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(to, &m, 0) != 1)
		fail("sendmsg");
}

static int descriptor_receive(int from)
{
	int fd;
	char byte, control[CMSG_SPACE(sizeof(fd))];
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c;

	if (recvmsg(from, &m, 0) != 1)
		fail("recvmsg");
	c = CMSG_FIRSTHDR(&m);
	if (!c)
		fail("no descriptor");
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static int passed(void)
{
	int ends[2], fd;
	char *at, byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		fail("socketpair");
	if (!child_make("a")) {
		fd = memfd_make("passed");
		at = map(fd, PAGES * PAGE, MAP_SHARED);
		descriptor_send(ends[0], fd);
		/* Until the other one has mapped it, too. What is touched then shows at the end. */
		(void)!read(ends[0], &byte, 1);
		touch(at, 5);
		_exit(0);
	}
	if (!child_make("b")) {
		map(descriptor_receive(ends[1]), PAGES * PAGE, MAP_SHARED);
		(void)!write(ends[1], "x", 1);
		_exit(0);
	}
	return children_wait();
}

static int with_child(bool becomes_another)
{
	char *at;

	if (!child_make("a")) {
		at = map(memfd_make(pattern), PAGES * PAGE, MAP_SHARED);
		touch(at, 2);
		if (!child_make("b")) {
			if (becomes_another)
				execl("/bin/true", "true", NULL);
			_exit(becomes_another ? 1 : 0);
		}
		if (children_wait())
			_exit(1);
		unmap(at, PAGES * PAGE);
		_exit(0);
	}
	return children_wait();
}

static int inherited(void)
{
	return with_child(false);
}

static int exec_ends(void)
{
	return with_child(true);
}

static int private_maps(void)
{
	int fd = memfd_make("private"), disk = open("/proc/self/exe", O_RDONLY);

	name_set("a");
	map(fd, PAGES * PAGE, MAP_PRIVATE);
	map(-1, PAGES * PAGE, MAP_SHARED | MAP_ANONYMOUS);
	if (disk < 0 || mmap(NULL, PAGE, PROT_READ, MAP_SHARED, disk, 0) == MAP_FAILED)
		fail("mmap");
	return 0;
}

static int copied(void)
{
	int fd = memfd_make("copied");

	name_set("a");
	map(fd, PAGES * PAGE, MAP_SHARED);
	unmap(map(fd, PAGES * PAGE, MAP_PRIVATE), PAGES * PAGE);
	_exit(0);
}

/* Mappings of nobody else's, so many that they are not looked at in one go; before older ones. */
static void map_many(unsigned int n)
{
	char *at = map(-1, 2UL * n * PAGE, MAP_PRIVATE | MAP_ANONYMOUS);

	while (n--) {
		if (mprotect(at + 2UL * n * PAGE, PAGE, PROT_NONE))
			fail("mprotect");
	}
}

static int held(void)
{
	int fd = shm_open("/a-segment", O_CREAT | O_RDWR, 0600);
	int to_read = shm_open("/a-segment", O_RDONLY, 0);
	pid_t b;
	char *at;

	if (fd < 0 || to_read < 0 || ftruncate(fd, PAGES * PAGE))
		fail("shm_open");
	at = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, to_read, 0);
	if (at == MAP_FAILED)
		fail("mmap");
	map_many(500);
	b = child_make("b");
	if (!b) {
		(void)!read(0, &fd, 1);
		_exit(0);
	}
	name_set("a");
	printf("%d %d\n", getpid(), b);
	fflush(stdout);
	(void)!read(0, &fd, 1);
	unmap(at, PAGES * PAGE);
	return children_wait();
}

static double since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (now.tv_sec - begin->tv_sec) * 1e9 + (now.tv_nsec - begin->tv_nsec);
}

static int cost(void)
{
	struct sembuf up = { .sem_op = 1 }, down = { .sem_op = -1 };
	int set = semget(IPC_PRIVATE, 1, 0600);
	struct timespec begin;
	double semop_ns;
	unsigned int i;

	if (set < 0)
		fail("semget");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (i = 0; i < rounds; i++) {
		if (semop(set, &up, 1) || semop(set, &down, 1))
			fail("semop");
	}
	semop_ns = since(&begin) / rounds / 2;
	semctl(set, 0, IPC_RMID);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (i = 0; i < rounds; i++)
		unmap(map(-1, PAGE, MAP_PRIVATE | MAP_ANONYMOUS), PAGE);
	printf("%.0f %.0f\n", semop_ns, since(&begin) / rounds / 2);
	return 0;
}

static const struct pattern patterns[] = {
	{ "sysv", sysv }, { "posix", posix }, { "passed", passed }, { "inherited", inherited },
	{ "exec", exec_ends }, { "private", private_maps },
	{ "copied", copied }, { "held", held }, { "cost", cost }, { 0 }
};

int main(int argc, char **argv)
{
	return pattern_run(patterns, argc, argv);
}
