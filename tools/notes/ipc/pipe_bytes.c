// SPDX-License-Identifier: GPL-2.0
/* ipc.pipe-bytes: does a pipe keep apart what was written apart? */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/pipes.h"

#define WRITERS	2
#define RECORDS	8	/* of each */
#define LARGER_PAGES	4
#define LARGER_MAX	(LARGER_PAGES * PIPE_PIECE_MAX)

enum { MERGED, ATOMIC, LARGER };
enum { RUN_TOGETHER, WHOLE, TORN, TORN_RECORDS };

/* Three writes, one read. */
static int run_merged(struct sample *s)
{
	static const char *const words[] = { "a", "stream", "of bytes" };
	char got[32];
	size_t i;
	int p[2];

	if (pipe(p))
		return -errno;
	for (i = 0; i < 3; i++)
		s->turns += write(p[1], words[i], strlen(words[i])) == (ssize_t)strlen(words[i]);
	sample_see(s, RUN_TOGETHER, read(p[0], got, sizeof(got)) == 15 &&
		   !memcmp(got, "astreamof bytes", 15));
	s->ops = 1;
	return 0;
}

/* Records that are one letter throughout. */
static void writer_main(int fd, size_t bytes, char letter)
{
	static char record[LARGER_MAX];
	int i;

	memset(record, letter, bytes);
	for (i = 0; i < RECORDS; i++) {
		if (write(fd, record, bytes) != (ssize_t)bytes)
			_exit(1);
	}
	_exit(0);
}

/* Until no writer can go on without us: it sleeps, or has ended. */
static void writers_wait(const pid_t *pid)
{
	int i;

	for (i = 0; i < WRITERS; i++)
		kin_asleep(pid[i]);
}

/* A page at a time, when all who write sleep: each piece that fits is then gone before the next. */
static size_t read_all(int fd, const pid_t *pid, char *to, size_t bytes)
{
	size_t at = 0, page = sysconf(_SC_PAGESIZE);
	ssize_t n;

	while (at < bytes) {
		writers_wait(pid);
		n = read(fd, to + at, bytes - at < page ? bytes - at : page);
		if (n <= 0)
			break;
		at += n;
	}
	return at;
}

/* Records, each all of it where it began, that do not have one letter: every other piece of one. */
static int torn(const char *data, size_t bytes, size_t record)
{
	size_t at, i;
	int n = 0;

	for (at = 0; at < bytes; at += record) {
		for (i = 1; i < record && data[at + i] == data[at]; i++)
			;
		n += i < record;
	}
	return n;
}

/* A full pipe with room for one page; bytes that are in it, or -errno. */
static long nearly_full(const int *p)
{
	static char first[PIPE_PIECE_MAX];
	long page = sysconf(_SC_PAGESIZE), pages = pipe_fill(p[1], page);

	if (pages < 1 || read(p[0], first, page) != page)
		return -EIO;
	return pipe_waits(p[1], 1) ? -EIO : (pages - 1) * page;
}

static int run_records(struct sample *s)
{
	static char data[WRITERS * RECORDS * LARGER_MAX];
	size_t record = s->arm == ATOMIC ? PIPE_BUF : LARGER_PAGES * sysconf(_SC_PAGESIZE);
	size_t all = record * WRITERS * RECORDS;
	pid_t pid[WRITERS];
	int p[2], i, err = 0;
	long before;

	if (pipe(p))
		return -errno;
	before = nearly_full(p);
	if (before < 0)
		return (int)before;
	for (i = 0; i < WRITERS; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			writer_main(p[1], record, (char)('A' + i));
	}
	close(p[1]);
	s->turns = read_all(p[0], pid, data, before) == (size_t)before &&
		   read_all(p[0], pid, data, all) == all;
	for (i = 0; i < WRITERS && !err; i++)
		err = kin_wait(pid[i], NULL);
	sample_see(s, TORN_RECORDS, torn(data, all, record));
	if (s->arm == ATOMIC)
		sample_see(s, WHOLE, s->seen[TORN_RECORDS] == 0);
	else
		sample_see(s, TORN, s->seen[TORN_RECORDS] > 0);
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "three writes came out of one read; of two writers' records none of %d bytes "
		     "(PIPE_BUF) was torn, of those of %d pages %.1f of %d were", PIPE_BUF,
		     LARGER_PAGES, note_seen_mean(n, LARGER, TORN_RECORDS), WRITERS * RECORDS);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of writes run together %.2f, of samples with records of PIPE_BUF all "
		     "whole %.2f, with larger ones torn %.2f",
		     note_seen_mean(n, MERGED, RUN_TOGETHER), note_seen_mean(n, ATOMIC, WHOLE),
		     note_seen_mean(n, LARGER, TORN));
}

static const struct claim pipe_bytes = {
	.id = "ipc.pipe-bytes",
	.topic = "ipc",
	.claim = "A pipe carries bytes without any format",
	.claim_zh = "管道传送的是无格式的字节流",
	.how =
		"Three words are written into a pipe and read at once. Two processes write eight "
		"records each, of one letter, into a pipe that has room for one page; a third "
		"reads a page whenever both sleep, or have ended. Records are of PIPE_BUF bytes in "
		"one arm, and of four pages in the other. An operation is one pipe.",
	.gates = "Every word is written whole; two forks an operation, and every byte comes.",
	.rule =
		"HOLDS if in every sample the words came as one, records of PIPE_BUF were all "
		"whole, and of the larger ones some were torn; FALSE if one of these never is so; "
		"else INCONCLUSIVE HERE, with the share.",
	.live = "oscope ipc -- PROGRAM",
	.op = "pipe",
	.seen = {
		[RUN_TOGETHER] = "run_together", [WHOLE] = "whole", [TORN] = "torn",
		[TORN_RECORDS] = "torn_records",
	},
	.needed = { SAW(MERGED, RUN_TOGETHER), SAW(ATOMIC, WHOLE), SAW(LARGER, TORN) },
	.counts = {
		NAMED(TURNS, MERGED, 3, "words written/op"),
		NAMED(TURNS, ATOMIC, 1, "pipes read whole/op"),
		NAMED(TURNS, LARGER, 1, "pipes read whole/op"),
		MADE(ATOMIC, FORK, WRITERS), MADE(LARGER, FORK, WRITERS),
	},
	.needs_lives = true,
	.arm = {
		[MERGED] = { "merged", run_merged }, [ATOMIC] = { "atomic", run_records },
		[LARGER] = { "larger", run_records },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(pipe_bytes);
