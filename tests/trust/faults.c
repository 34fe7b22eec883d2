// SPDX-License-Identifier: GPL-2.0
/*
 * Makes every allocation and every copy from or to user memory fail once, in whatever one call of the
 * module's user does: the first, the second, ... until there is none left to fail.
 *
 * usage: faults MODULE OPERATION [STEP]	(OPERATION "list": prints their names)
 *
 * Each call must end well or with an error that says so; then it must work, undisturbed. A load that
 * ended well must work as one without faults does, or have said in the kernel's log what it lacks; and
 * no record of a ring is lost, or told twice, because a read of it was disturbed. Prints how many places
 * there were, and what came of them. See Documentation/fault-injection/fault-injection.rst
 * of the kernel for fail-nth.
 */
#include <poll.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include "works.h"

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
	__u64 records;			/* read so far */
	const struct oscope_chunk_end *end;	/* once it has been read */
} s;

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

static __u64 whole;			/* what works after a load without faults */
static int log_fd;

/* Whether a line of the kernel's log since log_begin() has this text. */
static void log_begin(void)
{
	lseek(log_fd, 0, SEEK_END);
}

static bool log_says(const char *text)
{
	char line[8192];
	bool says = false;
	ssize_t n;

	while ((n = read(log_fd, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		line[n > 0 ? n : 0] = '\0';
		says |= strstr(line, text) != NULL;
	}
	return says;
}

/* A load that went on in spite of a fault. */
static void load_check(int n)
{
	__u64 what = works(), lacks = whole & ~what;

	if (lacks & OF_DIRECT && log_says("direct cost not captured"))
		lacks &= ~OF_DIRECT;
	if (lacks & OF_REAP && log_says("who reaps is not captured"))
		lacks &= ~OF_REAP;
	if (!lacks)
		return;
	fprintf(stderr, "%llx works, %llx does not\n", what, lacks);
	failed("it loaded, and does not do all", n, 0);
}

static void load_undo(void)
{
	close(s.fd);
	unload();
	if (!nothing_left())
		failed("it left something", 0, 0);
}

static void whole_learn(void)
{
	load_prepare();
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || load_run())
		die("a load without faults");
	whole = works();
	load_undo();
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
	if (s.fd < 0 && errno == EACCES)	/* ... or only written */
		s.fd = open(s.path, O_WRONLY | O_CLOEXEC);
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

/* All that the ring has, and it holds few, comes in one read. */
static char chunks[1 << 20];

/* Counts the records that a read gave. */
static void chunks_count(ssize_t bytes)
{
	const struct oscope_chunk *chunk;
	const struct oscope_slot *slot;
	ssize_t at = 0;
	__u32 i;

	for (; at < bytes; at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)(chunks + at);
		if (chunk->magic != OSCOPE_CHUNK_MAGIC)
			die("not a chunk");
		slot = (const void *)(chunk + 1);
		if (chunk->kind == OSCOPE_CHUNK_END)
			s.end = (const void *)slot;
		else
			for (i = 0; i < chunk->bytes / sizeof(*slot); i++)
				s.records += !(slot[i].head & OSCOPE_HEAD_CONT);
	}
}

static int chunk_run(void)
{
	ssize_t n = read(s.fd, chunks, sizeof(chunks));

	if (n > 0)
		chunks_count(n);
	return call(n);
}

/* The ring tells of everybody at its begin, and of nothing else. */
static void chunk_prepare(void)
{
	struct oscope_ring_setup setup = { .slots = 1024, .records = 1ULL << OSCOPE_REC_IDENTITY };

	open_prepare();
	s.records = 0;
	s.end = NULL;
	if (ioctl(s.fd, OSCOPE_IOC_RING, &setup) ||
	    read(s.fd, chunks, sizeof(chunks)) != sizeof(struct oscope_file_header))
		die("the header");
}

static void end_prepare(void)
{
	chunk_prepare();
	if (stop_run() || chunk_run() || s.end)
		die("the chunks");
}

/* What was read is what was written, once. */
static void chunk_undo(void)
{
	if (stop_run())
		die("OSCOPE_IOC_RING_STOP");
	while (!s.end) {
		if (chunk_run())
			die("read");
	}
	if (!s.records || s.end->events != s.records || s.end->lost)
		failed("records were lost, or told twice", 0, 0);
	close_undo();
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
	{ "read_chunk", OSCOPE_DEVICE, chunk_prepare, chunk_run, chunk_undo },
	{ "read_end", OSCOPE_DEVICE, end_prepare, chunk_run, chunk_undo },
	{ "poll_device", OSCOPE_DEVICE, open_prepare, poll_run, close_undo },
	{ "poll_ring", OSCOPE_DEVICE, ring_prepare, poll_run, close_undo },
	{ "ioctl_info", OSCOPE_DEVICE, open_prepare, info_run, close_undo },
	{ "ioctl_ring", OSCOPE_DEVICE, open_prepare, ring_run, close_undo },
	{ "ioctl_ring_stop", OSCOPE_DEVICE, ring_prepare, stop_run, close_undo },
	{ "ioctl_tree", OSCOPE_DEVICE, tree_prepare, tree_run, tree_undo },
	{ "ioctl_tree_read", OSCOPE_DEVICE, tree_read_prepare, tree_read_run, tree_undo },
	{ "mmap_counters", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_COUNTERS },
	{ "mmap_tasks", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_TASKS },
	{ "mmap_ledgers", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_LEDGERS },
	{ "mmap_ended", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_ENDED },
	{ "mmap_ring_ctl", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_CTL },
	{ "mmap_ring_data", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_DATA },
	{ "mmap_ring_tail", OSCOPE_DEVICE, ring_prepare, map_run, map_undo, OSCOPE_AREA_RING_TAIL },
	{ "open_switches", "/proc/oscope/switches", path_prepare, open_run, close_undo },
	{ "read_switches", "/proc/oscope/switches", open_prepare, read_run, close_undo },
	{ "open_latency", "/proc/oscope/latency", path_prepare, open_run, close_undo },
	{ "read_latency", "/proc/oscope/latency", open_prepare, read_run, close_undo },
	{ "open_tasks", "/proc/oscope/tasks", path_prepare, open_run, close_undo },
	{ "read_tasks", "/proc/oscope/tasks", open_prepare, read_run, close_undo },
	{ "open_blocked", "/proc/oscope/blocked", path_prepare, open_run, close_undo },
	{ "read_blocked", "/proc/oscope/blocked", open_prepare, read_run, close_undo },
	{ "open_spawn", "/proc/oscope/spawn", path_prepare, open_run, close_undo },
	{ "read_spawn", "/proc/oscope/spawn", open_prepare, read_run, close_undo },
	{ "open_events", "/sys/kernel/oscope/events", path_prepare, open_run, close_undo },
	{ "read_events", "/sys/kernel/oscope/events", open_prepare, read_run, close_undo },
	{ "count_off", "/sys/kernel/oscope/enabled", open_prepare, off_run, off_undo },
	{ "reset", "/sys/kernel/oscope/reset", open_prepare, on_run, close_undo },
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
	log_begin();
	fault_set(n);
	err = op->run();
	happened = fault_happened();
	fault_set(0);
	if (!err && happened && op->run == load_run)
		load_check(n);
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
	if (op->run == load_run)
		whole_learn();
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
