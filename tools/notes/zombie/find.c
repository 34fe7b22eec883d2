// SPDX-License-Identifier: GPL-2.0
/* zombie.find: does "ps -aux | grep -w 'Z'" find the zombies? */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define COMMAND_TEXT	"ps -aux | grep -w 'Z'"
#define NOT_THERE	127

/* Four zombies that ps shows differently, in the order of the observations. */
enum kind { PLAIN, SESSION, NICE, THREADS, KINDS };
enum { FALSE_HITS = KINDS, ALL_IN_Z };

static void *live_on(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void child_main(enum kind kind)
{
	pthread_t thread;

	if (kind == SESSION)
		setsid();
	if (kind == NICE && nice(5) == -1)
		_exit(1);
	/* Only the first thread ends. */
	if (kind == THREADS && !pthread_create(&thread, NULL, live_on, NULL))
		syscall(SYS_exit, 0);
	_exit(0);
}

static bool all_in_z(const pid_t *pid)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		if (kin_state(pid[i]) != 'Z')
			return false;
	}
	return true;
}

/* No call waits for the end of a first thread alone: look until it is so. */
static int zombies_make(pid_t *pid)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			child_main(i);
	}
	while (!all_in_z(pid))
		sched_yield();
	return 0;
}

/* The words are not in the shell's own command line, as they are not in that of who types them. */
static void command_main(int out)
{
	setenv("OSCOPE_NOTE", COMMAND_TEXT, 1);
	dup2(out, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", "exec 2> /dev/null; command -v ps > /dev/null || exit 127; "
	      "eval \"$OSCOPE_NOTE\"", NULL);
	_exit(NOT_THERE);
}

/* Its output, and its number in *pid. NULL: errno says why. */
static FILE *command_start(pid_t *pid)
{
	int out[2];

	if (pipe2(out, O_CLOEXEC))
		return NULL;
	*pid = kin_fork();
	if (!*pid)
		command_main(out[1]);
	close(out[1]);
	if (*pid < 0) {
		close(out[0]);
		return NULL;
	}
	return fdopen(out[0], "r");
}

static int command_look(struct sample *s, const pid_t *pid)
{
	double found[KINDS] = { 0 }, false_hits = 0;
	char line[4096], state;
	int status, number, err;
	pid_t shell;
	size_t i;
	FILE *f = command_start(&shell);

	if (!f)
		return -EAGAIN;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %d %*s %*s %*s %*s %*s %c", &number, &state) != 2)
			continue;
		false_hits += state != 'Z';
		for (i = 0; i < KINDS; i++)
			found[i] += number == pid[i];
	}
	fclose(f);
	err = kin_wait(shell, &status);
	if (err)
		return err;
	if (WEXITSTATUS(status) == NOT_THERE)
		return -ENOENT;
	for (i = 0; i < KINDS; i++)
		sample_see(s, i, found[i]);
	sample_see(s, FALSE_HITS, false_hits);
	return 0;
}

static int run(struct sample *s)
{
	pid_t pid[KINDS];
	size_t i;
	int err;

	err = zombies_make(pid);
	if (err)
		return err;
	err = command_look(s, pid);
	sample_see(s, ALL_IN_Z, all_in_z(pid));
	for (i = 0; i < KINDS; i++)
		kin_kill(pid[i], NULL);
	s->ops = KINDS;
	return err;
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	/* Four zombies, and the shell with its two programs. */
	note_gate(n, "command", "forks/op", 1.75, 1.25, 2, c->lives.known ?
		  note_per_op(c, c->lives.births[OSCOPE_BIRTH_FORK]) : NAN);
}

static void say_yes(struct note *n)
{
	if (note_seen(n, 0, FALSE_HITS).max > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "lines that are no zombies are left out: all four are found, "
			     "and %.1f such lines on average", note_seen_mean(n, 0, FALSE_HITS));
	else
		note_verdict(n, VERDICT_HOLDS, "all four are found, and nothing else");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share found: Z %.2f, Zs %.2f, ZN %.2f, Zl %.2f; and %.1f lines on "
		     "average that are no zombies",
		     note_seen_mean(n, 0, PLAIN), note_seen_mean(n, 0, SESSION),
		     note_seen_mean(n, 0, NICE), note_seen_mean(n, 0, THREADS),
		     note_seen_mean(n, 0, FALSE_HITS));
}

static const struct claim zombie_find = {
	.id = "zombie.find",
	.topic = "zombie",
	.claim = "ps -aux | grep -w 'Z' finds the zombies",
	.claim_zh = "用 ps -aux | grep -w 'Z' 查找僵尸进程",
	.how =
		"Four zombies: a plain one, a session leader (Zs), one of lower priority (ZN), and "
		"a process whose first thread has ended before another (Zl). Then the command, as "
		"it stands, through a shell. An operation is one zombie.",
	.gates =
		"All four are in state Z by /proc before and after the command; they and the "
		"command's programs are forked, one thread is made.",
	.rule =
		"HOLDS if every sample finds all four, and no line that is no zombie; HOLDS IF "
		"such lines are left out, if there are any; FALSE if one of the four is never "
		"found; else INCONCLUSIVE HERE.",
	.live = "oscope zombies",
	.op = "zombie",
	.seen = {
		[PLAIN] = "found_z", [SESSION] = "found_zs", [NICE] = "found_zn",
		[THREADS] = "found_zl", [FALSE_HITS] = "false_hits", [ALL_IN_Z] = "all_in_z",
	},
	.needed = { SAW(0, PLAIN), SAW(0, SESSION), SAW(0, NICE), SAW(0, THREADS) },
	.counts = { SEEN(0, ALL_IN_Z, 1), MADE(0, THREAD, 1.0 / KINDS) },
	.needs_lives = true,
	.arm = { { "command", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
	.mixed = "some are found in",
};
CLAIM(zombie_find);
