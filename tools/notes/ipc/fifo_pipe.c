// SPDX-License-Identifier: GPL-2.0
/* ipc.fifo-pipe: does a FIFO cost the same as a pipe? */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "notes/notes.h"
#include "notes/own.h"
#include "notes/pipes.h"
#include "notes/relay.h"

#define SAME	0.05
#define PLACE	"/tmp"
#define THERE	PLACE "/oscope-note-there"
#define BACK	PLACE "/oscope-note-back"

enum { PIPE, FIFO };
enum { IS_FIFO, NAMELESS };

/* Opened as pipe(2) opens its ends: one to read and one to write, both wait. */
static int fifo_open(const char *path, int fd[2])
{
	if (mkfifo(path, 0600))
		return -errno;
	fd[0] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	fd[1] = open(path, O_WRONLY | O_CLOEXEC);
	if (fd[0] < 0 || fd[1] < 0)
		return -errno;
	return pipe_waits(fd[0], 1);
}

static int fifos(struct relay *r)
{
	int err = own_files(PLACE, NULL);

	if (!err)
		err = fifo_open(THERE, r->there);
	return err ? err : fifo_open(BACK, r->back);
}

/* What the ends are, by the kernel: a pipe without a name is on a file system that has none. */
static int look(struct sample *s, const struct relay *r)
{
	const int fd[] = { r->there[0], r->there[1], r->back[0], r->back[1] };
	int is_fifo = 1, nameless = 0;
	size_t i;

	for (i = 0; i < 4; i++) {
		struct statfs fs;
		struct stat st;

		if (fstat(fd[i], &st) || fstatfs(fd[i], &fs))
			return -errno;
		is_fifo &= S_ISFIFO(st.st_mode);
		nameless += fs.f_type == PIPEFS_MAGIC;
	}
	sample_see(s, IS_FIFO, is_fifo);
	sample_see(s, NAMELESS, nameless);
	return 0;
}

static int run(struct sample *s)
{
	struct relay r = { .process = true };
	int err = sample_batch_policy(), ended;

	if (!err)
		err = s->arm == FIFO ? fifos(&r) : relay_pipes(&r);
	if (!err)
		err = look(s, &r);
	if (!err)
		err = relay_begin(&r);
	if (err)
		return err;
	err = sample_measure(s, relay_rounds, &r);
	s->turns = r.turns;
	ended = relay_end(&r);
	return err ? err : ended;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, FIFO, PIPE);
	n->effect_unit = "x";
}

/* Others may push one of the two off the CPU; then the next byte is there without a sleep. */
static void check(struct note *n)
{
	size_t a;

	for (a = PIPE; a <= FIFO; a++) {
		const struct arm_counted *c = &n->counted[a];
		const char *arm = n->claim->arm[a].name;

		note_gate(n, arm, "switches/op", 2, 1.98, 2.1,
			  note_per_op(c, c->sum->voluntary + c->sum->involuntary));
		note_gate(n, arm, "switches/op, timed", 2, 1.98, 2.1,
			  note_timed_switches(&n->timed[a]));
		note_gate(n, arm, "pipe-read sleeps/op", 2, 1.5, 2.02,
			  note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_READ]));
		note_gate(n, arm, "pipe-full sleeps/op", 0, 0, 0,
			  note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_FULL]));
		note_gate_syscalls(n, a, 4, 0.04);
	}
}

static void decide(struct note *n)
{
	struct stats_samples s = note_samples(n, FIFO, PIPE);
	const struct interval *e = &n->effect;

	if (stats_same(&s, SAME, n->seed))
		note_verdict(n, VERDICT_HOLDS,
			     "a round trip through FIFOs takes %.3f times as long as through "
			     "pipes: equivalent within 5 %%", e->value);
	else if (e->lo > 1 + SAME || e->hi < 1 / (1 + SAME))
		note_verdict(n, VERDICT_FALSE,
			     "a round trip through FIFOs takes %.3f times as long as through "
			     "pipes, %.3f to %.3f: they differ by more than 5 %%", e->value, e->lo,
			     e->hi);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f times as long: 5 %% more or less is in it", e->lo,
			     e->hi);
}

static const struct claim fifo_pipe = {
	.id = "ipc.fifo-pipe",
	.topic = "ipc",
	.claim = "A named pipe costs the same as one without a name",
	.claim_zh = "有名管道与匿名管道的开销相同",
	.how =
		"Two processes on one CPU send a byte to and fro, through two pipes or through "
		"two FIFOs on a file system in memory, whose ends are opened as those of a pipe "
		"are. Both arms run the same code and make the same system calls. SCHED_BATCH "
		"keeps the woken side from pushing the waker off the CPU.",
	.gates =
		"All four ends are FIFOs by their inode, and without a name (on pipefs) in the "
		"one arm only; 2.00 switches a round trip in both passes (to 2.1, as others may "
		"have the CPU); 1.5 to 2.02 sleeps for a read of a pipe and none for room in it; "
		"4 system calls; each byte came back changed; one fork a sample.",
	.rule =
		"r = round trip through FIFOs / through pipes. HOLDS if both are equivalent "
		"within 5 % (two one-sided tests); FALSE if the 95 % interval of r lies beyond "
		"1.05, or below its inverse; else INCONCLUSIVE HERE.",
	.live = "oscope ipc -- PROGRAM; oscope states --why -- PROGRAM, reason pipe-read",
	.op = "round trip",
	.value = "ns",
	.seen = { [IS_FIFO] = "all_fifos", [NAMELESS] = "nameless_ends" },
	.counts = {
		SAW(PIPE, IS_FIFO), SAW(FIFO, IS_FIFO),
		SEEN(PIPE, NAMELESS, 4), SEEN(FIFO, NAMELESS, 0),
		NAMED(TURNS, PIPE, 1, "right answers"), NAMED(TURNS, FIFO, 1, "right answers"),
		MADE_ONCE(PIPE, FORK, 1), MADE_ONCE(FIFO, FORK, 1),
	},
	.placement = "same CPU, SCHED_BATCH",
	.needs_times = true,
	.needs_syscalls = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[PIPE] = { "pipe", run },
		[FIFO] = { "fifo", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(fifo_pipe);
