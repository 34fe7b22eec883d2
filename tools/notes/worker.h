/* SPDX-License-Identifier: GPL-2.0 */
/* Threads of an experiment, with a name and a number by which to look at them. */
#ifndef OSCOPE_NOTES_WORKER_H
#define OSCOPE_NOTES_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct worker {
	const char *name;		/* for claim->tasks; as kin_name() */
	void (*fn)(void *arg);
	void *arg;
	pthread_t thread;
	volatile pid_t tid;		/* known once it has been started */
};

/* Start one that has a name and something to do. 0 or -errno. */
int worker_start(struct worker *w);
/* Until it sleeps: true; false: it has ended. */
bool worker_asleep(const struct worker *w);
/* Until it has ended. */
void worker_join(struct worker *w);

/*
 * Until *moves is as many, true; or until nobody will ever make a move, false: all of the n have
 * ended or sleep, twice over, and no move was made in between. For workers that sleep only for each
 * other, and make a move after each sleep.
 */
bool workers_come_to(const struct worker *w, size_t n, const volatile long *moves, long many);

#endif /* OSCOPE_NOTES_WORKER_H */
