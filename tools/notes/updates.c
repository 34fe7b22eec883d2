// SPDX-License-Identifier: GPL-2.0
/* Two tasks that change the same memory, with a lock and without. */
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#include "notes/kin.h"
#include "notes/updates.h"

#define WHILE		300	/* rounds between load and store: most of an update */
#define LOOK_EVERY	64	/* updates */

int updates_init(struct updates *u, bool locks)
{
	u->locks = locks;
	return kin_mutex(&u->lock, PTHREAD_MUTEX_STALLED);
}

static void update(struct updates *u, int me)
{
	volatile int i;
	long seen;

	if (u->locks)
		pthread_mutex_lock(&u->lock);
	u->torn[me] += u->first != u->second;
	seen = u->count;
	u->first = seen + 1;
	for (i = 0; i < WHILE; i++)
		;
	u->over_others[me] += u->count != seen;
	u->count = seen + 1;
	u->second = seen + 1;
	u->made[me]++;
	if (u->locks)
		pthread_mutex_unlock(&u->lock);
}

/* How often the calling thread has left its CPU, for whatever reason. */
static long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

void updates_make(struct updates *u)
{
	int me = __atomic_fetch_add(&u->there, 1, __ATOMIC_SEQ_CST), i;
	long before;

	while (u->there < 2)
		sched_yield();
	before = switches();
	while (!u->over) {
		for (i = 0; i < LOOK_EVERY; i++)
			update(u, me);
		if ((u->switches && switches() - before >= u->switches) ||
		    (u->enough && u->made[me] >= u->enough))
			u->over = true;
	}
}

static void *second_main(void *updates)
{
	kin_name("second");
	updates_make(updates);
	return NULL;
}

int updates_by_threads(struct updates *u)
{
	pthread_t second;
	int err = -pthread_create(&second, NULL, second_main, u);

	if (err)
		return err;
	updates_make(u);
	return -pthread_join(second, NULL);
}

long updates_made(const struct updates *u)
{
	return u->made[0] + u->made[1];
}

long updates_lost(const struct updates *u)
{
	return updates_made(u) - u->count;
}

long updates_torn(const struct updates *u)
{
	return u->torn[0] + u->torn[1];
}

long updates_over_others(const struct updates *u)
{
	return u->over_others[0] + u->over_others[1];
}
