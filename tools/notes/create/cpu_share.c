// SPDX-License-Identifier: GPL-2.0
/* create.cpu-share: is CPU time given to processes, whatever threads they have? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define THREADS		9	/* of the one process; the other has 1 */
#define SPIN_NS		250000000ULL
#define BETWEEN		3.0	/* as far from 1 as from 9, in ratio */

static uint64_t until_ns;

static void *spin(void *arg)
{
	while (now_ns() < until_ns)
		;
	return arg;
}

static void process_main(int threads, int ready, int go)
{
	pthread_t thread;
	int i;

	if (kin_tell(ready) || kin_hear(go))
		_exit(1);
	until_ns = now_ns() + SPIN_NS;
	for (i = 1; i < threads; i++) {
		if (pthread_create(&thread, NULL, spin, NULL))
			_exit(1);
	}
	spin(NULL);
	_exit(0);
}

/* CPU time of a child, in ns; NAN: it did not end well. */
static double collect(pid_t pid)
{
	struct rusage u;
	int status;

	while (wait4(pid, &status, 0, &u) < 0) {
		if (errno != EINTR)
			return NAN;
	}
	if (status)
		return NAN;
	return 1e3 * (1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		      (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec));
}

static int run(struct sample *s)
{
	int ready[2], go[2], i, err = 0;
	double cpu[2];
	pid_t pid[2];

	if (pipe(ready) || pipe(go))
		return -errno;
	for (i = 0; i < 2; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			process_main(i ? THREADS : 1, ready[1], go[0]);
	}
	for (i = 0; i < 2 && !err; i++)
		err = kin_hear(ready[0]);
	for (i = 0; i < 2 && !err; i++)
		err = kin_tell(go[1]);
	cpu[0] = collect(pid[0]);
	cpu[1] = collect(pid[1]);
	s->ops = 1;
	s->flat = true;
	s->value = cpu[1] / cpu[0];
	return !err && isnan(s->value) ? -EAGAIN : err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, 0);
	n->effect_unit = "x";
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (e->hi < BETWEEN)
		note_verdict(n, VERDICT_HOLDS,
			     "%d threads got %.2f times the CPU time of one: 1 would be by process",
			     THREADS, e->value);
	else if (e->lo > BETWEEN)
		note_verdict(n, VERDICT_FALSE,
			     "%d threads got %.2f times the CPU time of one, though each is one "
			     "process: 9 would be by thread", THREADS, e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times the CPU time of one: neither 1 nor 9", e->lo,
			     e->hi);
}

static const struct claim cpu_share = {
	.id = "create.cpu-share",
	.topic = "create",
	.claim = "CPU time is allotted to processes; threads have no part in it",
	.claim_zh = "CPU 时间按进程分配，线程不参与",
	.how =
		"Two processes of the same session and cgroup compute on one CPU for 250 ms: one "
		"with 1 thread, the other with 9. The value is the CPU time of the second through "
		"that of the first, by wait4(2). An operation is one such pair.",
	.gates =
		"Two forks and 8 threads an operation.",
	.rule =
		"By process the ratio is 1, by thread 9; 3 is as far from both. With its 95 % "
		"interval: HOLDS if the upper end is below 3; FALSE if the lower end is above; "
		"else INCONCLUSIVE HERE.",
	.live = "oscope switch --by task -- PROGRAM",
	.op = "pair",
	.value = "ratio",
	.counts = { MADE(0, FORK, 2), MADE(0, THREAD, THREADS - 1) },
	.narrow = 0.2,
	.needs_lives = true,
	.arm = { { "pair", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(cpu_share);
