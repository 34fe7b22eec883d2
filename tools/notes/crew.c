// SPDX-License-Identifier: GPL-2.0
/* Several tasks that begin at once, each with its own part, and what became of them. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/kin.h"
#include "util.h"

#define STEPS_A_UNIT	8
#define TRIALS		5
#define TRIAL_UNITS	5000
#define STACK_BYTES	65536

/* What one task needs to begin and to tell of itself. */
struct place {
	struct crew *crew;
	struct crew_member *m;
	const int *ready, *go;		/* pipes */
	pthread_t thread;
	pid_t pid;
};

void compute(uint64_t units)
{
	uint64_t x = units | 1, i;

	for (i = 0; i < units * STEPS_A_UNIT; i++) {
		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		__asm__ volatile("" : "+r"(x));
	}
}

uint64_t compute_units(uint64_t ns)
{
	uint64_t best = UINT64_MAX, start, took, units;
	int i;

	for (i = 0; i < TRIALS; i++) {
		start = now_ns();
		compute(TRIAL_UNITS);
		took = now_ns() - start;
		if (took < best)
			best = took;
	}
	units = ns * TRIAL_UNITS / (best ? best : 1);
	return units ? units : 1;
}

static void member_do(struct crew *c, struct crew_member *m)
{
	struct rusage before, after;
	uint64_t cpu, nobody = 0;

	getrusage(RUSAGE_THREAD, &before);
	cpu = cpus_thread_ns();
	m->begin_ns = now_ns();
	__atomic_compare_exchange_n(m->first_ns, &nobody, m->begin_ns, false, __ATOMIC_ACQ_REL,
				    __ATOMIC_ACQUIRE);
	c->fn(m);
	m->end_ns = now_ns();
	m->cpu_ns = cpus_thread_ns() - cpu;
	getrusage(RUSAGE_THREAD, &after);
	m->voluntary = after.ru_nvcsw - before.ru_nvcsw;
	m->involuntary = after.ru_nivcsw - before.ru_nivcsw;
}

/* Told to, or by the end of the pipe that some are missing, and nobody is to begin. */
static bool may_go(const struct place *p)
{
	return !kin_hear(p->go[0]);
}

static void *member_main(void *arg)
{
	struct place *p = arg;
	int err;

	if (p->crew->name)
		kin_name(p->crew->name);
	p->m->tid = gettid();
	err = kin_tell(p->ready[1]);
	/* Who waits for all to be ready sees the end when the last one has told, or is dead. */
	if (p->crew->processes)
		close(p->ready[1]);
	if (err || !may_go(p))
		return p;
	member_do(p->crew, p->m);
	return NULL;	/* all went well */
}

static int process_main(struct place *p)
{
	close(p->ready[0]);
	close(p->go[1]);
	return member_main(p) ? 1 : 0;
}

static int place_begin(struct place *p)
{
	pthread_attr_t attr;
	int err;

	if (!p->crew->processes) {
		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, STACK_BYTES);
		err = -pthread_create(&p->thread, &attr, member_main, p);
		pthread_attr_destroy(&attr);
		return err;
	}
	p->pid = kin_fork();
	if (!p->pid)
		_exit(process_main(p));
	return p->pid < 0 ? p->pid : 0;
}

static int place_end(struct place *p)
{
	void *failed = NULL;
	int err;

	if (p->crew->processes)
		return kin_ends_well(p->pid);
	err = -pthread_join(p->thread, &failed);
	return !err && failed ? -ECHILD : err;
}

static void crew_sum(struct crew *c)
{
	uint64_t first = UINT64_MAX, last = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		const struct crew_member *m = &c->member[i];

		first = m->begin_ns < first ? m->begin_ns : first;
		last = m->end_ns > last ? m->end_ns : last;
		c->cpu_ns += m->cpu_ns;
		c->done += m->done;
		c->voluntary += m->voluntary;
		c->involuntary += m->involuntary;
	}
	c->wall_ns = last - first;
}

static void pipe_close(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

/*
 * All are made before the first may begin, and none begins without the others; whoever was made is
 * waited for.
 */
static int places_run(struct crew *c, struct place *place, int *ready, int *go)
{
	unsigned int made, i;
	int err = 0, ended;

	for (made = 0; made < c->n; made++) {
		place[made] = (struct place){
			.crew = c, .m = &c->member[made], .ready = ready, .go = go,
		};
		c->member[made].nth = made;
		c->member[made].arg = c->arg;
		c->member[made].first_ns = &c->member[c->n].begin_ns;
		err = place_begin(&place[made]);
		if (err)
			break;
	}
	if (c->processes)
		pipe_close(&ready[1]);
	for (i = 0; i < made && !err; i++)
		err = kin_hear(ready[0]);
	/*
	 * One by one, so that each finds a CPU that the one before has not taken: woken at once
	 * they may all be put onto the one that is idle.
	 */
	for (i = 0; i < made && !err; i++)
		err = kin_tell(go[1]);
	pipe_close(&go[1]);
	for (i = 0; i < made; i++) {
		ended = place_end(&place[i]);
		err = err ? err : ended;
	}
	return err;
}

int crew_run(struct crew *c)
{
	struct place *place = calloc(c->n, sizeof(*place));
	int ready[2], go[2], err = -ENOMEM;

	cpus_count();	/* while the harness is still the parent of who asks */
	c->cpu_ns = 0;
	c->done = 0;
	c->voluntary = 0;
	c->involuntary = 0;
	c->wall_ns = 0;
	/* One more than there are: its begin is that of the first. */
	c->member = kin_shared((c->n + 1) * sizeof(*c->member));
	if (!place || !c->member)
		goto free_place;
	if (pipe(ready)) {
		err = -errno;
		goto free_place;
	}
	if (pipe(go)) {
		err = -errno;
		goto close_ready;
	}
	err = places_run(c, place, ready, go);
	if (!err)
		crew_sum(c);
	pipe_close(&go[0]);
	pipe_close(&go[1]);
close_ready:
	pipe_close(&ready[0]);
	pipe_close(&ready[1]);
free_place:
	free(place);
	return err;
}

void crew_free(struct crew *c)
{
	if (c->member)
		munmap(c->member, (c->n + 1) * sizeof(*c->member));
	c->member = NULL;
}

void crew_spin(struct crew_member *m, uint64_t ns)
{
	uint64_t until = __atomic_load_n(m->first_ns, __ATOMIC_ACQUIRE) + ns;

	/* Who has no turn before it is over has done nothing, which is to be seen. */
	while (now_ns() < until)
		m->done++;
}

double crew_least_share(const struct crew *c)
{
	uint64_t least = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < c->n; i++)
		least = c->member[i].cpu_ns < least ? c->member[i].cpu_ns : least;
	return c->cpu_ns ? (double)least / (double)c->cpu_ns : 0;
}

double crew_at_once(const struct crew *c)
{
	return c->wall_ns ? (double)c->cpu_ns / (double)c->wall_ns : 0;
}
