// SPDX-License-Identifier: GPL-2.0
/* create.unit: are resources a process's, and is scheduling a thread's? */
#include <errno.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SLEEPS		20	/* of the thread; far more than its maker has reasons for */
#define OTHER_NICE	5

enum { RESOURCES_SHARED, CHILDS_OWN, OWN_NICE, OWN_POLICY, OWN_SWITCHES };

static const int resources[] = { KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND };

/* How many of the kinds of resources two tasks have in common; -errno. */
static int in_common(pid_t a, pid_t b)
{
	size_t i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(resources); i++) {
		long differs = syscall(SYS_kcmp, a, b, resources[i], 0, 0);

		if (differs < 0)
			return -errno;
		n += !differs;
	}
	return n;
}

struct thread {
	pid_t maker;
	int common;
	int err;
	long switches;
};

static long voluntary(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

/* Changes what belongs to scheduling, of itself; then sleeps a few times. */
static void *thread_main(void *arg)
{
	const struct timespec moment = { .tv_nsec = 50000 };
	struct sched_param param = { 0 };
	struct thread *t = arg;
	long before;
	int i;

	t->common = in_common(t->maker, gettid());
	if (setpriority(PRIO_PROCESS, gettid(), OTHER_NICE) ||
	    sched_setscheduler(0, SCHED_BATCH, &param))
		t->err = -errno;
	before = voluntary();
	for (i = 0; i < SLEEPS; i++)
		nanosleep(&moment, NULL);
	t->switches = voluntary() - before;
	return NULL;
}

static int thread_run(struct sample *s)
{
	struct thread t = { .maker = getpid() };
	long before = voluntary();
	pthread_t thread;
	int err;

	err = -pthread_create(&thread, NULL, thread_main, &t);
	if (!err)
		err = -pthread_join(thread, NULL);
	if (err)
		return err;
	sample_see(s, OWN_NICE, getpriority(PRIO_PROCESS, getpid()) != OTHER_NICE);
	sample_see(s, OWN_POLICY, sched_getscheduler(0) != SCHED_BATCH);
	sample_see(s, RESOURCES_SHARED, t.common == ARRAY_SIZE(resources));
	/* Each is counted for itself: the first one slept in the join only. */
	sample_see(s, OWN_SWITCHES, t.switches >= SLEEPS && voluntary() - before < SLEEPS);
	return t.common < 0 ? t.common : t.err;
}

static int run(struct sample *s)
{
	int common = 0, err, end[2];
	pid_t pid;

	err = thread_run(s);
	if (err || pipe(end))
		return err ? err : -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		close(end[1]);
		kin_hear(end[0]);
		_exit(0);
	}
	common = in_common(getpid(), pid);
	sample_see(s, CHILDS_OWN, common == 0);
	close(end[1]);
	s->ops = 1;
	err = kin_wait(pid, NULL);
	return common < 0 ? common : err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "threads of a process have address space, descriptors, directory and "
		     "handlers in common, a child has none of them; priority, policy and "
		     "switches are each thread's own");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share with resources in common %.2f, of children with their own "
		     "%.2f; own priority %.2f, policy %.2f, switches %.2f",
		     note_seen_mean(n, 0, RESOURCES_SHARED),
		     note_seen_mean(n, 0, CHILDS_OWN), note_seen_mean(n, 0, OWN_NICE),
		     note_seen_mean(n, 0, OWN_POLICY), note_seen_mean(n, 0, OWN_SWITCHES));
}

static const struct claim unit = {
	.id = "create.unit",
	.topic = "create",
	.claim = "A process is the unit of resources, a thread the unit of scheduling",
	.claim_zh = "进程是资源分配的单位，线程是调度的单位",
	.how =
		"A process and a thread of it, then the process and a child, are compared by "
		"kcmp(2): address space, descriptors, directories, signal handlers. The thread "
		"changes its priority and policy and sleeps 20 times; the first thread's are "
		"looked up after that. An operation is one such process.",
	.gates =
		"One thread and one fork an operation.",
	.rule =
		"HOLDS if in every sample the threads have all four in common and the child none, "
		"and the first thread's priority and policy are as before, and each thread's "
		"switches are counted for itself; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope switch --by task -- PROGRAM; ls /proc/PID/task",
	.op = "process",
	.seen = {
		[RESOURCES_SHARED] = "resources_shared", [CHILDS_OWN] = "childs_own",
		[OWN_NICE] = "own_priority", [OWN_POLICY] = "own_policy",
		[OWN_SWITCHES] = "own_switches",
	},
	.needed = {
		SAW(0, RESOURCES_SHARED), SAW(0, CHILDS_OWN), SAW(0, OWN_NICE),
		SAW(0, OWN_POLICY), SAW(0, OWN_SWITCHES),
	},
	.counts = { MADE(0, FORK, 1), MADE(0, THREAD, 1) },
	.needs_lives = true,
	.arm = { { "process", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(unit);
