// SPDX-License-Identifier: GPL-2.0
/*
 * Reads every counter of the module again and again while it counts: none may go back. Afterwards, with
 * counting off, the total is the sum of the CPUs, in the files and in the mapped area alike.
 *
 * usage: reads MAPPED TEXT       passes over all mapped words, and readings of the files
 */
#include <stdbool.h>
#include <stddef.h>
#include "dev.h"

#define SCALARS		(offsetof(struct oscope_counters, wait) / sizeof(__u64))
#define WORDS		(sizeof(struct oscope_counters) / sizeof(__u64))
#define FIELDS		4096
#define CPUS		64

static const char *area;
static __u32 stride, cpus;
static __u64 *seen;
static unsigned long back;

static const __u64 *words_of(__u32 cpu)
{
	return (const __u64 *)(area + (size_t)cpu * stride);
}

static void grown(const char *what, __u64 now, __u64 *before)
{
	if (now < *before && back++ < 10)
		printf("%s: %llu after %llu\n", what, now, *before);
	*before = now;
}

/* The scalars and the sums of the histograms each time, every bucket now and then; no minimum. */
static void pass(bool all)
{
	size_t first = offsetof(struct oscope_counters, wait) / sizeof(__u64), i;
	size_t hist = sizeof(struct oscope_hist) / sizeof(__u64);
	const __u64 *w;
	__u32 cpu;

	for (cpu = 0; cpu < cpus; cpu++) {
		w = words_of(cpu);
		for (i = 0; i < SCALARS; i++)
			grown("a counter", load_word(&w[i]), &seen[cpu * WORDS + i]);
		for (i = first; i < WORDS; i += all ? 1 : hist) {
			if ((i - first) % hist != 1)
				grown("a histogram", load_word(&w[i]), &seen[cpu * WORDS + i]);
		}
	}
}

/* One of our files: its text, and the numbers that it had. */
struct text {
	const char *path;
	int columns;		/* numbers of a line that only grow; 0: any column may be a rate */
	char bytes[65536];
	__u64 seen[FIELDS];
};

static void text_take(struct text *t)
{
	int fd = open(t->path, O_RDONLY);
	ssize_t n, bytes = 0;

	if (fd < 0)
		die(t->path);
	while ((n = read(fd, t->bytes + bytes, sizeof(t->bytes) - 1 - bytes)) > 0)
		bytes += n;
	if (n < 0 || !bytes)
		die(t->path);
	t->bytes[bytes] = 0;
	close(fd);
}

/* The first numbers of each line, behind the words in front of them; the two lines of heading out. */
static void text_read(struct text *t)
{
	char *line, *word, *lines, *words, *end;
	int number, field = 0;
	__u64 value;

	text_take(t);
	for (line = strtok_r(t->bytes, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		if (*line == '#' || !strncmp(line, "cpu ", 4))
			continue;
		number = 0;
		word = strtok_r(line, " ", &words);
		if (t->columns > 1 || strstr(t->path, "latency"))
			word = strtok_r(NULL, " ", &words);	/* the CPU */
		for (; word && number < t->columns; word = strtok_r(NULL, " ", &words)) {
			value = strtoull(word, &end, 10);
			if (*end)
				continue;
			number++;
			if (field < FIELDS)
				grown(t->path, value, &t->seen[field++]);
		}
	}
}

static struct text texts[] = {
	{ .path = "/proc/oscope/switches", .columns = 21 },
	{ .path = "/proc/oscope/latency", .columns = 1 },
	{ .path = "/sys/kernel/oscope/events", .columns = 1 },
	{ .path = "/sys/kernel/oscope/untracked", .columns = 1 },
	{ .path = "/sys/kernel/oscope/lost", .columns = 1 },
	{ .path = "/sys/kernel/oscope/uptime_ns", .columns = 1 },
	{ .path = "/proc/oscope/blocked", .columns = 2 },
	{ .path = "/proc/oscope/spawn", .columns = 8 },
};

static void texts_read(void)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		text_read(&texts[i]);
}

static void same(const char *what, __u64 got, __u64 want)
{
	if (got == want)
		return;
	printf("at rest, %s: %llu, %llu expected\n", what, got, want);
	back++;
}

/* Rows of switches: first the total, then the CPUs, 21 numbers each, the first one the events. */
static void rest_check(void)
{
	__u64 sum, events = 0, *n = texts[0].seen;
	__u32 cpu, column;

	counting(0);
	texts_read();
	for (column = 0; column < 21; column++) {
		for (sum = 0, cpu = 0; cpu < cpus; cpu++)
			sum += n[(1 + cpu) * 21 + column];
		same("sum of the CPUs' rows", sum, n[column]);
	}
	for (cpu = 0; cpu < cpus; cpu++)
		events += load_word(words_of(cpu));
	same("events of /proc", n[0], events);
	same("events of /sys", texts[2].seen[0], events);
	counting(1);
}

int main(int argc, char **argv)
{
	unsigned long i, mapped = argc == 3 ? number(argv[1], 1) : 1;
	unsigned long text = argc == 3 ? number(argv[2], 1) : 1, done = 0;
	__u64 events;
	int fd = dev_open();

	area = dev_map(fd, OSCOPE_AREA_COUNTERS, &stride, &cpus);
	seen = calloc((size_t)cpus * WORDS, sizeof(*seen));
	if (!seen || cpus > CPUS)
		die("CPUs");
	pass(true);
	events = seen[0];
	for (i = 0; i < mapped; i++) {
		pass(i % 1000 == 0);
		for (; done * mapped < i * text; done++)
			texts_read();
	}
	printf("%lu passes over every word, %lu readings of %zu files, %llu events on CPU 0 meanwhile: "
	       "%lu went back\n", mapped, done, sizeof(texts) / sizeof(*texts), seen[0] - events,
	       back);
	if (seen[0] - events < 100)
		die("nothing was counted meanwhile");
	rest_check();
	return back ? 1 : 0;
}
