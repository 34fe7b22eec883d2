// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: wrap, laps, records of two slots, overwriting and refusing, with loss counted exactly.
 * The writer here is built from the same arithmetic as the probes' and the module's.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kselftest_harness.h"

#include "kmod/core/ring.h"
#include "ring.h"

#define ORDER	10
#define SLOTS	(1U << ORDER)

struct ring {
	struct oscope_ring_ctl ctl;
	struct oscope_ring_tail tail;
	struct oscope_slot data[SLOTS];
	bool drop;
};

static void ring_clear(struct ring *r, bool drop)
{
	memset(r, 0, sizeof(*r));
	r->ctl.head = r->tail.tail = SLOTS;
	r->drop = drop;
}

/* One record of n slots whose slots all carry the same stamp, so that a torn one shows. */
static void write_record(struct ring *r, uint32_t n, uint64_t stamp)
{
	uint64_t pos;
	uint32_t i;

	if (r->drop && oscope_ring_full(__atomic_load_n(&r->ctl.head, __ATOMIC_RELAXED),
					__atomic_load_n(&r->tail.tail, __ATOMIC_ACQUIRE), ORDER)) {
		__atomic_fetch_add(&r->ctl.dropped, 1, __ATOMIC_RELAXED);
		return;
	}
	if (n > 1)
		__atomic_fetch_add(&r->ctl.cont, n - 1, __ATOMIC_RELAXED);
	pos = __atomic_fetch_add(&r->ctl.head, n, __ATOMIC_SEQ_CST);
	for (i = 0; i < n; i++) {
		struct oscope_slot *slot = &r->data[(pos + i) & (SLOTS - 1)];
		uint32_t head = oscope_head(OSCOPE_REC_SWITCH, 0, n) | oscope_lap(pos + i, ORDER);

		slot->ts = stamp;
		slot->w[0] = slot->w[1] = slot->w[2] = stamp;
		__atomic_store_n(&slot->head, head | (i ? OSCOPE_HEAD_CONT : 0), __ATOMIC_RELEASE);
	}
}

struct seen {
	uint64_t records, slots, torn, next_pos, gaps;
};

static int look(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots, uint32_t n,
		uint64_t lost)
{
	struct seen *seen = arg;
	uint32_t i;

	if (seen->next_pos && pos != seen->next_pos)
		seen->gaps++;
	seen->next_pos = pos + n;
	seen->slots += n;
	for (i = 0; i < n; i++) {
		seen->records += !(slots[i].head & OSCOPE_HEAD_CONT);
		seen->torn += slots[i].w[0] != (uint32_t)slots[i].ts ||
			      slots[i].w[2] != (uint32_t)slots[i].ts;
	}
	return 0;
}

FIXTURE(ring)
{
	struct ring *r;
	struct ring_reader reader;
	struct seen seen;
};

FIXTURE_VARIANT(ring)
{
	bool drop;
};

FIXTURE_VARIANT_ADD(ring, overwrite) { .drop = false };
FIXTURE_VARIANT_ADD(ring, drop) { .drop = true };

FIXTURE_SETUP(ring)
{
	self->r = aligned_alloc(64, (sizeof(*self->r) + 63) / 64 * 64);
	ASSERT_NE(self->r, NULL);
	ring_clear(self->r, variant->drop);
	ASSERT_EQ(0, ring_init(&self->reader, &self->r->ctl, self->r->data, &self->r->tail, 1,
			       ORDER));
	memset(&self->seen, 0, sizeof(self->seen));
}

FIXTURE_TEARDOWN(ring)
{
	ring_free(&self->reader);
	free(self->r);
}

TEST_F(ring, empty_ring_gives_nothing)
{
	EXPECT_EQ(0, ring_drain(&self->reader, look, &self->seen));
	EXPECT_EQ(0, self->seen.slots);
	EXPECT_EQ(0, ring_lost(&self->reader));
}

TEST_F(ring, reader_that_keeps_up_loses_nothing_over_many_laps)
{
	uint64_t i;

	for (i = 1; i <= 20ULL * SLOTS; i++) {
		write_record(self->r, 1 + i % 3 / 2, i);
		if (i % 300 == 0)
			ring_drain(&self->reader, look, &self->seen);
	}
	ring_drain(&self->reader, look, &self->seen);
	EXPECT_EQ(20 * SLOTS, self->seen.records);
	EXPECT_EQ(0, self->seen.gaps);
	EXPECT_EQ(0, self->seen.torn);
	EXPECT_EQ(0, ring_lost(&self->reader));
}

TEST_F(ring, stopped_reader_loses_a_counted_number)
{
	uint64_t i, written = 5 * SLOTS + 77;

	for (i = 1; i <= written; i++)
		write_record(self->r, 1 + i % 2, i);
	ring_drain(&self->reader, look, &self->seen);
	EXPECT_EQ(written, ring_events(&self->reader));
	EXPECT_EQ(written, self->seen.records + ring_lost(&self->reader));
	EXPECT_GT(ring_lost(&self->reader), 0);
	EXPECT_EQ(0, self->seen.torn);
	/* One mode keeps the newest, the other the oldest. */
	EXPECT_EQ(!variant->drop, self->r->ctl.dropped == 0);
}

TEST_F(ring, uncommitted_slot_stops_the_reader_until_it_is_committed)
{
	uint64_t hole;

	write_record(self->r, 1, 1);
	hole = __atomic_fetch_add(&self->r->ctl.head, 1, __ATOMIC_SEQ_CST);
	write_record(self->r, 1, 3);
	ring_drain(&self->reader, look, &self->seen);
	EXPECT_EQ(1, self->seen.records);
	self->r->data[hole & (SLOTS - 1)].head =
		oscope_head(OSCOPE_REC_SWITCH, 0, 1) | oscope_lap(hole, ORDER);
	ring_drain(&self->reader, look, &self->seen);
	EXPECT_EQ(3, self->seen.records);
}

TEST_F(ring, lying_tail_never_makes_the_writer_leave_the_ring)
{
	self->r->tail.tail = ~0ULL;
	write_record(self->r, 1, 1);
	self->r->tail.tail = 0;
	write_record(self->r, 1, 2);
	EXPECT_LE(self->r->ctl.head, SLOTS + 2);
	EXPECT_EQ(2, self->r->ctl.head - SLOTS + self->r->ctl.dropped);
}

#define WRITERS		3
#define EACH		400000ULL

static void *writer(void *arg)
{
	uint64_t i;

	for (i = 1; i <= EACH; i++)
		write_record(arg, 1 + i % 2, i);
	return NULL;
}

TEST_F(ring, writers_that_race_are_conserved)
{
	pthread_t t[WRITERS];
	int i;

	for (i = 0; i < WRITERS; i++)
		ASSERT_EQ(0, pthread_create(&t[i], NULL, writer, self->r));
	for (i = 0; i < 200; i++)
		ring_drain(&self->reader, look, &self->seen);
	for (i = 0; i < WRITERS; i++)
		pthread_join(t[i], NULL);
	ring_drain(&self->reader, look, &self->seen);
	EXPECT_EQ(WRITERS * EACH, ring_events(&self->reader));
	EXPECT_EQ(WRITERS * EACH, self->seen.records + ring_lost(&self->reader));
}

#define PAGE		4096UL
#define COPY_BYTES	((SLOTS * sizeof(struct oscope_slot) + PAGE - 1) / PAGE * PAGE)

/* Whoever writes goes on while the copy waits for each page of its memory. */
static struct {
	struct ring *ring;
	uint64_t each, stamp;
} faults;

static void write_some(uint64_t n)
{
	while (n--)
		write_record(faults.ring, 1, ++faults.stamp);
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	write_some(faults.each);
	mprotect((void *)((uintptr_t)info->si_addr & ~(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE);
}

static struct oscope_slot *faulting_memory(struct ring *r, uint64_t written, uint64_t each)
{
	struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	void *to = mmap(NULL, COPY_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	faults.ring = r;
	faults.each = each;
	faults.stamp = 0;
	write_some(written);
	sigaction(SIGSEGV, &act, NULL);
	return to;
}

TEST_F(ring, copy_that_the_writer_overtakes_begins_again_further_on)
{
	const struct oscope_slot *slot;
	struct oscope_slot *to;
	uint64_t pos;
	int n, i;

	self->r->drop = false;
	to = faulting_memory(self->r, 3ULL * SLOTS, 5);
	ASSERT_NE(MAP_FAILED, to);
	n = ring_copy(&self->reader, 0, to, &slot, &pos);
	EXPECT_GT(n, (int)SLOTS * 3 / 4);
	EXPECT_GE(pos, 3ULL * SLOTS);
	for (i = 0; i < n; i++)
		ASSERT_EQ(pos + i - SLOTS + 1, slot[i].ts);
}

TEST_F(ring, copy_that_is_overtaken_each_time_is_none)
{
	const struct oscope_slot *slot;
	struct oscope_slot *to;
	uint64_t pos;

	self->r->drop = false;
	to = faulting_memory(self->r, 3ULL * SLOTS, 2ULL * SLOTS);
	ASSERT_NE(MAP_FAILED, to);
	EXPECT_EQ(-EAGAIN, ring_copy(&self->reader, 0, to, &slot, &pos));
}

TEST_HARNESS_MAIN
