// SPDX-License-Identifier: GPL-2.0
/*
 * A flight recorder's dump while a CPU writes faster than its ring can be copied: what is missing
 * is told.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "flight.h"
#include "kmod/core/ring.h"

#define ORDER	10
#define SLOTS	(1U << ORDER)
#define PAGE	4096UL
#define FEW	100

/* Of two CPUs. */
static struct oscope_ring_ctl ctl[2];
static struct oscope_ring_tail tail[2];
static struct oscope_slot data[2][SLOTS];
static uint64_t stamp = 1000;

static void write_some(uint32_t cpu, uint32_t n)
{
	uint64_t pos;

	for (; n; n--) {
		pos = ctl[cpu].head++;
		data[cpu][pos % SLOTS].ts = ++stamp;
		data[cpu][pos % SLOTS].head = oscope_head(OSCOPE_REC_SWITCH, 0, 1) |
					      oscope_lap(pos, ORDER);
	}
}

/* Each page of the second CPU's copy takes as long as a ring lasts. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	write_some(1, 2 * SLOTS);
	mprotect((void *)((uintptr_t)info->si_addr & ~(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE);
}

static void written(struct __test_metadata *_metadata, struct flight *f, const char *path)
{
	struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	struct flight_dump dump = {
		.header = { .magic = OSCOPE_FILE_MAGIC, .abi = OSCOPE_ABI, .start_ns = 1,
			    .bytes = sizeof(dump.header), .cpus = 2,
			    .records = 1ULL << OSCOPE_REC_SWITCH },
		.end_ns = UINT64_MAX,
	};
	const char *name;

	ASSERT_EQ(0, sigaction(SIGSEGV, &act, NULL));
	ASSERT_EQ(0, mprotect(f->copy + SLOTS, SLOTS * sizeof(*f->copy), PROT_NONE));
	flight_copy(f);
	ASSERT_EQ(0, flight_write(f, &dump, true, &name));
	EXPECT_STREQ(path, name);
	EXPECT_EQ(SLOTS, dump.lost);
	EXPECT_EQ(FEW, dump.writer.records);
}

TEST(cpu_that_cannot_be_copied_is_told_as_lost)
{
	char path[] = "/tmp/oscope-flight.XXXXXX";
	struct trace_reader file = { 0 };
	struct ring_reader rings;
	struct oscope_identity none;
	struct flight f = { 0 };
	int fd = mkstemp(path);

	ASSERT_LE(0, fd);
	close(fd);
	ctl[0].head = ctl[1].head = SLOTS;
	write_some(1, 2 * SLOTS);
	write_some(0, FEW);
	ASSERT_EQ(0, ring_init(&rings, ctl, data[0], tail, 2, ORDER));
	ASSERT_EQ(0, flight_open(&f, path, 1, &rings));
	ASSERT_EQ(0, flight_identities(&f, &none, 0));
	written(_metadata, &f, path);
	flight_close(&f);
	ring_free(&rings);
	ASSERT_EQ(0, trace_open(&file, path));
	ASSERT_NE(NULL, file.end);
	EXPECT_EQ(SLOTS, file.end->lost);
	ASSERT_NE(NULL, file.writer);
	EXPECT_EQ(SLOTS, file.writer->overwritten);
	trace_unmap(&file);
	EXPECT_EQ(0, unlink(path));
}

TEST_HARNESS_MAIN
