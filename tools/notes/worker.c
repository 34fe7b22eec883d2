// SPDX-License-Identifier: GPL-2.0
/* Threads of an experiment, with a name and a number by which to look at them. */
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/worker.h"

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	kin_name(w->name);
	w->tid = gettid();
	w->fn(w->arg);
	return NULL;
}

int worker_start(struct worker *w)
{
	int err;

	w->tid = 0;
	err = -pthread_create(&w->thread, NULL, worker_main, w);
	while (!err && !w->tid)
		sched_yield();
	return err;
}

bool worker_asleep(const struct worker *w)
{
	return !kin_asleep(w->tid);
}

void worker_join(struct worker *w)
{
	pthread_join(w->thread, NULL);
}

static bool all_still(const struct worker *w, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char state = kin_state(w[i].tid);

		if (state && state != 'S')
			return false;
	}
	return true;
}

bool workers_come_to(const struct worker *w, size_t n, const volatile long *moves, long many)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };
	long before;

	while ((before = *moves) < many) {
		if (all_still(w, n) && all_still(w, n) && *moves == before)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}
