// SPDX-License-Identifier: GPL-2.0
/* parallel.best: are processes with coroutines the best way to serve many connections? */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "notes/echo.h"
#include "notes/notes.h"

#define CONNECTIONS	1000
#define ROUNDS		3

enum { P50_NS, P99_NS, SWITCHES, CONNECTED, LIMIT };

/* Whether the kernel has none of it, or lets nobody have it. */
static bool not_here(int err)
{
	return err == -ENOSYS || err == -EPERM;
}

static int run(struct sample *s)
{
	struct echo_plan plan = {
		.way = (enum echo_way)s->arm, .connections = CONNECTIONS, .rounds = ROUNDS,
	};
	struct echo_result r;
	int err = echo_run(s, &plan, &r);

	s->flat = true;
	if (s->arm == ECHO_URING && not_here(err)) {
		s->ops = 1;
		s->turns = 1;
		sample_see(s, CONNECTED, 0);
		sample_see(s, LIMIT, -err);
		return 0;
	}
	if (err)
		return err;
	s->ops = (uint64_t)r.connected * (r.limit ? 1 : ROUNDS);
	s->turns = r.limit ? r.connected : r.answers;
	s->value = (double)r.sums.cpu_ns / (double)s->ops;
	sample_see(s, P50_NS, r.p50_ns);
	sample_see(s, P99_NS, r.p99_ns);
	sample_see(s, SWITCHES, (double)r.sums.switches / (double)s->ops);
	sample_see(s, CONNECTED, r.connected);
	sample_see(s, LIMIT, -r.limit);
	return 0;
}

/* CPU of another way / of processes with coroutines. */
static struct interval to_ours(const struct note *n, int arm)
{
	return note_ratio(n, arm, ECHO_PROCESSES);
}

/* io_uring, where there is none for us: the others are compared. */
static bool left_out(const struct note *n, int arm)
{
	return arm == ECHO_URING && !note_seen(n, ECHO_URING, CONNECTED).max &&
	       not_here(-(int)note_seen(n, ECHO_URING, LIMIT).max);
}

/* Of all other ways, the one whose ratio is the least. */
static int cheapest_other(const struct note *n)
{
	int a, best = ECHO_PROCESS;

	for (a = ECHO_PROCESS; a < ECHO_PROCESSES; a++) {
		if (!left_out(n, a) && to_ours(n, a).value < to_ours(n, best).value)
			best = a;
	}
	return best;
}

static void effect(struct note *n)
{
	n->effect = to_ours(n, cheapest_other(n));
	n->effect_unit = "x";
}

/* One for each connection that came about, beside the server itself. */
static void check_made(struct note *n, int arm, enum oscope_birth kind, const char *count,
		       unsigned int beside)
{
	const struct arm_counted *c = &n->counted[arm];
	const struct arm_seen *connected = &c->seen[CONNECTED];

	note_gate_near(n, n->claim->arm[arm].name, count, connected->sum + beside * (double)c->n, 0,
		       c->lives.known ? (double)c->lives.births[kind] : NAN);
}

/* The server alone, whatever the connections. */
static void check_made_once(struct note *n, int arm)
{
	const struct arm_counted *c = &n->counted[arm];
	const uint64_t *births = c->lives.births;

	note_gate_near(n, n->claim->arm[arm].name, "forks", (double)c->n, 0,
		       c->lives.known ? (double)births[OSCOPE_BIRTH_FORK] : NAN);
	note_gate_near(n, n->claim->arm[arm].name, "threads", 0, 0,
		       c->lives.known ? (double)births[OSCOPE_BIRTH_THREAD] : NAN);
}

static void check(struct note *n)
{
	int a;

	check_made(n, ECHO_PROCESS, OSCOPE_BIRTH_FORK, "forks", 1);
	check_made(n, ECHO_PREFORK, OSCOPE_BIRTH_FORK, "forks", 1);
	check_made(n, ECHO_THREAD, OSCOPE_BIRTH_THREAD, "threads", 0);
	if (!left_out(n, ECHO_URING))
		check_made_once(n, ECHO_URING);
	for (a = ECHO_PROCESS; a <= ECHO_PROCESSES; a++) {
		if (!left_out(n, a))
			note_evidence(n, n->claim->arm[a].name, "to_processes_coroutines",
				      to_ours(n, a).value);
	}
}

/*
 * The first way that a limit stopped, before all connections were open or with all of them: its
 * samples are not asked for their answers, so that nothing else tells.
 */
static bool stopped(struct note *n)
{
	int a;

	for (a = ECHO_PROCESS; a <= ECHO_PROCESSES; a++) {
		double least = note_seen(n, (size_t)a, CONNECTED).min;
		int limit = (int)note_seen(n, (size_t)a, LIMIT).max;

		if ((least >= CONNECTIONS && !limit) || left_out(n, a))
			continue;
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%s: %.0f of %d connections, then %s", n->claim->arm[a].name, least,
			     CONNECTIONS, strerror(limit));
		return true;
	}
	return false;
}

static void decide(struct note *n)
{
	int other = cheapest_other(n);
	const char *name = n->claim->arm[other].name;
	double ours = stats_median(n->timed[ECHO_PROCESSES].value, n->timed[ECHO_PROCESSES].n);
	double p99 = note_seen_mean(n, ECHO_PROCESSES, P99_NS) / 1e3;
	double p99_other = note_seen_mean(n, (size_t)other, P99_NS) / 1e3;
	const struct interval *e = &n->effect;

	if (stopped(n))
		return;
	if (e->lo > 1)
		note_verdict(n, VERDICT_HOLDS,
			     "processes with coroutines take %.1f us of CPU a request, the next "
			     "best way (%s) %.2f times that, a process for each connection %.1f "
			     "times; p99 %.0f and %.0f us",
			     ours / 1e3, name, e->value, to_ours(n, ECHO_PROCESS).value, p99,
			     p99_other);
	else if (e->hi < 1)
		note_verdict(n, VERDICT_FALSE,
			     "as to CPU a request: %s takes %.2f times that of processes with "
			     "coroutines (%.1f us), a process for each connection %.1f times; "
			     "p99 %.0f and %.0f us",
			     name, e->value, ours / 1e3, to_ours(n, ECHO_PROCESS).value, p99_other,
			     p99);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the winner is not apart: %s takes %.2f to %.2f times the CPU a "
			     "request of processes with coroutines; a process for each "
			     "connection %.1f times",
			     name, e->lo, e->hi, to_ours(n, ECHO_PROCESS).value);
}

static const struct claim best = {
	.id = "parallel.best",
	.topic = "parallel",
	.claim = "For high concurrency, processes with coroutines are best",
	.claim_zh = "高并发时多进程加协程最佳",
	.how =
		"An echo server on loopback with 1000 connections open at once, on which 64 bytes are asked "
		"three times, 50 at a time: by a process for each connection, a thread for each, a process "
		"for each made beforehand, one thread with io_uring, one with epoll, coroutines on epoll, and a "
		"process a CPU with such coroutines. The value is the CPU time of the server's tasks a request, from when "
		"what is made beforehand is made, without their end; the clients use another CPU if there "
		"is one, which they share with a process a CPU. An operation is one request.",
	.gates =
		"Each request was answered with what had been asked, where no limit was met; forks and "
		"threads as said.",
	.rule =
		"r = CPU a request of the cheapest other way / of processes with coroutines, with its 95 % "
		"interval. HOLDS if it is above 1, FALSE if it is below; INCONCLUSIVE HERE if 1 is in it, "
		"or if a limit kept a way from 1000 connections or from serving them, which is told. A kernel "
		"that has no io_uring for us leaves that way out: its evidence has the error.",
	.live = "oscope switch --by task -- SERVER; oscope spawn -- SERVER",
	.op = "request",
	.value = "cpu_ns",
	.seen = {
		[P50_NS] = "p50_ns", [P99_NS] = "p99_ns",
		[SWITCHES] = "switches_a_request", [CONNECTED] = "connected", [LIMIT] = "errno",
	},
	.counts = {
		MADE_ONCE(ECHO_EPOLL, FORK, 1), MADE_ONCE(ECHO_EPOLL, THREAD, 0),
		MADE_ONCE(ECHO_COROUTINES, FORK, 1), MADE_ONCE(ECHO_COROUTINES, THREAD, 0),
		NAMED(TURNS, ALL_ARMS, 1, "right answers/op"),
	},
	.placement = "server on one CPU (a process a CPU: on all), clients on another",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[ECHO_PROCESS] = { "process", run }, [ECHO_THREAD] = { "thread", run },
		[ECHO_PREFORK] = { "prefork", run }, [ECHO_URING] = { "io_uring", run },
		[ECHO_EPOLL] = { "epoll", run }, [ECHO_COROUTINES] = { "coroutines", run },
		[ECHO_PROCESSES] = { "processes_coroutines", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(best);
