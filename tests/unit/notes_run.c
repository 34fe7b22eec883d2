// SPDX-License-Identifier: GPL-2.0
/*
 * The harness at work on claims of this test's own: an experiment that does not do what it says is
 * VOID, a stuck or failing sample is no verdict, system calls are counted exactly in both ways, and
 * nothing is left behind.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "notes/handoff.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/process.h"
#include "notes/syscalls.h"
#undef ARRAY_SIZE	/* the harness has its own */
#include "util.h"

enum { SAW_FORKS };

static void *nothing(void *arg)
{
	return arg;
}

/* 3 forks, a vfork and 2 threads; a child is a zombie until it is waited for, and one is killed. */
static int run_family(struct sample *s)
{
	pthread_t thread;
	int i;

	for (i = 0; i < 3; i++) {
		pid_t pid = fork();

		if (!pid) {
			if (i == 2)
				raise(SIGKILL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	if (!vfork())
		_exit(0);
	wait(NULL);
	for (i = 0; i < 2; i++) {
		if (!pthread_create(&thread, NULL, nothing, NULL))
			pthread_join(thread, NULL);
	}
	s->ops = 1;
	sample_see(s, SAW_FORKS, 3);
	return 0;
}

/* Says that it switches twice a round, as the widely copied benchmark does, and only computes. */
static void idle_rounds(void *arg, uint64_t n)
{
	volatile uint64_t *sum = arg;

	while (n--)
		*sum += n;
}

static int run_broken(struct sample *s)
{
	uint64_t sum = 0;

	return sample_measure(s, idle_rounds, &sum);
}

static int run_failing(struct sample *s)
{
	return -ENOMEM;
}

static int run_crashing(struct sample *s)
{
	raise(SIGKILL);
	return 0;
}

static void effect(struct note *n)
{
	struct stats_samples s = note_samples(n, 0, -1);

	n->effect = stats_median_interval(&s, STATS_95, n->seed);
	n->effect_unit = "ns";
}

static void check_two_switches(struct note *n)
{
	note_gate_near(n, "broken", "switches/op", 2, 0.02,
		       note_per_op(&n->counted[0], n->counted[0].sum->voluntary));
}

static void decide(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS, "always");
}

static struct claim fixture_claim(int (*run)(struct sample *s))
{
	return (struct claim){
		.id = "test.broken", .topic = "test", .claim = "c", .claim_zh = "c", .op = "round",
		.value = "ns",
		.arm = { { "broken", run, .single = true } },
		.effect = effect, .check = check_two_switches, .decide = decide,
	};
}

FIXTURE(run)
{
	struct note *n;
	struct preflight machine;
	struct note_plan plan;
};

FIXTURE_SETUP(run)
{
	self->n = calloc(1, sizeof(*self->n));
	ASSERT_NE(self->n, NULL);
	ASSERT_EQ(preflight_look(&self->machine), 0);
	self->plan = (struct note_plan){ .machine = &self->machine, .seed = 1, .samples = 10,
					 .budget_ns = 5000000000ULL };
	libbpf_quiet();
}

FIXTURE_TEARDOWN(run)
{
	note_free(self->n);
	free(self->n);
	/* No child of ours is left. */
	EXPECT_EQ(waitpid(-1, NULL, WNOHANG), -1);
	EXPECT_EQ(errno, ECHILD);
}

TEST_F(run, experiment_that_does_not_switch_is_void)
{
	struct claim c = fixture_claim(run_broken);

	if (geteuid())
		SKIP(return, "counting needs root");
	note_run(self->n, &c, &self->plan);
	if (self->n->blocked[0])
		SKIP(return, "%s", self->n->blocked);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
	EXPECT_NE(strstr(self->n->reason, "expected 2"), NULL);
	EXPECT_TRUE(isnan(self->n->effect.value));
}

static void check_nothing(struct note *n)
{
}

/* The samples' own processes are no part of it. */
TEST_F(run, lives_are_counted_exactly)
{
	struct claim c = fixture_claim(run_family);
	const struct arm_lives *l = &self->n->counted[0].lives;
	const struct arm_counted *counted = &self->n->counted[0];

	if (geteuid())
		SKIP(return, "counting needs root");
	c.value = NULL;
	c.seen[SAW_FORKS] = "forks";
	c.needs_lives = true;
	c.check = check_nothing;
	note_run(self->n, &c, &self->plan);
	if (self->n->blocked[0])
		SKIP(return, "%s", self->n->blocked);
	ASSERT_TRUE(l->known);
	EXPECT_EQ(l->births[OSCOPE_BIRTH_FORK], 3 * counted->n);
	EXPECT_EQ(l->births[OSCOPE_BIRTH_VFORK], counted->n);
	EXPECT_EQ(l->births[OSCOPE_BIRTH_THREAD], 2 * counted->n);
	EXPECT_EQ(arm_lives_births(l), 6 * counted->n);
	EXPECT_EQ(l->ended, 4 * counted->n);
	EXPECT_EQ(l->zombies, 4 * counted->n);
	EXPECT_EQ(l->how[OSCOPE_HOW_WAITED], 4 * counted->n);
	EXPECT_EQ(l->signalled, counted->n);
	EXPECT_EQ(l->inherited, 0);
	EXPECT_TRUE(note_seen_always(self->n, 0, SAW_FORKS, 3));
	EXPECT_FALSE(note_seen_always(self->n, 0, SAW_FORKS, 2));
	EXPECT_EQ(self->n->timed[0].n, 10);
}

#define NAPS	3

/* One that naps by name, and another that does not. */
static int run_nappers(struct sample *s)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	int i, j;

	for (i = 0; i < 2; i++) {
		pid_t pid = fork();

		for (j = 0; !pid && j < NAPS; j++) {
			if (!i)
				kin_name("napper");
			nanosleep(&nap, NULL);
		}
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	s->ops = 1;
	sample_see(s, SAW_FORKS, 2);
	return 0;
}

/* Only of the tasks with that name, and all of their lives. */
TEST_F(run, ledgers_are_by_name)
{
	struct claim c = fixture_claim(run_nappers);
	const struct arm_counted *counted = &self->n->counted[0];
	const struct arm_ledger *l = &counted->ledger[1];

	if (geteuid())
		SKIP(return, "counting needs root");
	c.value = NULL;
	c.seen[SAW_FORKS] = "forks";
	c.needs_states = true;
	c.tasks[0] = "nobody";
	c.tasks[1] = "napper";
	c.check = check_nothing;
	note_run(self->n, &c, &self->plan);
	if (self->n->blocked[0])
		SKIP(return, "%s", self->n->blocked);
	ASSERT_TRUE(counted->states);
	EXPECT_EQ(counted->ledger[0].tasks, 0);
	EXPECT_EQ(l->tasks, counted->n);
	EXPECT_EQ(l->sum.blocked[OSCOPE_REASON_SLEEP].n, NAPS * counted->n);
	EXPECT_EQ(counted->blocked[OSCOPE_REASON_SLEEP], 2UL * NAPS * counted->n);
	/* Who comes unseen slept in what is unobserved; who is preempted before it sleeps, less. */
	EXPECT_GE(l->sum.blocked[OSCOPE_REASON_SLEEP].ns + l->unobserved_ns,
		  NAPS * 500000UL * counted->n);
	EXPECT_GE(l->lifetime_ns, l->sum.running + l->blocked_ns);
	EXPECT_LE(l->sum.moves[OSCOPE_MOVE_NEW_WOKEN], counted->n);
	EXPECT_GE(l->sum.moves[OSCOPE_MOVE_NEW_WOKEN] + l->comings_missed, counted->n);
	/* Who is waited for already may be gone when it leaves its CPU for the last time. */
	EXPECT_EQ(l->sum.moves[OSCOPE_MOVE_RUNNING_ZOMBIE] + l->sum.moves[OSCOPE_MOVE_RUNNING_DEAD],
		  counted->n);
	EXPECT_LT(l->residual, 0.001);
}

static void nap_each(void *naps, uint64_t n)
{
	const struct timespec nap = { .tv_nsec = 1000000 };

	for (*(uint64_t *)naps += n; n; n--)
		nanosleep(&nap, NULL);
}

/* One that warms up, and four that count. */
TEST(few_batches_are_few)
{
	struct sample s = { 0 };
	uint64_t naps = 0;

	EXPECT_EQ(sample_measure_few(&s, nap_each, &naps), 0);
	EXPECT_EQ(naps, 5);
	EXPECT_EQ(s.ops, 5);
	EXPECT_GE(s.value, 1000000);
	EXPECT_TRUE(s.flat);
}

TEST_F(run, without_time_nothing_is_counted)
{
	struct claim c = fixture_claim(run_broken);

	if (geteuid())
		SKIP(return, "counting needs root");
	self->plan.budget_ns = 0;
	note_run(self->n, &c, &self->plan);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
	EXPECT_FALSE(self->n->counted[0].counted);
	EXPECT_NE(self->n->blocked[0], 0);
}

TEST_F(run, failing_sample_is_no_verdict)
{
	struct claim c = fixture_claim(run_failing);

	note_run(self->n, &c, &self->plan);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, strerror(ENOMEM)), NULL);
}

TEST_F(run, crashing_sample_is_no_verdict)
{
	struct claim c = fixture_claim(run_crashing);

	note_run(self->n, &c, &self->plan);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(run, stop_ends_with_what_there_is)
{
	struct claim c = fixture_claim(run_broken);

	note_stop = 1;
	note_run(self->n, &c, &self->plan);
	note_stop = 0;
	EXPECT_TRUE(self->n->interrupted);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(run, budget_is_kept)
{
	struct claim c = fixture_claim(run_broken);
	uint64_t start = now_ns();

	self->plan.samples = 0;
	self->plan.budget_ns = 300000000ULL;
	c.narrow = 1e-9;
	self->n->claim = &c;
	self->n->machine = &self->machine;
	note_time(self->n, &self->plan, start + 300000000ULL);
	EXPECT_GT(self->n->timed[0].n, 0);
	EXPECT_LT(now_ns() - start, 2000000000ULL);
}

TEST_F(run, what_the_second_pass_takes_is_kept_for_it)
{
	EXPECT_EQ(note_timed_ns(&self->plan), 3750000000ULL);
	self->plan.counted_ns = 1000000000ULL;
	EXPECT_EQ(note_timed_ns(&self->plan), 3750000000ULL);
	self->plan.counted_ns = 4000000000ULL;
	EXPECT_EQ(note_timed_ns(&self->plan), 1000000000ULL);
	self->plan.counted_ns = 6000000000ULL;
	EXPECT_EQ(note_timed_ns(&self->plan), 0);
}

TEST_F(run, the_second_pass_is_timed)
{
	struct claim c = fixture_claim(run_broken);

	note_run(self->n, &c, &self->plan);
	EXPECT_GT(self->n->counted_ns, 0);
	EXPECT_LT(self->n->counted_ns, self->n->duration_ns);
}

/* 3 system calls an operation, and whatever beginning and end take. */
static void three_calls(void *arg, uint64_t n)
{
	while (n--) {
		syscall(SYS_getppid);
		syscall(SYS_getppid);
		syscall(SYS_getppid);
	}
}

static int run_three_calls(struct sample *s)
{
	return sample_measure(s, three_calls, NULL);
}

static void rounds(void *handoff, uint64_t n)
{
	handoff_rounds(handoff, n);
}

static int run_processes(struct sample *s)
{
	struct handoff h;
	int err;

	err = sample_batch_policy();
	if (!err)
		err = handoff_begin(&h, HANDOFF_PROCESS);
	if (err)
		return err;
	err = sample_measure(s, rounds, &h);
	return err ? err : handoff_end(&h);
}

static double by_ptrace(FIXTURE_DATA(run) *self, struct claim *c)
{
	self->n->claim = c;
	self->n->machine = &self->machine;
	self->n->counted[0].syscalls = NAN;
	return note_count_ptrace(self->n, 0) ? NAN : self->n->counted[0].syscalls;
}

TEST_F(run, ptrace_counts_system_calls_exactly)
{
	struct claim c = fixture_claim(run_three_calls);
	double calls = by_ptrace(self, &c);

	if (isnan(calls))
		SKIP(return, "ptrace is not allowed here");
	EXPECT_EQ(calls, 3);
}

#define OPS 20000

/* System calls an operation by the tracepoint, beginning and end included; NAN: not allowed. */
static double by_tracepoint(const struct preflight *machine, int (*run)(struct sample *s))
{
	struct claim claim = { .arm = { { "arm", run } } };
	struct sample_set set;
	struct child child;
	uint64_t count = 0;
	double calls = NAN;
	int fd;

	if (samples_alloc(&set, &claim, 0, 1, machine))
		return 0;
	set.sample->exact_ops = OPS;
	if (child_prepare_fn(&child, samples_run_one, &set))
		return 0;
	fd = syscalls_open(child.pid);
	if (fd >= 0) {
		if (child_start(&child) || process_wait(&child, SAMPLE_LIMIT_NS) ||
		    syscalls_read(fd, &count))
			count = 0;
		close(fd);
		calls = (double)count / OPS;
	}
	child_close(&child, true);
	samples_free(&set);
	return calls;
}

TEST_F(run, tracepoint_counts_system_calls)
{
	double calls = by_tracepoint(&self->machine, run_three_calls);

	if (isnan(calls))
		SKIP(return, "the tracepoint may not be used here");
	EXPECT_GE(calls, 3);
	EXPECT_LT(calls, 3.01);
}

TEST_F(run, tracepoint_counts_both_processes)
{
	double calls = by_tracepoint(&self->machine, run_processes);

	if (isnan(calls))
		SKIP(return, "the tracepoint may not be used here");
	/* Two of either; who is preempted as it wakes may find its turn come, and not sleep. One alone has two. */
	EXPECT_GT(calls, 2.5);
	EXPECT_LT(calls, 4.02);
}

TEST(a_gate_without_room_fails)
{
	static struct note n;
	int i;

	for (i = 0; i < NOTE_GATES; i++)
		note_gate(&n, "arm", "count", 1, 0, 2, 1);
	EXPECT_TRUE(n.gate[NOTE_GATES - 1].ok);
	note_gate(&n, "arm", "count", 1, 0, 2, 1);
	EXPECT_EQ(NOTE_GATES, n.n_gates);
	EXPECT_FALSE(n.gate[NOTE_GATES - 1].ok);
	EXPECT_GT(n.gate[NOTE_GATES - 1].measured, n.gate[NOTE_GATES - 1].max);
}

TEST(evidence_without_room_fails)
{
	static struct note n;
	int i;

	for (i = 0; i < NOTE_EVIDENCE; i++)
		note_evidence(&n, "arm", "number", i);
	EXPECT_EQ(0, n.n_gates);
	note_evidence(&n, "arm", "number", NAN);
	EXPECT_EQ(0, n.n_gates);
	note_evidence(&n, "arm", "number", i);
	note_evidence(&n, "arm", "number", i);
	EXPECT_EQ(1, n.n_gates);
	EXPECT_FALSE(n.gate[0].ok);
}

TEST_HARNESS_MAIN
