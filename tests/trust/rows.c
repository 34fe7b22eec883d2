// SPDX-License-Identifier: GPL-2.0
/*
 * Process ids that come again: every child has a row of its own with its own switches, no row holds
 * time of another life, and every creation and end is a record.
 *
 * usage: rows FORKS      (set pid_max low before)
 */
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "stream.h"

#define PIDS		(1 << 16)
#define SLEEPS		2
#define TAIL_NS		100000000ULL	/* of exit(), which wait4() does not wait for */

struct child {
	pid_t tid;
	__u64 before, after;	/* around its life */
	long voluntary;		/* as the kernel counted */
	int rows;
};

static struct child *child;
static unsigned long forks, bad;

static void wrong(const char *what, const struct child *c, __u64 got)
{
	if (bad++ < 10)
		printf("%s: tid %d, from %llu to %llu: %llu\n", what, c->tid, c->before, c->after,
		       got);
}

/* A child that sleeps a few times. */
static void child_run(struct child *c)
{
	struct timespec short_time = { .tv_nsec = 1000 };
	struct rusage usage;
	int i;

	c->before = now_ns();
	c->tid = fork();
	if (!c->tid) {
		for (i = 0; i < SLEEPS; i++)
			nanosleep(&short_time, NULL);
		_exit(0);
	}
	if (c->tid < 0 || wait4(c->tid, NULL, 0, &usage) != c->tid || c->tid >= PIDS)
		die("fork");
	c->after = now_ns();
	c->voluntary = usage.ru_nvcsw;
}

/* Children come one after another, so the time says which it was. */
static struct child *child_of(__u32 tid, __u64 start_ns)
{
	unsigned long low = 0, high = forks, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (child[mid].after < start_ns)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == forks || child[low].before > start_ns || (__u32)child[low].tid != tid)
		return NULL;
	return &child[low];
}

/* The kernel may count the last switch, out of exit(), after wait4() was told. */
static void row_check(const struct oscope_task *r)
{
	struct child *c = child_of(r->tid, r->start_ns);
	__u64 time = r->slice_ns + r->wait_ns[0] + r->wait_ns[1];

	if (!c)
		return;
	if (c->rows++)
		wrong("two rows", c, c->rows);
	if (r->voluntary > c->voluntary + 2ULL || r->voluntary + 2ULL < c->voluntary)
		wrong("switches", c, r->voluntary);
	if (time > c->after - c->before + TAIL_NS)
		wrong("time of another life", c, time);
}

static void rows_check(const struct oscope_task *rows, __u32 n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		if (rows[i].start_ns && rows[i].tid == rows[i].tgid && !strcmp(rows[i].comm, "rows"))
			row_check(&rows[i]);
	}
	for (i = 0; i < forks; i++) {
		if (!child[i].rows)
			wrong("no row", &child[i], 0);
	}
}

/* Of our children each is made, then ends, before another of that id is made. */
static unsigned long records_check(const struct recs *r)
{
	static bool alive[PIDS];
	unsigned long ends = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct rec *e = &r->rec[i];
		__u32 tid = e->w[0] % PIDS;

		if (e->id == OSCOPE_REC_NEWTASK && e->w[1] == (__u32)getpid()) {
			bad += alive[tid];
			alive[tid] = true;
		} else if (e->id == OSCOPE_REC_EXIT && alive[tid]) {
			alive[tid] = false;
			ends++;
		}
	}
	return ends;
}

/* The shortest time from one life to the next with the same id. */
static __u64 shortest_reuse(unsigned long *reused)
{
	static __u64 last[PIDS];
	__u64 least = ~0ULL;
	unsigned long i;

	for (*reused = i = 0; i < forks; i++) {
		__u64 *before = &last[child[i].tid];

		if (*before && ++*reused && child[i].before - *before < least)
			least = child[i].before - *before;
		*before = child[i].after;
	}
	return least;
}

int main(int argc, char **argv)
{
	unsigned long i, ends, reused;
	struct recs recs;
	__u64 reuse_ns;
	__u32 n;
	int fd = dev_open();
	const struct oscope_task *rows = dev_map(fd, OSCOPE_AREA_TASKS, NULL, &n);

	forks = argc == 2 ? number(argv[1], 1) : 1;
	child = calloc(forks, sizeof(*child));
	if (!child)
		die("children");
	dev_ring(fd, 1 << 17, OSCOPE_RING_DROP,
		 1ULL << OSCOPE_REC_NEWTASK | 1ULL << OSCOPE_REC_EXIT);
	for (i = 0; i < forks; i++)
		child_run(&child[i]);
	if (ioctl(fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING_STOP");
	recs = recs_read(fd);
	rows_check(rows, n);
	ends = records_check(&recs);
	reuse_ns = shortest_reuse(&reused);
	printf("%lu children, %lu of them with a process id that came again (after %llu us at least), "
	       "%lu ends seen, %llu records lost, %lu wrong\n", forks, reused, reuse_ns / 1000, ends,
	       recs.lost, bad);
	return bad || !reused || (recs.lost ? ends + recs.lost < forks : ends != forks);
}
