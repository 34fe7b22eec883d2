// SPDX-License-Identifier: GPL-2.0
/* zombie.cost: what does a zombie still have? */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define MEMORY_KB	4096UL
#define FDS		8
#define CODE		42
#define ANY		1e9	/* no upper bound of a gate */

enum { NO_MEMORY, NO_FDS, KEEPS_PID, KEEPS_STATUS, RSS_KB, OPEN_FDS, TASK_BYTES };

/* A child with something to lose; it says when it has it, and ends when told. */
static void child_main(int ready, int end)
{
	void *memory = mmap(NULL, MEMORY_KB * 1024, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, MEMORY_KB * 1024);
	for (i = 0; i < FDS; i++) {
		if (open("/dev/null", O_RDONLY) < 0)
			_exit(1);
	}
	if (kin_tell(ready) || kin_hear(end))
		_exit(1);
	_exit(CODE);
}

/* What the kernel keeps of every task, from its allocator; root may read that. */
static void see_task_bytes(struct sample *s)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	unsigned int bytes;
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "task_struct %*u %*u %u", &bytes) == 1)
			sample_see(s, TASK_BYTES, bytes);
	}
	if (f)
		fclose(f);
}

static void see_alive(struct sample *s, pid_t pid)
{
	sample_see(s, RSS_KB, (double)kin_status(pid, "VmRSS"));
	sample_see(s, OPEN_FDS, (double)kin_entries(pid, "fd"));
	see_task_bytes(s);
}

/* A line VmRSS is there for who has memory of its own (task_mem() in fs/proc/array.c). */
static int see_dead(struct sample *s, pid_t pid)
{
	int status, err;

	err = kin_ended(pid);
	if (err)
		return err;
	sample_see(s, NO_MEMORY, kin_status(pid, "VmRSS") <= 0 && kin_state(pid) == 'Z');
	sample_see(s, NO_FDS, kin_entries(pid, "fd") <= 0 && kin_state(pid) == 'Z');
	sample_see(s, KEEPS_PID, !kill(pid, 0));
	err = kin_wait(pid, &status);
	sample_see(s, KEEPS_STATUS, !err && WIFEXITED(status) && WEXITSTATUS(status) == CODE);
	return err;
}

static int run(struct sample *s)
{
	int ready[2], end[2], err;
	pid_t pid;

	if (pipe(ready) || pipe(end))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		child_main(ready[1], end[0]);
	close(ready[1]);
	err = kin_hear(ready[0]);
	if (!err)
		see_alive(s, pid);
	if (!err)
		err = kin_tell(end[1]);
	if (!err)
		err = see_dead(s, pid);
	s->ops = 1;
	return err;
}

static void check(struct note *n)
{
	/* It had something before. */
	note_gate(n, "zombie", "kB of memory, alive", MEMORY_KB, MEMORY_KB, ANY,
		  note_seen(n, 0, RSS_KB).min);
	note_gate(n, "zombie", "descriptors, alive", FDS, FDS, ANY,
		  note_seen(n, 0, OPEN_FDS).min);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "of %.0f kB and %.0f descriptors nothing is left; number and status "
		     "stay, and the kernel's task_struct",
		     note_seen_mean(n, 0, RSS_KB), note_seen_mean(n, 0, OPEN_FDS));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share without memory %.2f, without descriptors %.2f, with its "
		     "number %.2f, with its status %.2f",
		     note_seen_mean(n, 0, NO_MEMORY), note_seen_mean(n, 0, NO_FDS),
		     note_seen_mean(n, 0, KEEPS_PID), note_seen_mean(n, 0, KEEPS_STATUS));
}

static const struct claim cost = {
	.id = "zombie.cost",
	.topic = "zombie",
	.claim = "A zombie keeps its number and its exit status, but no memory",
	.claim_zh = "僵尸进程只占进程号和退出状态，不占内存",
	.how =
		"A child with 4 MiB of memory and 8 open files ends, and is not waited for. What "
		"/proc says of it is looked up before and after its end; then its parent waits "
		"for it. An operation is one child.",
	.gates =
		"One fork and one zombie an operation; the child had its memory and its files.",
	.rule =
		"HOLDS if in every sample the zombie has no memory and no descriptor, its number "
		"can still be sent a signal, and the wait gives its status; FALSE if one of these "
		"never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope zombies; grep -E 'State|VmRSS' /proc/PID/status",
	.op = "child",
	.seen = {
		[NO_MEMORY] = "no_memory", [NO_FDS] = "no_descriptors",
		[KEEPS_PID] = "keeps_number", [KEEPS_STATUS] = "keeps_status",
		[RSS_KB] = "alive_rss_kb",
		[OPEN_FDS] = "alive_descriptors", [TASK_BYTES] = "task_struct_bytes",
	},
	.needed = { SAW(0, NO_MEMORY), SAW(0, NO_FDS), SAW(0, KEEPS_PID), SAW(0, KEEPS_STATUS) },
	.counts = { MADE(0, FORK, 1), COUNT(ZOMBIES, 0, 1) },
	.needs_lives = true,
	.arm = { { "zombie", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(cost);
