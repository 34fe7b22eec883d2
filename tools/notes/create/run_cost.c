// SPDX-License-Identifier: GPL-2.0
/* create.run-cost: does the same work take longer in a process than in a thread? */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define SAME		0.05
#define PAGES		4	/* mapped, touched and unmapped by an operation of memory */
#define MEMORY_OPS	64	/* a batch */

enum { PROCESS, THREAD, PROCESS_MEMORY, THREAD_MEMORY };

static void compute(void *arg, uint64_t n)
{
	volatile uint64_t *sum = arg;

	for (; n; n--)
		*sum = *sum * 6364136223846793005ULL + 1442695040888963407ULL;
}

static void memory(void *arg, uint64_t n)
{
	size_t bytes = PAGES * (size_t)getpagesize();
	int *failed = arg;

	for (; n; n--) {
		char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED) {
			*failed = 1;
			return;
		}
		memset(at, 1, bytes);
		munmap(at, bytes);
	}
}

static int work_compute(struct sample *s)
{
	volatile uint64_t sum = 1;

	return sample_measure(s, compute, (void *)&sum);
}

static int work_memory(struct sample *s)
{
	int failed = 0, err = sample_measure_long(s, memory, &failed, MEMORY_OPS);

	return failed ? -ENOMEM : err;
}

/* The sample lies in shared memory: a child can fill it in as well as a thread. */
static int in_process(struct sample *s, int (*work)(struct sample *s))
{
	pid_t pid = kin_fork();

	if (pid < 0)
		return pid;
	if (!pid)
		_exit(work(s) ? 1 : 0);
	return kin_ends_well(pid);
}

struct job {
	struct sample *s;
	int (*work)(struct sample *s);
	int err;
};

static void *thread_main(void *arg)
{
	struct job *j = arg;

	j->err = j->work(j->s);
	return NULL;
}

static int in_thread(struct sample *s, int (*work)(struct sample *s))
{
	struct job j = { .s = s, .work = work };
	pthread_t thread;
	int err;

	err = -pthread_create(&thread, NULL, thread_main, &j);
	if (!err)
		err = -pthread_join(thread, NULL);
	return err ? err : j.err;
}

static int run(struct sample *s)
{
	int (*work)(struct sample *s) = s->arm < PROCESS_MEMORY ? work_compute : work_memory;

	return s->arm % 2 ? in_thread(s, work) : in_process(s, work);
}

static struct interval to_thread(const struct note *n, int process)
{
	return note_ratio(n, process, process + 1);
}

static void effect(struct note *n)
{
	n->effect = to_thread(n, PROCESS);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "memory", "process_to_thread", to_thread(n, PROCESS_MEMORY).value);
}

static void decide(struct note *n)
{
	struct stats_samples s = note_samples(n, PROCESS, THREAD);
	struct interval on_memory = to_thread(n, PROCESS_MEMORY);
	const struct interval *e = &n->effect;

	if (e->lo > 1 + SAME)
		note_verdict(n, VERDICT_HOLDS,
			     "a computation takes %.3f times as long in a process; with mmap(2) and "
			     "page faults in it %.3f times", e->value, on_memory.value);
	else if (stats_same(&s, SAME, n->seed) || e->hi < 1)
		note_verdict(n, VERDICT_FALSE,
			     "a computation takes as long in a process as in a thread (%.3f times, "
			     "equivalent within 5 %%, or less); with mmap(2) and page faults in it "
			     "%.3f times", e->value, on_memory.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f times as long: neither more by 5 %% nor the same",
			     e->lo, e->hi);
}

static const struct claim run_cost = {
	.id = "create.run-cost",
	.topic = "create",
	.claim = "Processes cost more to run than threads",
	.claim_zh = "进程的执行开销比线程大",
	.how =
		"The same work is done in a child, and in a thread: a computation in registers and "
		"one word of memory; and, to be shown beside it, 4 pages that are mapped, written "
		"to and unmapped. An operation is one step of the computation, or one such "
		"mapping.",
	.gates =
		"One fork, or one thread, a sample; both before anything is timed.",
	.rule =
		"r = a process's time / a thread's for the computation, with its 95 % interval. "
		"HOLDS if the lower end is above 1.05; FALSE if both are equivalent within 5 % (two "
		"one-sided tests) or the upper end is below 1; else INCONCLUSIVE HERE. The second "
		"work decides nothing.",
	.live = "oscope switch --by task -- PROGRAM",
	.op = "step",
	.value = "ns",
	.counts = {
		/* Whoever works is made before, whatever it does then. */
		MADE_ONCE(PROCESS, FORK, 1), MADE_ONCE(THREAD, THREAD, 1),
		MADE_ONCE(PROCESS_MEMORY, FORK, 1), MADE_ONCE(THREAD_MEMORY, THREAD, 1),
	},
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[PROCESS] = { "process", run },
		[THREAD] = { "thread", run },
		[PROCESS_MEMORY] = { "process_memory", run },
		[THREAD_MEMORY] = { "thread_memory", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(run_cost);
