// SPDX-License-Identifier: GPL-2.0
/*
 * deadlocks WHAT: tasks that wait for each other for ever, or seem to. Each has a name of its own,
 * a, b, c, ...: a waits for b, b for c, and the last for a. Files lie below $TMPDIR.
 *
 *   two, ring, philosophers   2, 3, 5 threads, each has a mutex and wants that of the next
 *   recursive, errorcheck, adaptive, robust  two threads, mutexes of that kind
 *   pi            a mutex with priority inheritance, and a plain one
 *   self          a thread that takes its own once more
 *   processes     two processes that have the mutexes at different addresses
 *   namespaces    ... the second of them in a PID namespace of its own
 *   flock         two processes with a lock on a file each
 *   mixed         ... one by flock(), one by fcntl(), of which the kernel sees no cycle
 *   passed        as flock, but a third one has the open file, too
 *   semaphores    two processes with a SysV semaphore each
 *   join          a waits for the end of b, which waits for what a has
 *   timed         as two, but one of them not for ever
 *   gone          one waits for what another had that has ended
 *   convoy N      four that take a mutex with priority inheritance, N times each, for 1 ms
 *   turns N       two that keep it, N times each, until the other one waits for it
 *   contended MS  four threads that take the same mutexes in the same order, for that long
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TASKS_MAX	5
#define AREA		4096

/* In memory that all of them have. */
struct shared {
	pthread_mutex_t mutex[TASKS_MAX];
	pthread_barrier_t all_have_one;
	volatile bool done;
};

static struct shared *shared;
static unsigned int n;
static bool timed;

static void fail(const char *what, int err)
{
	error(1, err, "%s", what);
}

static void name_self(unsigned int i)
{
	char name[2] = { 'a' + i };

	prctl(PR_SET_NAME, name);
}

static void mutexes_make(int type, bool robust, int pi, bool pshared)
{
	pthread_mutexattr_t attr;
	unsigned int i;

	for (i = 0; i < TASKS_MAX; i++) {
		pthread_mutexattr_init(&attr);
		pthread_mutexattr_settype(&attr, type);
		if (robust)
			pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
		if ((int)i == pi)
			pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
		if (pshared)
			pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
		pthread_mutex_init(&shared->mutex[i], &attr);
	}
}

static void barrier_make(bool pshared)
{
	pthread_barrierattr_t attr;

	pthread_barrierattr_init(&attr);
	if (pshared)
		pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->all_have_one, &attr, n);
}

/* The i-th takes its own, waits until all have theirs, and wants that of the next. */
static void deadlock(struct shared *s, unsigned int i)
{
	struct timespec end;

	name_self(i);
	pthread_mutex_lock(&s->mutex[i]);
	pthread_barrier_wait(&s->all_have_one);
	if (timed && !i) {
		clock_gettime(CLOCK_REALTIME, &end);
		end.tv_sec += 3600;
		pthread_mutex_timedlock(&s->mutex[(i + 1) % n], &end);
	} else {
		pthread_mutex_lock(&s->mutex[(i + 1) % n]);
	}
	fail("a deadlock has ended", 0);
}

static void *thread(void *arg)
{
	deadlock(shared, (uintptr_t)arg);
	return arg;
}

static void threads(void)
{
	pthread_t t[TASKS_MAX];
	unsigned int i;

	barrier_make(false);
	for (i = 0; i < n; i++)
		pthread_create(&t[i], NULL, thread, (void *)(uintptr_t)i);
	for (i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

/* The second process has the area at another address. */
static void processes(bool namespaces)
{
	int fd = memfd_create("area", 0);

	if (fd < 0 || ftruncate(fd, AREA))
		fail("memfd_create", errno);
	shared = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	mutexes_make(PTHREAD_MUTEX_NORMAL, false, -1, true);
	barrier_make(true);
	if (namespaces && unshare(CLONE_NEWPID))
		fail("unshare", errno);
	if (!fork()) {
		struct shared *mine = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

		munmap(shared, AREA);
		deadlock(mine, 1);
	}
	deadlock(shared, 0);
}

static int file_open(unsigned int i)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/lock.%c", getenv("TMPDIR") ? : "/tmp", 'a' + i);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(path, errno);
	return fd;
}

static void file_lock(int fd, bool by_fcntl)
{
	struct flock whole = { .l_type = F_WRLCK };

	if (by_fcntl ? fcntl(fd, F_SETLKW, &whole) : flock(fd, LOCK_EX))
		fail("lock", errno);
}

/* The lock of a is by fcntl(), if any is. */
static void files(bool mixed, bool passed)
{
	unsigned int i;

	shared = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	barrier_make(true);
	i = fork() ? 0 : 1;
	name_self(i);
	{
		int mine = file_open(i), next;

		file_lock(mine, mixed && !i);
		if (passed && !i && !fork())
			pause();
		pthread_barrier_wait(&shared->all_have_one);
		next = file_open(1 - i);
		file_lock(next, mixed && i);
	}
	fail("a deadlock has ended", 0);
}

static void semaphores(void)
{
	struct sembuf take = { .sem_op = -1 };
	unsigned int i;
	int id = semget(IPC_PRIVATE, 2, 0600);

	if (id < 0 || semctl(id, 0, SETVAL, 1) || semctl(id, 1, SETVAL, 1))
		fail("semget", errno);
	printf("%d\n", id);
	fflush(stdout);
	shared = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	barrier_make(true);
	i = fork() ? 0 : 1;
	name_self(i);
	take.sem_num = i;
	if (semop(id, &take, 1))
		fail("semop", errno);
	pthread_barrier_wait(&shared->all_have_one);
	take.sem_num = 1 - i;
	if (!semop(id, &take, 1))	/* until the set is removed */
		fail("a deadlock has ended", 0);
}

static void *want_first(void *arg)
{
	name_self(1);
	pthread_mutex_lock(&shared->mutex[0]);
	return arg;
}

static void join(void)
{
	pthread_t t;

	name_self(0);
	pthread_mutex_lock(&shared->mutex[0]);
	pthread_create(&t, NULL, want_first, NULL);
	pthread_join(t, NULL);
}

static void *take_and_end(void *arg)
{
	pthread_mutex_lock(&shared->mutex[0]);
	return arg;
}

static void gone(void)
{
	pthread_t t;

	name_self(0);
	pthread_create(&t, NULL, take_and_end, NULL);
	pthread_join(t, NULL);
	pthread_mutex_lock(&shared->mutex[0]);
}

static void *contend(void *arg)
{
	unsigned int i, from;

	while (!shared->done) {
		for (from = 0; from < 2; from++) {
			for (i = from; i < 3; i++)
				pthread_mutex_lock(&shared->mutex[i]);
			for (i = 3; i > from; i--)
				pthread_mutex_unlock(&shared->mutex[i - 1]);
		}
	}
	return arg;
}

static void contended(unsigned int ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000L };
	pthread_t t[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, contend, NULL);
	nanosleep(&time, NULL);
	shared->done = true;
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

/* Given over by the kernel: who gives it back does not get it again before who waits. */
static void *queue_up(void *arg)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	unsigned int i;

	pthread_barrier_wait(&shared->all_have_one);
	for (i = 0; i < *(unsigned int *)arg; i++) {
		pthread_mutex_lock(&shared->mutex[0]);
		nanosleep(&ms, NULL);
		pthread_mutex_unlock(&shared->mutex[0]);
	}
	return arg;
}

static void convoy(unsigned int n)
{
	pthread_t t[4];
	unsigned int i;

	mutexes_make(PTHREAD_MUTEX_NORMAL, false, 0, false);
	pthread_barrier_init(&shared->all_have_one, NULL, 4);
	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, queue_up, &n);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

/* Until that thread waits for that mutex. While the owner runs it only spins, so we do not. */
static void wait_for_waiter(pid_t tid, const void *mutex)
{
	const struct timespec off_cpu = { .tv_nsec = 100000 };
	char path[64], line[160] = "";
	unsigned long call, word;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	do {
		nanosleep(&off_cpu, NULL);
		f = fopen(path, "r");
		if (!f || !fgets(line, sizeof(line), f))
			error(1, errno, "%s", path);
		fclose(f);
	} while (sscanf(line, "%lu %lx", &call, &word) != 2 || word != (unsigned long)mutex);
}

static struct {
	unsigned int n;
	volatile pid_t tid[2];
	volatile unsigned int has;	/* who had it last */
} turns;

/* Whoever has it keeps it until the other one waits for it, so who comes later. */
static void take_turns(unsigned int who)
{
	unsigned int i;

	for (i = 0; i < turns.n; i++) {
		while (i && turns.has != !who)
			sched_yield();
		if (who || i)
			pthread_mutex_lock(&shared->mutex[0]);
		turns.has = who;
		if (!who || i + 1 < turns.n)
			wait_for_waiter(turns.tid[!who], &shared->mutex[0]);
		pthread_mutex_unlock(&shared->mutex[0]);
	}
}

static void *second_turn(void *arg)
{
	turns.tid[1] = gettid();
	pthread_barrier_wait(&shared->all_have_one);
	take_turns(1);
	return arg;
}

static void in_turns(unsigned int n)
{
	pthread_t t;

	mutexes_make(PTHREAD_MUTEX_NORMAL, false, 0, false);
	pthread_barrier_init(&shared->all_have_one, NULL, 2);
	turns.n = n;
	turns.tid[0] = gettid();
	pthread_mutex_lock(&shared->mutex[0]);
	pthread_create(&t, NULL, second_turn, NULL);
	pthread_barrier_wait(&shared->all_have_one);
	take_turns(0);
	pthread_join(t, NULL);
}

static const struct {
	const char *name;
	unsigned int tasks;
	int type;
	bool robust;
	int pi;				/* which mutex has it */
} by_threads[] = {
	{ "two", 2, PTHREAD_MUTEX_NORMAL, false, -1 },
	{ "ring", 3, PTHREAD_MUTEX_NORMAL, false, -1 },
	{ "philosophers", 5, PTHREAD_MUTEX_NORMAL, false, -1 },
	{ "self", 1, PTHREAD_MUTEX_NORMAL, false, -1 },
	{ "timed", 2, PTHREAD_MUTEX_NORMAL, false, -1 },
	{ "recursive", 2, PTHREAD_MUTEX_RECURSIVE, false, -1 },
	{ "errorcheck", 2, PTHREAD_MUTEX_ERRORCHECK, false, -1 },
	{ "adaptive", 2, PTHREAD_MUTEX_ADAPTIVE_NP, false, -1 },
	{ "robust", 2, PTHREAD_MUTEX_NORMAL, true, -1 },
	{ "pi", 2, PTHREAD_MUTEX_NORMAL, false, 1 },
};

static void of_threads(const char *what)
{
	size_t i;

	for (i = 0; i < sizeof(by_threads) / sizeof(*by_threads); i++) {
		if (strcmp(what, by_threads[i].name))
			continue;
		n = by_threads[i].tasks;
		timed = !strcmp(what, "timed");
		mutexes_make(by_threads[i].type, by_threads[i].robust, by_threads[i].pi, false);
		threads();
	}
}

int main(int argc, char **argv)
{
	static struct shared mine;
	const char *what = argc > 1 ? argv[1] : "";

	shared = &mine;
	n = 2;
	mutexes_make(PTHREAD_MUTEX_NORMAL, false, -1, false);
	of_threads(what);
	if (!strcmp(what, "processes") || !strcmp(what, "namespaces"))
		processes(what[0] == 'n');
	else if (!strcmp(what, "flock") || !strcmp(what, "mixed") || !strcmp(what, "passed"))
		files(what[0] == 'm', what[0] == 'p');
	else if (!strcmp(what, "semaphores"))
		semaphores();
	else if (!strcmp(what, "join"))
		join();
	else if (!strcmp(what, "gone"))
		gone();
	else if (!strcmp(what, "contended") && argc > 2)
		contended(atoi(argv[2]));
	else if (!strcmp(what, "convoy") && argc > 2)
		convoy(atoi(argv[2]));
	else if (!strcmp(what, "turns") && argc > 2)
		in_turns(atoi(argv[2]));
	else
		error(2, 0, "no such deadlock: %s", what);
	return 0;
}
