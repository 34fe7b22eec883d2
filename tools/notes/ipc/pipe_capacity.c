// SPDX-License-Identifier: GPL-2.0
/* ipc.pipe-capacity: does a writer wait when a pipe is full, and how large can a pipe be? */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/pipes.h"

#define LARGEST	"/proc/sys/fs/pipe-max-size"

enum { FULL, GROWN };
enum { AS_SAID, WAITED, WENT_ON, TO_THE_LIMIT, PAST_REFUSED, BYTES };

/* Fills it, then writes one byte more than it has room for. */
static void writer_main(int fd, volatile long *took)
{
	kin_name("writer");
	*took = pipe_fill(fd, sysconf(_SC_PAGESIZE)) * sysconf(_SC_PAGESIZE);
	_exit(*took < 0 || pipe_waits(fd, 1) || kin_tell(fd) ? 1 : 0);
}

static int run_full(struct sample *s)
{
	volatile long *took = kin_shared(sizeof(*took));
	int p[2], status = 1, err;
	pid_t pid;
	long got;

	if (!took || pipe(p))
		return took ? -errno : -ENOMEM;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		writer_main(p[1], took);
	err = kin_asleep(pid);
	sample_see(s, WAITED, !err);
	got = pipe_drain(p[0]);
	err = kin_wait(pid, &status);
	sample_see(s, AS_SAID, *took == pipe_capacity(p[0]));
	/* The last byte may have come with the others already. */
	got += pipe_drain(p[0]);
	sample_see(s, WENT_ON, !err && !status && got == *took + 1);
	sample_see(s, BYTES, (double)*took);
	s->turns = *took > 0;
	s->ops = 1;
	return err;
}

/* By a user of no privilege, who is the one that the limit is for. */
static int run_grown(struct sample *s)
{
	long largest = own_limit(LARGEST);
	int p[2], err;

	if (largest < 0)
		return (int)largest;
	err = own_user();
	if (err || pipe(p))
		return err ? err : -errno;
	sample_see(s, TO_THE_LIMIT, fcntl(p[1], F_SETPIPE_SZ, largest) == largest);
	sample_see(s, PAST_REFUSED,
		   fcntl(p[1], F_SETPIPE_SZ, largest + 1) < 0 && errno == EPERM);
	sample_see(s, BYTES, (double)pipe_fill(p[1], sysconf(_SC_PAGESIZE)) *
		   (double)sysconf(_SC_PAGESIZE));
	s->turns = s->seen[BYTES] == (double)pipe_capacity(p[0]);
	s->ops = 1;
	return 0;
}

static void check(struct note *n)
{
	note_gate_waits(n, FULL, 0, OSCOPE_REASON_PIPE_FULL, WAITED);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "it took %.0f bytes; the writer of one more slept, for pipe-full, until they "
		     "were read; a user without privilege made one as large as pipe-max-size says, "
		     "%.0f bytes, and not larger", note_seen_mean(n, FULL, BYTES),
		     note_seen_mean(n, GROWN, BYTES));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of pipes that took what they say %.2f, of writers that waited %.2f and "
		     "went on %.2f, of pipes made as large as the limit %.2f, refused past it %.2f",
		     note_seen_mean(n, FULL, AS_SAID), note_seen_mean(n, FULL, WAITED),
		     note_seen_mean(n, FULL, WENT_ON), note_seen_mean(n, GROWN, TO_THE_LIMIT),
		     note_seen_mean(n, GROWN, PAST_REFUSED));
}

static const struct claim pipe_capacity_claim = {
	.id = "ipc.pipe-capacity",
	.topic = "ipc",
	.claim = "A pipe's capacity is limited, and a writer waits when it is full",
	.claim_zh = "管道的容量有限，写满后写者阻塞",
	.how =
		"A process fills a pipe and writes one byte more; once it sleeps its parent reads "
		"all there is. What it slept for is told by its ledger. A user of no privilege "
		"makes a pipe as large as the file pipe-max-size says, fills it, and asks for "
		"more. An operation is one pipe.",
	.gates =
		"One fork an operation; sleeps for pipe-full by the probes are as many as the "
		"parent saw; a pipe made larger takes what it says.",
	.rule =
		"HOLDS if in every sample the pipe took what F_GETPIPE_SZ says, its writer slept "
		"and went on when there was room, and the other one grew to the limit and not past "
		"it (EPERM); FALSE if one of these never is so; else INCONCLUSIVE HERE, with the "
		"share.",
	.live = "oscope states --why -- PROGRAM, reason pipe-full",
	.op = "pipe",
	.seen = {
		[AS_SAID] = "as_said", [WAITED] = "waited", [WENT_ON] = "went_on",
		[TO_THE_LIMIT] = "to_the_limit", [PAST_REFUSED] = "past_refused",
		[BYTES] = "bytes",
	},
	.tasks = { "writer" },
	.needed = {
		SAW(FULL, AS_SAID), SAW(FULL, WAITED), SAW(FULL, WENT_ON),
		SAW(GROWN, TO_THE_LIMIT), SAW(GROWN, PAST_REFUSED),
	},
	.counts = {
		MADE(FULL, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "pipes filled/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { [FULL] = { "full", run_full }, [GROWN] = { "grown", run_grown } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(pipe_capacity_claim);
