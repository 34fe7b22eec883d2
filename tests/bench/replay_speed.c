// SPDX-License-Identifier: GPL-2.0
/*
 * How fast a recording is replayed, in one thread: as 'oscope switch -r' and 'switch --by task -r' do it, and unpacked
 * alone. Prints the median and the fastest of N rounds, in ns a record slot and in million slots a second.
 *
 * usage: replay_speed FILE [N]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "replay.h"
#include "trace_file.h"

#define ROUNDS_MAX	1000

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t slots_of(const struct trace_reader *file)
{
	size_t i, n = 0;

	for (i = 0; i < file->n_chunks; i++)
		n += file->chunk[i].slots;
	return n;
}

static int unpack(const struct trace_reader *file)
{
	struct trace_slots room = { 0 };
	size_t i;
	int err = 0;

	for (i = 0; !err && i < file->n_chunks; i++) {
		if (file->chunk[i].slots)
			trace_slots(file, &file->chunk[i], &room, &err);
	}
	trace_slots_free(&room);
	return err;
}

static int replay(const struct trace_reader *file, int by_task)
{
	struct source_config config = { .file = file->path, .by_task = by_task };
	struct snapshot snap = { 0 };
	int err = replay_switches(file, &config, &snap);

	snapshot_free(&snap);
	return err;
}

static int measure(const struct trace_reader *file, int what, int rounds)
{
	static const char *const name[] = { "unpack", "switch", "switch --by task" };
	static double took[ROUNDS_MAX];
	double slots = slots_of(file), start;
	int i, err = 0;

	for (i = 0; !err && i < rounds; i++) {
		start = now();
		err = what ? replay(file, what == 2) : unpack(file);
		took[i] = (now() - start) / slots;
	}
	qsort(took, rounds, sizeof(*took), by_value);
	if (!err)
		printf("%-18s %.0f slots: median %.1f ns (%.1f M/s), fastest %.1f ns (%.1f M/s)\n", name[what], slots,
		       took[rounds / 2], 1e3 / took[rounds / 2], took[0], 1e3 / took[0]);
	return err;
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 11, what, err;
	struct trace_reader file;

	if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: replay_speed FILE [N]\n");
		return 2;
	}
	err = trace_open(&file, argv[1]);
	for (what = 0; !err && what < 3; what++)
		err = measure(&file, what, rounds);
	trace_unmap(&file);
	return err != 0;
}
