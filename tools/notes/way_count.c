// SPDX-License-Identifier: GPL-2.0
/* Ways to tell that something happened, without a message. */
#include <errno.h>
#include <signal.h>

#include "notes/ways.h"

#define SIGNAL_BURST	128		/* each is one of the few that may be pending */

static int count_open(struct talk *t)
{
	return way_latches(t, t->way->waits, 1);
}

static int count_send(struct talk *t, int to, const unsigned char *data)
{
	return latch_up(&t->filled[to]);
}

static int count_receive(struct talk *t, int from, unsigned char *data)
{
	return latch_down(&t->filled[from]);
}

/* Of those that are queued; blocked, as who waits for it asks for it. The other inherits that. */
static void only_it(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGRTMIN);
}

static int signal_open(struct talk *t)
{
	sigset_t set;

	only_it(&set);
	return sigprocmask(SIG_BLOCK, &set, NULL) ? -errno : 0;
}

static int signal_send(struct talk *t, int to, const unsigned char *data)
{
	return kill(t->pid[to], SIGRTMIN) ? -errno : 0;
}

static int signal_receive(struct talk *t, int from, unsigned char *data)
{
	sigset_t set;

	only_it(&set);
	return sigwaitinfo(&set, NULL) < 0 ? -errno : 0;
}

#define COUNT_WAY(_id, _name, _waits, _fewer) \
	static const struct way _id = { \
		.name = (_name), .kind = WAY_COUNT, .open = count_open, .send = count_send, \
		.receive = count_receive, .waits = (_waits), .calls = 4, .fewer = (_fewer), \
	}; \
	WAY(_id)

COUNT_WAY(sysv_sem, "sysv-sem", LATCH_SYSV, false);
COUNT_WAY(posix_sem, "posix-sem", LATCH_POSIX, true);
COUNT_WAY(futex_word, "futex", LATCH_FUTEX, true);
COUNT_WAY(event, "eventfd", LATCH_EVENTFD, false);

static const struct way signals = {
	.name = "signal", .kind = WAY_COUNT, .burst = SIGNAL_BURST, .open = signal_open,
	.send = signal_send, .receive = signal_receive, .calls = 4,
};
WAY(signals);
