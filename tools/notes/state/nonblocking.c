// SPDX-License-Identifier: GPL-2.0
/* state.nonblocking: does a non-blocking call return at once, whatever it is about? */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/cold_file.h"
#include "notes/notes.h"

#define READS		1000	/* of the empty pipe; of the file each page is read once */

enum { PIPE, FILE_COLD };
enum { DEVICE_READ, SLEPT };

static void usage(struct rusage *u)
{
	getrusage(RUSAGE_SELF, u);
}

static int run_pipe(struct sample *s)
{
	struct rusage before, after;
	char byte;
	int p[2], i;

	if (pipe2(p, O_NONBLOCK))
		return -errno;
	usage(&before);
	for (i = 0; i < READS; i++)
		s->turns += read(p[0], &byte, 1) < 0 && errno == EAGAIN;
	usage(&after);
	s->loop_voluntary = after.ru_nvcsw - before.ru_nvcsw;
	s->ops = READS;
	return 0;
}

/* Where there is no such file or no device below it, nothing is observed. */
static int run_file(struct sample *s)
{
	int fd = cold_file(O_NONBLOCK), i;
	struct rusage before, after;

	s->ops = COLD_PAGES;
	if (fd < 0)
		return 0;
	usage(&before);
	for (i = 0; i < COLD_PAGES; i++)
		s->turns += cold_file_read(fd, i);
	usage(&after);
	if (after.ru_inblock == before.ru_inblock)
		return 0;
	sample_see(s, DEVICE_READ, 1);
	sample_see(s, SLEPT, after.ru_nvcsw > before.ru_nvcsw);
	return 0;
}

static double sleeps(const struct note *n)
{
	const struct arm_counted *c = &n->counted[PIPE];

	return c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_READ]) : NAN;
}

/* Reads of the pipe that did not sleep, of all. */
static void effect(struct note *n)
{
	const struct arm_counted *c = &n->counted[PIPE];
	uint64_t slept = c->blocked[OSCOPE_REASON_PIPE_READ];

	if (!c->states)
		return;
	n->effect = stats_share(slept < c->ops ? c->ops - slept : 0, c->ops);
	n->effect_unit = "of reads";
}

static void check(struct note *n)
{
	note_gate(n, "pipe", "sleeps/op are known", 0, 0, 1, sleeps(n));
}

static void decide(struct note *n)
{
	struct arm_seen slept = note_seen(n, FILE_COLD, SLEPT);
	double voluntary = (double)n->timed[PIPE].loop_voluntary;
	double per_op = sleeps(n);

	if (per_op >= 0.99)
		note_verdict(n, VERDICT_FALSE, "%.2f sleeps a read of an empty pipe", per_op);
	else if (per_op > 0 || voluntary > 0)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.4f sleeps a read of an empty pipe, %.0f voluntary switches in the "
			     "timed loops", per_op, voluntary);
	else if (slept.n && slept.max > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is no regular file: an empty pipe gives EAGAIN, without a sleep; "
			     "reads of a file that is on its device only slept in %.0f %% of %zu "
			     "samples", 100 * slept.sum / (double)slept.n, slept.n);
	else
		note_verdict(n, VERDICT_HOLDS, "an empty pipe gives EAGAIN, without a sleep%s",
			     slept.n ? "; reads of a file from its device did not sleep either" :
				       "; no file could be read from a device here");
}

static const struct claim nonblocking = {
	.id = "state.nonblocking",
	.topic = "state",
	.claim = "A non-blocking call returns at once and does not suspend its caller",
	.claim_zh = "非阻塞调用立即返回，不会挂起调用者",
	.how =
		"An empty pipe is read 1000 times with O_NONBLOCK. Beside it 16 pages of a file "
		"are read with O_NONBLOCK, that have been written to the device and let go from "
		"memory; only where the kernel counts blocks read does that count. An operation "
		"is one read.",
	.gates =
		"Every read of the pipe gives EAGAIN; what tasks sleep for is known.",
	.rule =
		"FALSE if reads of the pipe sleep; HOLDS if none does, by the probes, and no "
		"voluntary switch comes in the timed loops, and reads of the file do not sleep, or "
		"none is from a device; HOLDS IF it is no regular file, if those do; else "
		"INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM, reasons pipe-read and file-io",
	.op = "read",
	.seen = { [DEVICE_READ] = "device_read", [SLEPT] = "slept" },
	.counts = { NAMED(TURNS, PIPE, 1, "EAGAIN/op") },
	.needs_states = true,
	.arm = {
		[PIPE] = { "pipe", run_pipe, .single = true },
		[FILE_COLD] = { "file", run_file, .single = true },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(nonblocking);
