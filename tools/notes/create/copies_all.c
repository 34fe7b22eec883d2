// SPDX-License-Identifier: GPL-2.0
/* create.copies-all: does fork copy code, data and stack? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define DATA_PAGES	1024
#define WRITTEN		100	/* of these, by the child */
#define STACK_BYTES	65536
#define FAULTS_SPARE	0.1	/* a page: for what else the child touches meanwhile */

enum { DATA_COPIED, CODE_COPIED, STACK_COPIED, DATA_AFTER, FAULTS, PARENTS_KEPT };

/* What the child tells. Pages that it has for itself and all that are there, by part. */
struct told {
	struct part {
		double own, all;
	} data, code, stack, data_after;
	double faults;
};

/* Sizes in smaps are kB; own pages that are written are the copies. */
static struct part part_of(const void *at)
{
	unsigned long from, to, address = (unsigned long)at;
	FILE *f = fopen("/proc/self/smaps", "re");
	struct part part = { NAN, NAN };
	char line[512];
	bool in = false;
	double kb;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			in = from <= address && address < to;
		if (in && sscanf(line, "Private_Dirty: %lf", &kb) == 1)
			part.own = kb * 1024 / (double)getpagesize();
		if (in && sscanf(line, "Rss: %lf", &kb) == 1)
			part.all = kb * 1024 / (double)getpagesize();
	}
	if (f)
		fclose(f);
	return part;
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static void child_main(struct told *t, volatile char *data, const void *stack)
{
	long before, size = getpagesize();
	int i;

	t->data = part_of((const void *)data);
	t->code = part_of(part_of);
	t->stack = part_of(stack);
	before = faults();
	for (i = 0; i < WRITTEN; i++)
		data[i * size] = 2;
	t->faults = (double)(faults() - before) / WRITTEN;
	t->data_after = part_of((const void *)data);
	_exit(0);
}

/* The parent's pages are still what it wrote. */
static bool kept(const volatile char *data)
{
	long size = getpagesize();
	int i;

	for (i = 0; i < DATA_PAGES; i++) {
		if (data[i * size] != 1)
			return false;
	}
	return true;
}

static void report(struct sample *s, const struct told *t)
{
	s->ops = 1;
	sample_see(s, DATA_COPIED, t->data.own / t->data.all);
	sample_see(s, CODE_COPIED, t->code.own / t->code.all);
	sample_see(s, STACK_COPIED, t->stack.own / t->stack.all);
	sample_see(s, DATA_AFTER, t->data_after.own);
	sample_see(s, FAULTS, t->faults);
}

static int run(struct sample *s)
{
	size_t bytes = DATA_PAGES * (size_t)getpagesize();
	struct told *t = kin_shared(sizeof(*t));
	char stack[STACK_BYTES], *data;
	pid_t pid;
	int err;

	data = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!t || data == MAP_FAILED)
		return -ENOMEM;
	madvise(data, bytes, MADV_NOHUGEPAGE);
	memset(data, 1, bytes);
	explicit_bzero(stack, sizeof(stack));
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		child_main(t, data, stack);
	err = kin_wait(pid, NULL);
	sample_see(s, PARENTS_KEPT, kept(data));
	report(s, t);
	return err;
}

/* Of the pages of data, right after the fork. */
static void effect(struct note *n)
{
	struct arm_seen seen = note_seen(n, 0, DATA_COPIED);

	if (!seen.n || isnan(seen.sum))
		return;
	n->effect = stats_share((size_t)llround(seen.sum * DATA_PAGES), seen.n * DATA_PAGES);
	n->effect_unit = "of pages";
}

static void check(struct note *n)
{
	/* Whatever was copied before: what the child has written is its own. */
	note_gate(n, "fork", "own pages after writing", WRITTEN, WRITTEN, DATA_PAGES,
		  note_seen(n, 0, DATA_AFTER).min);
}

static void decide(struct note *n)
{
	struct arm_seen data = note_seen(n, 0, DATA_COPIED), fault = note_seen(n, 0, FAULTS);
	double stack = note_seen_mean(n, 0, STACK_COPIED), code = note_seen_mean(n, 0, CODE_COPIED);

	if (data.min >= 1 && code >= 1)
		note_verdict(n, VERDICT_HOLDS,
			     "all pages of data and code are the child's own right after the fork");
	else if (data.max <= 0 && fault.min >= 1 && fault.max <= 1 + FAULTS_SPARE)
		note_verdict(n, VERDICT_FALSE,
			     "right after the fork none of %d pages of data is a copy, and %.0f %% "
			     "of code and %.0f %% of stack; each first write copies one page (%.2f "
			     "faults a page)", DATA_PAGES, 100 * code, 100 * stack,
			     note_seen_mean(n, 0, FAULTS));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.0f %% of data and %.0f %% of code are copies right after the fork, "
			     "%.2f faults a page written", 100 * note_seen_mean(n, 0, DATA_COPIED),
			     100 * code, note_seen_mean(n, 0, FAULTS));
}

static const struct claim copies_all = {
	.id = "create.copies-all",
	.topic = "create",
	.claim = "fork copies the parent's code, data and stack",
	.claim_zh = "fork 复制父进程的代码、数据和堆栈",
	.how =
		"A parent writes 1024 pages of data and 64 KiB of stack, and forks. The child "
		"looks in /proc/self/smaps how many of its pages are its own, writes to 100 of "
		"the data's pages, counts its page faults, and looks again. An operation is one "
		"fork.",
	.gates =
		"One fork an operation; after the child's writes 100 pages at least are its own; "
		"the parent's pages have what the parent wrote.",
	.rule =
		"HOLDS if all pages of data and code are the child's own right after the fork, in "
		"every sample; FALSE if none of the data's are, and 1 to 1.1 page faults come for "
		"each page written; else INCONCLUSIVE HERE.",
	.live = "grep -A20 heap /proc/PID/smaps",
	.op = "fork",
	.seen = {
		[DATA_COPIED] = "data_copied_share", [CODE_COPIED] = "code_copied_share",
		[STACK_COPIED] = "stack_copied_share", [DATA_AFTER] = "own_pages_after_writing",
		[FAULTS] = "faults_per_page_written", [PARENTS_KEPT] = "parents_pages_kept",
	},
	.counts = { MADE(0, FORK, 1), SEEN(0, PARENTS_KEPT, 1) },
	.needs_lives = true,
	.arm = { { "fork", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(copies_all);
