// SPDX-License-Identifier: GPL-2.0
/* ipc.fifo-any: can any processes talk through a pipe with a name? */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/strangers.h"

#define PLACE	"/tmp"
#define NAME	PLACE "/oscope-note"

enum { WRITER_FIRST, OTHER_USER };
enum { GOT, OPEN_WAITED, DENIED };

struct meeting {
	size_t arm;
	volatile pid_t first;		/* who opens, and waits for the other */
	volatile bool waited, got, denied;
};

/* One end, by who comes first: it must sleep until the other one comes. */
static int end_open(struct meeting *m, int flags, bool first)
{
	if (first) {
		kin_name("first");
		m->first = getpid();
	} else {
		while (!m->first)
			sched_yield();
		m->waited = !kin_asleep(m->first);
	}
	return open(NAME, flags | O_CLOEXEC);
}

static int writer_main(void *meeting)
{
	struct meeting *m = meeting;
	int fd = end_open(m, O_WRONLY, m->arm == WRITER_FIRST);

	return fd < 0 ? -errno : kin_tell(fd);
}

static int reader_main(void *meeting)
{
	struct meeting *m = meeting;
	int fd = end_open(m, O_RDONLY, m->arm != WRITER_FIRST);

	if (fd < 0)
		return -errno;
	m->got = !kin_hear(fd);
	return 0;
}

/* Somebody else, who may write at first and then no more. */
static int user_main(void *meeting)
{
	struct meeting *m = meeting;
	int fd, private, err = own_user();

	if (err)
		return err;
	fd = end_open(m, O_WRONLY, false);
	private = open(NAME "-private", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	m->denied = private < 0 && errno == EACCES;
	if (private >= 0)
		close(private);
	return fd < 0 ? -errno : kin_tell(fd);
}

static int run(struct sample *s)
{
	struct meeting *m = kin_shared(sizeof(*m));
	int err = own_files(PLACE, NULL);

	if (!m || err)
		return m ? err : -ENOMEM;
	m->arm = s->arm;
	umask(0);
	if (mkfifo(NAME, 0622) || mkfifo(NAME "-private", 0600))
		return -errno;
	err = strangers(reader_main, s->arm == OTHER_USER ? user_main : writer_main, m);
	sample_see(s, GOT, m->got);
	sample_see(s, OPEN_WAITED, m->waited);
	if (s->arm == OTHER_USER)
		sample_see(s, DENIED, m->denied);
	s->ops = 1;
	return err;
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		note_gate_waits(n, a, 0, OSCOPE_REASON_FIFO_OPEN, OPEN_WAITED);
}

static void say_yes(struct note *n)
{
	double denied = note_seen_mean(n, OTHER_USER, DENIED);

	if (denied > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the mode of its file lets them: strangers met there, another user "
			     "too, and whoever opened first slept, for fifo-open, until the other "
			     "came; where the mode did not allow it, open gave EACCES in %.0f %% "
			     "of the samples", 100 * denied);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "strangers met there, another user too, whatever the mode; whoever "
			     "opened first slept, for fifo-open, until the other came");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of bytes that came between strangers %.2f, from another user %.2f; of "
		     "first ones that waited for the other %.2f and %.2f",
		     note_seen_mean(n, WRITER_FIRST, GOT), note_seen_mean(n, OTHER_USER, GOT),
		     note_seen_mean(n, WRITER_FIRST, OPEN_WAITED),
		     note_seen_mean(n, OTHER_USER, OPEN_WAITED));
}

static const struct claim fifo_any = {
	.id = "ipc.fifo-any",
	.topic = "ipc",
	.claim = "A named pipe serves any processes, not only relatives",
	.claim_zh = "有名管道可用于任意进程间通信",
	.how =
		"Two processes of other parents and other sessions open a FIFO by its name, one to "
		"write and one to read, and a byte goes through it. The second one comes when the "
		"first one sleeps in its open(2): in one arm the writer is first, in the other the "
		"reader, and the writer is another user, who may write, and who tries a FIFO, too, "
		"where that is not so. All is in a mount namespace of its own, with an empty file "
		"system. An operation is one meeting.",
	.gates =
		"Four forks an operation; sleeps for fifo-open by the probes are as many as the "
		"second one saw.",
	.rule =
		"HOLDS if in every sample the byte came, from another user too, and whoever opened "
		"first slept until the other did; HOLDS IF the mode lets them, if another user "
		"was refused where it did not; FALSE if one of the first two never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason fifo-open",
	.op = "meeting",
	.seen = {
		[GOT] = "got", [OPEN_WAITED] = "open_waited", [DENIED] = "denied",
	},
	.tasks = { "first" },
	.needed = {
		SAW(WRITER_FIRST, GOT), SAW(OTHER_USER, GOT), SAW(WRITER_FIRST, OPEN_WAITED),
		SAW(OTHER_USER, OPEN_WAITED),
	},
	.counts = { MADE(ALL_ARMS, FORK, STRANGERS_FORKS) },
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[WRITER_FIRST] = { "writer_first", run }, [OTHER_USER] = { "other_user", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(fifo_any);
