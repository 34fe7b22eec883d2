// SPDX-License-Identifier: GPL-2.0
/* ipc.pipe-oneway: do data go through a pipe one way only? */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

enum { ONE, TWO };
enum { WRITE_REFUSED, READ_REFUSED, REOPENED_WRITES, ANSWERED };

/* The end to read from, opened anew for both. */
static bool reopened_writes(int end)
{
	char path[64];
	bool wrote;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", end);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	wrote = !kin_tell(fd) && !kin_hear(end);
	close(fd);
	return wrote;
}

/* A child reads what its parent wrote, and tries to answer where it reads. */
static void child_main(const int *p)
{
	char byte;

	if (kin_hear(p[0]))
		_exit(2);
	_exit(write(p[0], "", 1) < 0 && errno == EBADF && read(p[1], &byte, 1) < 0 &&
	      errno == EBADF ? 0 : 1);
}

static int run_one(struct sample *s)
{
	int p[2], status, err;
	char byte;
	pid_t pid;

	if (pipe(p))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		child_main(p);
	err = kin_tell(p[1]);
	if (!err)
		err = kin_wait(pid, &status);
	if (err)
		return err;
	s->turns = status != 2 << 8;
	sample_see(s, WRITE_REFUSED, !status && write(p[0], "", 1) < 0 && errno == EBADF);
	sample_see(s, READ_REFUSED, !status && read(p[1], &byte, 1) < 0 && errno == EBADF);
	sample_see(s, REOPENED_WRITES, reopened_writes(p[0]));
	s->ops = 1;
	return 0;
}

/* The answer has a pipe of its own. */
static int run_two(struct sample *s)
{
	int there[2], back[2], err;
	pid_t pid;

	if (pipe(there) || pipe(back))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		_exit(kin_hear(there[0]) || kin_tell(back[1]) ? 1 : 0);
	close(back[1]);
	err = kin_tell(there[1]);
	sample_see(s, ANSWERED, !err && !kin_hear(back[0]));
	s->ops = 1;
	return err ? err : kin_wait(pid, NULL);
}

static void say_yes(struct note *n)
{
	double reopened = note_seen_mean(n, ONE, REOPENED_WRITES);

	if (reopened > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the descriptors are those that pipe(2) gave: each does one thing, "
			     "the other is EBADF, for parent and child alike, and an answer takes "
			     "a second pipe; but the end to read from, opened anew through /proc "
			     "for both, wrote into it in %.0f %% of the samples", 100 * reopened);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "each end does one thing, the other is EBADF, for parent and child "
			     "alike, and an answer takes a second pipe");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of writes to the end to read from that failed %.2f, of reads from the "
		     "other end %.2f, of answers through a second pipe that came %.2f",
		     note_seen_mean(n, ONE, WRITE_REFUSED), note_seen_mean(n, ONE, READ_REFUSED),
		     note_seen_mean(n, TWO, ANSWERED));
}

static const struct claim pipe_oneway = {
	.id = "ipc.pipe-oneway",
	.topic = "ipc",
	.claim = "A pipe is half duplex: data flow one way",
	.claim_zh = "管道是半双工的，数据只能单向流动",
	.how =
		"A parent writes a byte that its child reads; then both write to the end that is "
		"for reading, and read from the one for writing. The parent opens the end for "
		"reading once more through /proc/self/fd, for both, and writes. In the second arm "
		"the child answers, through a second pipe. An operation is one byte and what "
		"follows.",
	.gates = "One fork an operation; the byte arrives.",
	.rule =
		"HOLDS if in every sample both ends refused the other direction with EBADF, in "
		"parent and child, and the answer came; HOLDS IF the descriptors are the given "
		"ones, if the reopened one could write; FALSE if one of the first three never is "
		"so; else INCONCLUSIVE HERE, with the share.",
	.live = "ls -l /proc/PID/fd; oscope ipc -- PROGRAM",
	.op = "byte",
	.seen = {
		[WRITE_REFUSED] = "write_refused", [READ_REFUSED] = "read_refused",
		[REOPENED_WRITES] = "reopened_writes", [ANSWERED] = "answered",
	},
	.needed = { SAW(ONE, WRITE_REFUSED), SAW(ONE, READ_REFUSED), SAW(TWO, ANSWERED) },
	.counts = {
		MADE(ONE, FORK, 1), MADE(TWO, FORK, 1),
		NAMED(TURNS, ONE, 1, "bytes that arrived/op"),
	},
	.needs_lives = true,
	.arm = { [ONE] = { "one", run_one }, [TWO] = { "two", run_two } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(pipe_oneway);
