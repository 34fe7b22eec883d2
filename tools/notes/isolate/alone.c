// SPDX-License-Identifier: GPL-2.0
/* isolate.alone: does a process see that it is not alone on the machine? */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SPIN_NS		40000000ULL
#define GAP_NS		1000000ULL	/* far above an interrupt: somebody else had the CPU */

enum { OWN_VALUES, SEES_GAPS, GAPS };

struct side {
	bool own_value;
	uint64_t gaps;
};

/* Writes to an address that the other side has, too, and reads the clock all the time. */
static void look(struct side *side, volatile long *address, long value, uint64_t until)
{
	uint64_t before = now_ns(), now;

	*address = value;
	while ((now = now_ns()) < until) {
		side->gaps += now - before > GAP_NS;
		before = now;
	}
	side->own_value = *address == value;
}

static int run(struct sample *s)
{
	struct side *side = kin_shared(2 * sizeof(*side));
	uint64_t until;
	pid_t pid;
	long *address;
	int err;

	address = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	if (!side || address == MAP_FAILED)
		return -ENOMEM;
	until = now_ns() + SPIN_NS;
	pid = kin_fork();
	if (pid >= 0)
		look(&side[!pid], address, pid, until);
	if (!pid)
		_exit(0);
	err = pid < 0 ? pid : kin_wait(pid, NULL);
	munmap(address, getpagesize());
	sample_see(s, OWN_VALUES, side[0].own_value && side[1].own_value);
	sample_see(s, SEES_GAPS, side[0].gaps || side[1].gaps);
	sample_see(s, GAPS, (double)(side[0].gaps + side[1].gaps));
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	double gaps = note_seen_mean(n, 0, SEES_GAPS);

	if (gaps > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "memory is meant: one address, two values; the clock shows "
			     "where the CPU was taken away, %.1f times in 40 ms",
			     note_seen_mean(n, 0, GAPS));
	else
		note_verdict(n, VERDICT_HOLDS,
			     "one address, two values, and no gap in the clock");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE, "one saw what the other wrote");
}

static const struct claim alone = {
	.id = "isolate.alone",
	.topic = "isolate",
	.claim = "Each process believes that it owns the hardware",
	.claim_zh = "每个进程都认为自己独占硬件",
	.how =
		"Two processes on one CPU write different values to the same address, and for 40 "
		"ms read the clock again and again. Where two readings are more than 1 ms apart, "
		"somebody else had the CPU. An operation is one such pair.",
	.gates =
		"One fork an operation.",
	.rule =
		"HOLDS if in every sample both still read their own value, and no sample saw a "
		"gap; HOLDS IF memory is meant, if gaps were seen; FALSE if values never were "
		"their own; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope switch --by task -- PROGRAM, column WAIT",
	.op = "pair",
	.seen = { [OWN_VALUES] = "own_values", [SEES_GAPS] = "sees_gaps", [GAPS] = "gaps" },
	.needed = { SAW(0, OWN_VALUES) },
	.counts = { MADE(0, FORK, 1) },
	.needs_lives = true,
	.arm = { { "pair", run } },
	.yes = say_yes,
	.no = say_no,
	.mixed = "own values in",
};
CLAIM(alone);
