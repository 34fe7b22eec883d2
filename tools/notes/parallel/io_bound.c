// SPDX-License-Identifier: GPL-2.0
/* parallel.io-bound: does work that waits gain from threads, even on one core? */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "notes/crew.h"
#include "notes/loop.h"
#include "notes/notes.h"
#include "util.h"

#define JOBS		64
#define JOBS_SERIAL	6	/* enough to see that each waits for the one before */
#define WAIT_NS		5000000L
#define STACK_BYTES	16384
#define GAIN		2.0	/* times as fast: worth the threads */
#define NONE		1.1

enum { SERIAL, THREADS, EPOLL, COROUTINES };

static uint64_t jobs_done;

static void job_wait(void)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	nanosleep(&t, NULL);
}

static int serial(void)
{
	for (; jobs_done < JOBS_SERIAL; jobs_done++)
		job_wait();
	return 0;
}

static void member(struct crew_member *m)
{
	job_wait();
	m->done = 1;
}

static int threads(void)
{
	struct crew c = { .n = JOBS, .fn = member };
	int err = crew_run(&c);

	jobs_done = c.done;
	crew_free(&c);
	return err;
}

static int timer_add(int epoll)
{
	const struct itimerspec t = { .it_value.tv_nsec = WAIT_NS };
	struct epoll_event e = { .events = EPOLLIN };

	e.data.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (e.data.fd < 0 || timerfd_settime(e.data.fd, 0, &t, NULL) ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e))
		return -errno;
	return 0;
}

/* One thread, and a descriptor for each wait. */
static int by_epoll(void)
{
	struct epoll_event e[JOBS];
	int epoll = epoll_create1(EPOLL_CLOEXEC), i, n, err = epoll < 0 ? -errno : 0;

	for (i = 0; i < JOBS && !err; i++)
		err = timer_add(epoll);
	while (jobs_done < JOBS && !err) {
		n = epoll_wait(epoll, e, JOBS, -1);
		if (n < 0 && errno != EINTR)
			err = -errno;
		for (i = 0; i < n; i++) {
			close(e[i].data.fd);
			jobs_done++;
		}
	}
	return err;
}

static void coroutine(void *arg)
{
	loop_sleep(WAIT_NS);
	jobs_done++;
}

static int coroutines(void)
{
	return loop_all(JOBS, STACK_BYTES, coroutine);
}

static int run(struct sample *s)
{
	static int (*const ways[])(void) = { serial, threads, by_epoll, coroutines };
	uint64_t start = now_ns();
	int err = ways[s->arm]();

	s->ops = s->arm == SERIAL ? JOBS_SERIAL : JOBS;
	s->turns = jobs_done;
	s->flat = true;
	s->value = (double)(now_ns() - start) / (double)s->ops;
	return err;
}

static struct interval gain(const struct note *n, int arm)
{
	return note_ratio(n, SERIAL, arm);
}

static void effect(struct note *n)
{
	n->effect = gain(n, THREADS);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	const struct arm_counted *s = &n->counted[SERIAL], *t = &n->counted[THREADS];

	note_gate(n, "serial", "voluntary switches/op", 1, 1, 2, note_per_op(s, s->sum->voluntary));
	note_gate(n, "threads", "voluntary switches/op", 2, 1, 4,
		  note_per_op(t, t->sum->voluntary));
	note_evidence(n, "epoll", "gain", gain(n, EPOLL).value);
	note_evidence(n, "coroutines", "gain", gain(n, COROUTINES).value);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (e->lo >= GAIN)
		note_verdict(n, VERDICT_HOLDS,
			     "%d waits of 5 ms go %.1f times as fast a job with threads on one "
			     "CPU; one thread does as well by epoll (%.1f times) and by "
			     "coroutines (%.1f)",
			     JOBS, e->value, gain(n, EPOLL).value, gain(n, COROUTINES).value);
	else if (e->hi <= NONE)
		note_verdict(n, VERDICT_FALSE,
			     "waits go %.2f times as fast with threads: no gain", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as fast with threads: neither none nor twice",
			     e->lo, e->hi);
}

static const struct claim io_bound = {
	.id = "parallel.io-bound",
	.topic = "parallel",
	.claim = "Work that waits for I/O gains from threads, even on one core",
	.claim_zh = "IO 密集型任务用多线程，单核也受益",
	.how =
		"Jobs that do nothing but wait 5 ms: six one after the other, and 64 at once on one CPU, "
		"by a thread each, by timerfd and epoll in one thread, and by coroutines of one loop. The "
		"value is the time that passes through the number of jobs.",
	.gates =
		"All jobs done; a thread a job, or none; one voluntary switch a job in a row, up to 4 with "
		"threads, which wait for their start, too.",
	.rule =
		"r = time a job, one after the other / with threads, with its 95 % interval. HOLDS if the "
		"lower end is 2 or more; FALSE if the upper end is 1.1 at most; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "job",
	.value = "ns",
	.counts = {
		COUNT(MADE_ALL, SERIAL, 0), MADE(THREADS, THREAD, 1), COUNT(MADE_ALL, EPOLL, 0),
		COUNT(MADE_ALL, COROUTINES, 0), NAMED(TURNS, ALL_ARMS, 1, "jobs done/op"),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[SERIAL] = { "serial", run }, [THREADS] = { "threads", run },
		[EPOLL] = { "epoll", run }, [COROUTINES] = { "coroutines", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(io_bound);
