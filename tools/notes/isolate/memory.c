// SPDX-License-Identifier: GPL-2.0
/* isolate.memory: has each process its memory for itself, and do threads have it in common? */
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define BEFORE	1
#define AFTER	2

enum { PROCESS, THREAD };
enum { APART, COMMON, FAULTS };

/* On a page of its own, so that a write to it is one fault at most. */
static volatile int *variable;

static int variable_make(void)
{
	void *at = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	if (at == MAP_FAILED)
		return -errno;
	variable = at;
	*variable = BEFORE;
	return 0;
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

/* What the writer sees of its own write, and what it costs it. */
struct told {
	int own;
	long faults;
};

static void write_it(struct told *t)
{
	long before = faults();

	*variable = AFTER;
	t->faults = faults() - before;
	t->own = *variable;
}

static void *thread_main(void *told)
{
	write_it(told);
	return NULL;
}

static int report(struct sample *s, const struct told *t)
{
	sample_see(s, APART, *variable == BEFORE);
	sample_see(s, COMMON, *variable == AFTER);
	sample_see(s, FAULTS, (double)t->faults);
	s->ops = 1;
	return t->own == AFTER ? 0 : -EIO;
}

static int run_process(struct sample *s)
{
	struct told *t = kin_shared(sizeof(*t));
	pid_t pid;
	int err;

	if (!t)
		return -ENOMEM;
	t->faults = 0;
	err = variable_make();
	if (err)
		return err;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		write_it(t);
		_exit(0);
	}
	err = kin_wait(pid, NULL);
	return err ? err : report(s, t);
}

static int run_thread(struct sample *s)
{
	struct told t = { 0 };
	pthread_t thread;
	int err;

	err = variable_make();
	if (!err)
		err = -pthread_create(&thread, NULL, thread_main, &t);
	if (!err)
		err = -pthread_join(thread, NULL);
	return err ? err : report(s, &t);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "the parent never saw what its child wrote (%.2f page faults: the "
		     "page was copied then), and always what its thread did (%.2f)",
		     note_seen_mean(n, PROCESS, FAULTS), note_seen_mean(n, THREAD, FAULTS));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "the parent saw its child's write in %.0f %% of the samples, its "
		     "thread's in %.0f %%", 100 * note_seen_mean(n, PROCESS, COMMON),
		     100 * note_seen_mean(n, THREAD, COMMON));
}

static const struct claim memory = {
	.id = "isolate.memory",
	.topic = "isolate",
	.claim = "Processes have separate address spaces; the threads of one share it",
	.claim_zh = "进程内存独立，线程共享内存",
	.how =
		"A variable is written by a child, or by a thread, and then read by the one who "
		"made it. The writer counts its page faults. An operation is one write.",
	.gates =
		"One fork, or one thread, an operation; the writer itself sees what it wrote.",
	.rule =
		"HOLDS if in every sample the parent of the process still reads the old value, and "
		"the maker of the thread the new one; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope switch -- PROGRAM, kinds same_mm and cross_mm",
	.op = "write",
	.seen = { [APART] = "old_value", [COMMON] = "new_value", [FAULTS] = "faults" },
	.needed = { SAW(PROCESS, APART), SAW(THREAD, COMMON) },
	.counts = { MADE(PROCESS, FORK, 1), MADE(THREAD, THREAD, 1) },
	.needs_lives = true,
	.arm = {
		[PROCESS] = { "process", run_process },
		[THREAD] = { "thread", run_thread },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(memory);
