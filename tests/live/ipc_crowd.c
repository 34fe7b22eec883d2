// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_crowd TASKS ROUNDS: many tasks on few CPUs that send to each other, and what each sends has a
 * size that is its own, so that no call of another passes for one of its. In each round task number i,
 * "crowd.i", sends SIZE(i) bytes
 *
 *   to the next task: by a pipe, by TCP; and SIGRTMIN
 *   to "crowd.in", who receives of all: by a unix socket (seqpacket), by a POSIX message queue
 *
 * and wakes nobody by a futex of its own; after the last round i times more. Meanwhile all are moved
 * from CPU to CPU, wherever they are, and tasks of a higher priority take the CPUs again and again.
 */
#include <errno.h>
#include <error.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ways.h"

#define TASKS_MAX	14
#define SIZE(i)		(40U + 8 * (i))
#define ROOM		512U
#define POKE_NS		150000

static unsigned int tasks, rounds;
static char buffer[ROOM];
static struct way pipes[TASKS_MAX], connections[TASKS_MAX], all;
static mqd_t queue;
static struct shared {
	pid_t pid[TASKS_MAX + 1];
	unsigned int word[TASKS_MAX];
	volatile int go;
} *shared;

static pid_t task_make(const char *name)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (!pid)
		prctl(PR_SET_NAME, name);
	return pid;
}

static void send_one(int fd, unsigned int size)
{
	if (write(fd, buffer, size) != size)
		fail("write");
}

static void receive_one(int fd, unsigned int size)
{
	unsigned int have = 0;
	ssize_t got;

	for (; have < size; have += got) {
		got = read(fd, buffer, size - have);
		if (got <= 0)
			fail("read");
	}
}

static void signal_receive(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	if (sigwaitinfo(&set, NULL) != SIGRTMIN)
		fail("sigwaitinfo");
}

static void wake_nobody(unsigned int i)
{
	if (syscall(SYS_futex, &shared->word[i], FUTEX_WAKE, 1, NULL, NULL, 0))
		fail("futex");
}

static void round_play(unsigned int i)
{
	unsigned int next = (i + 1) % tasks, before = (i + tasks - 1) % tasks;

	send_one(pipes[i].out, SIZE(i));
	send_one(connections[i].out, SIZE(i));
	if (sigqueue(shared->pid[next], SIGRTMIN, (union sigval){ 0 }))
		fail("sigqueue");
	send_one(all.out, SIZE(i));
	if (mq_send(queue, buffer, SIZE(i), 0))
		fail("mq_send");
	wake_nobody(i);
	receive_one(pipes[before].in, SIZE(before));
	receive_one(connections[before].in, SIZE(before));
	signal_receive();
}

static void task_play(unsigned int i)
{
	unsigned int r;

	while (!shared->go)
		sched_yield();
	for (r = 0; r < rounds; r++)
		round_play(i);
	for (r = 0; r < i; r++)
		wake_nobody(i);
	exit(0);
}

/* Of each as many as it sends, in whatever order they come. */
static void all_receive(void)
{
	unsigned int r;

	for (r = 0; r < rounds * tasks; r++) {
		if (read(all.in, buffer, sizeof(buffer)) <= 0)
			fail("read");
		if (mq_receive(queue, buffer, sizeof(buffer), NULL) <= 0)
			fail("mq_receive");
	}
	exit(0);
}

static void on_cpu(pid_t pid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(pid, sizeof(set), &set);	/* that CPU may have gone */
}

/* Takes its CPU from whoever has it, wherever that is. */
static pid_t poker_make(int cpu)
{
	struct timespec t = { .tv_nsec = POKE_NS };
	struct sched_param param = { .sched_priority = 1 };
	pid_t pid = task_make("poker");

	if (pid)
		return pid;
	on_cpu(0, cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		fail("sched_setscheduler");
	for (;;)
		nanosleep(&t, NULL);
}

static void ways_make(void)
{
	struct mq_attr attr = { .mq_maxmsg = 10, .mq_msgsize = sizeof(buffer) };
	char name[32];
	unsigned int i;

	for (i = 0; i < tasks; i++) {
		pipes[i] = way_pipe();
		connections[i] = way_tcp();
	}
	all = way_seqpacket();
	snprintf(name, sizeof(name), "/crowd.%d", getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	if (queue < 0 || mq_unlink(name))
		fail(name);
}

/* Moves them all, until they have ended; or one has failed, and others would wait for it. */
static int tasks_move(int cpus)
{
	unsigned int left = tasks + 1, i, turn;
	int status, bad = 0;

	for (turn = 0; left && !bad; turn++) {
		for (i = 0; i <= tasks; i++)
			on_cpu(shared->pid[i], (turn + i) % cpus);
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			bad |= status;
			left--;
		}
	}
	for (i = 0; bad && i <= tasks; i++)
		kill(shared->pid[i], SIGKILL);
	return bad;
}

int main(int argc, char **argv)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), cpu, bad;
	pid_t poker[2], pid;
	char name[16];
	unsigned int i;
	sigset_t set;

	if (argc != 3)
		error(2, 0, "usage: ipc_crowd TASKS ROUNDS");
	tasks = atoi(argv[1]);
	rounds = atoi(argv[2]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (tasks < 2 || tasks > TASKS_MAX || shared == MAP_FAILED)
		fail("tasks");
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ways_make();
	for (i = 0; i <= tasks; i++) {
		snprintf(name, sizeof(name), i < tasks ? "crowd.%u" : "crowd.in", i);
		pid = task_make(name);
		if (!pid && i < tasks)
			task_play(i);
		else if (!pid)
			all_receive();
		shared->pid[i] = pid;
	}
	for (cpu = 0; cpu < 2 && cpu < cpus; cpu++)
		poker[cpu] = poker_make(cpu);
	shared->go = 1;
	bad = tasks_move(cpus);
	for (cpu = 0; cpu < 2 && cpu < cpus; cpu++)
		kill(poker[cpu], SIGKILL);
	return bad ? 1 : 0;
}
