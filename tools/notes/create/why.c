// SPDX-License-Identifier: GPL-2.0
/* create.why: is what a process needs fixed, and is a thread's control block all that it needs? */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/makers.h"
#include "notes/notes.h"

#define LARGE_MIB 64

enum { THREAD, PROCESS };
enum { NOTHING_MORE, FIXED, MAPS_ADDED, ADDED_KB, SMALL_KB, LARGE_KB };

/* Lines of our own map: one a mapping. */
static long maps_count(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	long n = 0;
	int c;

	if (!f)
		return -1;
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static void *thread_main(void *end)
{
	kin_hear(*(int *)end);
	return NULL;
}

/* Once before it is there and once while it is; the file's own buffer is in the heap by then. */
static int run_thread(struct sample *s)
{
	long before, size, added, more;
	pthread_t thread;
	int end[2], err;

	if (pipe(end) || maps_count() < 0)
		return -errno;
	before = maps_count();
	size = kin_status(getpid(), "VmSize");
	err = -pthread_create(&thread, NULL, thread_main, &end[0]);
	if (err)
		return err;
	added = maps_count() - before;
	more = kin_status(getpid(), "VmSize") - size;
	err = kin_tell(end[1]);
	pthread_join(thread, NULL);
	sample_see(s, MAPS_ADDED, (double)added);
	sample_see(s, ADDED_KB, (double)more);
	sample_see(s, NOTHING_MORE, !added);
	s->ops = 1;
	return err;
}

/* kB of page tables that a child has; negative: -errno. */
static long child_tables(void)
{
	int end[2];
	long kb;
	pid_t pid;

	if (pipe(end))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		close(end[1]);
		kin_hear(end[0]);
		_exit(0);
	}
	kb = kin_status(pid, "VmPTE");
	close(end[1]);
	close(end[0]);
	kin_wait(pid, NULL);
	return kb;
}

static int run_process(struct sample *s)
{
	long small, large;
	struct maker m;
	int err;

	small = child_tables();
	err = maker_begin(&m);
	if (!err)
		err = maker_grow(&m, LARGE_MIB, 0);
	large = child_tables();
	maker_end(&m);
	sample_see(s, SMALL_KB, (double)small);
	sample_see(s, LARGE_KB, (double)large);
	sample_see(s, FIXED, large <= small);
	s->ops = 1;
	return !err && (small < 0 || large < 0) ? -EIO : err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "a thread adds no mapping; a child's page tables are %.0f kB, whatever "
		     "its parent has", note_seen_mean(n, PROCESS, SMALL_KB));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "a thread adds %.0f mappings, %.0f kB of address space, for stack and "
		     "TLS; a child has %.0f kB of page tables, and %.0f kB if its parent has "
		     "%d MiB", note_seen_mean(n, THREAD, MAPS_ADDED),
		     note_seen_mean(n, THREAD, ADDED_KB),
		     note_seen_mean(n, PROCESS, SMALL_KB),
		     note_seen_mean(n, PROCESS, LARGE_KB), LARGE_MIB);
}

static const struct claim why = {
	.id = "create.why",
	.topic = "create",
	.claim = "A process needs fixed resources, a thread only a control block",
	.claim_zh = "进程需要固定的资源，线程只需要控制块",
	.how =
		"A process looks at its own mappings before it has a second thread, and while it "
		"has. And it makes a child before it has 64 MiB of written memory and after, and "
		"looks how large the child's page tables are. An operation is one such process.",
	.gates =
		"One thread, or two forks, an operation.",
	.rule =
		"HOLDS if in every sample the thread added no mapping, and the second child's page "
		"tables were no larger than the first one's; FALSE if one of these never was so; "
		"else INCONCLUSIVE HERE, with the share.",
	.live = "wc -l /proc/PID/maps; grep VmPTE /proc/PID/status",
	.op = "process",
	.seen = {
		[NOTHING_MORE] = "nothing_more", [FIXED] = "fixed", [MAPS_ADDED] = "maps_added",
		[ADDED_KB] = "added_kb", [SMALL_KB] = "child_of_small_kb",
		[LARGE_KB] = "child_of_large_kb",
	},
	.needed = { SAW(THREAD, NOTHING_MORE), SAW(PROCESS, FIXED) },
	.counts = { MADE(THREAD, THREAD, 1), MADE(PROCESS, FORK, 2) },
	.needs_lives = true,
	.arm = {
		[THREAD] = { "thread", run_thread },
		[PROCESS] = { "process", run_process },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(why);
