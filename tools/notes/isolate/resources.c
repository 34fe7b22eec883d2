// SPDX-License-Identifier: GPL-2.0
/* isolate.resources: if one thread closes a descriptor, is it gone for all? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

enum { THREAD, PROCESS };
enum { LATER_FAILS, BLOCKED_SURVIVES, OTHER_READS };

struct reader {
	int fd;
	pid_t tid;
	ssize_t got;
};

static void *reader_main(void *arg)
{
	struct reader *r = arg;
	char byte;

	__atomic_store_n(&r->tid, gettid(), __ATOMIC_RELEASE);
	r->got = read(r->fd, &byte, 1);
	return NULL;
}

static void *closer_main(void *fd)
{
	close(*(int *)fd);
	return NULL;
}

/* Until it sleeps, as the read of an empty pipe does. */
static void reader_await(const struct reader *r)
{
	pid_t tid;

	while (!(tid = __atomic_load_n(&r->tid, __ATOMIC_ACQUIRE)) || kin_state(tid) != 'S')
		sched_yield();
}

static int run_thread(struct sample *s)
{
	pthread_t reader, closer;
	struct reader r = { 0 };
	char byte;
	int p[2], err;

	if (pipe(p))
		return -errno;
	r.fd = p[0];
	err = -pthread_create(&reader, NULL, reader_main, &r);
	if (err)
		return err;
	reader_await(&r);
	err = -pthread_create(&closer, NULL, closer_main, &p[0]);
	if (err)
		return err;
	pthread_join(closer, NULL);
	sample_see(s, LATER_FAILS, read(p[0], &byte, 1) < 0 && errno == EBADF);
	/* The one who was in it already still gets what comes. */
	err = kin_tell(p[1]);
	pthread_join(reader, NULL);
	sample_see(s, BLOCKED_SURVIVES, r.got == 1);
	s->ops = 1;
	return err;
}

/* A child closes its own; it is the parent that reads then. */
static int run_process(struct sample *s)
{
	int p[2], err;
	pid_t pid;

	if (pipe(p))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		_exit(close(p[0]) || read(p[0], &err, 1) >= 0 ? 1 : 0);
	err = kin_ends_well(pid);
	if (!err)
		err = kin_tell(p[1]);
	sample_see(s, OTHER_READS, !err && !kin_hear(p[0]));
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	double blocked = note_seen_mean(n, THREAD, BLOCKED_SURVIVES);

	if (blocked > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the call comes later: it gets EBADF; a read that was blocked "
			     "already got its data in %.0f %% of the samples; a process's "
			     "close changes nothing for another", 100 * blocked);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "later calls get EBADF, and a blocked read got nothing; a "
			     "process's close changes nothing for another");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of later reads in another thread that failed %.2f, of reads in "
		     "another process that worked %.2f",
		     note_seen_mean(n, THREAD, LATER_FAILS),
		     note_seen_mean(n, PROCESS, OTHER_READS));
}

static const struct claim resources = {
	.id = "isolate.resources",
	.topic = "isolate",
	.claim = "Threads make resources harder to manage: one closes, all lose",
	.claim_zh = "线程共享资源，不利于资源的管理和保护",
	.how =
		"A thread is blocked in a read from a pipe when another one closes the descriptor; "
		"a third reads after that, and then a byte is written. Beside it a child closes "
		"the descriptor that it has inherited, and its parent reads. An operation is one "
		"close.",
	.gates =
		"Two threads, or one fork, an operation; the child cannot read any more itself.",
	.rule =
		"HOLDS if in every sample the later read of the other thread fails with EBADF and "
		"the other process can read, and a blocked read gets nothing either; HOLDS IF the "
		"call comes later, if a blocked one gets its data; FALSE if one of the first two "
		"never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "ls -l /proc/PID/fd; oscope states --why -- PROGRAM, reason pipe-read",
	.op = "close",
	.seen = {
		[LATER_FAILS] = "later_read_fails", [BLOCKED_SURVIVES] = "blocked_read_gets_data",
		[OTHER_READS] = "other_process_reads",
	},
	.needed = { SAW(THREAD, LATER_FAILS), SAW(PROCESS, OTHER_READS) },
	.counts = { MADE(THREAD, THREAD, 2), MADE(PROCESS, FORK, 1) },
	.needs_lives = true,
	.arm = {
		[THREAD] = { "thread", run_thread },
		[PROCESS] = { "process", run_process },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(resources);
