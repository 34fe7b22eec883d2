// SPDX-License-Identifier: GPL-2.0
/*
 * Self tests of the accounting core as it was compiled for this kernel: no context, no hook needed.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "compat.h"
#include "core/ring.h"
#include "core/switch.h"
#include "hist.h"
#include "selftest.h"

/* A value lies in its bucket, and the bucket's midpoint is at most 1/64 of the value away. */
static int hist_value(u64 v)
{
	u32 i = oscope_hist_index(v);
	u64 mid = oscope_hist_mid(i), off = mid > v ? mid - v : v - mid;

	SELFTEST_TRUE(i < OSCOPE_HIST_BUCKETS);
	SELFTEST_TRUE(oscope_hist_low(i) <= v && v < oscope_hist_low(i + 1));
	SELFTEST_TRUE(off * 2 * OSCOPE_HIST_SUB <= v);
	return 0;
}

static int hist_error_bound(void)
{
	u32 bit, i;
	int err = 0;

	for (bit = 0; bit < OSCOPE_HIST_MAX_BITS && !err; bit++) {
		for (i = 0; i < 100 && !err; i++)
			err = hist_value(BIT_ULL(bit) + (BIT_ULL(bit) - 1) * i / 99);
	}
	return err;
}
SELFTEST(hist_error_bound);

static int hist_edges(void)
{
	u64 last = BIT_ULL(OSCOPE_HIST_MAX_BITS) - 1;
	u32 i;

	OPTIMIZER_HIDE_VAR(last);	/* computed at run time, as in use */
	SELFTEST_TRUE(oscope_hist_index(last) == OSCOPE_HIST_BUCKETS - 1);
	SELFTEST_TRUE(oscope_hist_index(last + 1) == OSCOPE_HIST_BUCKETS - 1);
	SELFTEST_TRUE(oscope_hist_index(U64_MAX) == OSCOPE_HIST_BUCKETS - 1);
	SELFTEST_TRUE(oscope_hist_index(0) == 0);
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		SELFTEST_TRUE(oscope_hist_index(oscope_hist_low(i)) == i);
	return 0;
}
SELFTEST(hist_edges);

/* Percentiles by nearest rank, as the tool has them of the same counts. */
static int hist_ranks(void)
{
	struct oscope_hist *h = kzalloc(sizeof(*h), GFP_KERNEL);
	struct hist_summary one, ten;
	u32 i;

	if (!h)
		return -ENOMEM;
	oscope_hist_add(h, 1);
	one = hist_summarize(h);
	for (i = 2; i <= 10; i++)
		oscope_hist_add(h, i);
	ten = hist_summarize(h);
	kfree(h);
	SELFTEST_TRUE(one.p50 == 1 && one.p99 == 1 && one.max == 1);
	SELFTEST_TRUE(ten.p50 == 5 && ten.p90 == 9 && ten.p99 == 10 && ten.max == 10);
	return 0;
}
SELFTEST(hist_ranks);

/* Every combination of what a switch can be has one kind, and idle wins. */
static int kinds_partition(void)
{
	u32 bits, kind;

	for (bits = 0; bits < 32; bits++) {
		bool prev_idle = bits & 1, next_idle = bits & 2, prev_kthread = bits & 4,
		     next_kthread = bits & 8, same_mm = bits & 16;

		kind = oscope_switch_kind(prev_idle, next_idle, prev_kthread, next_kthread,
					  same_mm);
		SELFTEST_TRUE(kind < OSCOPE_KINDS);
		SELFTEST_TRUE((kind == OSCOPE_KIND_TO_IDLE) == next_idle);
		SELFTEST_TRUE((kind == OSCOPE_KIND_FROM_IDLE) == (prev_idle && !next_idle));
		SELFTEST_TRUE((kind == OSCOPE_KIND_SAME_MM) ==
			      (same_mm && !(bits & 15)));
	}
	return 0;
}
SELFTEST(kinds_partition);

static int counters_run(struct oscope_counters *c)
{
	struct oscope_cpu cpu = { 0 };
	struct oscope_switch sw;
	u64 kinds = 0;
	u32 i;

	for (i = 0; i < 700; i++) {
		sw = (struct oscope_switch){
			.ts = 1000 + i * 100,
			.direct_ns = i % 2 ? 50 : OSCOPE_NS_NONE,
			.flags = i % OSCOPE_KINDS | (i % 3 ? OSCOPE_SWITCH_VOLUNTARY :
						     OSCOPE_SWITCH_READY),
		};
		oscope_direct_settle(c, &cpu, sw.direct_ns);
		oscope_on_switch(c, &cpu, &sw);
		oscope_cpu_counted(&cpu, &sw);
	}
	for (i = 0; i < OSCOPE_KINDS; i++)
		kinds += c->kind[i];
	SELFTEST_TRUE(c->events == 700 && kinds == 700);
	SELFTEST_TRUE(c->voluntary + c->involuntary + c->kind[OSCOPE_KIND_FROM_IDLE] == 700);
	SELFTEST_TRUE(c->involuntary == c->ready);
	SELFTEST_TRUE(c->direct_missing == 349);
	SELFTEST_TRUE(c->slice.bucket[oscope_hist_index(100)] == 599);
	return 0;
}

static int counters_add_up(void)
{
	struct oscope_counters *c = kvzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	if (!c)
		return -ENOMEM;
	err = counters_run(c);
	kvfree(c);
	return err;
}
SELFTEST(counters_add_up);

static int waits_run(struct oscope_counters *c)
{
	struct oscope_wait_state t = { 0 };

	SELFTEST_TRUE(oscope_task_comes(c, &t, 10) == ~0ULL && c->unpaired == 1);
	oscope_task_woken(&t, 100, 0);
	SELFTEST_TRUE(oscope_task_comes(c, &t, 130) == 30);
	SELFTEST_TRUE(c->wait[OSCOPE_WAIT_WOKEN].bucket[30] == 1);
	oscope_task_leaves_ready(&t, 200);
	SELFTEST_TRUE(oscope_task_comes(c, &t, 231) == 31);
	SELFTEST_TRUE(c->wait[OSCOPE_WAIT_PREEMPTED].bucket[31] == 1);
	/* A wait is paired once, and never negative. */
	SELFTEST_TRUE(oscope_task_comes(c, &t, 300) == ~0ULL && c->unpaired == 2);
	oscope_task_woken(&t, 400, 0);
	SELFTEST_TRUE(oscope_task_comes(c, &t, 399) == 0 && c->clock_back == 1);
	return 0;
}

static int waits_pair(void)
{
	struct oscope_counters *c = kvzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	if (!c)
		return -ENOMEM;
	err = waits_run(c);
	kvfree(c);
	return err;
}
SELFTEST(waits_pair);

/* The cost of a switch arrives with the next, without our own time, and at most once. */
static int direct_bracket(void)
{
	struct oscope_cpu cpu = { .entry_ns = 1000, .direct_ns = OSCOPE_NS_NONE, .direct_open = 1 };

	oscope_direct_close(&cpu, 1250, 50);
	SELFTEST_TRUE(cpu.direct_ns == 200 && !cpu.direct_open);
	oscope_direct_close(&cpu, 9000, 50);
	SELFTEST_TRUE(cpu.direct_ns == 200);
	cpu.direct_open = 1;
	oscope_direct_close(&cpu, 1020, 50);
	SELFTEST_TRUE(cpu.direct_ns == 0);
	cpu.direct_open = 1;
	oscope_direct_close(&cpu, 1000 + BIT_ULL(40), 0);
	SELFTEST_TRUE(cpu.direct_ns == OSCOPE_NS_NONE - 1);
	return 0;
}
SELFTEST(direct_bracket);

static int ring_heads(void)
{
	u32 id, slots, head;

	for (id = 0; id < OSCOPE_REC_MAX; id++) {
		for (slots = 1; slots <= 4; slots++) {
			head = oscope_head(id, 0x1ff, slots) | oscope_lap(5ULL << 10, 10);
			SELFTEST_TRUE(oscope_head_id(head) == id);
			SELFTEST_TRUE(oscope_head_slots(head) == slots);
			SELFTEST_TRUE(oscope_head_flags(head) == 0x1ff);
			SELFTEST_TRUE(head >> OSCOPE_HEAD_LAP_SHIFT == 5);
			SELFTEST_TRUE(!(head & OSCOPE_HEAD_CONT));
		}
	}
	return 0;
}
SELFTEST(ring_heads);

/* Laps tell turns of the ring apart, and are not those of a ring that was never written. */
static int ring_laps(void)
{
	u64 size = 1024, pos;

	for (pos = size; pos < 5000 * size; pos += size / 2) {
		SELFTEST_TRUE(oscope_lap(pos, 10) != oscope_lap(pos + size, 10));
		SELFTEST_TRUE(oscope_lap(pos, 10) == oscope_lap(pos | (size / 2 - 1), 10));
	}
	SELFTEST_TRUE(oscope_lap(size, 10) != 0);
	return 0;
}
SELFTEST(ring_laps);

/* Whatever a reader writes as its tail, a writer finds the ring full or not, no more. */
static int ring_fullness(void)
{
	u64 size = 1024, head = 10 * size;

	SELFTEST_TRUE(!oscope_ring_full(head, head, 10));
	SELFTEST_TRUE(!oscope_ring_full(head, head - size + OSCOPE_RING_SLACK, 10));
	SELFTEST_TRUE(oscope_ring_full(head, head - size + OSCOPE_RING_SLACK - 1, 10));
	SELFTEST_TRUE(oscope_ring_full(head, head + 1, 10));
	SELFTEST_TRUE(oscope_ring_full(head, 0, 10));
	SELFTEST_TRUE(oscope_ring_full(head, U64_MAX, 10));
	return 0;
}
SELFTEST(ring_fullness);
