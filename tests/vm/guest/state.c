// SPDX-License-Identifier: GPL-2.0
/* What the kernel of a lab VM says of itself after the tests, for the host to judge (see klog). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define YOUNG_S		6	/* objects younger than 5 s are never taken for leaked */
#define LEAK_LINES	60

static int leaks = -1;		/* open KMEMLEAK where the kernel has it and lets us */
static bool leaks_fail;		/* it did not do as told */

static void leaks_failed(const char *what)
{
	leaks_fail = true;
	note("state: kmemleak_works 0 (%s: %s)", what, strerror(errno));
}

static void leaks_tell(const char *command)
{
	if (write(leaks, command, strlen(command)) < 0)
		leaks_failed(command);
}

void state_start(void)
{
	leaks = open(KMEMLEAK, O_RDWR | O_CLOEXEC);
	if (leaks >= 0)
		leaks_tell("clear");
}

/* Two scans: an object can be missed by one while the pointer to it moves. */
static void leaks_note(const char *when)
{
	char line[256];
	int lines = 0, objects = 0;
	FILE *f;

	if (leaks < 0)
		return;
	sleep(YOUNG_S);
	leaks_tell("scan");
	sleep(1);
	leaks_tell("scan");
	f = fopen(KMEMLEAK, "re");
	if (!f)
		leaks_failed("read");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		objects += !strncmp(line, "unreferenced object", strlen("unreferenced object"));
		if (lines++ < LEAK_LINES)
			note("leak: %s", line);
	}
	if (f)
		fclose(f);
	note("state: leaked_%s %d", when, objects);
}

static void tainted_note(void)
{
	unsigned long tainted = 0;
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");

	if (!f || fscanf(f, "%lu", &tainted) != 1)
		fail("/proc/sys/kernel/tainted");
	fclose(f);
	note("state: tainted %lu", tainted);
}

/* Only kernels that check locks have it; after the first report they do so no more. */
static void locks_note(void)
{
	unsigned long locks = 0;
	char line[256];
	FILE *f = fopen("/proc/lockdep_stats", "re");

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " debug_locks: %lu", &locks) == 1)
			note("state: debug_locks %lu", locks);
	}
	fclose(f);
}

/*
 * A loaded module's data hides what only they point to, so leaks are looked for once with it and once
 * without. It has no users left: all processes but this one are gone by now.
 */
void state_note(void)
{
	kill(-1, SIGKILL);
	while (wait(NULL) > 0)
		;
	if (!access("/sys/module/oscope", F_OK)) {
		leaks_note("loaded");
		if (syscall(SYS_delete_module, "oscope", O_NONBLOCK) < 0)
			note("state: still_in_use 1 (%s)", strerror(errno));
	}
	leaks_note("at_the_end");
	if (leaks >= 0 && !leaks_fail)
		note("state: kmemleak_works 1");
	tainted_note();
	locks_note();
}
