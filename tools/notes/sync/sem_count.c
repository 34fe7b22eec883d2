// SPDX-License-Identifier: GPL-2.0
/* sync.sem-count: how many does a semaphore let in, and in what order? */
#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <stdbool.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/worker.h"

#define PERMITS	3
#define ENTRANTS 7
#define ROUNDS	10		/* in which who comes later tries to be first */

enum { CROWD, LATER };
enum { MOST_RIGHT, MOST, WAITING, IN_ORDER, OVERTOOK, OVERTAKEN, SLEEPS };
enum { ENTRANT, WAITER };

struct room {
	sem_t sem;
	volatile long inside, most, entered, left;
	int out[2];			/* a byte: one may leave */
	long order[ENTRANTS];		/* who came in, one after the other */
};

struct entrant {
	struct room *room;
	long number;
	struct worker worker;
};

static void enter(void *arg)
{
	struct entrant *e = arg;
	struct room *r = e->room;
	long inside;

	sem_wait(&r->sem);
	inside = __atomic_add_fetch(&r->inside, 1, __ATOMIC_SEQ_CST);
	/* On one CPU; and that they are as many is seen when all stand still, too. */
	if (inside > r->most)
		r->most = inside;
	r->order[__atomic_fetch_add(&r->entered, 1, __ATOMIC_SEQ_CST)] = e->number;
	kin_hear(r->out[0]);
	__atomic_sub_fetch(&r->inside, 1, __ATOMIC_SEQ_CST);
	sem_post(&r->sem);
	__atomic_add_fetch(&r->left, 1, __ATOMIC_SEQ_CST);
}

/* Each sleeps, inside or for the semaphore, before the next one comes. */
static int all_come(struct room *r, struct entrant *e)
{
	long i;

	for (i = 0; i < ENTRANTS; i++) {
		int err;

		e[i] = (struct entrant){ .room = r, .number = i };
		e[i].worker = (struct worker){ .name = "entrant", .fn = enter, .arg = &e[i] };
		err = worker_start(&e[i].worker);
		if (err || !worker_asleep(&e[i].worker))
			return err ? err : -ECHILD;
	}
	return 0;
}

/* One after the other: who comes in for one has done so before the next one leaves. */
static void all_leave(struct room *r, struct entrant *e)
{
	long i;

	for (i = 0; i < ENTRANTS; i++) {
		long before = r->entered;

		kin_tell(r->out[1]);
		while (r->left <= i || (before < ENTRANTS && r->entered == before))
			sched_yield();
	}
	for (i = 0; i < ENTRANTS; i++)
		worker_join(&e[i].worker);
}

static bool in_order(const struct room *r)
{
	long i;

	for (i = 0; i < ENTRANTS; i++) {
		if (r->order[i] != i)
			return false;
	}
	return true;
}

static int run_crowd(struct sample *s)
{
	static struct entrant e[ENTRANTS];
	static struct room r;
	int err = sample_batch_policy();
	long still;

	if (err || sem_init(&r.sem, 0, PERMITS) || pipe(r.out))
		return err ? err : -errno;
	err = all_come(&r, e);
	if (err)
		return err;
	still = r.inside;
	all_leave(&r, e);
	sample_see(s, MOST_RIGHT, still == PERMITS && r.most == PERMITS);
	sample_see(s, MOST, (double)r.most);
	sample_see(s, WAITING, (double)(ENTRANTS - still));
	sample_see(s, IN_ORDER, in_order(&r));
	s->turns = r.left == ENTRANTS;
	s->ops = 1;
	return 0;
}

static void wait_once(void *arg)
{
	sem_wait(arg);
}

/* Who gives it back takes it again at once, while another one has slept for it since before. */
static int run_later(struct sample *s)
{
	static sem_t sem;
	struct worker w = { .name = "waiter", .fn = wait_once, .arg = &sem };
	int err = sample_batch_policy();
	long overtaken = 0;

	if (err || sem_init(&sem, 0, 0))
		return err ? err : -errno;
	err = worker_start(&w);
	if (err)
		return err;
	while (overtaken < ROUNDS && worker_asleep(&w)) {
		sem_post(&sem);
		if (sem_trywait(&sem))
			break;
		overtaken++;
	}
	if (worker_asleep(&w))
		sem_post(&sem);
	worker_join(&w);
	sample_see(s, OVERTOOK, overtaken > 0);
	sample_see(s, OVERTAKEN, (double)overtaken);
	/* Once before, and again whenever there was nothing left for it. */
	sample_see(s, SLEEPS, (double)(1 + overtaken));
	s->turns = 1;
	s->ops = 1;
	return 0;
}

static void check(struct note *n)
{
	note_gate_waits(n, CROWD, ENTRANT, OSCOPE_REASON_FUTEX, WAITING);
	note_gate_waits(n, LATER, WAITER, OSCOPE_REASON_FUTEX, SLEEPS);
}

static void decide(struct note *n)
{
	double later = note_seen_mean(n, LATER, OVERTOOK);
	double order = note_seen_mean(n, CROWD, IN_ORDER);
	enum note_outcomes o = note_outcomes(n);

	if (o == OUTCOMES_NO)
		note_verdict(n, VERDICT_FALSE, "of %d permits, %.1f were inside at once", PERMITS,
			     note_seen_mean(n, CROWD, MOST));
	else if (o == OUTCOMES_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "as many inside as permits in %.0f %% of the samples only",
			     100 * n->effect.value);
	else if (later <= 0 && order >= 1)
		note_verdict(n, VERDICT_HOLDS,
			     "%d at once at most, of %d, and always in the order they came in",
			     PERMITS, ENTRANTS);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is the number alone: %d at once at most, of %d; those who slept came "
			     "in by the order they had come in %.0f %% of the samples, and who gave it "
			     "back and took it again overtook one who slept for it in %.0f %%, %.1f "
			     "times in a row", PERMITS, ENTRANTS, 100 * order, 100 * later,
			     note_seen_mean(n, LATER, OVERTAKEN));
}

static const struct claim sem_count = {
	.id = "sync.sem-count",
	.topic = "sync",
	.claim = "A semaphore limits how many hold it at once, and says in what order",
	.claim_zh = "信号量限制同时访问的数量与顺序",
	.how =
		"Seven threads come to a semaphore of three, each once the one before it sleeps, "
		"inside or outside, and leave when they are told to, one after the other. How many "
		"are inside is counted by each that comes in, and once when all of them stand "
		"still. In the second arm a thread sleeps for a semaphore, while another one gives "
		"it back and takes it again, ten times or until it does not get it. An operation is "
		"one of these.",
	.gates =
		"Seven threads made in the first arm, one in the second; all have left in the end; "
		"of those who wait outside there are as many futex sleeps by the probes, and of who "
		"is overtaken one more than times that it was.",
	.rule =
		"If in every sample three were inside at most, and so many were: HOLDS if none ever "
		"overtook another; else HOLDS IF it is the number alone. FALSE if that never was "
		"so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex",
	.op = "operation",
	.seen = {
		[MOST_RIGHT] = "as_permitted", [MOST] = "most_inside", [WAITING] = "waiting",
		[IN_ORDER] = "in_order", [OVERTOOK] = "overtook", [OVERTAKEN] = "overtaken",
		[SLEEPS] = "sleeps",
	},
	.placement = "same CPU, SCHED_BATCH",
	.tasks = { [ENTRANT] = "entrant", [WAITER] = "waiter" },
	.needed = { SAW(CROWD, MOST_RIGHT) },
	.counts = {
		MADE(CROWD, THREAD, ENTRANTS), MADE(LATER, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "all have left/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { [CROWD] = { "crowd", run_crowd }, [LATER] = { "later", run_later } },
	.check = check,
	.decide = decide,
};
CLAIM(sem_count);
