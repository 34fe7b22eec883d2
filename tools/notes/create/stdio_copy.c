// SPDX-License-Identifier: GPL-2.0
/* create.stdio-copy: does a child inherit what its parent has printed and not yet written? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define WORD	"word"

enum { UNFLUSHED, FLUSHED, LINE };
enum { COPIES, TWICE };

/* All that comes out of the pipe until its writers have ended. */
static int copies(int fd)
{
	char text[256];
	size_t got = 0;
	ssize_t n;
	int count = 0;
	const char *at = text;

	while (got < sizeof(text) - 1 && (n = read(fd, text + got, sizeof(text) - 1 - got)) > 0)
		got += (size_t)n;
	text[got] = 0;
	while ((at = strstr(at, WORD))) {
		count++;
		at += strlen(WORD);
	}
	return count;
}

/* Both sides end as exit(3) would end them, as far as this stream goes. */
static int run(struct sample *s)
{
	int p[2], err;
	pid_t pid;
	FILE *f;

	if (pipe(p))
		return -errno;
	f = fdopen(p[1], "w");
	if (!f)
		return -ENOMEM;
	/* As on a terminal: a newline writes the line. */
	setvbuf(f, NULL, s->arm == LINE ? _IOLBF : _IOFBF, BUFSIZ);
	fputs(s->arm == LINE ? WORD "\n" : WORD, f);
	if (s->arm == FLUSHED)
		fflush(f);
	pid = kin_fork();
	if (!pid) {
		fclose(f);
		_exit(0);
	}
	err = pid < 0 ? pid : kin_wait(pid, NULL);
	fclose(f);
	sample_see(s, COPIES, copies(p[0]));
	sample_see(s, TWICE, s->seen[COPIES] == 2);
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "printed once, %.0f times in the pipe; once after fflush(3); a whole "
		     "line of a line-buffered stream: %.0f times",
		     note_seen_mean(n, UNFLUSHED, COPIES), note_seen_mean(n, LINE, COPIES));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE, "printed once, %.2f times in the pipe",
		     note_seen_mean(n, UNFLUSHED, COPIES));
}

static const struct claim stdio_copy = {
	.id = "create.stdio-copy",
	.topic = "create",
	.claim = "A child also inherits the parent's unflushed output buffer",
	.claim_zh = "子进程也继承父进程未刷新的输出缓冲区",
	.how =
		"A word is printed to a stream that is a pipe, then the process forks, and both "
		"close the stream as exit(3) does. The word is counted in what comes out. Without "
		"and with fflush(3) before the fork; and a whole line of a line-buffered stream, "
		"as on a terminal. An operation is one fork.",
	.gates =
		"One fork an operation; with fflush(3) before it the word comes out once.",
	.rule =
		"HOLDS if in every sample the unflushed word comes out twice; FALSE if it never "
		"does; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope spawn --by tree -- PROGRAM | wc",
	.op = "fork",
	.seen = { [COPIES] = "copies", [TWICE] = "twice" },
	.needed = { SAW(UNFLUSHED, TWICE) },
	.counts = {
		MADE(ALL_ARMS, FORK, 1),
		/* Written before the fork: there is nothing to inherit. */
		SEEN(FLUSHED, COPIES, 1),
	},
	.needs_lives = true,
	.arm = {
		[UNFLUSHED] = { "unflushed", run },
		[FLUSHED] = { "flushed", run },
		[LINE] = { "line", run },
	},
	.yes = say_yes,
	.no = say_no,
	.mixed = "twice in",
};
CLAIM(stdio_copy);
