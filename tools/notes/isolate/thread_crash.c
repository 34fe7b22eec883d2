// SPDX-License-Identifier: GPL-2.0
/* isolate.thread-crash: does a thread that crashes take its whole process with it? */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/crash.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define OTHERS 2	/* threads beside the first one and the one that crashes */

enum { CRASH, CAUGHT, ENDED };
enum { ALL_DEAD, BY_SIGNAL, OTHERS_ANSWER };

static sigjmp_buf back;
static int ask[2], answer[2];

static void *crash_main(void *arg)
{
	crash_now();
	return arg;
}

static void jump(int sig)
{
	siglongjmp(back, sig);
}

/* It faults, too, and knows what to do about it. */
static void *caught_main(void *arg)
{
	const struct sigaction action = { .sa_handler = jump };

	sigaction(SIGSEGV, &action, NULL);
	if (!sigsetjmp(back, 1))
		crash_fault();
	return arg;
}

static void *ended_main(void *arg)
{
	syscall(SYS_exit, 1);
	return arg;
}

static void *other_main(void *arg)
{
	if (!kin_hear(ask[0]))
		kin_tell(answer[1]);
	return arg;
}

static void process_main(size_t arm)
{
	static void *(*const last_main[])(void *arg) = {
		[CRASH] = crash_main, [CAUGHT] = caught_main, [ENDED] = ended_main,
	};
	pthread_t other[OTHERS], last;
	int i;

	close(ask[1]);
	close(answer[0]);
	for (i = 0; i < OTHERS; i++) {
		if (pthread_create(&other[i], NULL, other_main, NULL))
			_exit(1);
	}
	if (pthread_create(&last, NULL, last_main[arm], NULL))
		_exit(1);
	for (i = 0; i < OTHERS; i++)
		pthread_join(other[i], NULL);
	_exit(0);
}

/* The others are asked once the one is through: when its process has ended, or it itself has. */
static int run(struct sample *s)
{
	int status = 0, answers = 0, err;
	pid_t pid;

	if (pipe(ask) || pipe(answer))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		process_main(s->arm);
	close(ask[0]);
	close(answer[1]);
	signal(SIGPIPE, SIG_IGN);
	if (s->arm == CRASH)
		kin_ended(pid);
	kin_tell(ask[1]);
	kin_tell(ask[1]);
	while (!kin_hear(answer[0]))
		answers++;
	err = kin_wait(pid, &status);
	sample_see(s, BY_SIGNAL, WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	sample_see(s, OTHERS_ANSWER, answers == OTHERS);
	sample_see(s, ALL_DEAD, WIFSIGNALED(status) && !answers);
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "no thread answered any more; but share of processes that went on "
		     "when the fault was caught and jumped out of %.2f, when one thread "
		     "ended itself %.2f", note_seen_mean(n, CAUGHT, OTHERS_ANSWER),
		     note_seen_mean(n, ENDED, OTHERS_ANSWER));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "the other threads went on in %.0f %% of the samples",
		     100 * note_seen_mean(n, CRASH, OTHERS_ANSWER));
}

static const struct claim thread_crash = {
	.id = "isolate.thread-crash",
	.topic = "isolate",
	.claim = "A crashing thread kills its whole process",
	.claim_zh = "一个线程崩溃，整个进程死掉",
	.how =
		"A process of four threads, one of which writes where nothing may be written; the "
		"two others are asked for a sign of life after that. The same with a handler that jumps out of "
		"the fault, and with a thread that ends itself by exit(2). An operation is one "
		"process.",
	.gates =
		"One fork and three threads an operation; the process is killed by a signal where "
		"nothing is caught, and not else.",
	.rule =
		"HOLDS if in every sample without a handler the process was ended by the signal and "
		"no thread answered; FALSE if that never was so; else INCONCLUSIVE HERE, with the "
		"share. The other cases are shown, and decide nothing.",
	.live = "oscope spawn --by task -- PROGRAM, column LIFE: all end at once",
	.op = "process",
	.seen = {
		[ALL_DEAD] = "all_dead", [BY_SIGNAL] = "by_signal",
		[OTHERS_ANSWER] = "others_answer",
	},
	.needed = { SAW(CRASH, ALL_DEAD) },
	.counts = {
		MADE(CRASH, FORK, 1), MADE(CRASH, THREAD, OTHERS + 1),
		NAMED(KILLED, CRASH, 1, "killed by a signal/op"),
		MADE(CAUGHT, FORK, 1), MADE(CAUGHT, THREAD, OTHERS + 1),
		NAMED(KILLED, CAUGHT, 0, "killed by a signal/op"),
		MADE(ENDED, FORK, 1), MADE(ENDED, THREAD, OTHERS + 1),
		NAMED(KILLED, ENDED, 0, "killed by a signal/op"),
	},
	.needs_lives = true,
	.arm = {
		[CRASH] = { "crash", run },
		[CAUGHT] = { "caught", run },
		[ENDED] = { "ended", run },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(thread_crash);
