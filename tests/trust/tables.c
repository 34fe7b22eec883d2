// SPDX-License-Identifier: GPL-2.0
/*
 * Reads tables in every way there is, and looks that what was there all the time is in them once.
 *
 * usage: tables read DIR FILE...	reads each FILE with four sizes at once, into DIR/NAME.SIZE
 *        tables rows		four readers of the mapped rows at once
 *        tables stream SIZE	who is told to be there when a ring is made, read SIZE bytes a time
 *        tables forks RATE	makes processes until the input ends, says how many a second
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kmod/core/ring.h"
#include "kmod/uapi/oscope.h"

#define READERS		4
#define PIDS		(1 << 22)	/* PID_MAX_LIMIT */
#define PATH_LEN	512

static const size_t sizes[READERS] = { 1, 100, 4096, 65536 };

static void die(const char *what)
{
	fprintf(stderr, "tables: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Call body for 0 to READERS - 1 at once. */
static void at_once(void *(*body)(void *), void *args, size_t stride)
{
	pthread_t thread[READERS];
	int i;

	for (i = 0; i < READERS; i++) {
		if (pthread_create(&thread[i], NULL, body, (char *)args + i * stride))
			die("pthread_create");
	}
	for (i = 0; i < READERS; i++)
		pthread_join(thread[i], NULL);
}

struct copy {
	const char *dir, *file;
	size_t size;
};

static void *file_copy(void *arg)
{
	const struct copy *c = arg;
	int fd = open(c->file, O_RDONLY);
	char *bytes = malloc(c->size);
	char path[PATH_LEN];
	ssize_t n;
	FILE *to;

	snprintf(path, sizeof(path), "%s%s.%zu", c->dir, strrchr(c->file, '/'), c->size);
	to = fopen(path, "w");
	if (fd < 0 || !bytes || !to)
		die(c->file);
	while ((n = read(fd, bytes, c->size)) > 0)
		fwrite(bytes, 1, n, to);
	if (n < 0 || fclose(to))
		die(c->file);
	free(bytes);
	close(fd);
	return NULL;
}

static int cmd_read(const char *dir, char **files)
{
	struct copy copy[READERS];
	int i;

	for (; *files; files++) {
		for (i = 0; i < READERS; i++)
			copy[i] = (struct copy){ .dir = dir, .file = *files, .size = sizes[i] };
		at_once(file_copy, copy, sizeof(copy[0]));
	}
	return 0;
}

/* Marks in alive[] the thread ids that there are. */
static void alive_mark(unsigned char *alive, unsigned char mark)
{
	struct dirent *process, *thread;
	char path[PATH_LEN];
	DIR *proc = opendir("/proc"), *tasks;

	if (!proc)
		die("/proc");
	while ((process = readdir(proc))) {
		if (!atoi(process->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task", process->d_name);
		tasks = opendir(path);
		while (tasks && (thread = readdir(tasks)))
			alive[atoi(thread->d_name) % PIDS] |= mark;
		if (tasks)
			closedir(tasks);
	}
	closedir(proc);
}

/* One task that a table tells of. */
struct seen {
	__u64 start_ns;
	__u32 tid;
};

struct table {
	struct seen *seen;
	size_t n;
	unsigned char *alive;		/* by thread id: 1 before the table was read, 2 after it */
	bool stream;
	long stayed, wrong;
};

static int seen_compare(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

static void wrong(struct table *t, __u32 tid, const char *what)
{
	if (t->wrong++ < 5)
		fprintf(stderr, "task %u %s\n", tid, what);
}

/*
 * An earlier life of a thread id may still be in the table; the same life must not be there twice. A
 * stream may tell twice of a task that is made while everybody is told: it was not there before.
 */
static void table_check(struct table *t)
{
	__u32 tid;
	size_t i;

	qsort(t->seen, t->n, sizeof(*t->seen), seen_compare);
	for (i = 1; i < t->n; i++) {
		if (!seen_compare(&t->seen[i - 1], &t->seen[i]) &&
		    (!t->stream || t->alive[t->seen[i].tid % PIDS] & 1))
			wrong(t, t->seen[i].tid, "is there twice");
	}
	for (i = 0; i < t->n; i++)
		t->alive[t->seen[i].tid % PIDS] |= 4;
	for (tid = 1; tid < PIDS; tid++) {
		t->stayed += (t->alive[tid] & 3) == 3;
		if ((t->alive[tid] & 7) == 3)
			wrong(t, tid, "was there and is not told");
	}
}

static int device_open(struct oscope_info *info)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR);

	if (fd < 0 || ioctl(fd, OSCOPE_IOC_INFO, info))
		die(OSCOPE_DEVICE);
	return fd;
}

static void table_begin(struct table *t)
{
	t->alive = calloc(1, PIDS);
	if (!t->alive)
		die("memory");
	alive_mark(t->alive, 1);
}

static void *rows_read(void *arg)
{
	const struct oscope_area_info *area;
	const struct oscope_task *row;
	struct table *t = arg;
	struct oscope_info info;
	__u32 i;
	int fd;

	table_begin(t);
	fd = device_open(&info);
	area = &info.area[OSCOPE_AREA_TASKS];
	row = mmap(NULL, area->bytes, PROT_READ, MAP_SHARED, fd, area->offset);
	t->seen = calloc(area->count, sizeof(*t->seen));
	if (row == MAP_FAILED || !t->seen)
		die("mmap");
	for (i = 0; i < area->count; i++) {
		if (row[i].start_ns)
			t->seen[t->n++] = (struct seen){ row[i].start_ns, row[i].tid };
	}
	alive_mark(t->alive, 2);
	munmap((void *)row, area->bytes);
	close(fd);
	table_check(t);
	return NULL;
}

static int cmd_rows(void)
{
	struct table t[READERS] = { 0 };
	long bad = 0;
	int i;

	at_once(rows_read, t, sizeof(t[0]));
	for (i = 0; i < READERS; i++)
		bad += t[i].wrong;
	printf("%ld %ld\n", t[0].stayed, bad);
	return !!bad;
}

/* The chunks of one read(2). */
static void chunks_take(struct table *t, const char *at, ssize_t bytes)
{
	const struct oscope_chunk *chunk;
	const struct oscope_slot *slot, *end;

	for (; bytes > 0; at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)at;
		bytes -= sizeof(*chunk) + chunk->bytes;
		if (chunk->magic != OSCOPE_CHUNK_MAGIC || bytes < 0)
			die("not a chunk");
		if (chunk->lost)
			wrong(t, 0, "and others were lost");
		if (chunk->kind != OSCOPE_CHUNK_SLOTS)
			continue;
		slot = (const void *)(chunk + 1);
		for (end = slot + chunk->bytes / sizeof(*slot); slot < end; slot++) {
			if (!(slot->head & OSCOPE_HEAD_CONT))
				t->seen[t->n++ % PIDS] = (struct seen){ slot->ts, slot->w[0] };
		}
	}
}

/* The ring is stopped at once: it holds who was there, and who came in that moment. */
static int cmd_stream(size_t size)
{
	struct oscope_ring_setup setup = {
		.slots = 1 << 15, .flags = OSCOPE_RING_DROP, .records = 1ULL << OSCOPE_REC_IDENTITY,
	};
	struct table t = { .stream = true, .seen = calloc(PIDS, sizeof(*t.seen)) };
	char *bytes = malloc(size);
	struct oscope_info info;
	ssize_t n;
	int fd;

	table_begin(&t);
	fd = device_open(&info);
	if (ioctl(fd, OSCOPE_IOC_RING, &setup) || ioctl(fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING");
	alive_mark(t.alive, 2);
	if (read(fd, bytes, size) != sizeof(struct oscope_file_header))
		die("the header");
	while ((n = read(fd, bytes, size)) > 0)
		chunks_take(&t, bytes, n);
	if (n < 0)
		die("read");
	table_check(&t);
	printf("%ld %ld\n", t.stayed, t.wrong);
	return !!t.wrong;
}

static volatile bool forks_stop;

static void *input_wait(void *unused)
{
	char byte;

	while (read(0, &byte, 1) > 0)
		;
	forks_stop = true;
	return unused;
}

/* The cheapest that is a process. */
static void fork_one(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("vfork");
}

static int cmd_forks(long rate)
{
	struct timespec begin, next, now;
	pthread_t thread;
	long n = 0;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	next = begin;
	if (pthread_create(&thread, NULL, input_wait, NULL))
		die("pthread_create");
	for (; !forks_stop; n++) {
		fork_one();
		next.tv_nsec += 1000000000 / rate;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("%ld forks, %.0f a second\n", n,
	       n / (now.tv_sec - begin.tv_sec + (now.tv_nsec - begin.tv_nsec) / 1e9));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 3 && !strcmp(what, "read"))
		return cmd_read(argv[2], argv + 3);
	if (argc == 2 && !strcmp(what, "rows"))
		return cmd_rows();
	if (argc == 3 && !strcmp(what, "stream") && atol(argv[2]) >= 256)
		return cmd_stream(atol(argv[2]));
	if (argc == 3 && !strcmp(what, "forks") && atol(argv[2]) > 0)
		return cmd_forks(atol(argv[2]));
	fprintf(stderr, "usage: tables read DIR FILE... | rows | stream SIZE | forks RATE\n");
	return 2;
}
