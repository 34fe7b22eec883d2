// SPDX-License-Identifier: GPL-2.0
/* switch.wakeup: does it take longer to reach a task that sleeps than one that runs? */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/kin.h"
#include "notes/placed.h"
#include "util.h"

#define MESSAGES	24
#define NO_MORE		UINT32_MAX	/* in place of a number: it failed */
#define PAUSE_NS	30000ULL	/* until the receiver sleeps, as a rule */

enum { SPINNING, SAME_CPU, OTHER_CPU, IDLE_1MS, IDLE_10MS };

static const uint64_t pause_ns[] = {
	PAUSE_NS, PAUSE_NS, PAUSE_NS, 1000000ULL, 10000000ULL,
};

/* One message at a time: its number in word, the answer's in seen. */
static struct {
	const struct sample *s;
	uint32_t word, seen;
	uint64_t arrived_ns[MESSAGES];
	pid_t tid;
	int err;
} mail;

static void receiver_wait(uint32_t last)
{
	while (__atomic_load_n(&mail.word, __ATOMIC_ACQUIRE) == last) {
		if (mail.s->arm != SPINNING)
			syscall(SYS_futex, &mail.word, FUTEX_WAIT, last, NULL, NULL, 0);
	}
}

static void *receiver_main(void *arg)
{
	uint32_t i;

	kin_name("receiver");
	mail.err = cpus_pin(mail.s, mail.s->arm == SAME_CPU ? 0 : 1);
	__atomic_store_n(&mail.tid, gettid(), __ATOMIC_RELEASE);
	for (i = 0; i < MESSAGES; i++) {
		receiver_wait(i);
		if (__atomic_load_n(&mail.word, __ATOMIC_ACQUIRE) == NO_MORE)
			break;
		mail.arrived_ns[i] = now_ns();
		__atomic_store_n(&mail.seen, i + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static bool seen(uint32_t i)
{
	return __atomic_load_n(&mail.seen, __ATOMIC_ACQUIRE) == i;
}

/* Its own CPU stays awake where the other one's is to sleep; on the same one it must be left. */
static void sender_pause(size_t arm)
{
	const struct timespec t = { .tv_nsec = (long)pause_ns[arm] };
	uint64_t until = now_ns() + pause_ns[arm];

	if (arm == SAME_CPU) {
		nanosleep(&t, NULL);
		return;
	}
	while (now_ns() < until)
		;
}

static void word_set(uint32_t to)
{
	__atomic_store_n(&mail.word, to, __ATOMIC_RELEASE);
	if (mail.s->arm != SPINNING)
		syscall(SYS_futex, &mail.word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static double message_send(uint32_t i)
{
	uint64_t start = now_ns();

	word_set(i + 1);
	while (!seen(i + 1)) {
		if (mail.s->arm == SAME_CPU)
			sched_yield();
	}
	return (double)(mail.arrived_ns[i] - start);
}

static int messages(struct sample *s)
{
	double ns[MESSAGES];
	uint32_t i, n = s->arm == IDLE_10MS ? MESSAGES / 6 : MESSAGES;

	for (i = 0; i < MESSAGES; i++) {
		/* The last ones are only to end it. */
		sender_pause(i < n ? s->arm : SAME_CPU);
		if (s->arm != SPINNING && kin_asleep(mail.tid))
			return -ESRCH;
		ns[i] = message_send(i);
	}
	s->ops = MESSAGES;
	s->turns = mail.seen;
	s->value = stats_median(ns, n);
	s->flat = true;
	return 0;
}

static int run(struct sample *s)
{
	pthread_t thread;
	int err;

	if (s->arm != SAME_CPU && cpus_count() < 2)
		return 0;	/* no value, and the rule says why */
	mail.s = s;
	err = -pthread_create(&thread, NULL, receiver_main, NULL);
	if (err)
		return err;
	while (!__atomic_load_n(&mail.tid, __ATOMIC_ACQUIRE))
		sched_yield();
	err = messages(s);
	if (err)
		word_set(NO_MORE);
	pthread_join(thread, NULL);
	return err ? err : mail.err;
}

/*
 * By placement: one message to a sleeper. On a CPU of its own the sender stays awake meanwhile, as
 * above; where it may be the receiver's, it has to leave it.
 */
static void placed_wait(const struct sample *s)
{
	const struct timespec t = { .tv_nsec = s->idle ? 1000000L : (long)PAUSE_NS };
	uint64_t until = now_ns() + (uint64_t)t.tv_nsec;

	if (s->place == PLACE_SAME_CPU || s->place == PLACE_UNPINNED) {
		nanosleep(&t, NULL);
		return;
	}
	while (now_ns() < until)
		;
}

static void *placed_receiver(void *arg)
{
	uint32_t i;

	mail.err = place_partner(mail.s);
	__atomic_store_n(&mail.tid, gettid(), __ATOMIC_RELEASE);
	for (i = 0; i < MESSAGES; i++) {
		while (__atomic_load_n(&mail.word, __ATOMIC_ACQUIRE) == i)
			syscall(SYS_futex, &mail.word, FUTEX_WAIT, i, NULL, NULL, 0);
		mail.arrived_ns[i] = now_ns();
		__atomic_store_n(&mail.seen, i + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void placed_send(struct sample *s, double ns[MESSAGES])
{
	uint64_t start;
	uint32_t i;

	for (i = 0; i < MESSAGES; i++) {
		placed_wait(s);
		start = now_ns();
		__atomic_store_n(&mail.word, i + 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, &mail.word, FUTEX_WAKE, 1, NULL, NULL, 0);
		while (!seen(i + 1))
			sched_yield();
		ns[i] = (double)(mail.arrived_ns[i] - start);
	}
}

static int run_placed(struct sample *s)
{
	double ns[MESSAGES];
	pthread_t thread;
	int err;

	mail.s = s;
	err = -pthread_create(&thread, NULL, placed_receiver, NULL);
	if (err)
		return err;
	while (!__atomic_load_n(&mail.tid, __ATOMIC_ACQUIRE))
		sched_yield();
	placed_send(s, ns);
	pthread_join(thread, NULL);
	s->ops = MESSAGES;
	s->turns = mail.seen;
	s->value = stats_median(ns, MESSAGES);
	s->flat = true;
	return mail.err;
}

/* The receiver's, and the sender's where it has to leave its CPU. */
static double message_sleeps(enum placement place, bool idle)
{
	return place == PLACE_SAME_CPU || place == PLACE_UNPINNED ? 2 : 1;
}

static struct interval to_spinning(const struct note *n, int arm)
{
	return note_ratio(n, arm, SPINNING);
}

static void effect(struct note *n)
{
	n->effect = to_spinning(n, OTHER_CPU);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	if (n->machine->cpus_allowed < 2)
		return;
	for (a = SPINNING; a <= IDLE_10MS; a++) {
		const char *arm = n->claim->arm[a].name;

		note_gate_near(n, arm, "messages/op", 1, 0,
			       note_per_op(&n->counted[a], n->counted[a].turns));
		if (a == SPINNING)
			note_gate_near(n, arm, "futex sleeps/op", 0, 0,
				       note_sleeps(n, a, 0, OSCOPE_REASON_FUTEX));
		else
			note_gate(n, arm, "futex sleeps/op", 1, 1, 1.2,
				  note_sleeps(n, a, 0, OSCOPE_REASON_FUTEX));
	}
	note_evidence(n, "same_cpu", "to_spinning", to_spinning(n, SAME_CPU).value);
	note_evidence(n, "idle_1ms", "to_spinning", to_spinning(n, IDLE_1MS).value);
	note_evidence(n, "idle_10ms", "to_spinning", to_spinning(n, IDLE_10MS).value);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > 1)
		note_verdict(n, VERDICT_HOLDS,
			     "%.1f times as long as to one that runs; %.1f times on the sender's "
			     "own CPU, %.1f after 1 ms, %.1f after 10 ms",
			     e->value, to_spinning(n, SAME_CPU).value,
			     to_spinning(n, IDLE_1MS).value, to_spinning(n, IDLE_10MS).value);
	else if (e->hi <= 1)
		note_verdict(n, VERDICT_FALSE, "%.2f times as long as to one that runs: no longer",
			     e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long as to one that runs: 1 is in it", e->lo,
			     e->hi);
}

static const struct claim wakeup = {
	.id = "switch.wakeup",
	.topic = "switch",
	.claim = "It costs more to reach a task that is blocked than one that runs",
	.claim_zh = "唤醒阻塞任务比通知运行中的任务更贵",
	.how =
		"A thread sends messages to another one, a number in memory that both share. The receiver "
		"spins on another CPU; or sleeps on a futex: on the sender's CPU, on another one since 30 "
		"us, 1 ms and 10 ms. The value is the time from before the number is set until the "
		"receiver has read the clock. An operation is one message.",
	.gates =
		"Each message was received; one sleep on a futex a message (up to 1.2, as a sleep may end "
		"for nothing), none where the receiver spins.",
	.rule =
		"r = time to one that sleeps on another CPU / to one that spins there, with its 95 % "
		"interval. HOLDS if the lower end is above 1; FALSE if the upper end is 1 or less; "
		"INCONCLUSIVE HERE with one CPU, or if 1 is in it.",
	.live = "oscope switch --by task -- PROGRAM: waits after wake-ups",
	.op = "message",
	.value = "ns",
	.tasks = { "receiver" },
	.placement = "same CPU, and another one",
	.narrow = 0.1,
	.needs_times = true,
	.needs_states = true,
	.needs_lives = true,
	.arm = {
		[SPINNING] = { "spinning", run }, [SAME_CPU] = { "same_cpu", run },
		[OTHER_CPU] = { "other_cpu", run }, [IDLE_1MS] = { "idle_1ms", run },
		[IDLE_10MS] = { "idle_10ms", run },
	},
	.placed = { { "message", run_placed, message_sleeps } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(wakeup);
