// SPDX-License-Identifier: GPL-2.0
/* ipc.signal: does a signal tell a process that something has happened? */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define ROUNDS	5	/* to one who can be told at once */
#define SENT	100	/* of each kind, while it is blocked */
#define PLAIN	SIGUSR1
#define QUEUED	SIGRTMIN

enum { ASLEEP, COMPUTING, BLOCKED };
enum { TOLD, LATENCY, PLAIN_CAME, QUEUED_CAME, IN_ORDER };

/* What the receiver knows, in memory that both see. */
static struct told {
	volatile int plain, queued;
	volatile bool ready, other_sender, disorder;
	volatile uint64_t at_ns;	/* in the handler, at the last plain one */
	pid_t sender;
} *told;

static void handler(int sig, siginfo_t *info, void *context)
{
	if (info->si_pid != told->sender)
		told->other_sender = true;
	if (sig == PLAIN) {
		told->at_ns = now_ns();
		told->plain++;
		return;
	}
	if (info->si_value.sival_int != told->queued)
		told->disorder = true;
	told->queued++;
}

static void handle(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	sigfillset(&action.sa_mask);
	if (sigaction(PLAIN, &action, NULL) || sigaction(QUEUED, &action, NULL))
		_exit(1);
}

static void receiver_main(size_t arm)
{
	volatile uint64_t computed = 0;

	handle();
	told->ready = true;
	for (;;) {
		if (arm == ASLEEP)
			pause();
		else
			computed = computed + 1;
	}
}

/* One at a time: the next when the last has been handled. */
static int run_told(struct sample *s)
{
	double sum = 0;
	uint64_t sent;
	pid_t pid;
	int i;

	told = kin_shared(sizeof(*told));
	if (!told)
		return -ENOMEM;
	told->sender = getpid();
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		receiver_main(s->arm);
	while (!told->ready)
		sched_yield();
	for (i = 0; i < ROUNDS; i++) {
		if (s->arm == ASLEEP && kin_asleep(pid))
			return -ECHILD;
		sent = now_ns();
		if (kill(pid, PLAIN))
			return -errno;
		while (told->plain == i)
			sched_yield();
		sum += (double)(told->at_ns - sent);
	}
	s->ops = ROUNDS;
	s->turns = told->plain;
	sample_see(s, TOLD, told->plain == ROUNDS && !told->other_sender);
	sample_see(s, LATENCY, sum / ROUNDS);
	return kin_kill(pid, NULL);
}

/* Sends to itself, and lets them in afterwards. */
static int run_blocked(struct sample *s)
{
	union sigval value;
	sigset_t both;
	int i;

	told = kin_shared(sizeof(*told));
	if (!told)
		return -ENOMEM;
	told->sender = getpid();
	handle();
	sigemptyset(&both);
	sigaddset(&both, PLAIN);
	sigaddset(&both, QUEUED);
	sigprocmask(SIG_BLOCK, &both, NULL);
	for (i = 0; i < SENT; i++) {
		value.sival_int = i;
		s->turns += !kill(getpid(), PLAIN);
		s->turns += !sigqueue(getpid(), QUEUED, value);
	}
	sigprocmask(SIG_UNBLOCK, &both, NULL);
	sample_see(s, PLAIN_CAME, told->plain);
	sample_see(s, QUEUED_CAME, told->queued);
	sample_see(s, IN_ORDER, !told->disorder);
	sample_see(s, TOLD, told->plain > 0 && !told->other_sender);
	s->ops = 1;
	return 0;
}

static void say_yes(struct note *n)
{
	double plain = note_seen_mean(n, BLOCKED, PLAIN_CAME);
	double queued = note_seen_mean(n, BLOCKED, QUEUED_CAME);

	note_verdict(n, VERDICT_HOLDS,
		     "asleep, computing, or after it had blocked it, it was told, and by whom; %s: "
		     "of %d sent while they were blocked %.3g SIGUSR1 came, and %.3g SIGRTMIN%s",
		     plain < SENT ? "but a plain signal is no queue" : "none was lost", SENT, plain,
		     queued, note_seen_always(n, BLOCKED, IN_ORDER, 1) ? ", in order" : "");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which it was told, asleep %.2f, computing %.2f, after it "
		     "had been blocked %.2f", note_seen_mean(n, ASLEEP, TOLD),
		     note_seen_mean(n, COMPUTING, TOLD), note_seen_mean(n, BLOCKED, TOLD));
}

static const struct claim signal_claim = {
	.id = "ipc.signal",
	.topic = "ipc",
	.claim = "A signal tells a process that something has happened",
	.claim_zh = "信号用于通知进程某个事件已发生",
	.how =
		"A process sends SIGUSR1 to one that sleeps, and to one that computes, five "
		"times each, the next when the last was handled; handlers say when, and from "
		"whom. A third one has SIGUSR1 and SIGRTMIN blocked, is sent each 100 times, and "
		"lets them in then. An operation is one signal, of the third arm all of them.",
	.gates =
		"Every signal that is sent one at a time is handled; of the others every one is "
		"accepted.",
	.rule =
		"HOLDS if in every sample the process was told, with the right sender; FALSE if in "
		"one of the states it never is; else INCONCLUSIVE HERE, with the share. How many "
		"of 100 came, and how long it took on one CPU, is shown beside it.",
	.live = "oscope ipc -- PROGRAM",
	.op = "signal",
	.seen = {
		[TOLD] = "told", [LATENCY] = "latency_ns", [PLAIN_CAME] = "plain_came",
		[QUEUED_CAME] = "queued_came", [IN_ORDER] = "in_order",
	},
	.needed = { SAW(ASLEEP, TOLD), SAW(COMPUTING, TOLD), SAW(BLOCKED, TOLD) },
	.counts = {
		NAMED(TURNS, ASLEEP, 1, "signals handled/op"),
		NAMED(TURNS, COMPUTING, 1, "signals handled/op"),
		NAMED(TURNS, BLOCKED, 2 * SENT, "signals accepted/op"),
	},
	.arm = {
		[ASLEEP] = { "asleep", run_told }, [COMPUTING] = { "computing", run_told },
		[BLOCKED] = { "blocked", run_blocked },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(signal_claim);
