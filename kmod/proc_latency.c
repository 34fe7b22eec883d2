// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/latency: percentiles since the last reset, of the system and of each CPU. A table of
 * its own beside switches: its rows are histograms, and a file has one kind of row.
 */
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "counters.h"
#include "hist.h"
#include "proc.h"

/* In the order of struct oscope_counters. */
static const char *const names[COUNTER_HISTS] = {
	"wait_woken",
	"wait_preempted",
	"slice",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_TO_IDLE] = "direct_to_idle",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_FROM_IDLE] = "direct_from_idle",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_TO_KTHREAD] = "direct_to_kthread",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_FROM_KTHREAD] = "direct_from_kthread",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_KTHREAD_KTHREAD] = "direct_kthread_kthread",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_SAME_MM] = "direct_same_mm",
	[OSCOPE_WAITS + 1 + OSCOPE_KIND_CROSS_MM] = "direct_cross_mm",
	[OSCOPE_WAITS + 1 + OSCOPE_KINDS + OSCOPE_PLACE_SAME_IDLE] = "woken_same_idle",
	[OSCOPE_WAITS + 1 + OSCOPE_KINDS + OSCOPE_PLACE_SAME_BUSY] = "woken_same_busy",
	[OSCOPE_WAITS + 1 + OSCOPE_KINDS + OSCOPE_PLACE_OTHER_IDLE] = "woken_other_idle",
	[OSCOPE_WAITS + 1 + OSCOPE_KINDS + OSCOPE_PLACE_OTHER_BUSY] = "woken_other_busy",
};

struct cpu_rows {
	int cpu;			/* or PROC_TOTAL */
	struct hist_summary hist[COUNTER_HISTS];
};

struct snapshot {
	struct oscope_hist one, total;	/* for making it */
	struct cpu_rows cpu[];
};

static size_t snapshot_bytes(void)
{
	return struct_size_t(struct snapshot, cpu, nr_cpu_ids + 1);
}

/* Histogram i of all CPUs; each is read once, so that the total is the sum of what is shown. */
static void hist_take(struct snapshot *s, int cpus, int i)
{
	int n;

	memset(&s->total, 0, sizeof(s->total));
	for (n = 1; n < cpus; n++) {
		memset(&s->one, 0, sizeof(s->one));
		counters_hist_add(s->cpu[n].cpu, i, &s->one);
		hist_merge(&s->total, &s->one);
		s->cpu[n].hist[i] = hist_summarize(&s->one);
	}
	s->cpu[0].hist[i] = hist_summarize(&s->total);
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	struct snapshot *s = at;
	int cpu, i, cpus = 1;

	s->cpu[0].cpu = PROC_TOTAL;
	for_each_possible_cpu(cpu) {
		if (counters_cpu_known(cpu))
			s->cpu[cpus++].cpu = cpu;
	}
	for (i = 0; i < COUNTER_HISTS; i++)
		hist_take(s, cpus, i);
	return cpus * COUNTER_HISTS;
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "cpu", -5 }, { "interval", -22 }, { "count", 12 }, { "p50_ns", 14 }, { "p90_ns", 14 },
	{ "p99_ns", 14 }, { "max_ns", 14 }, { "mean_ns", 14 }, { NULL },
};

static void ns_put(struct seq_file *m, const struct hist_summary *h, u64 ns)
{
	if (h->count)
		seq_printf(m, " %14llu", ns);
	else
		seq_printf(m, " %14s", "-");
}

static void row_put(struct seq_file *m, const void *at, int row)
{
	const struct snapshot *s = at;
	const struct cpu_rows *cpu = &s->cpu[row / COUNTER_HISTS];
	const struct hist_summary *h = &cpu->hist[row % COUNTER_HISTS];

	proc_put_cpu(m, cpu->cpu);
	seq_printf(m, " %-22s %12llu", names[row % COUNTER_HISTS], h->count);
	ns_put(m, h, h->p50);
	ns_put(m, h, h->p90);
	ns_put(m, h, h->p99);
	ns_put(m, h, h->max);
	ns_put(m, h, h->mean);
}

static const struct proc_table latency = {
	.name = "latency",
	.version = 1,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns = columns,
	.row = row_put,
};
PROC_TABLE(latency);
