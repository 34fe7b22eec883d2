// SPDX-License-Identifier: GPL-2.0
/* py.manager: does a Manager share dict and list, and what does an access cost? */
#include <stdio.h>

#include "notes/notes.h"
#include "notes/said.h"

#define ID		"py.manager"
#define ACCESSES	1000

enum { DICT, LIST, LOCAL };
enum { CHANGED, UNCHANGED, REQUESTS };
enum { CLIENT, SERVER };

static int run(struct sample *s)
{
	static const char *const how[] = { [DICT] = "dict", [LIST] = "list", [LOCAL] = "local" };
	char accesses[16];
	struct python p = {
		.script = "py/manager.py",
		.args = { how[s->arm], accesses },
		.family = true,
	};

	snprintf(accesses, sizeof(accesses), "%d", ACCESSES);
	return said_python(s, ID, &p);
}

static double us(const struct note *n, size_t arm)
{
	return stats_median(n->timed[arm].value, n->timed[arm].n) / 1e3;
}

/* An access: what was written to the server, */
static double requests(const struct note *n, size_t arm)
{
	return note_seen_mean(n, arm, REQUESTS) / ACCESSES;
}

/* ... and sleeps for answers, with few for the connection; a socket also wakes when it is read. */
static double sleeps(const struct note *n, size_t arm)
{
	return note_sleeps(n, arm, CLIENT, OSCOPE_REASON_UNIX_RECV);
}

static void check(struct note *n)
{
	note_gate_near(n, "local", "client, sleeps for a socket/op", 0, 0, sleeps(n, LOCAL));
	note_evidence(n, "dict", "requests_per_op", requests(n, DICT));
	note_evidence(n, "dict", "sleeps_for_answers_per_op", sleeps(n, DICT));
	note_evidence(n, "list", "requests_per_op", requests(n, LIST));
	note_evidence(n, "list", "sleeps_for_answers_per_op", sleeps(n, LIST));
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "what a child set in a Manager's dict and list its parent read: an access "
		     "was %.2f requests to the server and %.2f sleeps for the answer, and took "
		     "%.0f us, %.0f in the list; in a dict of its own it took %.2f and nothing "
		     "changed", requests(n, DICT),
		     sleeps(n, DICT), us(n, DICT), us(n, LIST), us(n, LOCAL));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which a parent read what its child had set in a dict "
		     "%.2f, in a list %.2f, and not in one of its own %.2f"
		     "", note_seen_mean(n, DICT, CHANGED),
		     note_seen_mean(n, LIST, CHANGED), note_seen_mean(n, LOCAL, UNCHANGED));
}

static const struct claim manager = {
	.id = ID,
	.topic = "py",
	.claim = "A Manager shares dict and list between processes of Python",
	.claim_zh = "Manager 让进程共享字典和列表",
	.how =
		"A child sets an element of a Manager's dict, or list, and ends; its parent then "
		"reads the element 1000 times, on the same CPU as the server. In another arm it "
		"is a dict of the program's. An operation is one access.",
	.gates =
		"A child and a server beside the interpreter, or a child alone; all accesses "
		"done; none sleeps for a socket without a server.",
	.rule =
		"HOLDS if in every sample the parent read what was set in the dict and in the "
		"list, and not what was set in its own; FALSE if one of these never was so; else "
		"INCONCLUSIVE HERE, with the share. Requests are what the kernel counts as "
		"writes of the process, sleeps by the probes.",
	.live = "oscope ipc --by pair -- python3 PROGRAM",
	.op = "access",
	.value = "ns",
	.seen = { [CHANGED] = "changed", [UNCHANGED] = "unchanged", [REQUESTS] = "requests" },
	.tasks = { [CLIENT] = "client", [SERVER] = "server" },
	.needed = { SAW(DICT, CHANGED), SAW(LIST, CHANGED), SAW(LOCAL, UNCHANGED) },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "accesses done/op"),
		MADE_ONCE(DICT, FORK, 3), MADE_ONCE(LIST, FORK, 3), MADE_ONCE(LOCAL, FORK, 2),
	},
	.narrow = 0.2,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[DICT] = { "dict", run }, [LIST] = { "list", run }, [LOCAL] = { "local", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(manager);
