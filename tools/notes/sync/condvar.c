// SPDX-License-Identifier: GPL-2.0
/* sync.condvar: does a condition variable lose no wake-up, and what does it take for that? */
#include <errno.h>
#include <sched.h>

#include "notes/bounded.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/worker.h"
#include "util.h"
#include "virt.h"

/* Items a sample, of which 500 are a million; where each wait takes an emulator's time, fewer. */
#define HANDED		2000
#define HANDED_SLOWLY	200

enum { HAND, GAP, SHOP };
enum {
	ALL_CAME, ITEMS, WAITS,
	HELD, CAME, BARE_HELD, LOST,
	RIGHT, WRONG, AGAIN_WAITS, ONCE_WAITS,
};
/* Of the gap, bare: without the mutex. Of the shop, by whether they look again. */
enum { HANDS, SETTER, BARE_SETTER, BARE_WAITER, AGAIN, ONCE };

/* From one to the other, one at a time: each item is waited for, by one side or by both. */
struct line {
	struct bounded queue;
	long items, wrong;
};

static void give_all(void *arg)
{
	struct line *l = arg;
	long i;

	for (i = 0; i < l->items; i++)
		bounded_put(&l->queue, i);
}

static void take_all(void *arg)
{
	struct line *l = arg;
	long i;

	for (i = 0; i < l->items; i++)
		l->wrong += bounded_get(&l->queue) != i;
}

static int run_hand(struct sample *s)
{
	static struct line l;
	struct worker w[] = {
		{ .name = "hands", .fn = give_all, .arg = &l },
		{ .name = "hands", .fn = take_all, .arg = &l },
	};
	int err = sample_batch_policy();
	bool came;

	l.items = virt_emulates(virt_name()) ? HANDED_SLOWLY : HANDED;
	bounded_init(&l.queue, 1);
	if (!err)
		err = worker_start(&w[0]);
	if (!err)
		err = worker_start(&w[1]);
	if (err)
		return err;
	came = workers_come_to(w, ARRAY_SIZE(w), &l.queue.moves, 2 * l.items);
	sample_see(s, ALL_CAME, came && !l.wrong);
	sample_see(s, ITEMS, (double)l.items);
	sample_see(s, WAITS, (double)(l.queue.put_waits + l.queue.get_waits));
	s->turns = 1;
	s->ops = 1;
	/* Who sleeps for ever goes with the process. */
	return 0;
}

/* Between the look at what is waited for and the wait itself. */
struct gap {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct worker waiter, setter;
	bool locked;
	volatile bool looked, ready, acted, held;
};

/* Whether the setter, which comes now, had to sleep: it may go on only when this one waits. */
static bool setter_held(const struct gap *g)
{
	while (!g->acted && kin_state(g->setter.tid) != 'S')
		sched_yield();
	return !g->acted;
}

static void wait_ready(void *arg)
{
	struct gap *g = arg;

	if (g->locked)
		pthread_mutex_lock(&g->mutex);
	while (!g->ready) {
		g->looked = true;
		g->held = setter_held(g);
		if (!g->locked)
			pthread_mutex_lock(&g->mutex);
		pthread_cond_wait(&g->cond, &g->mutex);
		if (!g->locked)
			pthread_mutex_unlock(&g->mutex);
	}
	if (g->locked)
		pthread_mutex_unlock(&g->mutex);
}

static void set_ready(void *arg)
{
	struct gap *g = arg;

	while (!g->looked)
		sched_yield();
	if (g->locked)
		pthread_mutex_lock(&g->mutex);
	g->ready = true;
	pthread_cond_signal(&g->cond);
	if (g->locked)
		pthread_mutex_unlock(&g->mutex);
	g->acted = true;
}

/* When the setter has ended, it is all there: who sleeps then is not woken any more. */
static int gap_go(struct gap *g, bool *lost)
{
	int err = worker_start(&g->setter);

	if (!err)
		err = worker_start(&g->waiter);
	if (err)
		return err;
	worker_join(&g->setter);
	*lost = worker_asleep(&g->waiter);
	if (*lost)
		pthread_cond_broadcast(&g->cond);
	worker_join(&g->waiter);
	return 0;
}

static void gap_make(struct gap *g, const char *waiter, const char *setter)
{
	*g = (struct gap){
		.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER,
		.waiter = { .name = waiter, .fn = wait_ready, .arg = g },
		.setter = { .name = setter, .fn = set_ready, .arg = g },
	};
}

static int run_gap(struct sample *s)
{
	static struct gap with, without;
	int err = sample_batch_policy();
	bool lost = false, bare_lost = false;

	gap_make(&with, "waiter", "setter");
	with.locked = true;
	gap_make(&without, "bare_waiter", "bare_setter");
	if (!err)
		err = gap_go(&with, &lost);
	if (!err)
		err = gap_go(&without, &bare_lost);
	s->turns = with.looked && with.ready && without.looked && without.ready;
	sample_see(s, HELD, with.held);
	sample_see(s, CAME, !lost);
	sample_see(s, BARE_HELD, without.held);
	sample_see(s, LOST, bare_lost);
	s->ops = 1;
	return err;
}

/* Two that want an item. */
struct shop {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool again;			/* look again after the wait */
	volatile long items, waits, woken, taken;
};

static void take_one(void *arg)
{
	struct shop *shop = arg;

	pthread_mutex_lock(&shop->mutex);
	while (!shop->items) {
		shop->waits++;
		pthread_cond_wait(&shop->cond, &shop->mutex);
		shop->woken++;
		if (!shop->again)
			break;
	}
	shop->items--;
	shop->taken++;
	pthread_mutex_unlock(&shop->mutex);
}

static void bring_one(struct shop *shop)
{
	pthread_mutex_lock(&shop->mutex);
	shop->items++;
	pthread_cond_broadcast(&shop->cond);
	pthread_mutex_unlock(&shop->mutex);
}

/*
 * Both wait; then there is one item, and taken says how many took it. Who gets none is given
 * another one in the end. 0 or -errno; -ECHILD: one did not wait.
 */
static int shop_open(struct shop *shop, const char *name, long *taken)
{
	struct worker w[2];
	bool slept = true;
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		w[i] = (struct worker){ .name = name, .fn = take_one, .arg = shop };
		err = worker_start(&w[i]);
		slept = slept && !err && worker_asleep(&w[i]);
	}
	if (err || !slept)
		return err ? err : -ECHILD;
	bring_one(shop);
	while (shop->woken < 2)
		sched_yield();
	pthread_mutex_lock(&shop->mutex);
	*taken = shop->taken;
	pthread_mutex_unlock(&shop->mutex);
	for (i = 0; i < 2; i++) {
		if (worker_asleep(&w[i]))
			bring_one(shop);
		worker_join(&w[i]);
	}
	return 0;
}

static int run_shop(struct sample *s)
{
	static struct shop again = {
		.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER, .again = true,
	};
	static struct shop once = {
		.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER,
	};
	long again_took = 0, once_took = 0;
	int err = sample_batch_policy();

	if (!err)
		err = shop_open(&again, "again", &again_took);
	if (!err)
		err = shop_open(&once, "once", &once_took);
	s->turns = !err;
	sample_see(s, RIGHT, again_took == 1);
	sample_see(s, WRONG, once_took == 2);
	sample_see(s, AGAIN_WAITS, (double)again.waits);
	sample_see(s, ONCE_WAITS, (double)once.waits);
	s->ops = 1;
	return err;
}

static double sleeps(const struct note *n, size_t arm, size_t task)
{
	return note_sleeps(n, arm, task, OSCOPE_REASON_FUTEX);
}

static void check(struct note *n)
{
	note_gate_cond_waits(n, HAND, "hands", WAITS, sleeps(n, HAND, HANDS));
	note_gate(n, "hand", "waits/item", 2, 0.5, 2.5,
		  note_seen_mean(n, HAND, WAITS) / note_seen_mean(n, HAND, ITEMS));
	note_gate_waits(n, GAP, SETTER, OSCOPE_REASON_FUTEX, HELD);
	note_gate_waits(n, GAP, BARE_SETTER, OSCOPE_REASON_FUTEX, BARE_HELD);
	note_gate_waits(n, GAP, BARE_WAITER, OSCOPE_REASON_FUTEX, LOST);
	note_gate_cond_waits(n, SHOP, "again", AGAIN_WAITS, sleeps(n, SHOP, AGAIN));
	note_gate_cond_waits(n, SHOP, "once", ONCE_WAITS, sleeps(n, SHOP, ONCE));
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "if it is used so: under the mutex all of %.0f items came, and a setter that "
		     "came between look and wait had to sleep until there was somebody to wake; "
		     "without the mutex that wake-up was lost, always; woken for one item, two "
		     "that did not look again took two", note_seen(n, HAND, ITEMS).sum);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which all items came %.2f, a wake-up between look and wait "
		     "came with the mutex %.2f, and was lost without %.2f, two woken for one item "
		     "took one with while %.2f, and two with if %.2f",
		     note_seen_mean(n, HAND, ALL_CAME), note_seen_mean(n, GAP, CAME),
		     note_seen_mean(n, GAP, LOST), note_seen_mean(n, SHOP, RIGHT),
		     note_seen_mean(n, SHOP, WRONG));
}

static const struct claim condvar = {
	.id = "sync.condvar",
	.topic = "sync",
	.claim = "A condition variable waits atomically under its mutex: no wake-up is lost",
	.claim_zh = "条件变量在互斥锁下原子地等待，不丢失唤醒",
	.how =
		"One thread hands 2000 numbered items (200 in an emulator) to another, one at a "
		"time. Then one looks whether something is ready, lets the other one come who makes "
		"it so and signals, goes on when that has done so or sleeps, and waits: with the "
		"mutex and without. Last two wait for an item; one comes, with a broadcast, and each "
		"looks again after its wait (while), or does not (if). An operation is one of these.",
	.gates =
		"Two threads made for the items, four for each of the others; by the probes there "
		"are as many futex sleeps as they count waits (95 % at least, and twice as many at "
		"most, as after each one may sleep for the mutex), and of the setters as many as "
		"were seen; of items one in two at least was waited for.",
	.rule =
		"HOLDS if in every sample all items came in order, the signal between look and wait "
		"was lost without the mutex and not with it, and two that are woken for one item "
		"take one with while and two with if; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex; oscope ipc -m futex -- PROGRAM",
	.op = "operation",
	.seen = {
		[ALL_CAME] = "all_came", [ITEMS] = "items", [WAITS] = "waits",
		[HELD] = "setter_slept",
		[CAME] = "came", [BARE_HELD] = "bare_setter_slept", [LOST] = "bare_lost",
		[RIGHT] = "again_took_one", [WRONG] = "once_took_two",
		[AGAIN_WAITS] = "again_waits", [ONCE_WAITS] = "once_waits",
	},
	/* Who is woken must not push off the CPU who has the mutex still. */
	.placement = "same CPU, SCHED_BATCH",
	.tasks = {
		[HANDS] = "hands", [SETTER] = "setter", [BARE_SETTER] = "bare_setter",
		[BARE_WAITER] = "bare_waiter", [AGAIN] = "again", [ONCE] = "once",
	},
	.needed = {
		SAW(HAND, ALL_CAME), SAW(GAP, CAME), SAW(GAP, LOST), SAW(SHOP, RIGHT),
		SAW(SHOP, WRONG),
	},
	.counts = {
		MADE(HAND, THREAD, 2), MADE(GAP, THREAD, 4), MADE(SHOP, THREAD, 4),
		NAMED(TURNS, ALL_ARMS, 1, "as it was to be/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[HAND] = { "hand", run_hand }, [GAP] = { "gap", run_gap },
		[SHOP] = { "shop", run_shop },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(condvar);
