// SPDX-License-Identifier: GPL-2.0
/*
 * Counts beside the switches: interrupts to other CPUs, by who sends them and by /proc/interrupts,
 * and bytes that calls have copied; whose they are is said, and what cannot be had is no number.
 */
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes_feed.h"

#include "child.h"
#include "notes/ipis.h"
#include "notes/moved.h"

static uint64_t sum_of(const char *text, int *err)
{
	char path[] = "/tmp/oscope-interrupts.XXXXXX";
	int fd = mkstemp(path);
	uint64_t sum;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
	*err = ipis_sum(path, &sum);
	unlink(path);
	return sum;
}

TEST(interrupts_are_summed_over_cpus)
{
	int err;

	EXPECT_EQ(sum_of("            CPU0       CPU1\n"
			 "  1:   500   500   IO-APIC   1-edge   i8042\n"
			 "RES:    10    32   Rescheduling interrupts\n"
			 "CAL:     5     7   Function call interrupts\n"
			 "TLB:   900   900   TLB shootdowns\n", &err), 54);
	EXPECT_EQ(err, 0);
	EXPECT_EQ(sum_of("IPI0:    3    4    Rescheduling interrupts\n"
			 "IPI1:    1    0    Function call interrupts\n"
			 "IPI2:  100  100    CPU stop interrupts\n", &err), 8);
	EXPECT_EQ(err, 0);
	sum_of("  1:   500   500   IO-APIC   1-edge   i8042\n", &err);
	EXPECT_EQ(err, -ENODATA);
}

static int pipe_through(void *arg)
{
	char text[1000] = "";
	int fd[2];

	if (pipe(fd) || write(fd[1], text, 1000) != 1000 || read(fd[0], text, 600) != 600)
		return 1;
	return 0;
}

/* A child's are there when it has been waited for; looking itself is none of it. */
TEST(bytes_are_those_that_calls_gave_back)
{
	struct moved before, after;
	int status;
	pid_t pid;

	moved_look(&before);
	if (!before.known)
		SKIP(return, "this kernel has no /proc/self/io");
	after = moved_since(&before);
	EXPECT_EQ(after.read, 0);
	moved_look(&before);
	pid = fork();
	if (!pid)
		_exit(pipe_through(NULL));
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT_EQ(status, 0);
	after = moved_since(&before);
	EXPECT_TRUE(after.known);
	EXPECT_EQ(after.written, 1000);
	EXPECT_EQ(after.read, 600);
}

static volatile int over, there;

static void pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void *spin(void *cpu)
{
	pin(*(int *)cpu);
	there = 1;
	while (!over)
		;
	return NULL;
}

/* A barrier interrupts each CPU that runs a thread of the caller's process. */
static int barriers(void *cpus)
{
	pthread_t thread;
	int *cpu = cpus, i, err;

	pin(cpu[0]);
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) ||
	    pthread_create(&thread, NULL, spin, &cpu[1]))
		return 1;
	while (!there)
		sched_yield();
	for (i = 0, err = 0; i < 20000 && !err; i++)
		err = (int)syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	over = 1;
	pthread_join(thread, NULL);
	return err ? 1 : 0;
}

static int sleeper(void *arg)
{
	return 0;
}

static int count(int (*fn)(void *arg), void *arg, uint64_t *ipis)
{
	struct child child;
	struct ipis p;
	int err = child_prepare_fn(&child, fn, arg);

	if (err)
		return err;
	ipis_open(&p, child.pid);
	err = p.by == IPIS_TREE ? child_start(&child) : -EOPNOTSUPP;
	if (!err)
		err = child_wait(&child, true);
	if (!err)
		err = ipis_read(&p, ipis);
	ipis_close(&p);
	child_close(&child, true);
	return err;
}

TEST(interrupts_are_those_of_the_tree)
{
	int cpu[2] = { -1, -1 }, i;
	uint64_t many, none;
	cpu_set_t set;

	ASSERT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
	for (i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &set))
			cpu[cpu[0] >= 0] = i;
	}
	if (cpu[1] < 0)
		SKIP(return, "one CPU: there is none to interrupt");
	if (ipis_how() != IPIS_TREE)
		SKIP(return, "no tracepoint ipi:ipi_send_cpu that may be used");
	ASSERT_EQ(count(barriers, cpu, &many), 0);
	ASSERT_EQ(count(sleeper, NULL, &none), 0);
	/* It may lose its CPU to others meanwhile, and then there is nobody to interrupt. */
	EXPECT_GT(many, 100);
	EXPECT_LT(none, 20);
}

static double evidence(const struct note *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->n_evidence; i++) {
		if (!strcmp(n->evidence[i].name, name))
			return n->evidence[i].value;
	}
	return NAN;
}

TEST_F(note, evidence_says_whose_interrupts_they_are)
{
	feed(self->n, "switch.thread-cheaper");
	self->n->counted[0].ipis = 0.5;
	self->n->counted[0].ipis_by = IPIS_TREE;
	self->n->counted[1].ipis = 7;
	self->n->counted[1].ipis_by = IPIS_MACHINE;
	judged(self->n);
	EXPECT_EQ(evidence(self->n, "threads_ipis_sent_per_op"), 0.5);
	EXPECT_TRUE(isnan(evidence(self->n, "processes_ipis_sent_per_op")));
	EXPECT_EQ(evidence(self->n, "processes_machine_ipis_per_op"), 7);
	self->n->counted[1].ipis_by = IPIS_NOT;
	judged(self->n);
	EXPECT_TRUE(isnan(evidence(self->n, "processes_machine_ipis_per_op")));
}

TEST_F(note, bytes_are_evidence_where_they_are_known)
{
	feed(self->n, "switch.thread-cheaper");
	self->n->counted[0].moved = (struct moved){ true, 3 * OPS, OPS };
	judged(self->n);
	EXPECT_EQ(evidence(self->n, "threads_bytes_by_read_per_op"), 3);
	EXPECT_EQ(evidence(self->n, "threads_bytes_by_write_per_op"), 1);
	EXPECT_TRUE(isnan(evidence(self->n, "processes_bytes_by_read_per_op")));
}

TEST_HARNESS_MAIN
