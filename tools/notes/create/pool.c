// SPDX-License-Identifier: GPL-2.0
/* create.pool: is it better to keep a few tasks for many jobs than to make one for each? */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define WORKERS		4
#define SHORT_NS	10000ULL
#define LONG_NS		10000000ULL
#define SHORT_JOBS	16	/* a batch */
#define LONG_JOBS	2	/* a sample */
#define BETTER		1.1	/* times as long without a pool: less is not worth one */
#define SWITCHES	2	/* a job: one side sleeps until it is done, the other after it */
#define SPARE		0.25	/* ... of them, for making and ending the pool */

/* Each kind beside its pool. */
enum { PROCESS, PROCESS_POOL, THREAD, THREAD_POOL, PROCESS_LONG, POOL_LONG };
enum { NS_100US, NS_1MS, START_NS };

/* Who has jobs done: one at a time, so that none takes another one's CPU. */
struct yard {
	uint64_t *done;			/* shared with all who work */
	uint64_t job_ns;
	int job[2], answer[2];
	pid_t pid[WORKERS];
	pthread_t thread[WORKERS];
	int err;
};

/* Computes for so long; the clock is read without a system call. */
static void job_do(struct yard *y, uint64_t ns)
{
	uint64_t until = now_ns() + ns;

	while (now_ns() < until)
		;
	__atomic_add_fetch(y->done, 1, __ATOMIC_RELAXED);
}

static void *thread_main(void *arg)
{
	struct yard *y = arg;

	job_do(y, y->job_ns);
	return NULL;
}

static void each_process(void *arg, uint64_t n)
{
	struct yard *y = arg;
	pid_t pid;

	for (; n && !y->err; n--) {
		pid = kin_fork();
		if (!pid) {
			job_do(y, y->job_ns);
			_exit(0);
		}
		y->err = pid < 0 ? pid : kin_wait(pid, NULL);
	}
}

static void each_thread(void *arg, uint64_t n)
{
	struct yard *y = arg;
	pthread_t thread;

	for (; n && !y->err; n--) {
		y->err = -pthread_create(&thread, NULL, thread_main, y);
		if (!y->err)
			y->err = -pthread_join(thread, NULL);
	}
}

/* From a pipe that all workers read, until nobody can write to it any more. */
static void *worker_main(void *arg)
{
	struct yard *y = arg;
	uint64_t ns;

	kin_tell(y->answer[1]);
	while (read(y->job[0], &ns, sizeof(ns)) == sizeof(ns)) {
		job_do(y, ns);
		kin_tell(y->answer[1]);
	}
	return NULL;
}

static void by_pool(void *arg, uint64_t n)
{
	struct yard *y = arg;

	for (; n && !y->err; n--) {
		if (write(y->job[1], &y->job_ns, sizeof(y->job_ns)) != sizeof(y->job_ns))
			y->err = -errno;
		else
			y->err = kin_hear(y->answer[0]);
	}
}

static int worker_process(struct yard *y, int i)
{
	y->pid[i] = kin_fork();
	if (y->pid[i] < 0)
		return y->pid[i];
	if (!y->pid[i]) {
		close(y->job[1]);
		worker_main(y);
		_exit(0);
	}
	return 0;
}

static int worker_thread(struct yard *y, int i)
{
	return -pthread_create(&y->thread[i], NULL, worker_main, y);
}

/* Made, and each has said that it is there. */
static int pool_begin(struct yard *y, int (*make)(struct yard *y, int i))
{
	int i, err = 0;

	if (pipe(y->job) || pipe(y->answer))
		return -errno;
	for (i = 0; i < WORKERS && !err; i++)
		err = make(y, i);
	for (i = 0; i < WORKERS && !err; i++)
		err = kin_hear(y->answer[0]);
	return err;
}

static int pool_end(struct yard *y)
{
	int i, err = 0;

	close(y->job[1]);
	for (i = 0; i < WORKERS && !err; i++)
		err = y->pid[i] ? kin_wait(y->pid[i], NULL) : -pthread_join(y->thread[i], NULL);
	return err;
}

/* Jobs of this length, timed as one; ns each. */
static double jobs_time(struct sample *s, struct yard *y, void (*work)(void *yard, uint64_t n),
			uint64_t job_ns, uint64_t n)
{
	uint64_t start = now_ns();

	y->job_ns = job_ns;
	work(y, n);
	s->ops += n;
	return ((double)(now_ns() - start) - (double)s->clock.cost_ns) / (double)n;
}

static int measure_short(struct sample *s, struct yard *y, void (*work)(void *yard, uint64_t n))
{
	int err;

	y->job_ns = SHORT_NS;
	err = sample_measure_long(s, work, y, SHORT_JOBS);
	sample_see(s, NS_100US, jobs_time(s, y, work, 10 * SHORT_NS, 4));
	sample_see(s, NS_1MS, jobs_time(s, y, work, 100 * SHORT_NS, 2));
	return err;
}

static int measure_long(struct sample *s, struct yard *y, void (*work)(void *yard, uint64_t n))
{
	s->value = jobs_time(s, y, work, LONG_NS, LONG_JOBS);
	s->flat = true;
	return 0;
}

static const struct way {
	int (*make)(struct yard *y, int i);	/* a worker of the pool, NULL: there is none */
	void (*work)(void *yard, uint64_t n);
	int (*measure)(struct sample *s, struct yard *y, void (*work)(void *yard, uint64_t n));
} ways[] = {
	[PROCESS] = { NULL, each_process, measure_short },
	[PROCESS_POOL] = { worker_process, by_pool, measure_short },
	[THREAD] = { NULL, each_thread, measure_short },
	[THREAD_POOL] = { worker_thread, by_pool, measure_short },
	[PROCESS_LONG] = { NULL, each_process, measure_long },
	[POOL_LONG] = { worker_process, by_pool, measure_long },
};

static int run(struct sample *s)
{
	struct yard y = { .done = kin_shared(sizeof(*y.done)) };
	const struct way *way = &ways[s->arm];
	uint64_t start = now_ns();
	int err;

	if (!y.done)
		return -ENOMEM;
	/* Whoever is made or woken must not push its maker off the CPU before that one waits. */
	err = sample_batch_policy();
	if (!err && way->make) {
		err = pool_begin(&y, way->make);
		sample_see(s, START_NS, (double)(now_ns() - start));
	}
	if (!err)
		err = way->measure(s, &y, way->work);
	if (!err && way->make)
		err = pool_end(&y);
	s->turns = *y.done;
	return err ? err : y.err;
}

static struct interval to_pool(const struct note *n, int each)
{
	return note_ratio(n, each, each + 1);
}

/*
 * The length of a job, in ns, that takes BETTER times as long without a pool. With c and p for what
 * making a task and handing a job over cost beside the job: d + c = BETTER (d + p), and c and p are
 * what short jobs take longer than they are.
 */
static struct interval break_even(const struct note *n, int each)
{
	struct stats_samples s = note_samples(n, each, each + 1);
	double pool[NOTE_SAMPLES];
	struct interval i;
	size_t k;

	for (k = 0; k < s.n; k++)
		pool[k] = BETTER * s.b[k];
	s.b = pool;
	i = stats_difference(&s, STATS_95, n->seed);
	return (struct interval){
		i.value / (BETTER - 1) + SHORT_NS, i.lo / (BETTER - 1) + SHORT_NS,
		i.hi / (BETTER - 1) + SHORT_NS,
	};
}

/* How many short jobs it takes until making the pool has paid. */
static double pays_after(const struct note *n, int each)
{
	struct stats_samples s = note_samples(n, each, each + 1);

	return note_seen_mean(n, each + 1, START_NS) /
	       stats_difference(&s, STATS_95, n->seed).value;
}

static void effect(struct note *n)
{
	n->effect = to_pool(n, PROCESS);
	n->effect_unit = "x";
}

static void pool_evidence(struct note *n, const char *kind, int each)
{
	struct interval even = break_even(n, each);
	double us100 = note_seen_mean(n, each, NS_100US) / note_seen_mean(n, each + 1, NS_100US);
	double ms1 = note_seen_mean(n, each, NS_1MS) / note_seen_mean(n, each + 1, NS_1MS);

	note_evidence(n, kind, "break_even_ns", even.value);
	note_evidence(n, kind, "break_even_ns_lo", even.lo);
	note_evidence(n, kind, "break_even_ns_hi", even.hi);
	note_evidence(n, kind, "to_pool_10us", to_pool(n, each).value);
	note_evidence(n, kind, "to_pool_100us", us100);
	note_evidence(n, kind, "to_pool_1ms", ms1);
	note_evidence(n, kind, "pool_pays_after_jobs", pays_after(n, each));
}

static void check(struct note *n)
{
	size_t a;

	for (a = PROCESS; a < PROCESS_LONG; a++) {
		const struct arm_counted *c = &n->counted[a];

		note_gate_near(n, n->claim->arm[a].name, "voluntary switches/op", SWITCHES, SPARE,
			       note_per_op(c, c->sum->voluntary));
	}
	pool_evidence(n, "process", PROCESS);
	pool_evidence(n, "thread", THREAD);
	note_evidence(n, "process", "to_pool_10ms", to_pool(n, PROCESS_LONG).value);
}

static void decide(struct note *n)
{
	struct interval longer = to_pool(n, PROCESS_LONG), even = break_even(n, PROCESS);
	const struct interval *e = &n->effect;

	/* A new task waits longer for the CPU than one that is woken: that is none of making it. */
	if (note_crowded(n) > 0)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "others use %.0f %% of this CPU, for which a new task waits longer than "
			     "one that is woken", 100 * note_crowded(n));
	else if (e->hi < BETTER)
		note_verdict(n, VERDICT_FALSE,
			     "a process for each job of 10 us takes %.2f times as long as a pool",
			     e->value);
	else if (e->lo > BETTER && longer.lo > BETTER)
		note_verdict(n, VERDICT_HOLDS,
			     "a process for each job takes %.2f times as long as a pool with jobs of "
			     "10 us, and %.2f times with jobs of 10 ms", e->value, longer.value);
	else if (e->lo > BETTER && longer.hi < BETTER)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "jobs are shorter than %.2f ms: a process for each takes %.1f times as "
			     "long as a pool then (10 us: %.1f times, 10 ms: %.3f; a thread %.1f times "
			     "at 10 us); making the pool has paid after %.0f such jobs",
			     even.value / 1e6, BETTER, e->value, longer.value,
			     to_pool(n, THREAD).value, pays_after(n, PROCESS));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long as a pool with jobs of 10 us, %.3f to %.3f "
			     "with jobs of 10 ms: %.1f is in it", e->lo, e->hi, longer.lo,
			     longer.hi, BETTER);
}

static const struct claim pool = {
	.id = "create.pool",
	.topic = "create",
	.claim = "Who starts many children should use a pool of processes",
	.claim_zh = "批量创建子进程时应使用进程池",
	.how =
		"Jobs that compute for 10 us (beside them for 100 us and 1 ms) are done one after the "
		"other: by a process that is made for each, by a pool of 4 processes that take jobs "
		"from a pipe and answer through another; by threads in both ways; and jobs of 10 ms "
		"by processes in both ways. An operation is one job.",
	.gates =
		"One task made for each job, or the pool's 4 for a sample; as many jobs done as "
		"given; 2 voluntary switches a short job in every way.",
	.rule =
		"r = a job's time with a process for each / with a pool, with its 95 % interval. HOLDS "
		"if the lower end is above 1.1 with jobs of 10 us and of 10 ms; HOLDS IF jobs are "
		"short, if the upper end is below 1.1 with jobs of 10 ms: the reason has the length at "
		"which it is 1.1; FALSE if it is below 1.1 with jobs of 10 us; INCONCLUSIVE HERE while "
		"others use a tenth of the CPU, and else.",
	.live = "oscope spawn -- PROGRAM; oscope switch --by task -- PROGRAM",
	.op = "job",
	.value = "ns",
	.seen = {
		[NS_100US] = "ns_of_100us", [NS_1MS] = "ns_of_1ms", [START_NS] = "pool_start_ns",
	},
	.counts = {
		MADE(PROCESS, FORK, 1), MADE_ONCE(PROCESS_POOL, FORK, WORKERS),
		MADE(THREAD, THREAD, 1), MADE_ONCE(THREAD_POOL, THREAD, WORKERS),
		MADE(PROCESS_LONG, FORK, 1), MADE_ONCE(POOL_LONG, FORK, WORKERS),
		NAMED(TURNS, ALL_ARMS, 1, "jobs done/op"),
	},
	.placement = "same CPU, SCHED_BATCH",
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[PROCESS] = { "process", run },
		[PROCESS_POOL] = { "process_pool", run },
		[THREAD] = { "thread", run },
		[THREAD_POOL] = { "thread_pool", run },
		[PROCESS_LONG] = { "process_long", run },
		[POOL_LONG] = { "pool_long", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(pool);
