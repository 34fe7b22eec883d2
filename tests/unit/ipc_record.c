// SPDX-License-Identifier: GPL-2.0
/*
 * Records of what communicates: whatever is told comes out as it went in, in no more slots than it
 * needs.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc_record.h"

static uint64_t seed = 0x9e3779b97f4a7c15ULL;

/* A number of so many bits at most, of any size. */
static uint64_t draw(uint32_t bits)
{
	uint64_t n;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	n = seed >> (64 - bits);
	return seed % 4 ? n >> seed % bits : n;
}

static uint32_t call_slots(struct oscope_ipc_call what)
{
	struct oscope_slot s[OSCOPE_IPC_SLOTS];
	const struct oscope_call_told t = { .what = what };

	return oscope_call_pack(s, &t);
}

#define CALL(...)	call_slots((struct oscope_ipc_call){ __VA_ARGS__ })

TEST(what_is_simple_takes_a_slot)
{
	EXPECT_EQ(CALL(.messages = 1, .bytes = 16383, .latency_ns = 0xffffffff, .wakeups = 3,
		       .switches = 3, .unpaired = 1), 1U);
	EXPECT_EQ(CALL(.error = OSCOPE_EAGAIN), 1U);
	EXPECT_EQ(CALL(.blocked_ns = 1), 2U);
	EXPECT_EQ(CALL(.bytes = 16384), 2U);
	EXPECT_EQ(CALL(.latency_ns = 1ULL << 32), 2U);
	EXPECT_EQ(CALL(.wakeups = 4), 2U);
	EXPECT_EQ(CALL(.switches = 0xffff), 2U);
	EXPECT_EQ(CALL(.switches = 0x10000), 3U);
	EXPECT_EQ(CALL(.messages = 2), 3U);
	EXPECT_EQ(CALL(.error = 32), 3U);
	EXPECT_EQ(CALL(.unpaired = 2), 3U);
	EXPECT_EQ(CALL(.handed = 1), 3U);
}

static struct oscope_call_told call_drawn(void)
{
	struct oscope_call_told t = {
		.ts = draw(64), .tid = draw(22), .object = draw(22), .mechanism = draw(5),
		.op = draw(1), .no_entry = draw(1),
		.what = {
			.latency_ns = draw(64), .blocked_ns = draw(1) ? 0 : draw(64),
			.switches = draw(32), .wakeups = draw(32), .bytes = draw(46),
			.messages = draw(1) ? draw(1) : draw(32),
			.error = draw(1) ? 0 : draw(1) ? OSCOPE_EAGAIN : draw(16),
			.unpaired = draw(16), .handed = draw(1),
		},
	};

	t.what.held_ns = t.what.handed ? draw(64) : 0;
	return t;
}

TEST(calls_come_back)
{
	struct oscope_slot s[OSCOPE_IPC_SLOTS];
	uint32_t i, n, j;

	for (i = 0; i < 200000; i++) {
		struct oscope_call_told in, out;

		memset(&in, 0, sizeof(in));
		in = call_drawn();
		n = oscope_call_pack(s, &in);
		ASSERT_EQ(oscope_head_slots(s[0].head), n);
		ASSERT_EQ(oscope_head_id(s[0].head), (uint32_t)OSCOPE_REC_IPC_CALL);
		ASSERT_EQ(s[0].head & (OSCOPE_HEAD_LAP | OSCOPE_HEAD_CONT), 0U);
		ASSERT_EQ(oscope_head_flags(s[0].head) & OSCOPE_FLAG_GAP, 0U);
		for (j = n; j < OSCOPE_IPC_SLOTS; j++)
			memset(&s[j], 0xa5, sizeof(s[j]));
		oscope_call_unpack(&out, s, n);
		ASSERT_EQ(in.ts, out.ts);
		ASSERT_EQ(in.tid, out.tid);
		ASSERT_EQ(in.object, out.object);
		ASSERT_EQ(in.mechanism, out.mechanism);
		ASSERT_EQ(in.op, out.op);
		ASSERT_EQ(in.no_entry, out.no_entry);
		ASSERT_EQ(in.what.latency_ns, out.what.latency_ns);
		ASSERT_EQ(in.what.blocked_ns, out.what.blocked_ns);
		ASSERT_EQ(in.what.switches, out.what.switches);
		ASSERT_EQ(in.what.wakeups, out.what.wakeups);
		ASSERT_EQ(in.what.messages, out.what.messages);
		ASSERT_EQ(in.what.bytes, out.what.bytes);
		ASSERT_EQ(in.what.error, out.what.error);
		ASSERT_EQ(in.what.unpaired, out.what.unpaired);
		ASSERT_EQ(in.what.handed, out.what.handed);
		ASSERT_EQ(in.what.held_ns, out.what.held_ns);
	}
}

TEST(pairs_come_back)
{
	struct oscope_slot s[OSCOPE_IPC_SLOTS];
	uint32_t i, n;

	for (i = 0; i < 200000; i++) {
		struct oscope_pair_told out, in = {
			.ts = draw(64), .from = draw(22), .to = draw(22), .object = draw(22),
			.messages = draw(1) ? draw(1) : draw(32), .bytes = draw(64),
			.uncertain = draw(1), .woken = draw(1),
		};

		in.send_wake_ns = in.woken ? draw(32) : 0;
		in.wake_run_ns = in.woken ? draw(32) : 0;
		n = oscope_pair_pack(s, &in);
		ASSERT_EQ(n, in.woken || in.messages > 1 || in.bytes >> 30 ? 2U : 1U);
		ASSERT_EQ(oscope_head_slots(s[0].head), n);
		if (n < 2)
			memset(&s[1], 0xa5, sizeof(s[1]));
		oscope_pair_unpack(&out, s, n);
		ASSERT_EQ(in.ts, out.ts);
		ASSERT_EQ(in.from, out.from);
		ASSERT_EQ(in.to, out.to);
		ASSERT_EQ(in.object, out.object);
		ASSERT_EQ(in.messages, out.messages);
		ASSERT_EQ(in.bytes, out.bytes);
		ASSERT_EQ(in.uncertain, out.uncertain);
		ASSERT_EQ(in.woken, out.woken);
		ASSERT_EQ(in.send_wake_ns, out.send_wake_ns);
		ASSERT_EQ(in.wake_run_ns, out.wake_run_ns);
	}
}

TEST_HARNESS_MAIN
