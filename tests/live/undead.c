// SPDX-License-Identifier: GPL-2.0
/*
 * Run a program and look through /proc again and again until it has ended: which zombies are there in its
 * tree? Writes a line for each, known by its number and its start:
 *
 *	TID START_NS LEAST_NS MOST_NS
 *
 * It was a zombie for at least the time from the end of the first look that found it to the begin of the
 * last one, and at most from the begin of the last look before to the end of the first one after. The start
 * is CLOCK_MONOTONIC's, as far as /proc tells it. The last line is of none: 0, the number of looks, 0, and
 * the longest time that a zombie can have gone between two of them without being found.
 *
 * usage: undead FILE PROGRAM [ARG...]
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST	65536	/* zombies in all */
#define PIDS	(1 << 22)

struct zombie {
	uint64_t start;		/* clock ticks since boot, as in /proc */
	uint64_t before, first, last, after;
	int tid;
	int look;		/* that found it last */
};

struct look {
	uint64_t begin, end;
};

static struct zombie zombies[MOST];
static int found, here[MOST], heres;	/* those of the last look */
static int parent[PIDS];

static void fail(const char *what)
{
	perror(what);
	exit(125);
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* State, parent and start; whether there is such a process still. */
static bool stat_read(int pid, char *state, int *ppid, uint64_t *start)
{
	char path[32], line[1024], *p;
	unsigned long long ticks;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	p = strrchr(line, ')');
	if (!p || sscanf(p, ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			 "%*d %*d %llu", state, ppid, &ticks) != 3)
		return false;
	*start = ticks;
	return true;
}

static bool below(int pid, int root)
{
	int depth;

	for (depth = 0; pid > 1 && depth < 100; depth++, pid = parent[pid]) {
		if (pid == root)
			return true;
	}
	return false;
}

static void zombie_note(int pid, uint64_t start, int look, const struct look *last,
			const struct look *this)
{
	struct zombie *z;
	int i;

	for (i = 0; i < heres; i++) {
		z = &zombies[here[i]];
		if (z->tid == pid && z->start == start) {
			z->last = this->begin;
			z->look = look;
			return;
		}
	}
	if (found == MOST)
		fail("too many zombies");
	here[heres++] = found;
	zombies[found++] = (struct zombie){ .tid = pid, .start = start, .look = look,
					    .before = last->begin, .first = this->end,
					    .last = this->begin };
}

/* Those that this look did not find again. */
static void gone_note(int look, const struct look *this)
{
	int i, n = 0;

	for (i = 0; i < heres; i++) {
		if (zombies[here[i]].look == look)
			here[n++] = here[i];
		else
			zombies[here[i]].after = this->end;
	}
	heres = n;
}

static void processes_look(int root, int look, const struct look *last, struct look *this)
{
	static struct { int pid; uint64_t start; } dead[MOST];
	DIR *proc = opendir("/proc");
	int pid, ppid, i, n = 0;
	struct dirent *e;
	uint64_t start;
	char state;

	if (!proc)
		fail("/proc");
	this->begin = now(CLOCK_MONOTONIC);
	while ((e = readdir(proc))) {
		pid = atoi(e->d_name);
		if (pid <= 0 || pid >= PIDS || !stat_read(pid, &state, &ppid, &start))
			continue;
		parent[pid] = ppid;
		if (state != 'Z' || n == MOST)
			continue;
		dead[n].pid = pid;
		dead[n++].start = start;
	}
	this->end = now(CLOCK_MONOTONIC);
	closedir(proc);
	for (i = 0; i < n; i++) {
		if (below(dead[i].pid, root))
			zombie_note(dead[i].pid, dead[i].start, look, last, this);
	}
	gone_note(look, this);
}

/* By how much the clock of starts is ahead: read one after the other until nothing has come in between. */
static uint64_t asleep_for(void)
{
	uint64_t before, boot, after, best = UINT64_MAX, asleep = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		before = now(CLOCK_MONOTONIC);
		boot = now(CLOCK_BOOTTIME);
		after = now(CLOCK_MONOTONIC);
		if (after - before >= best)
			continue;
		best = after - before;
		asleep = boot > after ? boot - after : 0;
	}
	return asleep;
}

static void zombies_print(const char *path, int looks, uint64_t longest)
{
	const uint64_t tick = 1000000000 / sysconf(_SC_CLK_TCK);
	uint64_t asleep = asleep_for();
	FILE *f = fopen(path, "w");
	int i;

	if (!f)
		fail(path);
	for (i = 0; i < found; i++) {
		const struct zombie *z = &zombies[i];

		fprintf(f, "%d %llu %llu %llu\n", z->tid, (unsigned long long)(z->start * tick - asleep),
			(unsigned long long)(z->last > z->first ? z->last - z->first : 0),
			(unsigned long long)(z->after ? z->after - z->before : UINT64_MAX));
	}
	fprintf(f, "0 %d 0 %llu\n", looks, (unsigned long long)longest);
	if (fclose(f))
		fail(path);
}

int main(int argc, char **argv)
{
	struct look last = { now(CLOCK_MONOTONIC) }, this;
	uint64_t longest = 0;
	siginfo_t ended = { 0 };
	int look, status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: undead FILE PROGRAM [ARG...]\n");
		return 125;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	/* The last look finds none but the program itself, which is reaped before. */
	for (look = 1, status = -1; status < 0; look++, last = this) {
		if (waitid(P_PID, pid, &ended, WEXITED | WNOWAIT | WNOHANG))
			fail("waitid");
		if (ended.si_pid && waitpid(pid, &status, 0) != pid)
			fail("waitpid");
		processes_look(getpid(), look, &last, &this);
		if (this.end - last.begin > longest)
			longest = this.end - last.begin;
	}
	zombies_print(argv[1], look - 1, longest);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
