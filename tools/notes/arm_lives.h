/* SPDX-License-Identifier: GPL-2.0 */
/* The lives of an arm's tasks in the counted pass: who was made how, who ended and how. */
#ifndef OSCOPE_NOTES_ARM_LIVES_H
#define OSCOPE_NOTES_ARM_LIVES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../kmod/core/birth.h"
#include "../kmod/core/death.h"

/* Of all that the samples made; the samples' own processes are not among them. */
struct arm_lives {
	bool known;			/* else nothing below is */
	uint64_t births[OSCOPE_BIRTHS];
	uint64_t execs;
	uint64_t ended;			/* processes, with all their threads */
	uint64_t zombies;		/* of these: were one */
	uint64_t how[OSCOPE_HOWS];	/* of these: let go in this way */
	uint64_t inherited;		/* of these: their parent had not made them */
	uint64_t signalled;		/* of these: killed by a signal */
	double zombie_min_ns, zombie_p50_ns; /* how long one was; NAN: none was */
	uint64_t lost;
};

/* All that were made, of any kind. */
uint64_t arm_lives_births(const struct arm_lives *l);

struct lives_watch;

/* Open the named source on the tree of the held process root. 0 or -errno, a line printed. */
int lives_watch_open(struct lives_watch **w, const char *source, pid_t root);
/* From now on, until the sum is wanted; look at least every 20 ms. All: 0 or -errno. */
int lives_watch_start(struct lives_watch *w);
int lives_watch_look(struct lives_watch *w);
int lives_watch_stop(struct lives_watch *w, struct arm_lives *sum);
void lives_watch_close(struct lives_watch *w);	/* NULL: nothing to do */

#endif /* OSCOPE_NOTES_ARM_LIVES_H */
