// SPDX-License-Identifier: GPL-2.0
/*
 * Counts every record of a ring against an account that is not the ring's: what is received and what
 * is said to be lost must be all that happened, on every CPU.
 *
 * usage: conserve kmod switch|rename drop|overwrite stopped|reading|pausing N
 *        conserve file RECORDING         prints: received, said to be lost, all, of a recorded file;
 *                                        then a line for each CPU of it: number, received, lost
 *        conserve storm N [pause]        N changes of name; the parent is stopped for half of them
 */
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "dev.h"
#include "kmod/core/ring.h"

#define CPUS		64
#define SLOTS		2048		/* 48 KiB a CPU: the largest ring of up to 64 */
#define STREAM_BYTES	(1 << 16)
#define PHASES		3

static int failures;

static void same(const char *what, int cpu, __u64 got, __u64 want)
{
	if (got == want)
		return;
	printf("%s, CPU %d: %llu, %llu expected\n", what, cpu, got, want);
	failures++;
}

/* The storm: on each CPU that we may use, a process of its own that changes its name. */

static void rename_often(int cpu, unsigned long n)
{
	cpu_set_t set;
	char name[16];

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		_exit(1);
	while (n--) {
		snprintf(name, sizeof(name), "storm%08x", (unsigned int)n);
		if (prctl(PR_SET_NAME, name))
			_exit(1);
	}
	_exit(0);
}

static void storm_phase(const cpu_set_t *cpus, unsigned long n)
{
	unsigned long share, rest = CPU_COUNT(cpus);
	int cpu, status;
	pid_t pid;

	for (cpu = 0; cpu < CPUS; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		share = n / rest--;
		n -= share;
		pid = fork();
		if (!pid)
			rename_often(cpu, share);
		if (pid < 0)
			die("fork");
	}
	while (wait(&status) > 0) {
		if (status)
			die("a writer");
	}
}

static char state_of(pid_t pid)
{
	char path[32], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		die(path);
	fclose(f);
	return state;
}

/* Bounded: the parent is the one that started us, and stops when it next would run. */
static void parent_stop(void)
{
	int tries;

	kill(getppid(), SIGSTOP);
	for (tries = 0; tries < 10000 && state_of(getppid()) != 'T'; tries++)
		usleep(1000);
}

static int cmd_storm(unsigned long n, bool pause)
{
	unsigned long part[PHASES] = { n / 4, n / 2, n - n / 4 - n / 2 };
	cpu_set_t cpus;
	int i;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		die("sched_getaffinity");
	for (i = 0; i < PHASES; i++) {
		if (pause && i == 1)
			parent_stop();
		storm_phase(&cpus, part[i]);
		if (pause && i == 1)
			kill(getppid(), SIGCONT);
	}
	return 0;
}

/* What a stream gave. */
struct tally {
	__u64 received[CPUS], skipped[CPUS], next[CPUS];
	__u64 said[CPUS];		/* lost, as the chunks say */
	__u64 end_events, end_lost;
	bool ended;
};

static __u64 sum(const __u64 *of)
{
	__u64 n = 0;
	int i;

	for (i = 0; i < CPUS; i++)
		n += of[i];
	return n;
}

static void tally_slots(struct tally *t, const struct oscope_chunk *chunk)
{
	const struct oscope_slot *slot = (const void *)(chunk + 1);
	__u32 i, n = chunk->bytes / sizeof(*slot), cpu = chunk->cpu;

	if (cpu >= CPUS)
		die("more CPUs than this program knows");
	if (chunk->position < t->next[cpu]) {
		printf("CPU %u goes back from %llu to %llu\n", cpu, t->next[cpu], chunk->position);
		exit(1);
	}
	if (chunk->lost < t->said[cpu]) {
		printf("CPU %u: lost goes back from %llu to %llu\n", cpu, t->said[cpu], chunk->lost);
		exit(1);
	}
	t->said[cpu] = chunk->lost;
	if (t->next[cpu])
		t->skipped[cpu] += chunk->position - t->next[cpu];
	t->next[cpu] = chunk->position + n;
	for (i = 0; i < n; i++)
		t->received[cpu] += !(slot[i].head & OSCOPE_HEAD_CONT);
}

static void tally_chunks(struct tally *t, const char *at, size_t bytes)
{
	const struct oscope_chunk_end *end;
	const struct oscope_chunk *chunk;

	for (; bytes >= sizeof(*chunk); at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)at;
		if (chunk->magic != OSCOPE_CHUNK_MAGIC || chunk->bytes + sizeof(*chunk) > bytes) {
			printf("not a chunk\n");
			exit(1);
		}
		bytes -= sizeof(*chunk) + chunk->bytes;
		if (chunk->kind == OSCOPE_CHUNK_SLOTS) {
			tally_slots(t, chunk);
		} else if (chunk->kind == OSCOPE_CHUNK_END) {
			end = (const void *)(chunk + 1);
			t->end_events = end->events;
			t->end_lost = end->lost;
			t->ended = true;
		}
	}
}

static int cmd_file(const char *path)
{
	static struct tally t;
	int fd = open(path, O_RDONLY);
	off_t bytes = lseek(fd, 0, SEEK_END);
	const char *at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	int cpu;

	if (at == MAP_FAILED || bytes < sizeof(struct oscope_file_header))
		die(path);
	tally_chunks(&t, at + sizeof(struct oscope_file_header),
		     bytes - sizeof(struct oscope_file_header));
	munmap((void *)at, bytes);
	close(fd);
	if (!t.ended) {
		printf("no end\n");
		return 1;
	}
	printf("%llu %llu %llu\n", sum(t.received), t.end_lost, t.end_events);
	for (cpu = 0; cpu < CPUS; cpu++) {
		if (t.next[cpu])
			printf("%d %llu %llu\n", cpu, t.received[cpu], t.said[cpu]);
	}
	return 0;
}

/* One run on the module's ring. */
struct run {
	int fd, cpus;
	bool renames, drop, pausing;
	volatile bool done;		/* the writers are */
	struct tally tally;
	const struct oscope_ring_ctl *ctl;
	struct oscope_ring_ctl ctl0[CPUS];
	__u64 expected[CPUS];
	int perf[CPUS][3];		/* of renames, new tasks, and ends if the ring overwrites */
};

/* Records that the ring has lost for good so far. */
static __u64 lost_now(const struct run *r)
{
	__u64 lost = 0, head;
	int c;

	for (c = 0; c < r->cpus; c++) {
		lost += load_word(&r->ctl[c].dropped) - r->ctl0[c].dropped + r->tally.skipped[c];
		head = load_word(&r->ctl[c].head);
		if (!r->drop && head > r->tally.next[c] + SLOTS)
			lost += head - r->tally.next[c] - SLOTS;
	}
	return lost;
}

/* Stand still until something has been lost. */
static void reader_pause(const struct run *r)
{
	__u64 before = lost_now(r);

	while (!r->done && lost_now(r) == before)
		usleep(100);
}

/* Until the end, or until there is nothing if the descriptor does not wait. */
static void *stream_read(void *arg)
{
	static char bytes[STREAM_BYTES];
	struct run *r = arg;
	unsigned int reads = 0;
	ssize_t n;

	while ((n = read(r->fd, bytes, sizeof(bytes))) > 0) {
		tally_chunks(&r->tally, bytes, n);
		if (r->pausing && ++reads % 8 == 0)
			reader_pause(r);
	}
	if (n < 0 && errno != EAGAIN)
		die("read");
	return NULL;
}

static int perf_open(const char *tracepoint, int cpu)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char path[128];
	int fd;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", tracepoint);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &attr.config) != 1)
		die(path);
	fclose(f);
	fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, 0);
	if (fd < 0)
		die("perf_event_open");
	return fd;
}

static __u64 perf_read(int fd)
{
	__u64 n;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		die("perf");
	return n;
}

/*
 * The other account. Switches: the module's counters of each CPU, with counting off before and
 * after. Identities: the kernel's count of the tracepoints that they are sent for.
 */
static void account_begin(struct run *r)
{
	const char *counters;
	__u32 stride;
	int c;

	if (!r->renames) {
		counters = dev_map(r->fd, OSCOPE_AREA_COUNTERS, &stride, NULL);
		for (c = 0; c < r->cpus; c++)
			r->expected[c] = -*(const __u64 *)(counters + (size_t)c * stride);
		counting(1);
		return;
	}
	for (c = 0; c < r->cpus; c++) {
		r->perf[c][0] = perf_open("task/task_rename", c);
		r->perf[c][1] = perf_open("task/task_newtask", c);
		r->perf[c][2] = r->drop ? -1 : perf_open("sched/sched_process_exit", c);
	}
}

static void account_end(struct run *r)
{
	const char *counters;
	__u32 stride;
	int c;

	if (!r->renames) {
		counting(0);
		counters = dev_map(r->fd, OSCOPE_AREA_COUNTERS, &stride, NULL);
		for (c = 0; c < r->cpus; c++)
			r->expected[c] += *(const __u64 *)(counters + (size_t)c * stride);
		return;
	}
	for (c = 0; c < r->cpus; c++)
		r->expected[c] = perf_read(r->perf[c][0]) + perf_read(r->perf[c][1]) +
				 (r->drop ? 0 : perf_read(r->perf[c][2]));
}

static void ring_begin(struct run *r)
{
	static char header[STREAM_BYTES];
	__u32 count;
	int c;

	counting(0);
	dev_ring(r->fd, SLOTS, r->drop ? OSCOPE_RING_DROP : 0,
		 1ULL << (r->renames ? OSCOPE_REC_IDENTITY : OSCOPE_REC_SWITCH));
	r->ctl = dev_map(r->fd, OSCOPE_AREA_RING_CTL, NULL, &count);
	if (count > CPUS)
		die("more CPUs than this program knows");
	r->cpus = count;
	if (read(r->fd, header, sizeof(header)) != sizeof(struct oscope_file_header))
		die("the header");
	for (c = 0; c < r->cpus; c++)
		r->tally.next[c] = SLOTS;
	/* Everybody's identity, which is sent first. */
	fcntl(r->fd, F_SETFL, O_NONBLOCK);
	stream_read(r);
	fcntl(r->fd, F_SETFL, 0);
	memset(r->tally.received, 0, sizeof(r->tally.received));
	memset(r->tally.skipped, 0, sizeof(r->tally.skipped));
	memcpy(r->ctl0, r->ctl, count * sizeof(*r->ctl));
}

static void work(const struct run *r, const char *n)
{
	char half[24];
	int status;
	pid_t pid;

	snprintf(half, sizeof(half), "%lu", number(n, 2) / 2);
	pid = fork();
	if (!pid && r->renames)
		execl("/proc/self/exe", "conserve", "storm", n, NULL);
	if (!pid) {
		dup2(2, 1);
		execlp("perf", "perf", "bench", "-f", "simple", "sched", "pipe", "-l", half, NULL);
	}
	if (!pid)
		_exit(127);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("the writers");
}

static void run_check(struct run *r, __u64 n)
{
	__u64 lost[CPUS] = { 0 }, written, slots = r->renames ? 2 : 1;
	const struct oscope_ring_ctl *ctl, *ctl0;
	int c;

	for (c = 0; c < r->cpus; c++) {
		ctl = &r->ctl[c];
		ctl0 = &r->ctl0[c];
		written = (ctl->head - ctl0->head) - (ctl->cont - ctl0->cont);
		lost[c] = (ctl->dropped - ctl0->dropped) + r->tally.skipped[c] / slots;
		same("written + refused", c, written + ctl->dropped - ctl0->dropped,
		     r->expected[c]);
		same("received + lost", c, r->tally.received[c] + lost[c], r->expected[c]);
		printf("CPU %d: %llu received + %llu lost = %llu events\n", c,
		       r->tally.received[c], lost[c], r->expected[c]);
	}
	same("lost, as the stream's end says", -1, r->tally.end_lost, sum(lost));
	if (!r->tally.ended || sum(r->expected) < n) {
		printf("no end, or not %llu events\n", n);
		failures++;
	}
	printf("lost %llu of %llu\n", sum(lost), sum(r->expected));
}

static int cmd_kmod(char **argv)
{
	bool reading = strcmp(argv[2], "stopped");
	static struct run r;
	pthread_t reader;

	r.fd = dev_open();
	r.renames = !strcmp(argv[0], "rename");
	r.drop = !strcmp(argv[1], "drop");
	ring_begin(&r);
	r.pausing = !strcmp(argv[2], "pausing");
	account_begin(&r);
	if (reading && pthread_create(&reader, NULL, stream_read, &r))
		die("pthread_create");
	work(&r, argv[3]);
	account_end(&r);
	r.done = true;
	if (ioctl(r.fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING_STOP");
	if (reading)
		pthread_join(reader, NULL);
	else
		stream_read(&r);
	counting(1);
	run_check(&r, number(argv[3], 2));
	return failures ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 6 && !strcmp(what, "kmod"))
		return cmd_kmod(argv + 2);
	if (argc == 3 && !strcmp(what, "file"))
		return cmd_file(argv[2]);
	if ((argc == 3 || argc == 4) && !strcmp(what, "storm"))
		return cmd_storm(number(argv[2], 0), argc == 4);
	fprintf(stderr, "usage: conserve kmod switch|rename drop|overwrite stopped|reading|pausing N "
		"| file RECORDING | storm N [pause]\n");
	return 2;
}
