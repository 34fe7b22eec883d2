// SPDX-License-Identifier: GPL-2.0
/* isolate.crash-why: is it the common memory that makes a thread's crash kill its process? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/crash.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define STACK_BYTES	65536

enum { THREAD, MEMORY_ONLY };
enum { MAKER_DIES, MEMORY_SHARED };

/* Written by the one that crashes, just before it does. */
static volatile int *written;

static int crash_main(void *arg)
{
	*written = 1;
	crash_now();
	return 0;
}

static void *thread_main(void *arg)
{
	crash_main(arg);
	return NULL;
}

/* The maker, in a process of its own: it says 0 if it is still there after the crash. */
static void thread_maker(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, thread_main, NULL))
		pthread_join(thread, NULL);
	_exit(0);
}

static void memory_maker(void)
{
	static volatile int private;
	char *stack = malloc(STACK_BYTES);
	int status;
	pid_t pid;

	/* In memory that only those see who share the address space. */
	written = &private;
	if (!stack)
		_exit(2);
	pid = clone(crash_main, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL);
	if (pid < 0 || kin_wait(pid, &status))
		_exit(2);
	_exit(WIFSIGNALED(status) && private ? 0 : 3);
}

static int run(struct sample *s)
{
	int status, err;
	pid_t pid;

	written = kin_shared(sizeof(*written));
	if (!written)
		return -ENOMEM;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid && s->arm == THREAD)
		thread_maker();
	if (!pid)
		memory_maker();
	err = kin_wait(pid, &status);
	if (!err && WIFEXITED(status) && WEXITSTATUS(status) == 2)
		err = -EAGAIN;
	sample_see(s, MAKER_DIES, WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	if (s->arm == THREAD)
		sample_see(s, MEMORY_SHARED, *written == 1);
	else
		sample_see(s, MEMORY_SHARED, WIFSIGNALED(status) || !WEXITSTATUS(status));
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "who only shares the memory of the crashed one is killed, too");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "who shares all of its memory with the crashed one, but is no thread of "
		     "its process, went on in every sample: the signal ends the thread "
		     "group");
}

static const struct claim crash_why = {
	.id = "isolate.crash-why",
	.topic = "isolate",
	.claim = "A thread's crash kills its process because they share memory",
	.claim_zh = "线程崩溃导致进程崩溃，是因为共享内存",
	.how =
		"Two things that a thread shares are taken apart: one that crashes is a thread of "
		"its maker's process, or a process of its own that has the maker's address space "
		"(CLONE_VM without CLONE_THREAD). Does the maker live on? An operation is one "
		"crash.",
	.gates =
		"One thread, or one clone, an operation; the maker of the thread dies; the other "
		"maker sees a variable that the crashed one wrote.",
	.rule =
		"HOLDS if in every sample the maker dies that shares nothing but memory; FALSE if "
		"it never does; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope spawn -- PROGRAM, kinds clone and thread",
	.op = "crash",
	.seen = { [MAKER_DIES] = "maker_dies", [MEMORY_SHARED] = "memory_shared" },
	.needed = { SAW(MEMORY_ONLY, MAKER_DIES) },
	.counts = {
		MADE(THREAD, THREAD, 1), MADE(MEMORY_ONLY, CLONE, 1),
		SEEN(THREAD, MAKER_DIES, 1), SEEN(MEMORY_ONLY, MEMORY_SHARED, 1),
	},
	.needs_lives = true,
	.arm = {
		[THREAD] = { "thread", run },
		[MEMORY_ONLY] = { "memory_only", run },
	},
	.yes = say_yes,
	.no = say_no,
	.mixed = "killed in",
};
CLAIM(crash_why);
