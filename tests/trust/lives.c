// SPDX-License-Identifier: GPL-2.0
/*
 * Makes processes and threads in every way there is, a known number of them, lets all end and reaps
 * them; then the ledger must balance: created = ended, and nobody is left.
 *
 * usage: lives make N            at least N processes and N threads; prints how many
 *        lives device N          the same, against the module's records and the kernel's own count
 *        lives file RECORDING CREATED    the records of such a run
 *        lives tracked           the module tracks exactly the threads that there are
 */
#include <dirent.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "stream.h"

#define STORM	8
#define TIDS	(1 << 22)

static unsigned long processes, threads;

static pid_t child_start(void (*run)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		run();
		_exit(0);
	}
	processes++;
	return pid;
}

static void reap(pid_t pid)
{
	if (waitpid(pid, NULL, 0) != pid)
		die("waitpid");
}

static void nothing(void)
{
}

static void plain(void)
{
	reap(child_start(nothing));
}

static void by_vfork(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	processes++;
	reap(pid);
}

static void by_clone3(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	processes++;
	reap(pid);
}

static void fork_and_leave(void)
{
	child_start(nothing);
}

/* The grandchild comes to us, since we are a subreaper. */
static void double_fork(void)
{
	reap(child_start(fork_and_leave));
	processes++;
	if (wait(NULL) < 0)
		die("the grandchild");
}

static void ignore_child(void)
{
	signal(SIGCHLD, SIG_IGN);
	child_start(nothing);
	if (wait(NULL) != -1 || errno != ECHILD)
		_exit(1);
}

/* The child's child reaps itself. */
static void ignored(void)
{
	reap(child_start(ignore_child));
	processes++;
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void kill_storm(void)
{
	pid_t pid[STORM];
	int i;

	for (i = 0; i < STORM; i++)
		pid[i] = child_start(wait_for_ever);
	for (i = 0; i < STORM; i++)
		kill(pid[i], SIGKILL);
	for (i = 0; i < STORM; i++)
		reap(pid[i]);
}

static void *thread_nothing(void *arg)
{
	return arg;
}

static void *thread_late(void *arg)
{
	usleep(1000);
	return arg;
}

static void *thread_exec(void *arg)
{
	execl("/bin/true", "true", NULL);
	_exit(127);
	return arg;
}

static void *thread_pause(void *arg)
{
	wait_for_ever();
	return arg;
}

static void threads_make(int n, void *(*run)(void *), bool join)
{
	pthread_t t[STORM];
	int i;

	for (i = 0; i < n; i++) {
		if (pthread_create(&t[i], NULL, run, NULL))
			_exit(1);
	}
	for (i = 0; join && i < n; i++)
		pthread_join(t[i], NULL);
}

static void threads_joined(void)
{
	threads_make(STORM, thread_nothing, true);
}

static void leader_first(void)
{
	threads_make(4, thread_late, false);
	pthread_exit(NULL);
}

static void exec_from_thread(void)
{
	threads_make(2, thread_pause, false);
	threads_make(1, thread_exec, true);
}

static void traced(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
}

static void by_ptrace(void)
{
	pid_t pid = child_start(traced);
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die("ptrace");
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	reap(pid);
}

static void with_threads(void (*run)(void), int n)
{
	reap(child_start(run));
	threads += n;
}

/* Until there are enough; all are reaped. */
static void make(unsigned long n)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (processes < n || threads < n) {
		plain();
		by_vfork();
		by_clone3();
		double_fork();
		ignored();
		kill_storm();
		by_ptrace();
		with_threads(threads_joined, STORM);
		with_threads(leader_first, 4);
		with_threads(exec_from_thread, 3);
	}
	if (wait(NULL) != -1 || errno != ECHILD)
		die("somebody is left");
}

/* Forks and threads of the whole system, as the kernel counts. */
static __u64 created_now(void)
{
	unsigned long long n = 0;
	char line[4096];
	FILE *f = fopen("/proc/stat", "r");

	while (f && !n && fgets(line, sizeof(line), f))
		sscanf(line, "processes %llu", &n);
	if (!n)
		die("/proc/stat");
	fclose(f);
	return n;
}

/* Of the tree below root: made and ended. An exec from a thread takes over the leader's tid. */
static void tree_count(const struct recs *r, __u32 root, unsigned long *made, unsigned long *ended)
{
	static bool member[TIDS];
	size_t i;

	*made = *ended = 0;
	member[root] = true;
	for (i = 0; i < r->n; i++) {
		const struct rec *e = &r->rec[i];

		if (e->id == OSCOPE_REC_NEWTASK && member[e->w[1] % TIDS]) {
			member[e->w[0] % TIDS] = true;
			++*made;
		} else if (e->id == OSCOPE_REC_EXIT && member[e->w[0] % TIDS]) {
			++*ended;
		}
	}
}

static int cmd_device(unsigned long n)
{
	unsigned long made, ended, all = 0;
	int fd = dev_open();
	struct recs recs;
	__u64 kernel;
	size_t i;

	dev_ring(fd, 1 << 17, OSCOPE_RING_DROP,
		 1ULL << OSCOPE_REC_NEWTASK | 1ULL << OSCOPE_REC_EXIT);
	kernel = created_now();
	make(n);
	kernel = created_now() - kernel;
	if (ioctl(fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING_STOP");
	recs = recs_read(fd);
	tree_count(&recs, getpid(), &made, &ended);
	for (i = 0; i < recs.n; i++)
		all += recs.rec[i].id == OSCOPE_REC_NEWTASK;
	printf("%lu processes + %lu threads: %lu made, %lu ended, %llu lost; all of the system: %lu "
	       "made, %llu as the kernel counts\n", processes, threads, made, ended, recs.lost, all,
	       kernel);
	return recs.lost || made != processes + threads || ended != made || all != kernel;
}

/* The root's own creation was before; its end is there. */
static int cmd_file(const char *path, unsigned long created)
{
	int fd = open(path, O_RDONLY);
	unsigned long made = 0, ended = 0;
	struct recs recs;
	size_t i;

	if (fd < 0)
		die(path);
	recs = recs_read(fd);
	for (i = 0; i < recs.n; i++) {
		made += recs.rec[i].id == OSCOPE_REC_NEWTASK;
		ended += recs.rec[i].id == OSCOPE_REC_EXIT;
	}
	printf("%lu created: %lu made, %lu ended with the root, %llu lost\n", created, made, ended,
	       recs.lost);
	return recs.lost || made != created || ended != created + 1;
}

static unsigned long entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned long n = 0;
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		n += e->d_name[0] >= '0' && e->d_name[0] <= '9';
	if (dir)
		closedir(dir);
	return n;
}

static unsigned long live_threads(void)
{
	DIR *dir = opendir("/proc");
	unsigned long n = 0;
	struct dirent *e;
	char path[300];

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task", e->d_name);
		n += entries(path);
	}
	if (dir)
		closedir(dir);
	return n;
}

/* Dead tasks go when their last user has let go, a little later. */
static int cmd_tracked(void)
{
	unsigned long have = 0, live = 1, tries;
	FILE *f;

	for (tries = 0; tries < 200 && have != live; tries++) {
		if (tries)
			usleep(50000);
		f = fopen("/sys/kernel/oscope/tasks", "r");
		if (!f || fscanf(f, "%lu", &have) != 1)
			die("tasks");
		fclose(f);
		live = live_threads();
	}
	printf("%lu tracked, %lu alive, after %lu looks\n", have, live, tries);
	return have != live;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(what, "device"))
		return cmd_device(number(argv[2], 1));
	if (argc == 4 && !strcmp(what, "file"))
		return cmd_file(argv[2], number(argv[3], 1));
	if (argc == 2 && !strcmp(what, "tracked"))
		return cmd_tracked();
	if (argc != 3 || strcmp(what, "make"))
		die("usage: lives make N | device N | file RECORDING CREATED | tracked");
	make(number(argv[2], 1));
	printf("%lu %lu\n", processes, threads);
	return 0;
}
