// SPDX-License-Identifier: GPL-2.0
/* sync.sem-kinds: semaphores without a name and with one, between threads and processes. */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/worker.h"

#define THERE_NAME	"/there"
#define BACK_NAME	"/back"
#define OVER		(-1L)

enum { UNNAMED_THREADS, UNNAMED_PROCESSES, NAMED_THREADS, NAMED_PROCESSES, ARMS };
enum { RIGHT, NAMES, NS };

/* In memory that both have; with names nothing but the words are used of it. */
struct pair {
	sem_t unnamed_there, unnamed_back;
	long word, answer;
	int begin[2];
	bool named, process;
	sem_t *there, *back;		/* of who begins */
	uint64_t right;
	pid_t pid;
	struct worker thread;
};

/* How the partner comes by them: by their names, or as they are where both can see them. */
static int find(struct pair *p, sem_t **there, sem_t **back)
{
	*there = p->named ? sem_open(THERE_NAME, 0) : &p->unnamed_there;
	*back = p->named ? sem_open(BACK_NAME, 0) : &p->unnamed_back;
	return *there == SEM_FAILED || *back == SEM_FAILED ? -errno : 0;
}

/* It is there before they are. The answer is told by the word, so that no turn is left out. */
static int answers(struct pair *p)
{
	sem_t *there, *back;
	int err = kin_hear(p->begin[0]);

	if (!err)
		err = find(p, &there, &back);
	if (err)
		return err;
	while (!sem_wait(there) && p->word != OVER) {
		p->answer = 3 * p->word + 1;
		sem_post(back);
	}
	return 0;
}

static void thread_main(void *pair)
{
	answers(pair);
}

static int partner_begin(struct pair *p)
{
	p->thread = (struct worker){ .name = "partner", .fn = thread_main, .arg = p };
	if (!p->process)
		return worker_start(&p->thread);
	p->pid = kin_fork();
	if (!p->pid) {
		kin_name("partner");
		_exit(answers(p) ? 1 : 0);
	}
	return p->pid < 0 ? p->pid : 0;
}

static int semaphores_make(struct pair *p)
{
	if (!p->named) {
		p->there = &p->unnamed_there;
		p->back = &p->unnamed_back;
		return sem_init(p->there, p->process, 0) || sem_init(p->back, p->process, 0) ?
		       -errno : 0;
	}
	p->there = sem_open(THERE_NAME, O_CREAT | O_EXCL, 0600, 0);
	p->back = sem_open(BACK_NAME, O_CREAT | O_EXCL, 0600, 0);
	return p->there == SEM_FAILED || p->back == SEM_FAILED ? -errno : 0;
}

static void rounds(void *pair, uint64_t n)
{
	struct pair *p = pair;

	for (; n; n--) {
		p->word = (long)n;
		sem_post(p->there);
		if (sem_wait(p->back))
			return;
		p->right += p->answer == 3 * (long)n + 1;
	}
}

static int partner_end(struct pair *p)
{
	p->word = OVER;
	sem_post(p->there);
	if (p->process)
		return kin_ends_well(p->pid);
	worker_join(&p->thread);
	return 0;
}

static bool is_there(const char *path)
{
	return !access(path, F_OK);
}

static int talk(struct sample *s, struct pair *p)
{
	int err = partner_begin(p), ended;

	if (!err)
		err = semaphores_make(p);
	if (!err)
		err = kin_tell(p->begin[1]);
	if (err)
		return err;
	sample_see(s, NAMES, is_there("/dev/shm/sem.there") + is_there("/dev/shm/sem.back"));
	err = sample_measure(s, rounds, p);
	ended = partner_end(p);
	s->turns = p->right;
	sample_see(s, RIGHT, p->right == s->ops);
	sample_see(s, NS, s->value);
	return err ? err : ended;
}

/* Names are those of a file system of its own, so that none is left. */
static int run(struct sample *s)
{
	struct pair *p = kin_shared(sizeof(*p));
	int err = sample_batch_policy();

	if (!p)
		return -ENOMEM;
	p->named = s->arm >= NAMED_THREADS;
	p->process = s->arm == UNNAMED_PROCESSES || s->arm == NAMED_PROCESSES;
	if (!err)
		err = own_files("/dev/shm", NULL);
	if (!err && pipe(p->begin))
		err = -errno;
	return err ? err : talk(s, p);
}

/* Others may push one of the two off the CPU, and then a post may be there without a sleep. */
static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < ARMS; a++) {
		const struct arm_counted *c = &n->counted[a];
		const char *arm = n->claim->arm[a].name;

		note_gate(n, arm, "switches/op", 2, 1.98, 3,
			  note_per_op(c, c->sum->voluntary + c->sum->involuntary));
		note_gate(n, arm, "futex sleeps/op", 2, 1.5, 2.1,
			  note_per_op(c, c->blocked[OSCOPE_REASON_FUTEX]));
		note_gate_syscalls(n, a, 4, 0.5);
	}
}

static void say_yes(struct note *n)
{
	char times[128] = "";

	if (!n->machine->no_times[0])
		snprintf(times, sizeof(times),
			 "; a round trip by a name took %.3f times as long as without between "
			 "threads, %.3f between processes",
			 note_seen_mean(n, NAMED_THREADS, NS) /
			 note_seen_mean(n, UNNAMED_THREADS, NS),
			 note_seen_mean(n, NAMED_PROCESSES, NS) /
			 note_seen_mean(n, UNNAMED_PROCESSES, NS));
	note_verdict(n, VERDICT_HOLDS,
		     "there are both, and both hand over between threads and between processes: "
		     "one with a name is found by it, one without must be in memory that both "
		     "have%s", times);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which every turn was right: without a name %.2f between "
		     "threads, %.2f between processes; with a name %.2f and %.2f",
		     note_seen_mean(n, UNNAMED_THREADS, RIGHT),
		     note_seen_mean(n, UNNAMED_PROCESSES, RIGHT),
		     note_seen_mean(n, NAMED_THREADS, RIGHT),
		     note_seen_mean(n, NAMED_PROCESSES, RIGHT));
}

static const struct claim sem_kinds = {
	.id = "sync.sem-kinds",
	.topic = "sync",
	.claim = "There are semaphores without a name and with one",
	.claim_zh = "信号量分为无名信号量和有名信号量",
	.how =
		"Two tasks on one CPU, threads or processes, hand a word and its answer to and fro "
		"with two POSIX semaphores, which are made when both are there: without a name in "
		"memory that both have (sem_init), or with one (sem_open), by which alone the "
		"partner finds them, in a /dev/shm of the experiment's own. An operation is one "
		"round trip.",
	.gates =
		"Two names in /dev/shm, or none; every answer is right; 2.00 switches a round trip "
		"(to 3, as others may have the CPU meanwhile), 1.5 to 2.1 sleeps on a futex, 3.5 "
		"to 4.5 system calls; one thread, or one fork, a sample.",
	.rule =
		"HOLDS if in every sample, of all four arms, every turn was right; FALSE if in one "
		"of them it never was; else INCONCLUSIVE HERE, with the share. What they cost is "
		"shown and decides nothing.",
	.live = "oscope states --why -- PROGRAM, reason futex; ls /dev/shm",
	.op = "round trip",
	.seen = { [RIGHT] = "right", [NAMES] = "names", [NS] = "ns" },
	.needed = {
		SAW(UNNAMED_THREADS, RIGHT), SAW(UNNAMED_PROCESSES, RIGHT),
		SAW(NAMED_THREADS, RIGHT), SAW(NAMED_PROCESSES, RIGHT),
	},
	.counts = {
		SEEN(UNNAMED_THREADS, NAMES, 0), SEEN(UNNAMED_PROCESSES, NAMES, 0),
		SEEN(NAMED_THREADS, NAMES, 2), SEEN(NAMED_PROCESSES, NAMES, 2),
		MADE_ONCE(UNNAMED_THREADS, THREAD, 1), MADE_ONCE(UNNAMED_PROCESSES, FORK, 1),
		MADE_ONCE(NAMED_THREADS, THREAD, 1), MADE_ONCE(NAMED_PROCESSES, FORK, 1),
	},
	.placement = "same CPU, SCHED_BATCH",
	.needs_lives = true,
	.needs_states = true,
	.needs_syscalls = true,
	.arm = {
		[UNNAMED_THREADS] = { "unnamed_threads", run },
		[UNNAMED_PROCESSES] = { "unnamed_processes", run },
		[NAMED_THREADS] = { "named_threads", run },
		[NAMED_PROCESSES] = { "named_processes", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(sem_kinds);
