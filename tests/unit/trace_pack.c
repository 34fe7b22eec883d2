// SPDX-License-Identifier: GPL-2.0
/*
 * Packed slots come out as they went in, whatever is in them; and what is damaged is refused.
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "kselftest_harness.h"

#include "kmod/core/ring.h"
#include "trace_pack.h"
#include "trace_planes.h"

#define N	OSCOPE_PACKED_SLOTS

static uint64_t seed;

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* A number of any size: half of them small, some the largest. */
static uint64_t draw_number(void)
{
	uint64_t n = draw();

	return n % 16 ? n >> (draw() % 64) : ~0ULL;
}

/* Anything at all. */
static void draw_wild(struct oscope_slot *s, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		s[i] = (struct oscope_slot){
			.ts = draw_number(), .head = draw_number(),
			.w = { draw_number(), draw_number(), draw_number() },
		};
}

/* Switches, wake-ups and reasons as they come. */
static void draw_likely(struct oscope_slot *s, uint32_t n)
{
	static const uint32_t ids[] = { OSCOPE_REC_SWITCH, OSCOPE_REC_WAKING, OSCOPE_REC_BLOCKED };
	uint32_t i, runs = 100, next;
	uint64_t ts = 1000000000;

	for (i = 0; i < n; i++) {
		uint32_t id = ids[draw() % 3];

		next = 100 + draw() % 40;
		ts += 300 + draw() % 4000;
		s[i].ts = ts;
		s[i].head = oscope_head(id, draw() % 4, 1) | oscope_lap(4096 + i, 10);
		s[i].w[0] = id == OSCOPE_REC_WAKING ? next : runs;
		s[i].w[1] = id == OSCOPE_REC_WAKING ? runs : next;
		s[i].w[2] = id == OSCOPE_REC_SWITCH ? 100 + draw() % 200 : 0;
		if (id == OSCOPE_REC_SWITCH)
			runs = next;
	}
}

FIXTURE(pack) {
	struct trace_packer *packer;
	struct trace_unpacker *unpacker;
	struct oscope_slot in[N], out[N];
	const void *data;
	size_t bytes, filled;
};

FIXTURE_SETUP(pack)
{
	seed = 0x9e3779b97f4a7c15ULL;
	self->packer = trace_packer_new(1);
	self->unpacker = trace_unpacker_new();
	ASSERT_TRUE(self->packer && self->unpacker);
}

FIXTURE_TEARDOWN(pack)
{
	trace_packer_free(self->packer);
	trace_unpacker_free(self->unpacker);
}

TEST_F(pack, any_slots_come_back)
{
	uint32_t round, n;

	for (round = 0; round < 400; round++) {
		n = round % 8 ? 1 + draw() % 64 : 1 + draw() % N;
		if (round == 16)
			n = N;
		draw_wild(self->in, n);
		ASSERT_EQ(trace_pack(self->packer, self->in, n, &self->data, &self->bytes,
				     &self->filled), 0);
		ASSERT_EQ(self->filled % 8, 0U);
		ASSERT_TRUE(self->filled >= self->bytes && self->filled >= n / 4);
		memset(self->out, 0xa5, n * sizeof(*self->out));
		ASSERT_EQ(trace_unpack(self->unpacker, self->data, self->bytes, self->out, n), 0);
		ASSERT_EQ(memcmp(self->in, self->out, n * sizeof(*self->in)), 0)
			TH_LOG("round %u, %u slots", round, n);
	}
}

TEST_F(pack, so_do_those_of_what_communicates)
{
	static const uint8_t ids[] = {
		OSCOPE_REC_IPC_CALL, OSCOPE_REC_IPC_CALL | OSCOPE_HEAD_CONT, OSCOPE_REC_IPC_PAIR,
		OSCOPE_REC_IPC_PAIR | OSCOPE_HEAD_CONT, OSCOPE_REC_SWITCH,
	};
	uint32_t round, i;

	for (round = 0; round < 50; round++) {
		draw_wild(self->in, 500);
		for (i = 0; i < 400; i++)
			self->in[i].head = (self->in[i].head & ~0xffU) | ids[draw() % 5];
		ASSERT_EQ(trace_pack(self->packer, self->in, 500, &self->data, &self->bytes,
				     &self->filled), 0);
		ASSERT_EQ(trace_unpack(self->unpacker, self->data, self->bytes, self->out, 500), 0);
		ASSERT_EQ(memcmp(self->in, self->out, 500 * sizeof(*self->in)), 0);
	}
}

TEST_F(pack, likely_ones_are_small)
{
	draw_likely(self->in, N);
	ASSERT_EQ(trace_pack(self->packer, self->in, N, &self->data, &self->bytes, &self->filled),
		  0);
	ASSERT_EQ(trace_unpack(self->unpacker, self->data, self->bytes, self->out, N), 0);
	EXPECT_EQ(memcmp(self->in, self->out, N * sizeof(*self->in)), 0);
	EXPECT_LT(self->bytes, 5U * N);
}

TEST_F(pack, damage_is_refused)
{
	unsigned char *copy;
	size_t i;

	draw_likely(self->in, 300);
	ASSERT_EQ(trace_pack(self->packer, self->in, 300, &self->data, &self->bytes,
			     &self->filled), 0);
	copy = malloc(self->bytes);
	ASSERT_NE(copy, NULL);
	for (i = 0; i < self->bytes; i++) {
		memcpy(copy, self->data, self->bytes);
		copy[i] ^= 1 << i % 8;
		/* Some bits of zstd's own head say nothing. */
		if (!trace_unpack(self->unpacker, copy, self->bytes, self->out, 300))
			EXPECT_EQ(memcmp(self->in, self->out, 300 * sizeof(*self->in)), 0);
		EXPECT_NE(trace_unpack(self->unpacker, self->data, i, self->out, 300), 0);
	}
	EXPECT_NE(trace_unpack(self->unpacker, self->data, self->bytes, self->out, 299), 0);
	EXPECT_NE(trace_unpack(self->unpacker, self->data, self->bytes, self->out, 301), 0);
	free(copy);
}

/* What has a right checksum may say what it likes of itself. */
TEST_F(pack, sizes_that_are_lies_are_refused)
{
	unsigned char *plain = calloc(1, 1 << 20), *packed = malloc(1 << 20);
	struct plain_head head = { 0 };
	uint32_t round, n = 64, i;
	size_t bytes, got;
	int taken = 0;

	ASSERT_TRUE(plain && packed);
	for (round = 0; round < 4000; round++) {
		for (i = 0; i < GROUPS; i++)
			head.count[i] = round % 2 ? draw_number() : n / GROUPS;
		head.escapes = round % 3 ? draw() % 64 : draw_number();
		head.heads = round % 5 ? draw() % n : draw_number();
		if (!(round % 13)) {	/* no lie: all slots are the first */
			memset(&head, 0, sizeof(head));
			head.count[GROUP_OTHER] = n;
			head.heads = 1 + draw() % 8;
		}
		for (i = 0; i < NUMBERS; i++) {
			head.number[i].there = round % 7 ? (1U << PLANES) - 1 : draw();
			head.number[i].noise = draw() & (round % 11 ? head.number[i].there : 0xff);
		}
		bytes = sizeof(head) + head.heads % 4096 * 4UL + SLOT_BYTES * n + head.escapes % 4096;
		memcpy(plain, &head, sizeof(head));
		for (i = sizeof(head); i < bytes; i++)
			plain[i] = round % 13 ? draw_number() : 0;
		got = ZSTD_compress(packed, 1 << 20, plain, bytes, 1);
		ASSERT_FALSE(ZSTD_isError(got));
		taken += !trace_unpack(self->unpacker, packed, got, self->out, n);
	}
	EXPECT_GT(taken, 0);
	EXPECT_LT(taken, 4000);
	got = ZSTD_compress(packed, 1 << 20, plain, 1 << 20, 1);	/* more than there is room */
	EXPECT_NE(trace_unpack(self->unpacker, packed, got, self->out, n), 0);
	free(plain);
	free(packed);
}

TEST_HARNESS_MAIN
