// SPDX-License-Identifier: GPL-2.0
/*
 * Feeds the tool recordings that are cut, flipped or made worse, and looks at how each ends:
 *
 *   t25_hostile_tool cut|flip|mutate RECORDING FIRST COUNT [SEED]
 *   t25_hostile_tool make RECORDING FILE CASE SEED	the mutation of a case, to look at
 *   t25_hostile_tool many RECORDING FILE CPUS CHUNKS	8192 CPUs, some with records: each a chunk,
 *							each of two tasks that nobody else is
 *
 * Each case runs the command line inside a process of many cases, which is 20 times faster than to
 * execute it; one that dies names its case. Status 0 or 1, at most one line, a report that can be
 * parsed, less than 2 s and 64 MB: the last line says what was seen, status 1 if something was wrong.
 */
#include <jansson.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define OSCOPE_VERSION	"of-the-test"
#define main		oscope_main
#include "tools/oscope.c"
#undef main

#include "privilege.h"
#include "t25_mutate.h"

#define BATCH		256
#define CPU_NS_MAX	2000000000ULL
#define RSS_KB_MAX	65536
#define WALL_MAX	60		/* seconds of a hang; a busy machine may take some */

/* In the place of the tool's: cases come after this one. The tool itself is executed, too. */
int __wrap_privilege_drop(enum privilege_left left);
int __wrap_privilege_drop(enum privilege_left left)
{
	return 0;
}

/* What the processes of all cases share. */
struct seen {
	uint64_t cases, accepted, refused, warned, bad;
	uint64_t now;			/* the case at work */
	uint64_t cpu_ns, rss_kb;	/* the most of any case, of any process */
};

static struct seen *seen;
static struct recording base, now;
static const char *way;
static uint64_t seed;
static int input, output, messages;	/* memfds */

static void bad(const char *what, const char *more)
{
	dprintf(STDOUT_FILENO, "# %s, case %llu, seed %llu: %s%s\n", way,
		(unsigned long long)seen->now, (unsigned long long)seed, what, more);
	__atomic_add_fetch(&seen->bad, 1, __ATOMIC_RELAXED);
}

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* The recording of a case, as a file. */
static void case_make(uint64_t n)
{
	static size_t full;

	if (!strcmp(way, "cut")) {
		/* Cases of a process come from long to short: a cut is a cut of what is there. */
		if (full < n)
			full = pwrite(input, base.at, base.bytes, 0);
		if (ftruncate(input, n))
			exit(3);
		return;
	}
	now = base;
	if (!strcmp(way, "flip"))
		now.at[n / 8] ^= 1 << n % 8;
	else
		mutate(&now, seed + n);
	if (pwrite(input, now.at, now.bytes, 0) != (ssize_t)now.bytes ||
	    ftruncate(input, now.bytes))
		exit(3);
}

static char *content(int fd, size_t *bytes)
{
	static char buf[1 << 24];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	*bytes = n < 0 ? 0 : n;
	buf[*bytes] = 0;
	return buf;
}

/* Of a report: it can be parsed, and what is counted is not negative. */
static bool sound(const json_t *j)
{
	const json_t *more;
	const char *key;
	size_t i;

	if (json_is_integer(j))
		return json_integer_value(j) >= 0;
	if (json_is_array(j))
		json_array_foreach((json_t *)j, i, more)
			if (!sound(more))
				return false;
	if (json_is_object(j))
		json_object_foreach((json_t *)j, key, more)
			if (!sound(more))
				return false;
	return true;
}

/* What a case is given to: reports by all there is, and exports. */
struct given {
	char *words[8];			/* after -r and -o */
	bool json, binary, may_be_empty;
};

static const struct given reports[] = {
	{ { "switch", "--by", "kind", "--json" }, .json = true },
	{ { "switch", "--by", "task", "--csv" } },
	{ { "switch", "--by", "cpu", "--no-headings" } },
	{ { "switch", "--by", "pair", "--json" }, .json = true },
	{ { "export", "--format", "chrome" }, .json = true },
	{ { "switch", "--by", "kind", "--csv" } },
	{ { "switch", "--by", "task", "--no-headings" } },
	{ { "switch", "--by", "cpu", "--json" }, .json = true },
	{ { "export", "--format", "perfetto" }, .binary = true },
	{ { "switch", "--by", "pair", "--csv" } },
	{ { "switch", "--by", "kind", "--no-headings" } },
	{ { "export", "--format", "folded" }, .may_be_empty = true },
	{ { "switch", "--by", "task", "--json" }, .json = true },
	{ { "switch", "--by", "cpu", "--csv" } },
	{ { "export", "--format", "csv" } },
	{ { "switch", "--by", "pair", "--no-headings" } },
	{ { "states", "--by", "task", "--json" }, .json = true },
};

static void report_look(const struct given *g)
{
	size_t bytes;
	char *text = content(output, &bytes);
	json_t *j;

	if (!bytes && !g->may_be_empty)
		bad("no report", "");
	if (strlen(text) != bytes && !g->binary)
		bad("a 0 in the report", "");
	if (!g->json)
		return;
	j = json_loads(text, 0, NULL);
	if (!j || !sound(j))
		bad(j ? "a negative number: " : "no JSON: ", text);
	json_decref(j);
}

static void case_look(int status, const struct given *g)
{
	size_t bytes, lines = 0, i;
	const char *said = content(messages, &bytes);

	for (i = 0; i < bytes; i++)
		lines += said[i] == '\n';
	if (lines > 1 || (bytes && said[bytes - 1] != '\n'))
		bad("not one line: ", said);
	if (status == 1 && lines == 1) {
		seen->refused++;
		return;
	}
	if (status) {
		bad("not status 1 with a line: ", said);
		return;
	}
	seen->accepted++;
	seen->warned += lines;
	/* Whoever cut it must be told, wherever that was. */
	if (!strcmp(way, "cut") && !lines)
		bad("cut, and nobody says so", "");
	report_look(g);
}

static void case_run(uint64_t n)
{
	const struct given *g = &reports[n % (sizeof(reports) / sizeof(reports[0]))];
	char in[64], out[64];
	char *argv[16] = { "oscope", g->words[0], "-r", in, "-o", out };
	uint64_t begin;
	int status, n_args;

	for (n_args = 6; g->words[n_args - 5]; n_args++)
		argv[n_args] = g->words[n_args - 5];

	seen->now = n;
	case_make(n);
	snprintf(in, sizeof(in), "/proc/self/fd/%d", input);
	snprintf(out, sizeof(out), "/proc/self/fd/%d", output);
	if (ftruncate(output, 0) || ftruncate(messages, 0))
		exit(3);
	lseek(messages, 0, SEEK_SET);
	begin = cpu_ns();
	alarm(WALL_MAX);
	status = run_word(n_args, argv);
	alarm(0);
	begin = cpu_ns() - begin;
	if (begin > seen->cpu_ns)
		seen->cpu_ns = begin;
	if (begin > CPU_NS_MAX)
		bad("took too long", "");
	seen->cases++;
	case_look(status, g);
}

static void batch_run(uint64_t first, uint64_t count)
{
	uint64_t n;

	input = memfd_create("recording", MFD_CLOEXEC);
	output = memfd_create("report", MFD_CLOEXEC);
	messages = memfd_create("messages", MFD_CLOEXEC);
	if (input < 0 || output < 0 || dup2(messages, STDERR_FILENO) < 0)
		exit(3);
	for (n = first + count; n-- > first;)
		case_run(n);
	exit(0);
}

/* A process that died did so in the case it noted; the rest of its cases go to another. */
static void batches_run(uint64_t first, uint64_t count)
{
	uint64_t left = count, n;
	struct rusage usage;
	int status;
	pid_t pid;

	while (left) {
		n = left < BATCH ? left : BATCH;
		fflush(stdout);
		pid = fork();
		if (!pid)
			batch_run(first + left - n, n);
		if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
			exit(3);
		if ((uint64_t)usage.ru_maxrss > seen->rss_kb)
			seen->rss_kb = usage.ru_maxrss;
		left -= n;
		if (!status)
			continue;
		bad(WIFSIGNALED(status) ? "killed by signal " : "ended by itself ",
		    WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "");
		left += seen->now - (first + left);
	}
	if (seen->rss_kb > RSS_KB_MAX)
		bad("too much memory", "");
}

static int base_read(const char *path)
{
	FILE *f = fopen(path, "rbe");

	if (f) {
		base.bytes = fread(base.at, 1, sizeof(base.at), f);
		fclose(f);
	}
	return base.bytes ? 0 : -1;
}

static int case_write(const char *path, uint64_t n)
{
	FILE *f = fopen(path, "wbe");

	mutate(&base, seed + n);
	return !f || fwrite(base.at, 1, base.bytes, f) != base.bytes || fclose(f);
}

static int many_write(const char *path, uint32_t cpus, uint32_t chunks)
{
	struct oscope_file_header header;
	FILE *f = fopen(path, "wbe");
	uint32_t i;

	memcpy(&header, base.at, sizeof(header));
	header.cpus = 8192;
	if (!f || fwrite(&header, sizeof(header), 1, f) != 1)
		return 1;
	for (i = 0; i < chunks; i++) {
		struct oscope_slot slot = {
			.ts = header.start_ns + i,
			.head = oscope_head(OSCOPE_REC_SWITCH, OSCOPE_KIND_CROSS_MM |
					    OSCOPE_SWITCH_NEXT, 1),
			.w = { 2 * i % (1 << 22), (2 * i + 1) % (1 << 22), i },
		};
		struct oscope_chunk head = {
			.magic = OSCOPE_CHUNK_MAGIC,
			.kind = OSCOPE_CHUNK_SLOTS,
			.cpu = i % cpus,
			.bytes = sizeof(slot),
			.position = 1024 + i / cpus,
		};

		if (fwrite(&head, sizeof(head), 1, f) != 1 || fwrite(&slot, sizeof(slot), 1, f) != 1)
			return 1;
	}
	return fclose(f);
}

int main(int argc, char **argv)
{
	uint64_t first, count;

	if (argc < 5 || base_read(argv[2])) {
		fprintf(stderr, "t25_hostile_tool: see the top of its source\n");
		return 3;
	}
	way = argv[1];
	seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 1;
	count = strtoull(argv[4], NULL, 10);
	if (!strcmp(way, "make"))
		return case_write(argv[3], count);
	if (!strcmp(way, "many"))
		return many_write(argv[3], count, seed);
	first = strtoull(argv[3], NULL, 10);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		return 3;
	inherited_save();
	batches_run(first, count);
	printf("%s: %llu cases, %llu reported (%llu with a warning), %llu refused, %llu wrong; at most %.1f ms and %.1f MB\n",
	       way, (unsigned long long)seen->cases, (unsigned long long)seen->accepted,
	       (unsigned long long)seen->warned, (unsigned long long)seen->refused,
	       (unsigned long long)seen->bad, seen->cpu_ns / 1e6, seen->rss_kb / 1024.);
	return seen->bad || seen->cases < count;
}
