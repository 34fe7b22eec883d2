// SPDX-License-Identifier: GPL-2.0
/* ipc.shm-sync: does shared memory need synchronisation? */
#include <errno.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/updates.h"

#define SWITCHES	4	/* of one of the two, before they end */

enum { WITHOUT, WITH };
enum { WRONG, RIGHT, LOST, TORN };

static int run(struct sample *s)
{
	struct updates *u = kin_shared(sizeof(*u));
	int err, status = 0;
	pid_t pid;

	if (!u)
		return -ENOMEM;
	err = updates_init(u, s->arm == WITH);
	if (err)
		return err;
	u->switches = SWITCHES;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	updates_make(u);
	if (!pid)
		_exit(0);
	err = kin_wait(pid, &status);
	s->ops = 1;
	s->turns = !status && u->made[0] > 0 && u->made[1] > 0;
	if (s->arm == WITHOUT)
		sample_see(s, WRONG, updates_lost(u) > 0 && updates_torn(u) > 0);
	else
		sample_see(s, RIGHT, !updates_lost(u) && !updates_torn(u));
	sample_see(s, LOST, (double)updates_lost(u));
	sample_see(s, TORN, (double)updates_torn(u));
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "without a lock %.0f updates a sample were lost, and %.1f records found half "
		     "changed; with one none, of any", note_seen_mean(n, WITHOUT, LOST),
		     note_seen_mean(n, WITHOUT, TORN));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share "
		     "of samples that went wrong without a lock %.2f, and right with one %.2f",
		     note_seen_mean(n, WITHOUT, WRONG), note_seen_mean(n, WITH, RIGHT));
}

static const struct claim shm_sync = {
	.id = "ipc.shm-sync",
	.topic = "ipc",
	.claim = "Shared memory needs synchronisation",
	.claim_zh = "共享内存需要同步机制",
	.how =
		"Two processes on one CPU change the same memory: a count, by loading it, taking "
		"their time and storing one more, and a record of two words that are the same "
		"before and after. They end when one of them has left the CPU four times. In the "
		"second arm each update is made under a mutex in that memory. An operation is one "
		"such pair.",
	.gates = "One fork an operation; both have made updates.",
	.rule =
		"HOLDS if in every sample without the mutex updates were lost and a record was "
		"found half changed, and with it neither; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope switch --by task -- PROGRAM; oscope locks -- PROGRAM",
	.op = "pair",
	.seen = { [WRONG] = "wrong", [RIGHT] = "right", [LOST] = "lost", [TORN] = "torn" },
	.needed = { SAW(WITHOUT, WRONG), SAW(WITH, RIGHT) },
	.counts = {
		MADE(ALL_ARMS, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "pairs that both updated/op"),
	},
	.needs_lives = true,
	.arm = { [WITHOUT] = { "without", run }, [WITH] = { "with", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(shm_sync);
