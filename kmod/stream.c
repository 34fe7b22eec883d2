// SPDX-License-Identifier: GPL-2.0
/*
 * What read(2) on /dev/oscope gives: a recorded file. First its header, then chunks of slots of one
 * CPU each, at the end the totals.
 *
 * The position up to which a CPU's slots are consumed is kept where a reader that maps the ring
 * keeps it, so that drop mode sees it; since that reader can write anything there it is bounded on
 * use.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include "block.h"
#include "calibrate.h"
#include "direct.h"
#include "hooks.h"
#include "ring.h"
#include "stream.h"

#define SLOTS_A_CHUNK	680

/* What of a CPU's ring has been read. */
struct stream_cpu {
	u64 received;			/* records */
	u64 skipped;			/* slots overwritten before they were read */
};

struct stream {
	struct event_ring *ring;
	bool header_sent, ended;
	int next_cpu;
	struct oscope_slot slots[SLOTS_A_CHUNK];
	struct stream_cpu cpu[];
};

struct stream *stream_alloc(struct event_ring *r)
{
	struct stream *s = kvzalloc(struct_size(s, cpu, nr_cpu_ids), GFP_KERNEL);

	if (s)
		s->ring = r;
	return s;
}

void stream_free(struct stream *s)
{
	kvfree(s);
}

bool stream_ended(const struct stream *s)
{
	return s->ended;
}

/* The first position to read of a CPU: behind it everything is consumed or overwritten. */
static u64 position_first(struct stream *s, int cpu, u64 head)
{
	struct event_ring *r = s->ring;
	u64 size = BIT_ULL(r->order), tail = READ_ONCE(r->tail[cpu].tail);

	if (tail > head || tail < size)
		tail = min(head, size);
	if (head - tail <= size)
		return tail;
	/* Overrun. Leave the writer some room, or it overruns us again while we copy. */
	s->cpu[cpu].skipped += head - tail - (size - size / 8);
	return head - (size - size / 8);
}

/* Copy up to n committed slots from pos on. */
static u32 slots_copy(struct stream *s, int cpu, u64 pos, u64 head, u32 n)
{
	struct event_ring *r = s->ring;
	const struct oscope_slot *slot;
	u32 i, word;

	for (i = 0; i < n && pos + i < head; i++) {
		slot = &r->data[((u64)cpu << r->order) + ((pos + i) & (BIT_ULL(r->order) - 1))];
		word = smp_load_acquire(&slot->head);	/* pairs with slot_commit() */
		if ((word & OSCOPE_HEAD_LAP) != oscope_lap(pos + i, r->order))
			break;
		/* What a writer spoils meanwhile slots_fetch() throws away. */
		data_race(memcpy(&s->slots[i], slot, sizeof(*slot)));
	}
	return i;
}

/* Cut a record off that is not there as a whole; count the others. */
static u32 slots_whole(struct stream *s, u32 n, u64 *records)
{
	u32 i, head, whole = 0;

	*records = 0;
	for (i = 0; i < n; i++) {
		head = s->slots[i].head;
		if (!(head & OSCOPE_HEAD_CONT)) {
			if (i + oscope_head_slots(head) > n)
				return i;
			++*records;
		}
		whole = i + 1;
	}
	return whole;
}

/*
 * Fetch up to n slots of a CPU into s->slots; *pos: of the first. What the writer overtook while it
 * was being copied is thrown away and fetched again.
 */
static u32 slots_fetch(struct stream *s, int cpu, u32 n, u64 *pos, u64 *records)
{
	struct event_ring *r = s->ring;
	int tries = 8;
	u32 got;

	do {
		u64 head = smp_load_acquire(&r->ctl[cpu].head);	/* before the slots below it */

		*pos = position_first(s, cpu, head);
		got = slots_copy(s, cpu, *pos, head, n);
		WRITE_ONCE(r->tail[cpu].tail, *pos);
		smp_rmb();	/* the copies before the head that proves them good */
		if (READ_ONCE(r->ctl[cpu].head) - *pos <= BIT_ULL(r->order))
			return slots_whole(s, got, records);
	} while (--tries);
	return 0;
}

static ssize_t bytes_put(char __user *to, const void *from, size_t bytes)
{
	return copy_to_user(to, from, bytes) ? -EFAULT : bytes;
}

/* One chunk of one CPU. Bytes; 0 if it has none. */
static ssize_t chunk_put(struct stream *s, int cpu, char __user *to, size_t room)
{
	u32 n = min_t(size_t, (room - sizeof(struct oscope_chunk)) / sizeof(struct oscope_slot),
		      SLOTS_A_CHUNK);
	struct oscope_chunk chunk = { .magic = OSCOPE_CHUNK_MAGIC, .kind = OSCOPE_CHUNK_SLOTS };
	u64 records;

	n = slots_fetch(s, cpu, n, &chunk.position, &records);
	if (!n)
		return 0;
	chunk.cpu = cpu;
	chunk.bytes = n * sizeof(struct oscope_slot);
	chunk.lost = READ_ONCE(s->ring->ctl[cpu].dropped) + s->cpu[cpu].skipped;
	if (bytes_put(to, &chunk, sizeof(chunk)) < 0 ||
	    bytes_put(to + sizeof(chunk), s->slots, chunk.bytes) < 0)
		return -EFAULT;
	WRITE_ONCE(s->ring->tail[cpu].tail, chunk.position + n);
	s->cpu[cpu].received += records;
	return sizeof(chunk) + chunk.bytes;
}

static ssize_t header_put(struct stream *s, char __user *to)
{
	struct oscope_file_header h = {
		.magic = OSCOPE_FILE_MAGIC,
		.abi = OSCOPE_ABI,
		.bytes = sizeof(h),
		.start_ns = s->ring->start_ns,
		.realtime_ns = s->ring->start_realtime_ns,
		.features = hooks_features(),
		.records = s->ring->records,
		.cpus = nr_cpu_ids,
		.own_ns = calibrated_own_ns,
		.own_direct_ns = direct_own_ns,
		.source = "kmod",
	};

	ssize_t n;

	strscpy(h.kernel, init_utsname()->release, sizeof(h.kernel));
	n = bytes_put(to, &h, sizeof(h));
	s->header_sent = n > 0;
	return n;
}

/* Records written and lost, of all CPUs. Exact: nothing is written any more. */
static ssize_t end_put(struct stream *s, char __user *to)
{
	struct {
		struct oscope_chunk chunk;
		struct oscope_chunk_end end;
	} last = {
		.chunk = {
			.magic = OSCOPE_CHUNK_MAGIC,
			.kind = OSCOPE_CHUNK_END,
			.bytes = sizeof(last.end),
		},
		.end.end_ns = clock_ns(),
	};
	const struct oscope_ring_ctl *ctl;
	ssize_t n;
	int cpu;

	for_each_possible_cpu(cpu) {
		ctl = &s->ring->ctl[cpu];
		last.end.events += ctl->head - BIT_ULL(s->ring->order) - ctl->cont + ctl->dropped;
		last.end.lost -= s->cpu[cpu].received;
	}
	last.end.lost += last.end.events;
	n = bytes_put(to, &last, sizeof(last));
	s->ended = n > 0;
	return n;
}

/* Chunks of all CPUs in turn, as many as there is room for. */
static ssize_t chunks_put(struct stream *s, char __user *to, size_t bytes)
{
	int idle = 0;
	size_t done = 0;
	ssize_t n;

	while (idle < nr_cpu_ids && bytes - done >= OSCOPE_STREAM_MIN) {
		n = cpu_possible(s->next_cpu) ?
		    chunk_put(s, s->next_cpu, to + done, bytes - done) : 0;
		if (n < 0)
			return done ?: n;
		idle = n ? 0 : idle + 1;
		done += n;
		s->next_cpu = (s->next_cpu + 1) % nr_cpu_ids;
	}
	return done;
}

ssize_t stream_read(struct stream *s, char __user *to, size_t bytes)
{
	bool stopped = READ_ONCE(s->ring->stopped);
	ssize_t n;

	if (bytes < OSCOPE_STREAM_MIN)
		return -EINVAL;
	if (!s->header_sent)
		return header_put(s, to);
	if (s->ended)
		return 0;
	n = chunks_put(s, to, bytes);
	return n || !stopped ? n : end_put(s, to);
}
