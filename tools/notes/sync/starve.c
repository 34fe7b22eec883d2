// SPDX-License-Identifier: GPL-2.0
/* sync.starve: does one of two that want the same lock get next to nothing? */
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/crew.h"
#include "notes/notes.h"

#define TAKES		300	/* of both together */
#define LONG_NS		100000	/* inside; all of them last some tens of ms */
#define SHORT_NS	1000
#define APART_NS	100000	/* outside, where inside is short */
#define STARVED_SHARE	0.1	/* of a fair share, or less */
#define MOST		0.5	/* of the samples: others on the CPU may help who starves */

enum { PLAIN_LONG, TICKET_LONG, PLAIN_SHORT };
enum { STARVED, LEAST, IN_A_ROW, SLEEPS };

/* Whoever comes gets a number, and who has the lock calls the next one. */
struct ticket {
	uint32_t next, called;
};

static void futex(uint32_t *word, int op, uint32_t value)
{
	syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

static void ticket_lock(struct ticket *t)
{
	uint32_t mine = __atomic_fetch_add(&t->next, 1, __ATOMIC_SEQ_CST), called;

	while ((called = __atomic_load_n(&t->called, __ATOMIC_SEQ_CST)) != mine)
		futex(&t->called, FUTEX_WAIT_PRIVATE, called);
}

static void ticket_unlock(struct ticket *t)
{
	uint32_t called = __atomic_add_fetch(&t->called, 1, __ATOMIC_SEQ_CST);

	if (__atomic_load_n(&t->next, __ATOMIC_SEQ_CST) != called)
		futex(&t->called, FUTEX_WAKE_PRIVATE, INT_MAX);
}

struct fight {
	pthread_mutex_t plain;
	struct ticket ticket;
	bool tickets;
	uint64_t inside, apart;		/* units of compute() */
	int there;
	/* Changed by who has the lock alone. */
	long taken, row, longest_row;
	unsigned int last;
};

static void lock(struct fight *f)
{
	if (f->tickets)
		ticket_lock(&f->ticket);
	else
		pthread_mutex_lock(&f->plain);
}

static void unlock(struct fight *f)
{
	if (f->tickets)
		ticket_unlock(&f->ticket);
	else
		pthread_mutex_unlock(&f->plain);
}

/* What who has the lock does; false: there have been enough. */
static bool take(struct fight *f, struct crew_member *m)
{
	if (f->taken == TAKES)
		return false;
	f->row = f->last == m->nth ? f->row + 1 : 1;
	f->last = m->nth;
	if (f->row > f->longest_row)
		f->longest_row = f->row;
	compute(f->inside);
	f->taken++;
	m->done++;
	return true;
}

/* As often as it gets it, with nothing that would keep it from asking again at once. */
static void rival(struct crew_member *m)
{
	struct fight *f = m->arg;
	bool more = true;

	__atomic_add_fetch(&f->there, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&f->there, __ATOMIC_SEQ_CST) < 2)
		sched_yield();
	while (more) {
		lock(f);
		more = take(f, m);
		unlock(f);
		if (more && f->apart)
			compute(f->apart);
	}
}

static int run(struct sample *s)
{
	static struct fight f = { .plain = PTHREAD_MUTEX_INITIALIZER };
	struct crew c = { .n = 2, .name = "rival", .fn = rival, .arg = &f };
	bool is_short = s->arm == PLAIN_SHORT;
	int err = sample_batch_policy();
	double fewer, share;

	f.tickets = s->arm == TICKET_LONG;
	f.inside = compute_units(is_short ? SHORT_NS : LONG_NS);
	f.apart = is_short ? compute_units(APART_NS) : 0;
	if (!err)
		err = crew_run(&c);
	if (!err) {
		fewer = (double)(c.member[0].done < c.member[1].done ? c.member[0].done :
								       c.member[1].done);
		share = fewer / ((double)TAKES / 2);
		sample_see(s, STARVED, share < STARVED_SHARE);
		sample_see(s, LEAST, share);
		sample_see(s, IN_A_ROW, (double)f.longest_row);
		sample_see(s, SLEEPS, (double)c.voluntary);
		s->turns = c.done == (uint64_t)TAKES && f.taken == TAKES;
		s->ops = 1;
	}
	crew_free(&c);
	return err;
}

static double sleeps(const struct note *n, size_t arm)
{
	return note_sleeps(n, arm, 0, OSCOPE_REASON_FUTEX);
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		note_gate_waits(n, a, 0, OSCOPE_REASON_FUTEX, SLEEPS);
	/*
	 * Who got little did ask, and waited. By tickets both do, but for those who lost their CPU
	 * after they had given the lock back: meanwhile nobody else is in line.
	 */
	note_gate(n, "plain_long", "futex sleeps/op", 1, 1, 1e9, sleeps(n, PLAIN_LONG));
	note_gate(n, "ticket_long", "futex sleeps/take", 1, 0.1, 1.1,
		  sleeps(n, TICKET_LONG) / TAKES);
}

static bool starves(const struct note *n, size_t arm)
{
	return note_seen_mean(n, arm, STARVED) > MOST;
}

static double least(const struct note *n, size_t arm)
{
	return 100 * note_seen_mean(n, arm, LEAST);
}

/* It does starve: whether it takes both, that kind of lock and that kind of use. */
static void say_yes(struct note *n)
{
	bool unfair = !starves(n, TICKET_LONG), held = !starves(n, PLAIN_SHORT);
	char when[80] = "";

	if (unfair || held)
		snprintf(when, sizeof(when), "%s%s%s: ", unfair ? "the lock is unfair" : "",
			 unfair && held ? " and " : "", held ? "held most of the time" : "");
	note_verdict(n, unfair || held ? VERDICT_HOLDS_IF : VERDICT_HOLDS,
		     "%sof %d takes one of two had %.1f %% of its fair share, and the other up to "
		     "%.0f in a row; by tickets it had %.0f %%, of a plain lock held briefly %.0f %%",
		     when, TAKES, least(n, PLAIN_LONG),
		     note_seen_mean(n, PLAIN_LONG, IN_A_ROW), least(n, TICKET_LONG),
		     least(n, PLAIN_SHORT));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "whoever had least of a plain lock that is held for long had %.0f %% of a fair "
		     "share, and never less than %.0f %%", least(n, PLAIN_LONG),
		     100 * note_seen(n, PLAIN_LONG, LEAST).min);
}

static void decide(struct note *n)
{
	if (n->effect.lo > MOST)
		say_yes(n);
	else if (note_outcomes(n) == OUTCOMES_NO)
		say_no(n);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "one of two starved in %.0f %% of the samples only",
			     100 * n->effect.value);
}

static const struct claim starve = {
	.id = "sync.starve",
	.topic = "sync",
	.claim = "Contention also starves",
	.claim_zh = "锁的争抢还会造成饥饿",
	.how =
		"Two threads on one CPU take the same lock again and again, 300 times in all, stay "
		"inside for 0.1 ms and ask again at once: a plain mutex, and in the second arm a lock "
		"that is given by number, as they came. In the third it is the mutex, for "
		"0.001 ms, with 0.1 ms before the next take. How often each had it is counted under "
		"the lock. An operation is one such contest.",
	.gates =
		"Two threads made an operation; the takes of both add up, as counted under the lock; "
		"by the probes there are exactly as many futex sleeps as the threads' own voluntary "
		"switches, one at least for the mutex that is held for long, and one for ten takes "
		"at least by number.",
	.rule =
		"One starves with less than a tenth of a fair share. If one did by the mutex that is "
		"held for long in more than half of the samples, by the 95 % interval of that share: "
		"HOLDS if most samples of both other arms had one, too; else HOLDS IF the lock is "
		"unfair, or held most of the time, or both: what it does not happen without. FALSE if "
		"none ever did; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope locks -- PROGRAM; oscope states --why -- PROGRAM, reason futex",
	.op = "contest",
	.seen = {
		[STARVED] = "starved", [LEAST] = "least_share", [IN_A_ROW] = "in_a_row",
		[SLEEPS] = "sleeps",
	},
	.placement = "same CPU, SCHED_BATCH",
	.tasks = { "rival" },
	.needed = { SAW(PLAIN_LONG, STARVED) },
	.counts = {
		MADE(ALL_ARMS, THREAD, 2), NAMED(TURNS, ALL_ARMS, 1, "takes add up/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[PLAIN_LONG] = { "plain_long", run }, [TICKET_LONG] = { "ticket_long", run },
		[PLAIN_SHORT] = { "plain_short", run },
	},
	.check = check,
	.decide = decide,
};
CLAIM(starve);
