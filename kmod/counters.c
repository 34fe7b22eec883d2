// SPDX-License-Identifier: GPL-2.0
/*
 * The counters of every CPU: the array that readers map, and reading it since the last reset.
 *
 * A reset never writes what CPUs are counting in: it remembers a base, which reading takes off. So
 * counting needs no lock, and a reader that maps the array sees words that only grow.
 */
#include <linux/mutex.h>
#include <linux/vmalloc.h>
#include "block.h"
#include "counters.h"

static void *area;
static struct oscope_counters *base;	/* one a possible CPU */
static u64 reset_ns;
static DEFINE_MUTEX(base_lock);		/* base, reset_ns; readers of /proc and /sys only */

void *counters_area(void)
{
	return area;
}

size_t counters_stride(void)
{
	return PAGE_ALIGN(sizeof(struct oscope_counters));
}

struct oscope_counters *counters_of(int cpu)
{
	return area + cpu * counters_stride();
}

static u64 word_read(const u64 *word)
{
	return data_race(READ_ONCE(*word));	/* its CPU may be counting: any value will do */
}

bool counters_cpu_known(int cpu)
{
	return cpu_online(cpu) || word_read(&counters_of(cpu)->events);
}

static void words_copy(const struct oscope_counters *from, u64 *to)
{
	const u64 *words = (const u64 *)from;
	int i;

	for (i = 0; i < COUNTER_WORDS; i++)
		to[i] = word_read(&words[i]);
}

/* Events are at least hundreds of ns apart and a copy takes tens: a few tries do. */
static void words_copy_whole(const struct oscope_counters *from, u64 *to)
{
	int tries = 1000;

	do {
		words_copy(from, to);
		cpu_relax();
	} while (!oscope_counters_agree((const void *)to) && --tries);
}

void counters_read(int cpu, u64 *to)
{
	const u64 *off = (const u64 *)&base[cpu];
	int i;

	mutex_lock(&base_lock);
	words_copy_whole(counters_of(cpu), to);
	for (i = 0; i < COUNTER_WORDS; i++)
		to[i] -= off[i];
	mutex_unlock(&base_lock);
}

/* The highest value in h - off that can be told. */
static u64 hist_max(const struct oscope_hist *h, const struct oscope_hist *off, int highest)
{
	u64 max = word_read(&h->max);

	if (max > off->max)
		return max;
	return min(max, oscope_hist_low(highest + 1) - 1);
}

static void hist_add(const struct oscope_hist *h, const struct oscope_hist *off,
		     struct oscope_hist *sum)
{
	int i, lowest = -1, highest = -1;
	u64 n;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		n = word_read(&h->bucket[i]) - off->bucket[i];
		if (!n)
			continue;
		sum->bucket[i] += n;
		highest = i;
		if (lowest < 0)
			lowest = i;
	}
	sum->sum += word_read(&h->sum) - off->sum;
	if (highest < 0)
		return;
	sum->max = max(sum->max, hist_max(h, off, highest));
	n = max(oscope_hist_low(lowest) + 1, word_read(&h->min_plus1));
	if (!sum->min_plus1 || n < sum->min_plus1)
		sum->min_plus1 = n;
}

/* Histogram i of c. They lie one after the other. */
static struct oscope_hist *counters_hist(const struct oscope_counters *c, int i)
{
	return (struct oscope_hist *)((void *)c + offsetof(struct oscope_counters, wait)) + i;
}

void counters_hist_add(int cpu, int i, struct oscope_hist *sum)
{
	mutex_lock(&base_lock);
	hist_add(counters_hist(counters_of(cpu), i), counters_hist(&base[cpu], i), sum);
	mutex_unlock(&base_lock);
}

static void base_take(int cpu)
{
	int i;

	words_copy_whole(counters_of(cpu), (u64 *)&base[cpu]);
	for (i = 0; i < COUNTER_HISTS; i++) {
		/* Its CPU may be counting: what the copy misses is counted as after the reset. */
		data_race(*counters_hist(&base[cpu], i) = *counters_hist(counters_of(cpu), i));
	}
}

void counters_reset(void)
{
	int cpu;

	mutex_lock(&base_lock);
	WRITE_ONCE(reset_ns, clock_ns());
	for_each_possible_cpu(cpu)
		base_take(cpu);
	mutex_unlock(&base_lock);
}

u64 counters_reset_ns(void)
{
	return READ_ONCE(reset_ns);
}

void counters_accumulate(struct oscope_counters *to, const struct oscope_counters *from)
{
	static const struct oscope_hist none;
	u64 words[COUNTER_WORDS];
	int i;

	words_copy_whole(from, words);
	for (i = 0; i < COUNTER_WORDS; i++)
		((u64 *)to)[i] += words[i];
	for (i = 0; i < COUNTER_HISTS; i++)
		hist_add(counters_hist(from, i), &none, counters_hist(to, i));
}

int counters_init(void)
{
	BUILD_BUG_ON(sizeof(struct oscope_counters) !=
		     COUNTER_WORDS * sizeof(u64) + COUNTER_HISTS * sizeof(struct oscope_hist));

	area = vmalloc_user(nr_cpu_ids * counters_stride());
	if (!area)
		return -ENOMEM;
	base = vzalloc(array_size(nr_cpu_ids, sizeof(*base)));
	if (!base) {
		vfree(area);
		return -ENOMEM;
	}
	reset_ns = clock_ns();
	return 0;
}

void counters_uninit(void)
{
	vfree(base);
	vfree(area);
}
