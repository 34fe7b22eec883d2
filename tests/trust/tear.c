// SPDX-License-Identifier: GPL-2.0
/*
 * Two writers count switches through the accounting core, each in counters of its own, while the
 * first thread reads both: no word may go back, none may be seen half written. To be built for 32 bits,
 * where 64 bits are two words, and for 64.
 *
 * Every slice lasts 2^32 + 1 ns, so that the two halves of the sum of slices are always the same
 * number, and each update changes both. The events begin just below 2^32.
 *
 * usage: tear UPDATES
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include "dev.h"
#include "kmod/core/switch.h"

#define WRITERS	2
#define WORDS	(sizeof(struct oscope_counters) / sizeof(__u64))
#define SLICE	((1ULL << 32) + 1)

static struct writer {
	struct oscope_counters counters __attribute__((aligned(64)));
	__u64 seen[WORDS];
	volatile bool done;
} writer[WRITERS];

static unsigned long updates, reads, torn, back;

static void *count(void *arg)
{
	struct oscope_switch sw = { .flags = OSCOPE_KIND_CROSS_MM | OSCOPE_SWITCH_VOLUNTARY };
	struct oscope_cpu cpu = { .run_since = 1 };
	struct writer *w = arg;
	unsigned long i;

	for (i = 0; i < updates; i++) {
		sw.ts = cpu.run_since + SLICE;
		oscope_on_switch(&w->counters, &cpu, &sw);
		oscope_cpu_counted(&cpu, &sw);
	}
	w->done = true;
	return NULL;
}

static void look(struct writer *w, size_t i)
{
	__u64 now = oscope_load((const __u64 *)&w->counters + i);

	back += now < w->seen[i];
	w->seen[i] = now;
}

/* The scalars and the sum of slices each time, all buckets now and then. */
static void read_all(struct writer *w)
{
	__u64 sum = oscope_load(&w->counters.slice.sum);
	size_t i, n = offsetof(struct oscope_counters, wait) / sizeof(__u64);

	torn += (__u32)sum != sum >> 32;
	for (i = 0; i < (++reads % 1000 ? n : WORDS); i++)
		look(w, i);
	look(w, offsetof(struct oscope_counters, slice.sum) / sizeof(__u64));
}

int main(int argc, char **argv)
{
	pthread_t thread[WRITERS];
	int i;

	updates = argc == 2 ? number(argv[1], 1) : 1;
	for (i = 0; i < WRITERS; i++) {
		writer[i].counters.events = (1ULL << 32) - updates / 2;
		if (pthread_create(&thread[i], NULL, count, &writer[i]))
			die("pthread_create");
	}
	while (!writer[0].done || !writer[1].done) {
		read_all(&writer[0]);
		read_all(&writer[1]);
	}
	for (i = 0; i < WRITERS; i++) {
		pthread_join(thread[i], NULL);
		read_all(&writer[i]);
		if (writer[i].counters.slice.bucket[oscope_hist_index(SLICE)] != updates)
			die("updates are missing");
	}
	printf("%zu bits: 2 x %lu updates, %lu reads: %lu torn, %lu went back\n", 8 * sizeof(long),
	       updates, reads, torn, back);
	return torn || back;
}
