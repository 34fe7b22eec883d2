// SPDX-License-Identifier: GPL-2.0
/* ipc.thread-signal: do signals work between threads? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define TIMES	10

enum { FIRST, SECOND, THREADS };
enum { DIRECTED_THERE, BY_MASK, HANDLER_SHARED, WAITS_FOR_ITS_OWN };

struct worker {
	pthread_t thread;
	pid_t tid;
	volatile bool ready, blocks;
	int end;			/* until there is nothing to read any more */
};

static struct worker workers[THREADS];
static volatile pid_t ran_in;		/* where the handler was, the last time */
static volatile int runs;

static void handler(int sig)
{
	ran_in = gettid();
	runs++;
}

static void mask(int how)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	pthread_sigmask(how, &one, NULL);
}

/* The handler is the second one's doing; the mask is the first one's own. */
static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct sigaction action = { .sa_handler = handler };

	w->tid = gettid();
	if (w == &workers[SECOND])
		sigaction(SIGUSR1, &action, NULL);
	mask(w->blocks ? SIG_BLOCK : SIG_UNBLOCK);
	w->ready = true;
	while (kin_hear(w->end) != -EPIPE)
		;
	mask(SIG_UNBLOCK);
	return NULL;
}

static int workers_start(int *ends)
{
	int i, err = 0;

	if (pipe(ends))
		return -errno;
	/* Whoever makes them does not want any. */
	mask(SIG_BLOCK);
	for (i = FIRST; i < THREADS && !err; i++) {
		workers[i].blocks = i != SECOND;
		workers[i].end = ends[0];
		err = -pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]);
	}
	for (i = FIRST; i < THREADS && !err; i++) {
		while (!workers[i].ready)
			sched_yield();
	}
	return err;
}

/* Whether the handler has run once more, in that thread. */
static bool handled_in(int before, pid_t tid)
{
	while (runs == before)
		sched_yield();
	return ran_in == tid;
}

static bool sent_to_second(bool directed)
{
	bool there = true;
	int i;

	for (i = 0; i < TIMES; i++) {
		int before = runs;

		if (directed ? tgkill(getpid(), workers[SECOND].tid, SIGUSR1) :
			       kill(getpid(), SIGUSR1))
			return false;
		there &= handled_in(before, workers[SECOND].tid);
	}
	return there;
}

/* It is pending for the first, who does not let it in; the second one would, and gets none. */
static bool waits_for_its_own(const int *ends)
{
	int before = runs;

	if (tgkill(getpid(), workers[FIRST].tid, SIGUSR1) ||
	    tgkill(getpid(), workers[SECOND].tid, SIGUSR1) ||
	    !handled_in(before, workers[SECOND].tid) || runs != before + 1)
		return false;
	close(ends[1]);		/* nothing to read any more: it lets it in */
	return handled_in(before + 1, workers[FIRST].tid);
}

static int run(struct sample *s)
{
	struct sigaction now;
	int ends[2], i, err = workers_start(ends);

	if (err)
		return err;
	sigaction(SIGUSR1, NULL, &now);
	sample_see(s, HANDLER_SHARED, now.sa_handler == handler);
	sample_see(s, DIRECTED_THERE, sent_to_second(true));
	sample_see(s, BY_MASK, sent_to_second(false));
	sample_see(s, WAITS_FOR_ITS_OWN, waits_for_its_own(ends));
	for (i = FIRST; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	s->turns = runs;
	s->ops = 1;
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "what was sent to a thread was handled in it, and waited for it when it did "
		     "not want it; what was sent to the process was handled by the thread that "
		     "wanted it; the handler that one had set was the others', too");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which the thread meant handled it %.2f, the one that "
		     "wanted it %.2f, the handler was common %.2f, and it waited for its thread "
		     "%.2f", note_seen_mean(n, 0, DIRECTED_THERE), note_seen_mean(n, 0, BY_MASK),
		     note_seen_mean(n, 0, HANDLER_SHARED), note_seen_mean(n, 0, WAITS_FOR_ITS_OWN));
}

static const struct claim thread_signal = {
	.id = "ipc.thread-signal",
	.topic = "ipc",
	.claim = "Signals work between threads",
	.claim_zh = "线程之间可以使用信号",
	.how =
		"A process has two threads beside its first one; only the second of them lets "
		"SIGUSR1 in, and it is the one that sets the handler, which notes the thread it "
		"runs in. Ten are sent to the second thread (tgkill), ten to the process (kill), "
		"and at last one to each of the two, of whom the first lets it in afterwards. An "
		"operation is all of that.",
	.gates = "Two threads an operation; the handler has run as often as was sent.",
	.rule =
		"HOLDS if in every sample each signal ran in the thread it was meant for, or in "
		"the one that let it in, the handler was common, and what a thread did not let in "
		"waited for it; FALSE if one of these never is so; else INCONCLUSIVE HERE, with "
		"the share.",
	.live = "oscope ipc -- PROGRAM; grep Sig /proc/PID/task/TID/status",
	.op = "process",
	.seen = {
		[DIRECTED_THERE] = "directed_there", [BY_MASK] = "by_mask",
		[HANDLER_SHARED] = "handler_shared", [WAITS_FOR_ITS_OWN] = "waits_for_its_own",
	},
	.needed = {
		SAW(0, DIRECTED_THERE), SAW(0, BY_MASK), SAW(0, HANDLER_SHARED),
		SAW(0, WAITS_FOR_ITS_OWN),
	},
	.counts = {
		MADE(0, THREAD, THREADS), NAMED(TURNS, 0, 2 * TIMES + 2, "signals handled/op"),
	},
	.needs_lives = true,
	.arm = { { "threads", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(thread_signal);
