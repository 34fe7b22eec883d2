// SPDX-License-Identifier: GPL-2.0
/* py.start-method: does a child start a new interpreter and inherit no globals? */
#include "notes/python.h"

enum { FORK, SPAWN, FORKSERVER };
enum { INHERITED, ANEW, IS_CHILD, DEFAULT, VERSION };
enum { ENDED_WELL, SAID_INHERITED, SAID_ANEW, SAID_CHILD, SAID_DEFAULT, SAID_VERSION };

static const char *const methods[] = { "fork", "spawn", "forkserver" };

static int run(struct sample *s)
{
	struct foreign_number said[] = {
		[ENDED_WELL] = { "ended_well" }, [SAID_INHERITED] = { "inherited" },
		[SAID_ANEW] = { "anew" }, [SAID_CHILD] = { "is_child" },
		[SAID_DEFAULT] = { "default" }, [SAID_VERSION] = { "version" }, { NULL },
	};
	struct python p = {
		.script = "py/start_method.py",
		.args = { methods[s->arm] },
		.family = true,
	};
	int err = python_run(s, &p, said);

	if (err)
		return err;
	s->ops = 1;
	s->turns = (uint64_t)said[ENDED_WELL].value;
	sample_see(s, INHERITED, (double)said[SAID_INHERITED].value);
	sample_see(s, ANEW, (double)said[SAID_ANEW].value);
	sample_see(s, IS_CHILD, (double)said[SAID_CHILD].value);
	sample_see(s, DEFAULT, (double)said[SAID_DEFAULT].value);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

static double execs(const struct note *n, size_t arm)
{
	return note_per_op(&n->counted[arm], n->counted[arm].lives.execs);
}

/* A new interpreter is an exec beside that of the first one, and of the tracker of resources. */
static void check(struct note *n)
{
	note_gate_near(n, "fork", "execs/op", 1, 0, execs(n, FORK));
	note_gate_near(n, "spawn", "execs/op", 3, 0, execs(n, SPAWN));
	note_gate_near(n, "forkserver", "execs/op", 3, 0, execs(n, FORKSERVER));
}

static void decide(struct note *n)
{
	struct python_version v = python_version(n, FORK, VERSION);
	size_t method = (size_t)note_seen(n, FORK, DEFAULT).max;
	bool fork_has = note_seen_always(n, FORK, INHERITED, 1);
	bool others_have_not = note_seen_always(n, SPAWN, ANEW, 1) &&
			       note_seen_always(n, FORKSERVER, ANEW, 1);

	if (!fork_has && others_have_not && note_seen_always(n, FORK, ANEW, 1))
		note_verdict(n, VERDICT_HOLDS, "a child had what its parent had set by no method");
	else if (!fork_has || !others_have_not)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "share of children that had what was set: by fork %.2f, spawn %.2f, "
			     "forkserver %.2f", note_seen_mean(n, FORK, INHERITED),
			     note_seen_mean(n, SPAWN, INHERITED),
			     note_seen_mean(n, FORKSERVER, INHERITED));
	else if (method == FORK)
		note_verdict(n, VERDICT_FALSE,
			     "the method of Python %s is fork: no exec, and a global that was set "
			     "before is there; with spawn and forkserver an interpreter is "
			     "executed, and it is not", v.text);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the method is not fork: Python %s has %s, and a global set before is "
			     "not there; with fork it is, without an exec",
			     v.text, methods[method]);
}

static const struct claim start_method = {
	.id = "py.start-method",
	.topic = "py",
	.claim = "A child of multiprocessing starts a new interpreter and inherits no globals",
	.claim_zh = "子进程启动新的解释器，不继承全局状态",
	.how =
		"A program sets a global, then makes a child by multiprocessing, which tells what "
		"it finds there and who its parent is: by each of the three methods. An operation "
		"is one such child.",
	.gates =
		"By the probes one program was executed with fork, the interpreter; three with "
		"spawn (a tracker of resources and the child beside it) and with forkserver (the "
		"server); the child ended well.",
	.rule =
		"HOLDS if the global was not there by any method; with fork alone, FALSE if that "
		"is the method of this interpreter if none is asked for, HOLDS IF the method is "
		"not fork if it is another one; else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- python3 PROGRAM",
	.op = "child",
	.seen = {
		[INHERITED] = "inherited", [ANEW] = "anew", [IS_CHILD] = "is_child",
		[DEFAULT] = "default_method", [VERSION] = "python",
	},
	.needed = { SAW(SPAWN, ANEW), SAW(FORKSERVER, ANEW), SAW(FORK, INHERITED) },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "ended well/op"), SEEN(FORK, IS_CHILD, 1) },
	.needs_lives = true,
	.unwaited = true,
	.arm = {
		[FORK] = { "fork", run }, [SPAWN] = { "spawn", run },
		[FORKSERVER] = { "forkserver", run },
	},
	.check = check,
	.decide = decide,
};
CLAIM(start_method);
