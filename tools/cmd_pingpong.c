// SPDX-License-Identifier: GPL-2.0
/*
 * oscope pingpong: a known load for `make report` where perf is not installed: a byte to and fro
 * through pipes, between two processes or two threads.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "parse.h"

struct sides {
	int there[2], back[2];
	uint64_t rounds;
};

static bool pass(int in, int out)
{
	char byte = 0;

	return read(in, &byte, 1) == 1 && write(out, &byte, 1) == 1;
}

static void *answer(void *arg)
{
	const struct sides *s = arg;
	uint64_t i;

	for (i = 0; i < s->rounds && pass(s->there[0], s->back[1]); i++)
		;
	return i == s->rounds ? NULL : arg;
}

static bool ask(const struct sides *s)
{
	uint64_t i;
	char byte = 0;

	for (i = 0; i < s->rounds; i++) {
		if (write(s->there[1], &byte, 1) != 1 || read(s->back[0], &byte, 1) != 1)
			return false;
	}
	return true;
}

static bool play_threads(struct sides *s)
{
	void *failed = NULL;
	pthread_t peer;
	bool ok;

	if (pthread_create(&peer, NULL, answer, s))
		return false;
	ok = ask(s);
	pthread_join(peer, &failed);
	return ok && !failed;
}

static bool play_processes(struct sides *s)
{
	pid_t peer = fork();
	int status = -1;
	bool ok;

	if (!peer) {
		/* Its own ends would keep it waiting when the other is gone. */
		close(s->there[1]);
		close(s->back[0]);
		_exit(answer(s) ? 1 : 0);
	}
	ok = peer > 0 && ask(s);
	return peer > 0 && waitpid(peer, &status, 0) == peer && !status && ok;
}

static int pingpong_check(struct opts *o)
{
	uint64_t rounds;

	if (o->n_args != 2 || parse_u64(o->args[1], 1, 1000000000, &rounds) ||
	    (strcmp(o->args[0], "threads") && strcmp(o->args[0], "processes")))
		return err_msg(-EUSAGE, "pingpong: processes or threads, and how many rounds?");
	return 0;
}

static int pingpong_main(const struct opts *o)
{
	struct sides s;
	bool ok;

	parse_u64(o->args[1], 1, 1000000000, &s.rounds);
	if (pipe(s.there) || pipe(s.back))
		return err_sys(-errno, "pingpong");
	ok = strcmp(o->args[0], "threads") ? play_processes(&s) : play_threads(&s);
	return ok ? 0 : err_msg(-EIO, "pingpong: the other side is gone");
}

static const struct cmd_ops pingpong_cmd = {
	.name = "pingpong",
	.summary = "a known load: a byte to and fro on one CPU",
	.takes = CMD_WORDS | CMD_HIDDEN,
	.words = "processes|threads ROUNDS",
	.check = pingpong_check,
	.run = pingpong_main,
};
COMMAND(pingpong_cmd);
