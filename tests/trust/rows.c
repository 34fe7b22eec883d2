// SPDX-License-Identifier: GPL-2.0
/*
 * Process ids that come again: every child has a row of its own, and the switches are all there.
 *
 * usage: rows REUSED      (number of process ids that must come twice; set pid_max low before)
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define PIDS		(1 << 16)
#define CHILDREN_MAX	20000
#define SLEEPS		5

static const struct oscope_task *rows;
static __u32 row_count;
static struct {
	int children;		/* that had this pid */
	long switches;		/* of all of them, as the kernel counted */
} had[PIDS];

static void rows_map(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDONLY);
	struct oscope_info info;

	if (fd < 0 || ioctl(fd, OSCOPE_IOC_INFO, &info)) {
		perror(OSCOPE_DEVICE);
		exit(2);
	}
	row_count = info.area[OSCOPE_AREA_TASKS].count;
	rows = mmap(NULL, info.area[OSCOPE_AREA_TASKS].bytes, PROT_READ, MAP_SHARED, fd,
		    info.area[OSCOPE_AREA_TASKS].offset);
	if (rows == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

/* A child that sleeps a few times; its pid. */
static pid_t child_run(void)
{
	struct timespec short_time = { .tv_nsec = 1000 };
	struct rusage usage;
	pid_t pid = fork();
	int i;

	if (!pid) {
		for (i = 0; i < SLEEPS; i++)
			nanosleep(&short_time, NULL);
		_exit(0);
	}
	if (pid < 0 || wait4(pid, NULL, 0, &usage) != pid || pid >= PIDS) {
		perror("fork");
		exit(2);
	}
	had[pid].children++;
	had[pid].switches += usage.ru_nvcsw;
	return pid;
}

/*
 * Rows of our children: as many for a pid as there were, and with the switches that the kernel counted.
 * The last one, out of exit(), it may count after wait4() was told.
 */
static int rows_check(void)
{
	static int seen[PIDS];
	static long switches[PIDS];
	int bad = 0;
	__u32 i;

	for (i = 0; i < row_count; i++) {
		const struct oscope_task *r = &rows[i];

		if (!r->start_ns || r->tid >= PIDS || r->tid != r->tgid || !had[r->tid].children ||
		    strcmp(r->comm, "rows"))
			continue;
		seen[r->tid]++;
		switches[r->tid] += r->voluntary;
	}
	for (i = 0; i < PIDS; i++) {
		if (seen[i] == had[i].children && labs(switches[i] - had[i].switches) <= 2 * seen[i])
			continue;
		printf("pid %u: %d rows for %d children, %ld voluntary switches for %ld\n", i, seen[i],
		       had[i].children, switches[i], had[i].switches);
		bad++;
	}
	return bad;
}

int main(int argc, char **argv)
{
	int reused = 0, made = 0, want = argc > 1 ? atoi(argv[1]) : 0, bad;

	if (want < 1) {
		fprintf(stderr, "usage: rows REUSED\n");
		return 2;
	}
	rows_map();
	while (reused < want && made++ < CHILDREN_MAX)
		reused += had[child_run()].children == 2;
	bad = rows_check();
	printf("%d children, %d process ids came twice, %d wrong\n", made, reused, bad);
	return reused < want || bad;
}
