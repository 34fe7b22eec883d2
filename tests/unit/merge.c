// SPDX-License-Identifier: GPL-2.0
/* Chunks of records that a reader goes through: what is cut off from its beginning is no record. */
#include "kselftest_harness.h"

#include "kmod/core/ring.h"
#include "replay_merge.h"

#define POS	4096U

/* Of three slots of a call: two chunks whose bounds are in it, and another record. */
static struct oscope_slot slot[] = {
	{ .ts = 1000, .head = 0 },
	{ .ts = 1100, .head = 0 },
	{ .ts = 7, .head = OSCOPE_HEAD_CONT },	/* no time */
	{ .ts = 8, .head = OSCOPE_HEAD_CONT },
	{ .ts = 2000, .head = 0 },
};

static struct oscope_chunk head[] = {
	{ .kind = OSCOPE_CHUNK_SLOTS, .position = POS },
	{ .kind = OSCOPE_CHUNK_SLOTS, .position = POS + 2 },
	{ .kind = OSCOPE_CHUNK_SLOTS, .position = POS + 3 },
};

FIXTURE(merge)
{
	struct trace_chunk chunk[3];
	struct trace_cpu cpu;
	struct trace_reader file;
	struct merge m;
};

FIXTURE_SETUP(merge)
{
	uint32_t call = oscope_head(OSCOPE_REC_IPC_CALL, 0, 3);

	slot[0].head = slot[4].head = oscope_head(OSCOPE_REC_SWITCH, 0, 1);
	slot[1].head = call;
	slot[2].head = slot[3].head = call | OSCOPE_HEAD_CONT;
	self->chunk[0] = (struct trace_chunk){ &head[0], slot, 1, 2 };
	self->chunk[1] = (struct trace_chunk){ &head[1], slot + 2, 2, 1 };
	self->chunk[2] = (struct trace_chunk){ &head[2], slot + 3, TRACE_NO_CHUNK, 2 };
	self->cpu = (struct trace_cpu){ 0, 2 };
	memset(&self->file, 0, sizeof(self->file));
	self->file.path = "memory";
	self->file.chunk = self->chunk;
	self->file.n_chunks = 3;
	self->file.cpu = &self->cpu;
	self->file.header.cpus = 1;
	memset(&self->m, 0, sizeof(self->m));
	ASSERT_EQ(0, merge_open(&self->m, &self->file));
}

FIXTURE_TEARDOWN(merge)
{
	merge_close(&self->m);
}

TEST_F(merge, record_in_three_chunks_is_one)
{
	struct oscope_slot to[OSCOPE_RECORD_SLOTS];

	merge_begin(&self->m);
	EXPECT_EQ(1, merge_record(&self->m, 0, to));
	EXPECT_EQ(3, merge_record(&self->m, 0, to));
	EXPECT_EQ(1100, to[0].ts);
	EXPECT_EQ(8, to[2].ts);
	EXPECT_EQ(2000, self->m.cursor[0].slot->ts);
}

TEST_F(merge, record_that_began_in_a_chunk_passed_over_is_none)
{
	self->chunk[0].skip = true;
	merge_begin(&self->m);
	ASSERT_EQ(1, self->m.n_heap);
	EXPECT_EQ(2000, self->m.cursor[0].slot->ts);
	EXPECT_FALSE(self->m.cursor[0].gap);
}

TEST_F(merge, record_that_began_before_the_window_is_none)
{
	self->file.from_ns = 1500;
	merge_begin(&self->m);
	ASSERT_EQ(1, self->m.n_heap);
	EXPECT_EQ(2000, self->m.cursor[0].slot->ts);
}

TEST_HARNESS_MAIN
