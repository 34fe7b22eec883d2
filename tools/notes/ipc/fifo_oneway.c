// SPDX-License-Identifier: GPL-2.0
/* ipc.fifo-oneway: is a FIFO half duplex? */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"

#define PLACE	"/tmp"
#define NAME	PLACE "/oscope-note"

enum { ENDS, BOTH };
enum { ONE_WAY, IN_TURN, OWN_BACK };

static int fifo_make(void)
{
	int err = own_files(PLACE, NULL);

	if (err)
		return err;
	return mkfifo(NAME, 0600) ? -errno : 0;
}

/* Who reads comes first, and does not wait: neither has to be another process. */
static int run_ends(struct sample *s)
{
	int err = fifo_make(), reads, writes;
	char byte;

	if (err)
		return err;
	reads = open(NAME, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	writes = open(NAME, O_WRONLY | O_CLOEXEC);
	if (reads < 0 || writes < 0)
		return -errno;
	s->turns = !kin_tell(writes) && !kin_hear(reads);
	sample_see(s, ONE_WAY, write(reads, "", 1) < 0 && errno == EBADF &&
		   read(writes, &byte, 1) < 0 && errno == EBADF);
	s->ops = 1;
	return 0;
}

/* 0: a byte of ours was there; it is taken. */
static int there(int fd, char is)
{
	char byte;

	return read(fd, &byte, 1) == 1 && byte == is ? 0 : -ENOMSG;
}

/* In turn with the parent, which says through pipes whose turn it is. */
static void other_main(int turn, int done)
{
	int fd = open(NAME, O_RDWR | O_NONBLOCK | O_CLOEXEC), err;

	err = kin_hear(turn);
	if (!err)
		err = there(fd, 'p');
	if (!err && write(fd, "c", 1) != 1)
		err = -EIO;
	close(fd);
	_exit(err || kin_tell(done) ? 1 : 0);
}

/* First by turns; then one writes, and both want to read. */
static int talk(struct sample *s, int fd)
{
	int turn[2], done[2], err;
	pid_t pid;

	if (pipe(turn) || pipe(done))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		other_main(turn[0], done[1]);
	close(done[1]);
	s->turns = write(fd, "p", 1) == 1 && !kin_tell(turn[1]);
	sample_see(s, IN_TURN, !kin_hear(done[0]) && !there(fd, 'c'));
	err = kin_wait(pid, NULL);
	/* Nobody to read it but who has written it: it is his. */
	sample_see(s, OWN_BACK, write(fd, "p", 1) == 1 && !there(fd, 'p'));
	return err;
}

static int run_both(struct sample *s)
{
	int err = fifo_make(), fd;

	if (err)
		return err;
	sample_see(s, IN_TURN, 0);
	sample_see(s, OWN_BACK, 0);
	s->ops = 1;
	fd = open(NAME, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	err = talk(s, fd);
	close(fd);
	return err;
}

static void decide(struct note *n)
{
	double turn = note_seen_mean(n, BOTH, IN_TURN), own = note_seen_mean(n, BOTH, OWN_BACK);

	if (!note_seen_always(n, ENDS, ONE_WAY, 1))
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "ends opened for one direction kept to it in %.0f %% of the samples",
			     100 * note_seen_mean(n, ENDS, ONE_WAY));
	else if (turn >= 1 && own >= 1)
		note_verdict(n, VERDICT_UNDEFINED,
			     "half duplex: one direction only is true of what is opened for one; "
			     "opened for both, bytes went both ways, but by turns: there is one "
			     "queue, and who reads out of turn has his own back");
	else if (turn >= 1 && own <= 0)
		note_verdict(n, VERDICT_FALSE,
			     "opened for both, each way has a queue of its own: nobody got his own "
			     "bytes back");
	else if (turn <= 0)
		note_verdict(n, VERDICT_HOLDS,
			     "one direction only, for who opens it for both, too");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "opened for both, it went both ways in %.0f %% of the samples, and "
			     "own bytes came back in %.0f %%", 100 * turn, 100 * own);
}

static const struct claim fifo_oneway = {
	.id = "ipc.fifo-oneway",
	.topic = "ipc",
	.claim = "A named pipe is half duplex, too",
	.claim_zh = "有名管道也是半双工的",
	.how =
		"A FIFO is opened once to read and once to write, and the other direction is tried "
		"at each. Then two processes open it for both: the first one writes and the second "
		"reads, by turns; and one reads after it has written itself. All is in a mount "
		"namespace of its own. An operation is one FIFO.",
	.gates = "The byte that is written arrives; one fork an operation where there are two.",
	.rule =
		"Ends opened for one direction must keep to it (EBADF). Opened for both: UNDEFINED "
		"if in every sample bytes went both ways by turns, and own ones came back, since "
		"the word means both one direction and two by turns; FALSE if own ones never come "
		"back; HOLDS if it never goes both ways; else INCONCLUSIVE HERE, with the shares.",
	.live = "oscope ipc -- PROGRAM",
	.op = "FIFO",
	.seen = {
		[ONE_WAY] = "one_way", [IN_TURN] = "both_ways_by_turns", [OWN_BACK] = "own_back",
	},
	.needed = { SAW(ENDS, ONE_WAY), SAW(BOTH, IN_TURN), SAW(BOTH, OWN_BACK) },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "bytes that arrived/op"), MADE(BOTH, FORK, 1),
	},
	.needs_lives = true,
	.arm = { [ENDS] = { "ends", run_ends }, [BOTH] = { "both", run_both } },
	.decide = decide,
};
CLAIM(fifo_oneway);
