// SPDX-License-Identifier: GPL-2.0
/* ipc.pipe-page: is a pipe's buffer one page? */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/notes.h"
#include "notes/own.h"
#include "notes/pipes.h"

#define SOFT	"/proc/sys/fs/pipe-user-pages-soft"
#define LARGEST	"/proc/sys/fs/pipe-max-size"
#define PIPES	256	/* that a user may come to the limit with */

enum { PLAIN, PACKETS, CROWDED };
enum { PAGES, AS_SAID, MORE, PIECES };

static void pages_see(struct sample *s, const int *p)
{
	long page = sysconf(_SC_PAGESIZE), pages = pipe_fill(p[1], page);

	s->turns = pages > 0;
	sample_see(s, PAGES, (double)pages);
	sample_see(s, AS_SAID, pages * page == pipe_capacity(p[0]));
	sample_see(s, MORE, pages > 1);
}

/* Half a page and a byte: two of them do not go into one page. */
static int run_plain(struct sample *s)
{
	int p[2];

	if (pipe(p))
		return -errno;
	sample_see(s, PIECES, (double)pipe_fill(p[1], sysconf(_SC_PAGESIZE) / 2 + 1));
	if (pipe_drain(p[0]) < 0)
		return -EIO;
	pages_see(s, p);
	s->ops = 1;
	return 0;
}

/* Writes of a byte that are kept apart. */
static int run_packets(struct sample *s)
{
	int p[2];
	long n;

	if (pipe2(p, O_DIRECT))
		return -errno;
	n = pipe_fill(p[1], 1);
	sample_see(s, PIECES, (double)n);
	s->turns = n > 0;
	s->ops = 1;
	return 0;
}

/* As many pages for pipes as a user may have before the kernel gives less. 0 or -errno. */
static int use_up(long pages, long largest)
{
	long page = sysconf(_SC_PAGESIZE), left = pages, bytes;
	int p[2], i;

	for (i = 0; i < PIPES && left > 0; i++) {
		if (pipe(p))
			return -errno;
		bytes = left * page < largest ? left * page : largest;
		/* Refused where it would be past the limit already. */
		if (fcntl(p[0], F_SETPIPE_SZ, bytes) < 0 && errno != EPERM)
			return -errno;
		left -= pipe_capacity(p[0]) / page;
	}
	return left > 0 ? -ENOSPC : 0;
}

static int run_crowded(struct sample *s)
{
	long soft = own_limit(SOFT), largest = own_limit(LARGEST);
	int p[2], err;

	s->ops = 1;
	s->turns = 1;
	if (soft < 0 || largest < 0)
		return soft < 0 ? (int)soft : (int)largest;
	if (!soft)	/* no limit */
		return 0;
	err = own_user();
	if (!err)
		err = use_up(soft, largest);
	if (err)
		return err;
	if (pipe(p))
		return -errno;
	pages_see(s, p);
	return 0;
}

static void say_yes(struct note *n)
{
	struct arm_seen crowded = note_seen(n, CROWDED, PAGES);
	char past[80] = "no limit a user is set here";

	if (crowded.n)
		snprintf(past, sizeof(past), "a user past pipe-user-pages-soft gets %.0f",
			 crowded.sum / (double)crowded.n);
	note_verdict(n, VERDICT_OUTDATED,
		     "since 2.6.11 it is a ring of pages: it took %.0f of them, or %.0f writes of "
		     "half a page and a byte, or %.0f packets of a byte; %s",
		     note_seen_mean(n, PLAIN, PAGES), note_seen_mean(n, PLAIN, PIECES),
		     note_seen_mean(n, PACKETS, PIECES), past);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS, "%.0f page was all that it took, always",
		     note_seen_mean(n, PLAIN, PAGES));
}

static const struct claim pipe_page = {
	.id = "ipc.pipe-page",
	.topic = "ipc",
	.claim = "A pipe's buffer is one page",
	.claim_zh = "管道的缓冲区大小为一页",
	.how =
		"A pipe is filled without blocking: with pages, with writes of half a page and a "
		"byte, and, opened for packets (O_DIRECT), with bytes. The same pages again as a "
		"user of no privilege, who has as many of them in other pipes as the limit "
		"pipe-user-pages-soft says, which is read. An operation is one pipe.",
	.gates = "Every pipe takes something; in pages it takes what F_GETPIPE_SZ says.",
	.rule =
		"OUTDATED if in every sample the pipe took more than one page, HOLDS if it never "
		"did; else INCONCLUSIVE HERE, with the share. The other two arms are shown beside "
		"it.",
	.live = "cat /proc/sys/fs/pipe-user-pages-soft; oscope ipc -- PROGRAM",
	.op = "pipe",
	.seen = {
		[PAGES] = "pages", [AS_SAID] = "as_said", [MORE] = "more_than_one",
		[PIECES] = "pieces",
	},
	.needed = { SAW(PLAIN, MORE) },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "pipes that took something/op"), SAW(PLAIN, AS_SAID),
	},
	.arm = {
		[PLAIN] = { "plain", run_plain },
		[PACKETS] = { "packets", run_packets },
		[CROWDED] = { "crowded", run_crowded },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(pipe_page);
