// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the records of tasks' lives that the module sends until it is interrupted: "ready N" once the N
 * identities of who is there have come, then a line an id with its number.
 *
 * usage: events count
 *        events programs N	start N programs on one CPU after the other, a small one, and wait for each
 *        events threads N	have N threads that only wait, until it is killed; says "ready" then
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "dev.h"
#include "kmod/core/ring.h"

static unsigned long count[OSCOPE_REC_MAX], lost;
static bool ended;
static int fd;

static void stop(int sig)
{
	ioctl(fd, OSCOPE_IOC_RING_STOP);
}

static void look(const char *at, size_t bytes)
{
	const struct oscope_chunk *chunk;
	const struct oscope_slot *slot;
	__u32 i;

	for (; bytes >= sizeof(*chunk); at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)at;
		bytes -= sizeof(*chunk) + chunk->bytes;
		slot = (const void *)(chunk + 1);
		if (chunk->kind == OSCOPE_CHUNK_END) {
			lost = ((const struct oscope_chunk_end *)slot)->lost;
			ended = true;
			continue;
		}
		for (i = 0; i < chunk->bytes / sizeof(*slot); i++) {
			if (!(slot[i].head & OSCOPE_HEAD_CONT))
				count[oscope_head_id(slot[i].head) % OSCOPE_REC_MAX]++;
		}
	}
}

static int cmd_programs(unsigned long n)
{
	char *const program[] = { "/bin/busybox", "true", NULL };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;
	int status;
	pid_t pid;

	while (n--) {
		CPU_ZERO(&set);
		CPU_SET(n % cpus, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			die("sched_setaffinity");
		errno = posix_spawn(&pid, program[0], NULL, NULL, program, NULL);
		if (errno || waitpid(pid, &status, 0) != pid || status)
			die(program[0]);
	}
	return 0;
}

static void *thread_wait(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static int cmd_threads(unsigned long n)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		die("prctl");
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 16);
	while (n--) {
		errno = pthread_create(&thread, &attr, thread_wait, NULL);
		if (errno)
			die("pthread_create");
	}
	printf("ready\n");
	fflush(stdout);
	thread_wait(NULL);
	return 0;
}

static int cmd_count(void)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = SA_RESTART };
	static char bytes[1 << 16];
	ssize_t n;
	int id;

	fd = dev_open();
	sigaction(SIGINT, &action, NULL);
	dev_ring(fd, 1 << 16, OSCOPE_RING_DROP,
		 1ULL << OSCOPE_REC_IDENTITY | 1ULL << OSCOPE_REC_NEWTASK |
		 1ULL << OSCOPE_REC_EXEC | 1ULL << OSCOPE_REC_EXIT |
		 1ULL << OSCOPE_REC_ZOMBIE | 1ULL << OSCOPE_REC_REAP | 1ULL << OSCOPE_REC_WAITING |
		 1ULL << OSCOPE_REC_SPAWNED);
	if (read(fd, bytes, sizeof(bytes)) != sizeof(struct oscope_file_header))
		die("the header");
	n = read(fd, bytes, sizeof(bytes));
	if (n > 0)
		look(bytes, n);
	printf("ready %lu\n", count[OSCOPE_REC_IDENTITY]);
	fflush(stdout);
	while (!ended && (n = read(fd, bytes, sizeof(bytes))) > 0)
		look(bytes, n);
	for (id = 0; id < OSCOPE_REC_MAX; id++) {
		if (count[id])
			printf("%d %lu\n", id, count[id]);
	}
	return lost || !ended;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "count"))
		return cmd_count();
	if (argc == 3 && !strcmp(argv[1], "programs"))
		return cmd_programs(number(argv[2], 1));
	if (argc == 3 && !strcmp(argv[1], "threads"))
		return cmd_threads(number(argv[2], 1));
	die("usage: events count | programs N | threads N");
}
