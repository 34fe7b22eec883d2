// SPDX-License-Identifier: GPL-2.0
/* The processes that samples run in: fresh ones, bounded in time, gone when we are. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/process.h"
#include "util.h"

#define LOOK_EVERY_MS 20
#define CELLS_BYTES ((size_t)CELLS_MOST * CELL_NUMBERS * sizeof(double))

volatile int note_stop;

int samples_alloc(struct sample_set *set, const struct claim *claim, size_t arm, size_t n,
		  const struct preflight *machine)
{
	size_t i;

	set->arm = &claim->arm[arm];
	set->n = n;
	set->bare = false;
	set->sample = mmap(NULL, n * sizeof(*set->sample), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (set->sample == MAP_FAILED) {
		set->sample = NULL;
		return err_sys(-errno, "memory for samples");
	}
	set->cells = NULL;
	if (claim->sizes[0]) {
		set->cells = mmap(NULL, n * CELLS_BYTES, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (set->cells == MAP_FAILED) {
			set->cells = NULL;
			samples_free(set);
			return err_sys(-ENOMEM, "memory for samples");
		}
	}
	for (i = 0; i < n; i++) {
		set->sample[i].arm = arm;
		set->sample[i].cpu = machine->cpu;
		set->sample[i].partner_cpu = machine->cpu;
		set->sample[i].clock = machine->clock;
		if (set->cells)
			set->sample[i].cell = set->cells + i * CELLS_MOST;
	}
	return 0;
}

uint64_t sample_limit_ns(const struct claim *c)
{
	if (c->sample_ns)
		return c->sample_ns;
	return c->sizes[0] ? TABLE_LIMIT_NS : SAMPLE_LIMIT_NS;
}

void samples_free(struct sample_set *set)
{
	if (set->sample)
		munmap(set->sample, set->n * sizeof(*set->sample));
	if (set->cells)
		munmap(set->cells, set->n * CELLS_BYTES);
	set->sample = NULL;
	set->cells = NULL;
}

/* What crashes here does so on purpose, and leaves no file. */
static void no_core(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
}

static void sample_take(const struct arm *arm, struct sample *s)
{
	no_core();
	s->err = s->place == PLACE_UNPINNED ? cpus_unpin() : sample_pin(s);
	s->begun_ns = now_ns();
	if (!s->err)
		s->err = arm->run(s);
	s->ended_ns = now_ns();
	s->done = true;
}

/* Ctrl-C reaches the whole group: it is the harness that decides what becomes of a sample. */
int samples_run_one(void *arg)
{
	struct sample_set *set = arg;

	signal(SIGINT, SIG_IGN);
	sample_take(set->arm, set->sample);
	return 0;
}

static int run_in_child(const struct arm *arm, struct sample *s)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			sample_take(arm, s);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int samples_run_each(void *arg)
{
	struct sample_set *set = arg;
	struct moved before;
	size_t i;

	signal(SIGINT, SIG_IGN);
	for (i = 0; i < set->n; i++) {
		set->sample[i].counted = true;
		moved_look(&before);
		if (run_in_child(set->arm, &set->sample[i]))
			return 1;
		set->sample[i].moved = moved_since(&before);
	}
	return 0;
}

int process_watch(struct child *c, uint64_t limit_ns, int (*look)(void *arg), void *arg)
{
	struct pollfd fd = { .fd = c->pidfd, .events = POLLIN };
	uint64_t deadline = now_ns() + limit_ns;
	int err = 0;

	while (!err && poll(&fd, 1, LOOK_EVERY_MS) <= 0) {
		if (note_stop)
			err = -EINTR;
		else if (now_ns() > deadline)
			err = -ETIMEDOUT;
		else if (look)
			err = look(arg);
	}
	if (!err)
		return child_wait(c, true);
	child_close(c, true);
	return err;
}

int process_wait(struct child *c, uint64_t limit_ns)
{
	return process_watch(c, limit_ns, NULL, NULL);
}

int samples_error(const struct sample_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		if (!set->sample[i].done)
			return -ECANCELED;
		if (set->sample[i].err)
			return set->sample[i].err;
	}
	return 0;
}

const char *sample_why(const struct sample *s, int err)
{
	return s->err && s->why[0] ? s->why : strerror(-err);
}
