// SPDX-License-Identifier: GPL-2.0
/*
 * More objects than a table has room for: pipes that are made, used for one message of 8 bytes from
 * thread a to thread b, and closed, one after the other; and what is beside them.
 *
 *   ipc_scale churn N    N pipes
 *   ipc_scale pairs N    N threads s send a byte to each of N threads r, by a pipe for each r
 *   ipc_scale steady N   beside N pipes: c sends to d by one pipe all the time; y waits in a read all
 *                        the time, until x writes; w waits for a futex, until v wakes it. Prints how
 *                        often c has sent, and the numbers of the two inodes
 */
#include <error.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BATCH	64			/* pipes at a time */
#define GROUP	16			/* of senders, whose messages one read gets */

static void fail(const char *what)
{
	error(1, errno, "%s", what);
}

struct job {
	const char *name;
	void *(*run)(void *);
	void *arg;
};

/* Who is done soon has its name before. */
static void *job_run(void *arg)
{
	struct job job = *(struct job *)arg;

	free(arg);
	pthread_setname_np(pthread_self(), job.name);
	return job.run(job.arg);
}

static pthread_t start(const char *name, void *(*run)(void *), void *arg)
{
	struct job *job = malloc(sizeof(*job));
	pthread_attr_t small;
	pthread_t thread;

	if (!job)
		fail("malloc");
	*job = (struct job){ name, run, arg };
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	errno = pthread_create(&thread, &small, job_run, job);
	if (errno)
		fail("pthread_create");
	return thread;
}

static void pipe_make(int fd[2])
{
	if (pipe(fd))
		fail("pipe");
}

static void send_to(int fd)
{
	uint64_t message = 1;

	if (write(fd, &message, sizeof(message)) != sizeof(message))
		fail("write");
}

static void receive_from(int fd)
{
	uint64_t message;

	if (read(fd, &message, sizeof(message)) != sizeof(message))
		fail("read");
}

static void inode_print(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		fail("fstat");
	printf("%llu\n", (unsigned long long)st.st_ino);
}

/* Everybody is at the same place. */
static pthread_barrier_t all;

static long pipes;
static int batch[BATCH][2], always[2], waited[2];
static int word;
static pid_t reader, waiter;

static long batch_size(long done)
{
	return pipes - done < BATCH ? pipes - done : BATCH;
}

static void *run_a(void *arg)
{
	long done, i;

	for (done = 0; done < pipes; done += batch_size(done)) {
		for (i = 0; i < batch_size(done); i++) {
			pipe_make(batch[i]);
			send_to(batch[i][1]);
		}
		pthread_barrier_wait(&all);
		pthread_barrier_wait(&all);
		for (i = 0; i < batch_size(done); i++) {
			close(batch[i][0]);
			close(batch[i][1]);
		}
	}
	return arg;
}

static void *run_b(void *arg)
{
	long done, i;

	for (done = 0; done < pipes; done += batch_size(done)) {
		pthread_barrier_wait(&all);
		for (i = 0; i < batch_size(done); i++)
			receive_from(batch[i][0]);
		pthread_barrier_wait(&all);
	}
	return arg;
}

/* As often as there are batches. */
static void *run_c(void *arg)
{
	long done;

	for (done = 0; done < pipes; done += batch_size(done)) {
		pthread_barrier_wait(&all);
		send_to(always[1]);
		pthread_barrier_wait(&all);
	}
	return arg;
}

static void *run_d(void *arg)
{
	long done;

	for (done = 0; done < pipes; done += batch_size(done)) {
		pthread_barrier_wait(&all);
		receive_from(always[0]);
		pthread_barrier_wait(&all);
	}
	return arg;
}

static void *run_y(void *arg)
{
	__atomic_store_n(&reader, gettid(), __ATOMIC_SEQ_CST);
	receive_from(waited[0]);
	return arg;
}

static void *run_w(void *arg)
{
	__atomic_store_n(&waiter, gettid(), __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&word, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	return arg;
}

static void *run_x(void *arg)
{
	send_to(waited[1]);
	return arg;
}

static void *run_v(void *arg)
{
	__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	return arg;
}

static void alone(const char *name, void *(*run)(void *))
{
	pthread_join(start(name, run, NULL), NULL);
}

/* Whether a thread of ours is in that system call, asleep: else its file has another line. */
static bool sleeps_in(const pid_t *tid, long nr)
{
	char path[48], line[16] = "", want[24];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", __atomic_load_n(tid,
		 __ATOMIC_SEQ_CST));
	snprintf(want, sizeof(want), "%ld ", nr);
	file = fopen(path, "r");
	if (file && !fgets(line, sizeof(line), file))
		line[0] = 0;
	if (file)
		fclose(file);
	return !strncmp(line, want, strlen(want));
}

static void churn(bool steady)
{
	pthread_t a, b, c, d;

	pthread_barrier_init(&all, NULL, steady ? 4 : 2);
	a = start("a", run_a, NULL);
	b = start("b", run_b, NULL);
	if (steady) {
		c = start("c", run_c, NULL);
		d = start("d", run_d, NULL);
		pthread_join(c, NULL);
		pthread_join(d, NULL);
	}
	pthread_join(a, NULL);
	pthread_join(b, NULL);
}

static void steady(void)
{
	pthread_t w, y;

	pipe_make(always);
	pipe_make(waited);
	w = start("w", run_w, NULL);
	y = start("y", run_y, NULL);
	while (!sleeps_in(&reader, SYS_read) || !sleeps_in(&waiter, SYS_futex))
		;
	churn(true);
	alone("x", run_x);
	alone("v", run_v);
	pthread_join(y, NULL);
	pthread_join(w, NULL);
	printf("%ld\n", (pipes + BATCH - 1) / BATCH);
	inode_print(always[0]);
	inode_print(waited[0]);
}

static int (*to)[2];
static long turn;			/* of senders: one at a time, or nobody knows the order */

static void *run_s(void *arg)
{
	long me = (long)arg, round, i;

	for (round = 0; round < pipes / GROUP; round++) {
		if (me / GROUP == round) {
			while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != me)
				sched_yield();
			for (i = 0; i < pipes; i++) {
				if (write(to[i][1], "", 1) != 1)
					fail("write");
			}
			__atomic_store_n(&turn, me + 1, __ATOMIC_SEQ_CST);
		}
		pthread_barrier_wait(&all);
		pthread_barrier_wait(&all);
	}
	return arg;
}

static void *run_r(void *arg)
{
	char got[GROUP];
	long round;

	for (round = 0; round < pipes / GROUP; round++) {
		pthread_barrier_wait(&all);
		if (read(to[(long)arg][0], got, GROUP) != GROUP)
			fail("read");
		pthread_barrier_wait(&all);
	}
	return arg;
}

static void pairs(void)
{
	pthread_t *thread = calloc(2 * pipes, sizeof(*thread));
	long i;

	to = calloc(pipes, sizeof(*to));
	if (!thread || !to || pipes % GROUP)
		fail("pairs: N is a multiple of 16");
	pthread_barrier_init(&all, NULL, 2 * pipes);
	for (i = 0; i < pipes; i++)
		pipe_make(to[i]);
	for (i = 0; i < pipes; i++) {
		thread[i] = start("s", run_s, (void *)i);
		thread[pipes + i] = start("r", run_r, (void *)i);
	}
	for (i = 0; i < 2 * pipes; i++)
		pthread_join(thread[i], NULL);
	free(thread);
	free(to);
}

int main(int argc, char **argv)
{
	pipes = argc == 3 ? atol(argv[2]) : 0;
	if (pipes && !strcmp(argv[1], "churn"))
		churn(false);
	else if (pipes && !strcmp(argv[1], "pairs"))
		pairs();
	else if (pipes && !strcmp(argv[1], "steady"))
		steady();
	else
		error(2, 0, "usage: ipc_scale churn|pairs|steady N");
	return 0;
}
