// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads a module again and again, before all other tasks and without the programs that do it
 * otherwise, whose start is most of the time that a cycle takes in an emulator.
 *
 * usage: cycle MODULE-FILE N	prints "CYCLES BUSY": how many were done, how often it was in use
 *        cycle MODULE-FILE unload	only that, of a module that is there: "1 BUSY"
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Until nobody has it open any more; what is refused otherwise ends us. */
static void unload(const char *name, unsigned long *busy)
{
	while (syscall(SYS_delete_module, name, O_NONBLOCK)) {
		if (errno != EWOULDBLOCK && errno != EBUSY)
			err(1, "delete_module %s", name);
		++*busy;
		usleep(100);	/* who has it needs the CPU to give it back */
	}
}

/* The name of the module in FILE: what stands before the dot. */
static const char *module_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	static char name[64];

	snprintf(name, sizeof(name), "%s", slash ? slash + 1 : file);
	name[strcspn(name, ".")] = '\0';
	return name;
}

static void load(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", file);
	if (syscall(SYS_finit_module, fd, "", 0))
		err(1, "finit_module %s", file);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = 1 };
	unsigned long i, n, busy = 0;
	const char *name;
	bool only_unload;

	if (argc != 3) {
		fprintf(stderr, "usage: cycle MODULE-FILE N|unload\n");
		return 2;
	}
	only_unload = !strcmp(argv[2], "unload");
	n = only_unload ? 1 : strtoul(argv[2], NULL, 0);
	name = module_name(argv[1]);
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		err(1, "sched_setscheduler");
	for (i = 0; i < n; i++) {
		if (!only_unload)
			load(argv[1]);
		unload(name, &busy);
	}
	printf("%lu %lu\n", i, busy);
	return 0;
}
