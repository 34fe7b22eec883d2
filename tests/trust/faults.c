// SPDX-License-Identifier: GPL-2.0
/*
 * Makes every allocation and every copy from or to user memory fail once, in whatever one call of the
 * module's user does: the first, the second, ... until there is none left to fail.
 *
 * usage: faults MODULE OPERATION [STEP]	(OPERATION "list": prints their names)
 *
 * Each call must end well or with an error that says so; then it must work, undisturbed. Prints how
 * many places there were, and what came of them. See Documentation/fault-injection/fault-injection.rst
 * of the kernel for fail-nth.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define PLACES_MAX	20000

static const char *module;
static int fail_nth;			/* the file */
static int failures;

/* What an operation works on; prepared without faults. */
static struct {
	int fd;				/* /dev/oscope, or the file */
	const char *path;
	enum oscope_area area;
	struct oscope_info info;
	struct oscope_tree_setup tree;
	struct oscope_counters *sum;
	void *at;
} s;

static void die(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void failed(const char *what, int n, int err)
{
	fprintf(stderr, "place %d: %s: %s\n", n, what, strerror(err));
	failures++;
}

static int call(long r)
{
	return r < 0 ? -errno : 0;
}

static bool loaded(void)
{
	return !access("/sys/module/oscope", F_OK);
}

static void unload(void)
{
	if (loaded() && syscall(SYS_delete_module, "oscope", O_NONBLOCK))
		die("delete_module");
}

/* The module is loaded by insmod before all others. */
static void load_prepare(void)
{
	unload();
	s.fd = open(module, O_RDONLY | O_CLOEXEC);
	if (s.fd < 0)
		die(module);
}

static int load_run(void)
{
	return call(syscall(SYS_finit_module, s.fd, "", 0));
}

static bool nothing_left(void)
{
	return !loaded() && access("/proc/oscope", F_OK) && access("/sys/kernel/oscope", F_OK) &&
	       access(OSCOPE_DEVICE, F_OK);
}

static void load_undo(void)
{
	close(s.fd);
	unload();
	if (!nothing_left())
		failed("it left something", 0, 0);
}

static void path_prepare(void)
{
	s.fd = -1;
}

static int open_run(void)
{
	s.fd = open(s.path, O_RDWR | O_CLOEXEC);
	if (s.fd < 0 && errno == EACCES)	/* a file that is only read */
		s.fd = open(s.path, O_RDONLY | O_CLOEXEC);
	return call(s.fd);
}

static void close_undo(void)
{
	if (s.fd >= 0)
		close(s.fd);
}

static void open_prepare(void)
{
	if (open_run())
		die(s.path);
}

static int read_run(void)
{
	static char bytes[1 << 16];

	return call(read(s.fd, bytes, sizeof(bytes)));
}

static int poll_run(void)
{
	struct pollfd p = { .fd = s.fd, .events = POLLIN };

	return call(poll(&p, 1, 0));
}

static void enabled_write(const char *value)
{
	if (pwrite(s.fd, value, 1, 0) != 1)
		die(s.path);
}

static void on_prepare(void)
{
	open_prepare();
	enabled_write("0");
}

static int on_run(void)
{
	return call(pwrite(s.fd, "1", 1, 0));
}

static int off_run(void)
{
	return call(pwrite(s.fd, "0", 1, 0));
}

static void off_undo(void)
{
	enabled_write("1");
	close(s.fd);
}

static int info_run(void)
{
	return call(ioctl(s.fd, OSCOPE_IOC_INFO, &s.info));
}

static int ring_run(void)
{
	struct oscope_ring_setup setup = { .slots = 1024, .records = 1ULL << OSCOPE_REC_SWITCH };

	return call(ioctl(s.fd, OSCOPE_IOC_RING, &setup));
}

static void ring_prepare(void)
{
	open_prepare();
	if (ring_run() || info_run())
		die("OSCOPE_IOC_RING");
}

static int stop_run(void)
{
	return call(ioctl(s.fd, OSCOPE_IOC_RING_STOP));
}

static int map_run(void)
{
	const struct oscope_area_info *a = &s.info.area[s.area];

	s.at = mmap(NULL, a->bytes, PROT_READ, MAP_SHARED, s.fd, a->offset);
	return call(s.at == MAP_FAILED ? -1 : 0);
}

static void map_undo(void)
{
	if (s.at != MAP_FAILED)
		munmap(s.at, s.info.area[s.area].bytes);
	close_undo();
}

static void tree_prepare(void)
{
	open_prepare();
	s.tree.pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	s.sum = malloc(sizeof(*s.sum));
}

static int tree_run(void)
{
	return call(ioctl(s.fd, OSCOPE_IOC_TREE, &s.tree));
}

static void tree_undo(void)
{
	close(s.tree.pidfd);
	free(s.sum);
	close_undo();
}

static void tree_read_prepare(void)
{
	tree_prepare();
	if (tree_run())
		die("OSCOPE_IOC_TREE");
}

static int tree_read_run(void)
{
	struct oscope_tree_read read = { .tree = s.tree.tree, .to = (__u64)(unsigned long)s.sum };

	return call(ioctl(s.fd, OSCOPE_IOC_TREE_READ, &read));
}

static const struct operation {
	const char *name, *path;
	void (*prepare)(void);
	int (*run)(void);		/* 0 or -errno */
	void (*undo)(void);
	enum oscope_area area;
} operations[] = {
	{ "load", NULL, load_prepare, load_run, load_undo },
	{ "open_device", OSCOPE_DEVICE, path_prepare, open_run, close_undo },
	{ "read_device", OSCOPE_DEVICE, open_prepare, read_run, close_undo },
	{ "poll_device", OSCOPE_DEVICE, open_prepare, poll_run, close_undo },
	{ "ioctl_info", OSCOPE_DEVICE, open_prepare, info_run, close_undo },
	{ "ioctl_ring", OSCOPE_DEVICE, open_prepare, ring_run, close_undo },
	{ "ioctl_ring_stop", OSCOPE_DEVICE, ring_prepare, stop_run, close_undo },
	{ "ioctl_tree", OSCOPE_DEVICE, tree_prepare, tree_run, tree_undo },
	{ "ioctl_tree_read", OSCOPE_DEVICE, tree_read_prepare, tree_read_run, tree_undo },
	{ "mmap_counters", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_COUNTERS },
	{ "mmap_tasks", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_TASKS },
	{ "mmap_ring_ctl", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_CTL },
	{ "mmap_ring_data", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_DATA },
	{ "mmap_ring_tail", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_TAIL },
	{ "open_switches", "/proc/oscope/switches", path_prepare, open_run, close_undo },
	{ "read_switches", "/proc/oscope/switches", open_prepare, read_run, close_undo },
	{ "open_latency", "/proc/oscope/latency", path_prepare, open_run, close_undo },
	{ "read_latency", "/proc/oscope/latency", open_prepare, read_run, close_undo },
	{ "open_events", "/sys/kernel/oscope/events", path_prepare, open_run, close_undo },
	{ "read_events", "/sys/kernel/oscope/events", open_prepare, read_run, close_undo },
	{ "count_off", "/sys/kernel/oscope/enabled", open_prepare, off_run, off_undo },
	{ "count_on", "/sys/kernel/oscope/enabled", on_prepare, on_run, close_undo },
};

#define OPERATIONS	(sizeof(operations) / sizeof(operations[0]))

/* Writing and reading the file copies, too, so that they may meet the fault themselves. */
static void fault_set(int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	while (pwrite(fail_nth, text, len, 0) != len)
		;
}

/* Whether the fault happened in what was done since fault_set(). */
static bool fault_happened(void)
{
	char text[16] = "";

	return pread(fail_nth, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;
}

/* The kernel's loader, which reads type information, has errors of its own. */
static bool is_clean(const struct operation *op, int err)
{
	return op->run == load_run || err == -ENOMEM || err == -EFAULT || err == -EAGAIN || err == -EINTR || err == -ENFILE;
}

/* It works after a refusal. A load takes long: the next place's is one. */
static void again(const struct operation *op, int n, bool happened)
{
	int err = op->run == load_run && happened ? 0 : op->run();

	if (err)
		failed("it does not work after that", n, -err);
}

/* One place; false if there is no such any more. */
static bool place_fail(const struct operation *op, int n, int *refused)
{
	bool happened;
	int err;

	op->prepare();
	fault_set(n);
	err = op->run();
	happened = fault_happened();
	fault_set(0);
	if (err) {
		++*refused;
		if (!is_clean(op, err) || !happened)
			failed("no such error was expected", n, -err);
		if (op->run == load_run && !nothing_left())
			failed("refused, and left something", n, 0);
		again(op, n, happened);
	}
	op->undo();
	return happened;
}

/* Something can fail in all of them, but in stopping a ring. */
static int operation_run(const struct operation *op, int step)
{
	int n, places = 0, refused = 0;

	s.path = op->path;
	s.area = op->area;
	for (n = 1; n < PLACES_MAX && place_fail(op, n, &refused); n += step)
		places++;
	printf("%s: %d places, %d refused, %d went on\n", op->name, places, refused,
	       places - refused);
	return failures || (!places && op->run != stop_run) || n >= PLACES_MAX;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: faults MODULE OPERATION [STEP]\n");
		return 2;
	}
	module = argv[1];
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	for (i = 0; i < OPERATIONS; i++) {
		if (!strcmp(argv[2], "list"))
			puts(operations[i].name);
		else if (!strcmp(argv[2], operations[i].name) && fail_nth < 0)
			die("/proc/thread-self/fail-nth");
		else if (!strcmp(argv[2], operations[i].name))
			return operation_run(&operations[i], argc == 4 ? atoi(argv[3]) : 1);
	}
	return strcmp(argv[2], "list") ? 2 : 0;
}
