// SPDX-License-Identifier: GPL-2.0
/*
 * Writes small recordings whose right answers can be worked out by hand, whole and damaged:
 * mktrace CASE FILE. Called without arguments it lists the cases.
 *
 * Times are in ns after T0. The tests next to this file hold the answers.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/core/ring.h"

#define T0		1000000000ULL
#define END_NS		10000ULL
#define CPUS		2
#define ORDER		10

#include "mktrace.h"

struct file {
	unsigned char at[1 << 16];
	size_t bytes;
};

static void put(struct file *f, const void *data, size_t bytes)
{
	if (bytes > sizeof(f->at) - f->bytes) {
		fprintf(stderr, "mktrace: recording too long\n");
		exit(1);
	}
	memcpy(f->at + f->bytes, data, bytes);
	f->bytes += bytes;
}

#define RECORDS_IPC	(1ULL << OSCOPE_REC_IPC_CALL | 1ULL << OSCOPE_REC_IPC_PAIR)
#define OSCOPE_REC_LATER 63

static void put_header(struct file *f, const struct trace *t)
{
	struct oscope_file_header h = {
		.magic = OSCOPE_FILE_MAGIC,
		.abi = OSCOPE_ABI,
		.bytes = sizeof(h),
		.start_ns = T0,
		.realtime_ns = 1700000000000000000ULL,
		.features = OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_WAKING | OSCOPE_FEAT_MIGRATE |
			    OSCOPE_FEAT_LIFE | OSCOPE_FEAT_TASKS | OSCOPE_FEAT_RENAME |
			    OSCOPE_FEAT_ZOMBIE | OSCOPE_FEAT_REAP | OSCOPE_FEAT_SPAWN |
			    OSCOPE_FEAT_ARGS | t->features,
		.records = ~(t->without | (t->talk ? 0 : RECORDS_IPC)),
		.tree_tid = t->tree,
		.cpus = CPUS,
		.own_ns = 90,
		.own_direct_ns = 40,
		.source = "bpf",
		.virt = "tcg",
		.kernel = "6.12.0-made-up",
	};

	put(f, &h, sizeof(h));
}

static void put_chunk(struct file *f, struct oscope_chunk head, const void *data)
{
	head.magic = OSCOPE_CHUNK_MAGIC;
	put(f, &head, sizeof(head));
	put(f, data, head.bytes);
}

static struct oscope_identity identity(const struct name *n, uint32_t flags, uint64_t pos)
{
	struct oscope_identity id = {
		.start_ns = n->start_ns,
		.head = oscope_head(OSCOPE_REC_IDENTITY, flags, 2) | oscope_lap(pos, ORDER),
		.tid = n->tid,
		.tgid = n->tgid,
		.ptid = 1,
		.head2 = oscope_head(OSCOPE_REC_IDENTITY, 0, 2) | OSCOPE_HEAD_CONT |
			 oscope_lap(pos + 1, ORDER),
		.flags = n->flags,
	};
	char comm[OSCOPE_COMM_LEN] = "";

	memcpy(comm, n->comm, strnlen(n->comm, sizeof(comm)));
	memcpy(id.comm_lo, comm, sizeof(id.comm_lo));
	memcpy(id.comm_hi, comm + sizeof(id.comm_lo), sizeof(id.comm_hi));
	return id;
}

static void put_names(struct file *f, const struct trace *t)
{
	struct oscope_identity ids[16];
	size_t i;

	for (i = 0; i < t->n_first; i++)
		ids[i] = identity(&t->name[i], 0, 0);
	if (t->n_first)
		put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_IDENTITY,
						    .bytes = t->n_first * sizeof(ids[0]) }, ids);
}

#include "talks.h"

/* The ring of one CPU as its writer would have left it. Returns how many slots it has. */
static uint32_t ring_make(const struct trace *t, uint32_t cpu, uint32_t round,
			  uint64_t first, struct oscope_slot *slot)
{
	uint32_t n = talks_make(t, cpu, first, slot);
	size_t i;

	for (i = 0; i < t->n_events; i++) {
		const struct event *e = &t->event[i];
		struct oscope_identity id;

		if (e->cpu != cpu)
			continue;
		if (e->id == OSCOPE_REC_IDENTITY) {
			id = identity(&t->name[e->w[0]], renamed_flag(t, e->w[0]), first + n);
			memcpy(&slot[n], &id, sizeof(id));
			n += 2;
			continue;
		}
		slot[n].ts = T0 + round * END_NS + e->ns;
		slot[n].head = oscope_head(e->id, e->flags, 1) | oscope_lap(first + n, ORDER);
		memcpy(slot[n].w, e->w, sizeof(e->w));
		n++;
	}
	return n;
}

/* Chunks of both CPUs by turns, as a reader that drains them in rounds writes them. */
static void put_round(struct file *f, const struct trace *t, uint32_t round, uint64_t first[CPUS])
{
	static struct oscope_slot slot[CPUS][128];
	uint32_t n[CPUS], done, cpu;

	memset(slot, 0, sizeof(slot));
	for (cpu = 0; cpu < CPUS; cpu++)
		n[cpu] = ring_make(t, cpu, round, first[cpu], slot[cpu]);
	for (done = 0; done < n[0] || done < n[1]; done += CHUNK_SLOTS) {
		for (cpu = 0; cpu < CPUS; cpu++) {
			uint32_t left = done < n[cpu] ? n[cpu] - done : 0;
			uint32_t now = left < CHUNK_SLOTS ? left : CHUNK_SLOTS;
			struct oscope_chunk head = {
				.kind = OSCOPE_CHUNK_SLOTS,
				.cpu = cpu,
				.bytes = now * sizeof(slot[0][0]),
				.position = first[cpu] + done,
				.lost = now == left ? t->lost[cpu] : 0,
			};

			if (now)
				put_chunk(f, head, &slot[cpu][done]);
		}
	}
	for (cpu = 0; cpu < CPUS; cpu++)
		first[cpu] += n[cpu];
}

static void put_slots(struct file *f, const struct trace *t)
{
	uint64_t first[CPUS] = { 1 << ORDER, 1 << ORDER };
	uint32_t round = 0;

	do {
		put_round(f, t, round, first);
	} while (++round < t->rounds);
}

static void put_end(struct file *f, const struct trace *t)
{
	uint64_t lost = t->lost[0] + t->lost[1] + t->lost_last;
	struct oscope_chunk_end end = {
		.end_ns = T0 + END_NS * (t->rounds ? t->rounds : 1),
		.events = t->n_events + lost,
		.lost = lost,
	};

	put_chunk(f, (struct oscope_chunk){ .kind = OSCOPE_CHUNK_END, .bytes = sizeof(end) }, &end);
}

static void put_trace(struct file *f, const struct trace *t)
{
	put_header(f, t);
	put_names(f, t);
	if (t->talk)
		put_talks(f, 0);
	put_slots(f, t);
	if (t->talk)
		put_talks(f, 1);
	if (!t->unfinished)
		put_end(f, t);
}

#define SWITCH(cpu, ns, kind, flags, from, to, direct) \
	{ cpu, ns, OSCOPE_REC_SWITCH, KIND(kind) | (flags), { from, to, direct } }
#define WAKE(cpu, ns, flags, who, by)	{ cpu, ns, OSCOPE_REC_WAKING, flags, { who, by } }
#define EVENT(cpu, ns, id, ...)		{ cpu, ns, OSCOPE_REC_##id, 0, { __VA_ARGS__ } }

/* Every kind of switch, wait and record; by time, so that it reads as it happened. */
static const struct event kinds_events[] = {
	WAKE(1, 400, 0, 100, 200),
	SWITCH(1, 700, TO_IDLE, VOL, 200, 0, NONE),
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 100, NONE),
	WAKE(0, 1500, 0, 101, 100),
	SWITCH(0, 2000, SAME_MM, VOL | NEXT, 100, 101, 150),
	WAKE(0, 2500, OSCOPE_WAKE_SPURIOUS, 101, 101),
	WAKE(0, 2600, 0, 200, 101),
	EVENT(0, 2610, MIGRATE, 200, 1, 0),
	SWITCH(0, 3000, CROSS_MM, READY | PREEMPT | NEXT, 101, 200, 123),
	SWITCH(0, 3500, TO_KTHREAD, VOL | NEXT, 200, 2, 209),
	WAKE(0, 3550, 0, 3, 2),
	SWITCH(0, 3600, KTHREAD_KTHREAD, VOL | NEXT, 2, 3, 301),
	SWITCH(0, 3800, FROM_KTHREAD, VOL | NEXT, 3, 101, 302),
	SWITCH(0, 4000, TO_IDLE, VOL, 101, 0, NONE),
	WAKE(1, 4900, 0, 200, 0),
	EVENT(1, 4950, MIGRATE, 200, 1, 0),
	SWITCH(0, 5000, FROM_IDLE, NEXT, 0, 200, 90),
	SWITCH(0, 5200, CROSS_MM, VOL, 200, 300, 151),		/* 300 is outside the filter */
	WAKE(1, 5500, 0, 101, 0),
	SWITCH(0, 5600, CROSS_MM, ARRIVAL | NEXT, 300, 101, 211),
	EVENT(0, 6000, NEWTASK, 400, 101, 0),
	EVENT(0, 6001, IDENTITY, 5),
	EVENT(0, 6010, WAKEUP_NEW, 400, 101),
	SWITCH(1, 6110, FROM_IDLE, NEXT, 0, 400, 80),
	EVENT(1, 6200, EXEC, 400, 400),
	EVENT(1, 6201, IDENTITY, 6),
	EVENT(1, 6400, EXIT, 400, 0),
	SWITCH(1, 6500, TO_IDLE, VOL | DEAD, 400, 0, 152),
	SWITCH(0, 6600, TO_IDLE, VOL | DEAD, 101, 0, NONE),
	EVENT(0, 6700, LATER, 1, 2, 3),			/* of a later version */
};

static const struct name kinds_names[] = {
	{ 100, 100, 0, 10, "alpha" },
	{ 101, 100, 0, 11, "alpha-thread" },
	{ 200, 200, 0, 20, "beta" },
	{ 2, 2, OSCOPE_TASK_KTHREAD, 2, "kworker/0:1" },
	{ 3, 3, OSCOPE_TASK_KTHREAD, 3, "ksoftirqd/0" },
	{ 400, 400, 0, T0 + 6000, "alpha-thread" },
	{ 400, 400, 0, T0 + 6000, "gamma" },
};

/* Tid 500 is woken and dies; another life of it comes to the CPU without a waking of its own. */
static const struct name reuse_names[] = {
	{ 500, 500, 0, 50, "first" },
	{ 500, 500, 0, T0 + 3000, "second" },
};

static const struct event reuse_events[] = {
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 500, NONE),
	SWITCH(0, 1400, TO_IDLE, VOL, 500, 0, NONE),
	WAKE(1, 1500, 0, 500, 0),
	SWITCH(0, 1600, FROM_IDLE, NEXT, 0, 500, NONE),
	WAKE(1, 1700, 0, 500, 0),
	SWITCH(0, 1900, TO_IDLE, VOL | DEAD, 500, 0, NONE),
	EVENT(1, 3000, IDENTITY, 1),
	SWITCH(0, 4000, FROM_IDLE, NEXT, 0, 500, NONE),
	SWITCH(0, 4300, TO_IDLE, VOL | DEAD, 500, 0, NONE),
};

/* The time of CPU 0 steps back by 200 between a task's coming and its leaving. */
static const struct event back_events[] = {
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 500, NONE),
	SWITCH(0, 800, TO_IDLE, VOL, 500, 0, NONE),
	SWITCH(0, 1200, FROM_IDLE, NEXT, 0, 500, NONE),
};

/* Comes three times, but was woken by another only before the first. */
static const struct event unwoken_events[] = {
	WAKE(1, 900, 0, 500, 0),
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 500, NONE),
	SWITCH(0, 1100, TO_IDLE, VOL, 500, 0, NONE),
	SWITCH(0, 1200, FROM_IDLE, NEXT, 0, 500, NONE),
	WAKE(0, 1300, OSCOPE_WAKE_SPURIOUS, 500, 500),
	SWITCH(0, 1400, TO_IDLE, VOL, 500, 0, NONE),
	SWITCH(0, 1500, FROM_IDLE, NEXT, 0, 500, NONE),
};

#include "deaths.h"
#include "paths.h"
#include "renamed.h"
#include "spawns.h"

#define EVENTS(array)		.event = (array), .n_events = COUNT(array)
#define NAMES(array, first)	.name = (array), .n_names = COUNT(array), .n_first = (first)
#define KINDS			EVENTS(kinds_events), NAMES(kinds_names, 5)

static const struct trace kinds = { KINDS };
static const struct trace lossy = { KINDS, .lost = { 7, 5 }, .lost_last = 3 };
static const struct trace lossy_unfinished = { KINDS, .lost = { 7, 5 }, .unfinished = 1 };
static const struct trace unfinished = { KINDS, .unfinished = 1 };
static const struct trace long_kinds = { KINDS, .rounds = 62 };
static const struct trace reuse = { EVENTS(reuse_events), NAMES(reuse_names, 1) };
static const struct trace renamed = { EVENTS(renamed_events), NAMES(renamed_names, 1) };
static const struct trace renamed_late = { EVENTS(renamed_late_events), NAMES(renamed_names, 1) };
static const struct trace back = { EVENTS(back_events), NAMES(reuse_names, 1) };
static const struct trace unwoken = { EVENTS(unwoken_events), NAMES(reuse_names, 1) };
static const struct trace deaths = { EVENTS(deaths_events), NAMES(deaths_names, 3) };
static const struct trace spawns = { EVENTS(spawns_events), NAMES(spawns_names, 3) };
#define PATHS			NAMES(paths_names, 2), .features = PATH_FEATURES

static const struct trace paths = { EVENTS(paths_events), PATHS, .tree = 900 };
static const struct trace paths_all = { EVENTS(paths_events), PATHS };
static const struct trace paths_gap = { EVENTS(paths_gap_events), PATHS, .tree = 900 };
static const struct trace paths_lost = { EVENTS(paths_events), PATHS, .tree = 900, .lost = { 0, 7 } };
static const struct trace paths_bare = {
	EVENTS(paths_events), PATHS, .tree = 900, .without = 1ULL << OSCOPE_REC_WAKING,
};
static const struct trace talks = {
	.talk = talks_told, .n_talks = COUNT(talks_told), NAMES(talks_names, 2),
};
static const struct trace nothing = { .event = NULL };
#include "heirs.h"

/* Where things are in the recording "kinds". */
#define AT_CHUNK	sizeof(struct oscope_file_header)
#define AT_SLOTS	(AT_CHUNK + sizeof(struct oscope_chunk) + 5 * sizeof(struct oscope_identity))
#define AT_SLOT		(AT_SLOTS + sizeof(struct oscope_chunk))

static struct oscope_file_header *header(struct file *f)
{
	return (struct oscope_file_header *)f->at;
}

static struct oscope_chunk *slots_chunk(struct file *f)
{
	return (struct oscope_chunk *)(f->at + AT_SLOTS);
}

static struct oscope_slot *first_slot(struct file *f)
{
	return (struct oscope_slot *)(f->at + AT_SLOT);
}

static void cut(struct file *f, size_t bytes)
{
	f->bytes = bytes;
}

static void damage_magic(struct file *f)	{ header(f)->magic++; }
static void damage_abi(struct file *f)		{ header(f)->abi = OSCOPE_ABI + 1; }
static void damage_header_bytes(struct file *f)	{ header(f)->bytes = 8; }
static void damage_no_cpus(struct file *f)	{ header(f)->cpus = 0; }
static void damage_many_cpus(struct file *f)	{ header(f)->cpus = 0xffffffff; }
static void damage_empty(struct file *f)	{ cut(f, 0); }
static void damage_cut_header(struct file *f)	{ cut(f, AT_CHUNK - 1); }
static void damage_cut_bare(struct file *f)	{ cut(f, AT_CHUNK); }
static void damage_cut_chunk(struct file *f)	{ cut(f, AT_SLOTS + 5); }
static void damage_cut_data(struct file *f)	{ cut(f, AT_SLOT + sizeof(struct oscope_slot)); }
static void damage_cut_end(struct file *f)	{ cut(f, f->bytes - 1); }
static void damage_chunk_magic(struct file *f)	{ slots_chunk(f)->magic++; }
static void damage_chunk_kind(struct file *f)	{ slots_chunk(f)->kind = 77; }
static void damage_chunk_cpu(struct file *f)	{ slots_chunk(f)->cpu = CPUS; }
static void damage_chunk_odd(struct file *f)	{ slots_chunk(f)->bytes--; }
static void damage_chunk_none(struct file *f)	{ slots_chunk(f)->bytes = 0; }
static void damage_chunk_huge(struct file *f)	{ slots_chunk(f)->bytes = 0xffffffff / 24 * 24; }
static void damage_tid(struct file *f)		{ first_slot(f)->w[1] = 0xfffffffe; }
static void damage_kind(struct file *f)		{ first_slot(f)->head |= 7 << OSCOPE_HEAD_FLAGS_SHIFT; }
static void damage_half(struct file *f)		{ first_slot(f)->head |= OSCOPE_HEAD_CONT; }

static void damage_name_tid(struct file *f)
{
	((struct oscope_identity *)(f->at + AT_CHUNK + sizeof(struct oscope_chunk)))->tid = ~0U;
}

/* Further chunks after the one that says it is the last. */
static void damage_after_end(struct file *f)
{
	put_end(f, &kinds);
}

#include "talks_damage.h"

static const struct {
	const char *name;
	const struct trace *trace;
	void (*damage)(struct file *f);
} cases[] = {
	{ "kinds", &kinds },
	{ "lossy", &lossy },
	{ "lossy-unfinished", &lossy_unfinished },
	{ "unfinished", &unfinished },
	{ "long", &long_kinds },
	{ "reuse", &reuse },
	{ "renamed", &renamed },
	{ "renamed-late", &renamed_late },
	{ "heirs", &heirs },
	{ "back", &back },
	{ "unwoken", &unwoken },
	{ "deaths", &deaths },
	{ "spawns", &spawns },
	{ "paths", &paths },
	{ "paths-all", &paths_all },
	{ "paths-gap", &paths_gap },
	{ "paths-lost", &paths_lost },
	{ "paths-bare", &paths_bare },
	{ "talks", &talks },
	{ "talks-object", &talks, damage_object },
	{ "talks-mechanism", &talks, damage_mechanism },
	{ "talks-room", &talks, damage_room },
	{ "talks-half", &talks, damage_talk_half },
	{ "nothing", &nothing },
	{ "half", &kinds, damage_half },
	{ "magic", &kinds, damage_magic },
	{ "abi", &kinds, damage_abi },
	{ "header-bytes", &kinds, damage_header_bytes },
	{ "no-cpus", &kinds, damage_no_cpus },
	{ "many-cpus", &kinds, damage_many_cpus },
	{ "empty", &kinds, damage_empty },
	{ "cut-header", &kinds, damage_cut_header },
	{ "cut-bare", &kinds, damage_cut_bare },
	{ "cut-chunk", &kinds, damage_cut_chunk },
	{ "cut-data", &kinds, damage_cut_data },
	{ "cut-end", &kinds, damage_cut_end },
	{ "chunk-magic", &kinds, damage_chunk_magic },
	{ "chunk-kind", &kinds, damage_chunk_kind },
	{ "chunk-cpu", &kinds, damage_chunk_cpu },
	{ "chunk-odd", &kinds, damage_chunk_odd },
	{ "chunk-none", &kinds, damage_chunk_none },
	{ "chunk-huge", &kinds, damage_chunk_huge },
	{ "tid", &kinds, damage_tid },
	{ "kind", &kinds, damage_kind },
	{ "name-tid", &kinds, damage_name_tid },
	{ "after-end", &kinds, damage_after_end },
};

static int write_file(const struct file *f, const char *path)
{
	FILE *to = fopen(path, "wb");
	size_t n = to ? fwrite(f->at, 1, f->bytes, to) : 0;

	if (!to || fclose(to) || n != f->bytes) {
		fprintf(stderr, "mktrace: %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct file f;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		if (argc < 3) {
			puts(cases[i].name);
			continue;
		}
		if (strcmp(cases[i].name, argv[1]))
			continue;
		put_trace(&f, cases[i].trace);
		if (cases[i].damage)
			cases[i].damage(&f);
		return write_file(&f, argv[2]);
	}
	if (argc < 3)
		return 0;
	fprintf(stderr, "mktrace: no case named %s\n", argv[1]);
	return 1;
}
