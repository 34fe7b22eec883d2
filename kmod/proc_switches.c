// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/switches: counts since the last reset, of the system and of each CPU.
 */
#include <linux/math64.h>
#include <linux/string.h>
#include "block.h"
#include "counters.h"
#include "proc.h"

struct column {
	const char *name;
	u32 word;			/* of struct oscope_counters */
};

#define COLUMN(_name, member)	{ .name = _name, .word = COUNTER_WORD(member) }
#define KIND(_name, kind_id)	{ .name = _name, .word = COUNTER_WORD(kind) + (kind_id) }

/* Appended to, never reordered: scripts may count on the order as well as on the names. */
static const struct column columns[] = {
	COLUMN("events", events),
	COLUMN("voluntary", voluntary),
	COLUMN("involuntary", involuntary),
	KIND("from_idle", OSCOPE_KIND_FROM_IDLE),
	KIND("to_idle", OSCOPE_KIND_TO_IDLE),
	KIND("to_kthread", OSCOPE_KIND_TO_KTHREAD),
	KIND("from_kthread", OSCOPE_KIND_FROM_KTHREAD),
	KIND("kthread_kthread", OSCOPE_KIND_KTHREAD_KTHREAD),
	KIND("same_mm", OSCOPE_KIND_SAME_MM),
	KIND("cross_mm", OSCOPE_KIND_CROSS_MM),
	COLUMN("ready", ready),
	COLUMN("ready_preempt", ready_preempt),
	COLUMN("migrations", migrations),
	COLUMN("wakings", wakings),
	COLUMN("wakings_spurious", wakings_spurious),
	COLUMN("wakings_new", wakings_new),
	COLUMN("unpaired", unpaired),
	COLUMN("clock_back", clock_back),
	COLUMN("direct_missing", direct_missing),
	COLUMN("untracked", untracked),
};

struct cpu_row {
	int cpu;			/* or PROC_TOTAL */
	u64 word[COUNTER_WORDS];
};

struct snapshot {
	u64 elapsed_ns;			/* since the last reset */
	struct cpu_row row[];
};

static size_t snapshot_bytes(void)
{
	return struct_size_t(struct snapshot, row, nr_cpu_ids + 1);
}

static void total_add(struct cpu_row *total, const struct cpu_row *row)
{
	int i;

	for (i = 0; i < COUNTER_WORDS; i++)
		total->word[i] += row->word[i];
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	struct snapshot *s = at;
	int cpu, rows = 1;

	memset(&s->row[0], 0, sizeof(s->row[0]));
	s->row[0].cpu = PROC_TOTAL;
	s->elapsed_ns = clock_ns() - counters_reset_ns();
	for_each_possible_cpu(cpu) {
		if (!counters_cpu_known(cpu))
			continue;
		s->row[rows].cpu = cpu;
		counters_read(cpu, s->row[rows].word);
		total_add(&s->row[0], &s->row[rows]);
		rows++;
	}
	return rows;
}

/* Wide enough for 10^12 and for the name. */
static int column_width(const char *name)
{
	return max_t(int, strlen(name), 12);
}

static void columns_put(struct seq_file *m)
{
	int i;

	seq_puts(m, "cpu  ");
	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		seq_printf(m, " %*s", column_width(columns[i].name), columns[i].name);
		if (!i)
			seq_printf(m, " %*s", column_width("switches"), "switches");
	}
	seq_printf(m, " %*s", column_width("events_per_s"), "events_per_s");
}

static u64 events_per_s(u64 events, u64 elapsed_ns)
{
	return elapsed_ns ? mul_u64_u64_div_u64(events, NSEC_PER_SEC, elapsed_ns) : 0;
}

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct snapshot *s = at;
	const struct cpu_row *row = &s->row[i];
	u64 events = row->word[COUNTER_WORD(events)];
	int c;

	proc_put_cpu(m, row->cpu);
	for (c = 0; c < ARRAY_SIZE(columns); c++) {
		seq_printf(m, " %*llu", column_width(columns[c].name), row->word[columns[c].word]);
		if (!c)
			seq_printf(m, " %*llu", column_width("switches"),
				   events - row->word[COUNTER_WORD(kind) + OSCOPE_KIND_FROM_IDLE]);
	}
	seq_printf(m, " %*llu", column_width("events_per_s"), events_per_s(events, s->elapsed_ns));
}

static const struct proc_table switches = {
	.name = "switches",
	.version = 1,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns_put = columns_put,
	.row = row_put,
};
PROC_TABLE(switches);
