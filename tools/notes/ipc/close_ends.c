// SPDX-License-Identifier: GPL-2.0
/* ipc.close-ends: may who does not need an end of a pipe close it? */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/pipes.h"

enum { CLOSED, KEPT };
enum { DATA_AND_END, STUCK, BROKEN_TOLD, BROKEN_NOT_TOLD };

/* Reads to the end, if there is one: which there is not as long as it could write itself. */
static void reader_main(const int *p, bool closes, volatile int *got)
{
	kin_name("reader");
	if (closes)
		close(p[1]);
	while (!kin_hear(p[0]))
		(*got)++;
	_exit(0);
}

/* A pipe that nobody reads any more: told if who writes has no end to read from himself. */
static void broken_see(struct sample *s, bool closes)
{
	int p[2];

	if (pipe(p))
		return;
	signal(SIGPIPE, SIG_IGN);
	if (closes) {
		close(p[0]);
		sample_see(s, BROKEN_TOLD, kin_tell(p[1]) == -EPIPE);
	} else {
		sample_see(s, BROKEN_NOT_TOLD, pipe_fill(p[1], sysconf(_SC_PAGESIZE)) > 0 &&
			   kin_tell(p[1]) == -EAGAIN);
	}
}

static int run(struct sample *s)
{
	volatile int *got = kin_shared(sizeof(*got));
	bool closes = s->arm == CLOSED;
	int p[2], err;
	pid_t pid;

	if (!got || pipe(p))
		return got ? -errno : -ENOMEM;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		reader_main(p, closes, got);
	close(p[0]);
	err = kin_tell(p[1]);
	close(p[1]);
	if (err)
		return err;
	broken_see(s, closes);
	s->ops = 1;
	if (closes) {
		err = kin_wait(pid, NULL);
		sample_see(s, DATA_AND_END, !err && *got == 1);
		return err;
	}
	/* Nobody else has an end to write to: who sleeps there now does so for ever. */
	while (!*got && kin_state(pid) != 'Z')
		sched_yield();
	sample_see(s, STUCK, !kin_asleep(pid));
	return kin_kill(pid, NULL);
}

/* The last sleep is the one that has no end; before the byte came there may have been another. */
static void check(struct note *n)
{
	double stuck = note_seen_mean(n, KEPT, STUCK);

	note_gate(n, "kept", "pipe-read sleeps/op", stuck, stuck, stuck + 1,
		  note_sleeps(n, KEPT, 0, OSCOPE_REASON_PIPE_READ));
}

static void say_yes(struct note *n)
{
	if (note_seen_always(n, KEPT, STUCK, 1) && note_seen_always(n, KEPT, BROKEN_NOT_TOLD, 1))
		note_verdict(n, VERDICT_HOLDS,
			     "and more: they must be. With them closed the data came, then their "
			     "end, and a pipe without readers was EPIPE; a reader that kept the "
			     "end to write to slept for ever, and a writer that kept the one to "
			     "read from was told nothing, always");
	else
		note_verdict(n, VERDICT_HOLDS,
			     "with them closed the data came, and then their end; kept, the reader "
			     "slept for ever in %.0f %% of the samples, and the writer was told "
			     "nothing in %.0f %%", 100 * note_seen_mean(n, KEPT, STUCK),
			     100 * note_seen_mean(n, KEPT, BROKEN_NOT_TOLD));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of readers that had closed their other end and got the data and the "
		     "end of them %.2f, of such writers that were told of a pipe without readers "
		     "%.2f", note_seen_mean(n, CLOSED, DATA_AND_END),
		     note_seen_mean(n, CLOSED, BROKEN_TOLD));
}

static const struct claim close_ends = {
	.id = "ipc.close-ends",
	.topic = "ipc",
	.claim = "The ends of a pipe that a process does not need may be closed",
	.claim_zh = "管道不用的一端可以关闭",
	.how =
		"A process writes a byte for a child that reads to the end, and closes both its "
		"ends. In one arm the child has closed its end to write to, in the other it has "
		"not, and is looked at until it sleeps with nobody left who could wake it; then it "
		"is killed. Beside it a pipe is written to that nobody reads, with its end to read "
		"from closed and kept. An operation is one pipe.",
	.gates =
		"One fork an operation; nobody is killed whose end is closed; sleeps for pipe-read "
		"by the probes are those that were seen, and at most one before.",
	.rule =
		"HOLDS if in every sample the child that had closed its end got the byte and then "
		"the end, and a pipe without readers was EPIPE; FALSE if one of these never is so; "
		"else INCONCLUSIVE HERE, with the share. What comes of keeping them is said beside "
		"it.",
	.live = "oscope states --why -- PROGRAM, reason pipe-read; ls -l /proc/PID/fd",
	.op = "pipe",
	.seen = {
		[DATA_AND_END] = "data_and_end", [STUCK] = "stuck", [BROKEN_TOLD] = "broken_told",
		[BROKEN_NOT_TOLD] = "broken_not_told",
	},
	.tasks = { "reader" },
	.needed = { SAW(CLOSED, DATA_AND_END), SAW(CLOSED, BROKEN_TOLD) },
	.counts = {
		MADE(CLOSED, FORK, 1), COUNT(KILLED, CLOSED, 0), MADE(KEPT, FORK, 1),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { [CLOSED] = { "closed", run }, [KEPT] = { "kept", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(close_ends);
