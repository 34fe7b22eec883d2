// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: a thread that is given names by another one, from another CPU, until it ends and after that,
 * while others are made that may get what was kept of it.
 *
 * So many threads wait. Then, so many times, one of them ends, one is made that is renamed again and again until it
 * has ended, and one that stays, all without a name of their own. At last all end.
 *
 * usage: renames THREADS TIMES		prints the number of each that has stayed
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST	10000

/* Who waits first. */
static struct {
	pthread_t thread;
	sem_t ends;
} first[MOST];
static pthread_t stay[MOST];
static int stay_tid[MOST];
static sem_t stays, ready;
static atomic_int victim, renamed, done;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("renames: a CPU");
}

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem))
		;
}

/* Nobody else comes to our CPU until this thread has left it for good. */
static void end_first(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &first))
		fail("renames: SCHED_FIFO");
}

static void *waits_first(void *arg)
{
	int i = *(int *)arg;

	sem_post(&ready);
	wait_for(&first[i].ends);
	end_first();
	return NULL;
}

static void *stays_on(void *arg)
{
	*(int *)arg = syscall(SYS_gettid);
	sem_post(&ready);
	wait_for(&stays);
	return NULL;
}

/* Until it has been given a name while it is here, and a little longer. */
static void *is_renamed(void *arg)
{
	int before = renamed;

	victim = syscall(SYS_gettid);
	while (renamed == before)
		;
	end_first();
	return arg;
}

/* Through one descriptor, which reaches the thread for as long as it is anywhere. */
static void *renames(void *arg)
{
	char path[64], name[16];
	int tid, fd, len;

	pin(1);
	while (!done) {
		tid = victim;
		if (!tid)
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
		fd = open(path, O_WRONLY);
		len = snprintf(name, sizeof(name), "r%d", tid);
		while (fd >= 0 && write(fd, name, len) == len)
			renamed++;
		if (fd >= 0)
			close(fd);
		/* It may have been made to go on by this one, and gone, before it was looked at. */
		renamed++;
		atomic_compare_exchange_strong(&victim, &tid, 0);
	}
	return arg;
}

static pthread_t thread(void *(*body)(void *), void *arg)
{
	pthread_attr_t small;
	pthread_t t;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	if (pthread_create(&t, &small, body, arg))
		fail("renames: a thread");
	return t;
}

/* One of those that are there ends, one is renamed until it has ended, one stays. */
static void turn(int i)
{
	sem_post(&first[i].ends);
	pthread_join(first[i].thread, NULL);
	pthread_join(thread(is_renamed, NULL), NULL);
	stay[i] = thread(stays_on, &stay_tid[i]);
	wait_for(&ready);
}

static void all_end(int n, int times)
{
	int i;

	for (i = 0; i < n; i++)
		sem_post(i < times ? &stays : &first[i].ends);
	for (i = 0; i < n; i++)
		pthread_join(i < times ? stay[i] : first[i].thread, NULL);
	for (i = 0; i < times; i++)
		printf("%d\n", stay_tid[i]);
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0, times = argc == 3 ? atoi(argv[2]) : 0, i;
	pthread_t renamer;

	if (times < 1 || n < times || n > MOST) {
		fprintf(stderr, "usage: renames THREADS TIMES\n");
		return 2;
	}
	pin(0);
	sem_init(&stays, 0, 0);
	sem_init(&ready, 0, 0);
	renamer = thread(renames, NULL);
	for (i = 0; i < n; i++) {
		sem_init(&first[i].ends, 0, 0);
		first[i].thread = thread(waits_first, &i);
		wait_for(&ready);
	}
	for (i = 0; i < times; i++)
		turn(i);
	done = 1;
	pthread_join(renamer, NULL);
	all_end(n, times);
	return 0;
}
