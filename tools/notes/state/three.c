// SPDX-License-Identifier: GPL-2.0
/* state.three: is a task always ready, running or blocked, and how does it come to each? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "states_sum.h"
#include "util.h"

#define SPINNERS	2
#define SPIN_NS		10000000ULL	/* of CPU time, each */
#define SLEEPS		5
#define CLOSES		0.001	/* of a lifetime may be in no state */
#define UNSEEN		0.1	/* ... may be unobserved */
#define READY		0.9	/* of the time that spinners waited, at least */

enum { SPINNER, SLEEPER, STOPPED, THREAD, KINDS };
enum { WAITING_IS_R, ASLEEP_IS_S, STOPPED_IS_T, DEAD_IS_Z, WAITED_NS };

static const struct timespec moment = { .tv_nsec = 1000000 };

/* What the tasks tell and are told, in memory that all have in common. */
struct family {
	int ready[2], go[2], hold[2];
	volatile bool looked;
	volatile long slept;		/* voluntary switches of the sleeper before it is held */
	volatile double waited_ns[SPINNERS];
};

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* Never asks to be taken off its CPU: what is missing of the time, it has waited for one. */
static void spinner_main(struct family *f, int which)
{
	uint64_t wall, cpu;

	kin_name("spinner");
	if (kin_hear(f->go[0]) || kin_tell(f->ready[1]))
		_exit(1);
	wall = now_ns();
	cpu = cpu_ns();
	while (!f->looked || cpu_ns() - cpu < SPIN_NS)
		;
	f->waited_ns[which] = (double)(now_ns() - wall) - (double)(cpu_ns() - cpu);
	_exit(0);
}

static void *thread_main(void *arg)
{
	kin_name("thread");
	return arg;
}

static void sleeper_main(struct family *f)
{
	struct rusage usage;
	pthread_t thread;
	int i;

	kin_name("sleeper");
	for (i = 0; i < SLEEPS; i++)
		nanosleep(&moment, NULL);
	if (pthread_create(&thread, NULL, thread_main, NULL) || pthread_join(thread, NULL))
		_exit(1);
	getrusage(RUSAGE_THREAD, &usage);
	f->slept = usage.ru_nvcsw;
	if (kin_tell(f->ready[1]) || kin_hear(f->hold[0]))
		_exit(1);
	_exit(0);
}

static void stopped_main(void)
{
	kin_name("stopped");
	raise(SIGSTOP);
	_exit(0);
}

/* On their CPU we run, so none of them does; and neither can have ended before we have looked. */
static int spinners_run(struct sample *s, struct family *f)
{
	pid_t pid[SPINNERS];
	bool ready = true;
	int i, err = 0;

	for (i = 0; i < SPINNERS; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			spinner_main(f, i);
	}
	for (i = 0; i < SPINNERS && !err; i++)
		err = kin_tell(f->go[1]);
	for (i = 0; i < SPINNERS && !err; i++)
		err = kin_hear(f->ready[0]);
	for (i = 0; i < SPINNERS; i++)
		ready = ready && kin_state(pid[i]) == 'R';
	f->looked = true;
	for (i = 0; i < SPINNERS && !err; i++)
		err = kin_ends_well(pid[i]);
	sample_see(s, WAITING_IS_R, ready);
	sample_see(s, WAITED_NS, f->waited_ns[0] + f->waited_ns[1]);
	return err;
}

/* Held in a read, which the kernel has counted by then; and then left a zombie for a while. */
static int sleeper_run(struct sample *s, struct family *f)
{
	pid_t pid = kin_fork();
	int err;

	if (pid < 0)
		return pid;
	if (!pid)
		sleeper_main(f);
	err = kin_hear(f->ready[0]);
	while (!err && kin_status(pid, "voluntary_ctxt_switches") == f->slept)
		sched_yield();
	sample_see(s, ASLEEP_IS_S, kin_state(pid) == 'S');
	if (!err)
		err = kin_tell(f->hold[1]);
	if (!err)
		err = kin_ended(pid);
	sample_see(s, DEAD_IS_Z, kin_state(pid) == 'Z');
	nanosleep(&moment, NULL);
	return err ? err : kin_ends_well(pid);
}

static int stopped_run(struct sample *s)
{
	siginfo_t info;
	pid_t pid = kin_fork();

	if (pid < 0)
		return pid;
	if (!pid)
		stopped_main();
	if (waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT))
		return -errno;
	sample_see(s, STOPPED_IS_T, kin_state(pid) == 'T');
	nanosleep(&moment, NULL);
	return kill(pid, SIGCONT) ? -errno : kin_ends_well(pid);
}

static int run(struct sample *s)
{
	struct family *f = kin_shared(sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	if (pipe(f->ready) || pipe(f->go) || pipe(f->hold))
		return -errno;
	err = spinners_run(s, f);
	if (!err)
		err = sleeper_run(s, f);
	if (!err)
		err = stopped_run(s);
	s->ops = 1;
	return err;
}

static struct arm_ledger all(const struct note *n)
{
	struct arm_ledger sum = { 0 };
	size_t k;

	for (k = 0; k < KINDS; k++)
		arm_ledger_add(&sum, &n->counted[0].ledger[k]);
	return sum;
}

/* Moves between states that a life may have, of all. */
static void effect(struct note *n)
{
	struct arm_ledger sum = all(n);
	uint64_t legal = arm_ledger_legal(&sum);

	n->effect = stats_share(legal, legal + sum.sum.moves[OSCOPE_MOVE_UNSEEN_RUNNING]);
	n->effect_unit = "of moves";
}

static void moves_evidence(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];
	struct arm_ledger sum = all(n);
	char name[48];
	size_t m;

	for (m = 0; m < OSCOPE_MOVES; m++) {
		snprintf(name, sizeof(name), "%s_to_%s_per_op", states_moves[m].from,
			 states_moves[m].to);
		note_evidence(n, "family", name, note_per_op(c, sum.sum.moves[m]));
	}
}

static void check(struct note *n)
{
	static const double tasks[KINDS] = { SPINNERS, 1, 1, 1 };
	const struct arm_counted *c = &n->counted[0];
	const struct arm_ledger *l = c->ledger;
	char name[48];
	size_t k;

	for (k = 0; k < KINDS; k++) {
		snprintf(name, sizeof(name), "%s, ledgers/op", n->claim->tasks[k]);
		note_gate_near(n, "family", name, tasks[k], 0,
			       c->states ? note_per_op(c, l[k].tasks) : NAN);
	}
	note_gate(n, "family", "time in no state, share of a life", 0, 0, CLOSES, all(n).residual);
	/* One may lose the CPU on its way to sleep, and find that the time is over. */
	note_gate(n, "sleeper", "sleeps/op", SLEEPS, SLEEPS - 1, SLEEPS,
		  note_sleeps(n, 0, SLEEPER, OSCOPE_REASON_SLEEP));
	note_gate_near(n, "stopped", "stops/op", 1, 0,
		       note_per_op(c, l[STOPPED].sum.moves[OSCOPE_MOVE_RUNNING_STOPPED]));
	if (c->states)
		moves_evidence(n);
}

/* Of the moves that a life may have, how many kinds never came. */
static int never(const struct arm_ledger *l)
{
	int m, n = 0;

	for (m = 0; m < OSCOPE_MOVE_UNSEEN_RUNNING; m++)
		n += !l->sum.moves[m];
	return n;
}

/* Of the time that spinners waited for the CPU by their own clocks: in this state by the ledger. */
static double of_waits(const struct note *n, uint64_t ns)
{
	return (double)ns / n->counted[0].seen[WAITED_NS].sum;
}

static double per_task_us(const struct arm_ledger *l, uint64_t ns)
{
	return (double)ns / (double)l->tasks / 1e3;
}

static void holds(struct note *n, const struct arm_ledger *sum)
{
	const struct arm_ledger *l = n->counted[0].ledger;
	double life = (double)sum->lifetime_ns / 100;

	note_verdict(n, VERDICT_HOLDS,
		     "running %.0f %%, ready %.0f %%, blocked %.0f %% of the time, and every move "
		     "was one of %d; beside the three: new (%.0f us a task), stopped (%.0f us) and, "
		     "ended, a zombie (%.0f us); who waited for the CPU was ready",
		     (double)sum->sum.running / life, (double)sum->ready_ns / life,
		     (double)sum->blocked_ns / life, OSCOPE_MOVE_UNSEEN_RUNNING,
		     per_task_us(sum, sum->sum.new),
		     per_task_us(&l[STOPPED], l[STOPPED].sum.stopped),
		     per_task_us(&l[SLEEPER], l[SLEEPER].sum.zombie));
}

static void decide(struct note *n)
{
	const struct arm_ledger *spinner = &n->counted[0].ledger[SPINNER], sum = all(n);
	double ready = of_waits(n, spinner->ready_ns), blocked = of_waits(n, spinner->blocked_ns);
	enum note_outcomes o = note_outcomes(n);
	uint64_t others = sum.sum.moves[OSCOPE_MOVE_UNSEEN_RUNNING];
	double unseen = (double)sum.unobserved_ns / (double)sum.lifetime_ns;

	if (o == OUTCOMES_YES && !others && !sum.leavings_missed && !never(&sum) &&
	    unseen <= UNSEEN && ready >= READY)
		holds(n, &sum);
	else if (o == OUTCOMES_NO || others >= n->counted[0].ops + sum.leavings_missed ||
		 (ready < 0.5 && blocked > 0.5))
		note_verdict(n, VERDICT_FALSE,
			     "%.0f moves an operation are none of the %d; who waited for the CPU was "
			     "ready for %.0f %% of that and blocked for %.0f %%; R, S, T and Z in "
			     "%.0f %% of the samples",
			     note_per_op(&n->counted[0], others), OSCOPE_MOVE_UNSEEN_RUNNING,
			     100 * ready, 100 * blocked, 100 * note_seen_mean(n, 0, WAITING_IS_R));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%llu moves that are none of the %d, and %d of these never; %.1f %% of "
			     "the time unobserved, %llu events missed; ready for %.0f %% of the time "
			     "that was waited for the CPU", (unsigned long long)others,
			     OSCOPE_MOVE_UNSEEN_RUNNING, never(&sum), 100 * unseen,
			     (unsigned long long)sum.leavings_missed + sum.comings_missed,
			     100 * ready);
}

static const struct claim three = {
	.id = "state.three",
	.topic = "state",
	.claim = "A task is ready, running or blocked, or has ended",
	.claim_zh = "任务有就绪、运行、阻塞三态（以及终止）",
	.how =
		"On one CPU, one after the other: two processes compute for 10 ms each; one sleeps 5 "
		"times, makes a thread and joins it, is held in a read, ends, and is left a zombie "
		"for 1 ms; one stops itself for 1 ms. Their ledgers say where each of them was all "
		"the time. An operation is such a family.",
	.gates =
		"Four forks and one thread an operation, each with its ledger, in which less than "
		"0.1 % of its life is in no state; 5 sleeps (4 if one lost the CPU on its way) and "
		"1 stop.",
	.rule =
		"HOLDS if all 11 moves between states were seen and no other, nine tenths of the "
		"time that the two computing ones waited, by their own clocks, are ready in the "
		"ledger, and /proc showed R, S, T and Z; FALSE if another move came for each "
		"operation, or who waited was blocked, or one letter never was so; INCONCLUSIVE "
		"HERE if events were missed, and else.",
	.live = "oscope states -- PROGRAM; oscope states --matrix --by total -- PROGRAM",
	.op = "family",
	.seen = {
		[WAITING_IS_R] = "waiting_shown_ready", [ASLEEP_IS_S] = "asleep_shown_asleep",
		[STOPPED_IS_T] = "stopped_shown_stopped", [DEAD_IS_Z] = "dead_shown_zombie",
		[WAITED_NS] = "spinners_waited_ns",
	},
	.tasks = {
		[SPINNER] = "spinner", [SLEEPER] = "sleeper", [STOPPED] = "stopped",
		[THREAD] = "thread",
	},
	.needed = {
		SAW(0, WAITING_IS_R), SAW(0, ASLEEP_IS_S), SAW(0, STOPPED_IS_T),
		SAW(0, DEAD_IS_Z),
	},
	.counts = { MADE(0, FORK, SPINNERS + 2), MADE(0, THREAD, 1) },
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "family", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(three);
