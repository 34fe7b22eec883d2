/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording of two that communicate: a writes to b through a pipe, of which b sleeps in the read;
 * then through a FIFO, where nothing is as simple.
 */
#include "kmod/core/ipc_record.h"

#define TALK_OBJECTS	16
#define TALK_PIPE	3
#define TALK_FIFO	5
#define TALK_LOST	7		/* of which nothing but its records is told */

/* One record: a call, or a pair. */
struct talk {
	uint32_t cpu, ns, pair;
	struct oscope_call_told call;
	struct oscope_pair_told told;
};

#define TALK_CALL(cpu, ns, tid_, object_, mechanism_, op_, ...) { cpu, ns, 0, .call = { \
	.tid = tid_, .object = object_, .mechanism = OSCOPE_IPC_##mechanism_, \
	.op = OSCOPE_IPC_##op_, .what = { __VA_ARGS__ } } }
#define TALK_PAIR(cpu, ns, from_, to_, object_, ...) { cpu, ns, 1, .told = { \
	.from = from_, .to = to_, .object = object_, __VA_ARGS__ } }

static const struct talk talks_told[] = {
	TALK_CALL(0, 1000, 700, TALK_PIPE, PIPE, SEND, .latency_ns = 900, .messages = 1,
		  .bytes = 100, .wakeups = 1),
	TALK_PAIR(1, 2000, 700, 701, TALK_PIPE, .messages = 1, .bytes = 100, .woken = 1,
		  .send_wake_ns = 400, .wake_run_ns = 300),
	TALK_CALL(1, 2100, 701, TALK_PIPE, PIPE, RECEIVE, .latency_ns = 1900,
		  .blocked_ns = 1500, .messages = 1, .bytes = 100, .switches = 1),
	TALK_CALL(0, 3000, 700, TALK_FIFO, FIFO, SEND, .latency_ns = 50, .error = OSCOPE_EAGAIN),
	TALK_CALL(0, 3100, 700, TALK_FIFO, FIFO, SEND, .latency_ns = 60, .error = 32),
	TALK_CALL(0, 3200, 700, TALK_FIFO, FIFO, SEND, .latency_ns = 5000000000ULL,
		  .messages = 1, .bytes = 70000),
	TALK_PAIR(1, 4000, 700, 701, TALK_FIFO, .bytes = 60000, .uncertain = 1),
	TALK_PAIR(1, 4100, 700, 701, TALK_FIFO, .messages = 1, .bytes = 10000),
	/* Of one that is in no identity, but told beside the records. */
	TALK_PAIR(1, 4200, 702, 701, TALK_FIFO, .messages = 2, .bytes = 8),
	TALK_CALL(1, 4300, 701, TALK_FIFO, FIFO, RECEIVE, .latency_ns = 700, .messages = 3,
		  .bytes = 70008, .unpaired = 1),
	TALK_CALL(1, 4400, 701, TALK_LOST, EVENTFD, RECEIVE, .latency_ns = 80, .messages = 1,
		  .bytes = 8, .unpaired = 1),
};

static const struct name talks_names[] = {
	{ 700, 700, 0, 10, "a" },
	{ 701, 701, 0, 20, "b" },
};

static uint32_t talks_make(const struct trace *t, uint32_t cpu, uint64_t first,
			   struct oscope_slot *slot)
{
	struct oscope_slot made[OSCOPE_IPC_SLOTS];
	struct oscope_call_told call;
	struct oscope_pair_told pair;
	uint32_t n = 0, slots, j;
	size_t i;

	for (i = 0; i < t->n_talks; i++) {
		if (t->talk[i].cpu != cpu)
			continue;
		call = t->talk[i].call;
		pair = t->talk[i].told;
		call.ts = pair.ts = T0 + t->talk[i].ns;
		slots = t->talk[i].pair ? oscope_pair_pack(made, &pair) :
					  oscope_call_pack(made, &call);
		for (j = 0; j < slots; j++, n++) {
			slot[n] = made[j];
			slot[n].head |= oscope_lap(first + n, ORDER);
		}
	}
	return n;
}

/* What is said of them beside the records; at the end, with sums that no record tells. */
static void put_talks(struct file *f, int end)
{
	const struct oscope_file_ipc ipc = {
		.mechanisms = OSCOPE_IPC_ALL, .objects = TALK_OBJECTS, .ipc_ns = 1,
		.calls = end ? 9 : 0, .asynchronous = end ? 2 : 0,
	};
	const struct oscope_file_object object[] = {
		{ TALK_PIPE, OSCOPE_FILE_OBJECT_EXACT,
		  { .key = 1, .ino = 77, .mechanism = OSCOPE_IPC_PIPE + 1 } },
		{ TALK_FIFO, 0,
		  { .key = 2, .ino = 78, .mechanism = OSCOPE_IPC_FIFO + 1, .name = 1 } },
	};
	const struct oscope_file_name name = { 1, 0, { .parts = 2, .part = { "fifo", "tmp" } } };
	const struct oscope_identity other = { .tid = 702, .tgid = 702, .comm_lo = "other" };

	put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_IPC, .bytes = sizeof(ipc) },
		  &ipc);
	if (!end)
		return;
	put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_IPC_OBJECT,
					    .bytes = sizeof(object) }, object);
	put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_IPC_NAME,
					    .bytes = sizeof(name) }, &name);
	put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_IPC_OTHER,
					    .bytes = sizeof(other) }, &other);
}
