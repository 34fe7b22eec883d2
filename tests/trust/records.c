// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at every record of a ring as closely as the format allows. Positions and laps are the sequence
 * numbers. A record that is lost, doubled or in the wrong place shows beside that: on each CPU the
 * task that leaves is the one that came last, and whoever wakes, forks, execs or ends is it, too.
 *
 * usage: records device N        N records of the whole system, with spinners, two a CPU
 *        records file RECORDING
 */
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "dev.h"
#include "kmod/core/ring.h"

#define CPUS		64
#define SLOTS		65536
#define STREAM_BYTES	(1 << 16)
#define SWITCH_FLAGS	0x1ff
#define WAKE_CONTEXTS	(OSCOPE_WAKE_HARDIRQ | OSCOPE_WAKE_SOFTIRQ)
#define WAKE_FLAGS	(OSCOPE_WAKE_SPURIOUS | WAKE_CONTEXTS)
#define NEW_FLAGS	(OSCOPE_NEW_KTHREAD | OSCOPE_NEW_WORKER)
#define END_FLAGS	(OSCOPE_END_LAST | OSCOPE_END_IGNORED | OSCOPE_END_NOCLDWAIT | \
			 OSCOPE_END_SILENT | OSCOPE_END_TRACED | OSCOPE_END_AWAITED)

static struct cpu {
	__u64 next, ts;
	__u32 curr;			/* who came to the CPU last */
	bool known, cont;
	struct oscope_slot odd;		/* done by another task than curr; ts 0: none */
} cpus[CPUS];

static __u64 records, bad, gaps, by_id[OSCOPE_REC_MAX], pid_max;
static bool nesting;			/* records may nest in others' */

static void wrong(const char *what, int cpu, const struct oscope_slot *s)
{
	if (bad++ < 10)
		printf("%s: CPU %d, ts %llu, head %08x, %u %u %u\n", what, cpu, s->ts, s->head,
		       s->w[0], s->w[1], s->w[2]);
}

#define NEED(what, condition)	do { if (!(condition)) wrong(what, c - cpus, s); } while (0)

static void look_switch(struct cpu *c, const struct oscope_slot *s, __u32 flags)
{
	__u32 kind = flags & OSCOPE_SWITCH_KIND, left;

	NEED("kind", kind < OSCOPE_KINDS && s->w[0] != s->w[1]);
	NEED("idle", (kind == OSCOPE_KIND_TO_IDLE) == !s->w[1] &&
	     (kind == OSCOPE_KIND_FROM_IDLE) == !s->w[0]);
	NEED("flags", !(flags & ~SWITCH_FLAGS) && !(flags & OSCOPE_SWITCH_NEXT) == !s->w[1]);
	left = flags & (OSCOPE_SWITCH_VOLUNTARY | OSCOPE_SWITCH_READY | OSCOPE_SWITCH_PREEMPT |
			OSCOPE_SWITCH_DEAD);
	NEED("idle leaves", s->w[0] || !left);
	NEED("preempted", !(left & OSCOPE_SWITCH_PREEMPT) ||
	     left == (OSCOPE_SWITCH_PREEMPT | OSCOPE_SWITCH_READY));
	NEED("dead", !(left & OSCOPE_SWITCH_DEAD) || !(left & OSCOPE_SWITCH_READY));
	NEED("who leaves did not come last", !c->known || s->w[0] == c->curr);
	if (c->odd.ts)
		wrong("who did it is not on this CPU", c - cpus, &c->odd);
	c->odd.ts = 0;
	c->curr = s->w[1];
	c->known = true;
}

static void look_other(struct cpu *c, const struct oscope_slot *s, __u32 id, __u32 flags)
{
	__u32 doer = id == OSCOPE_REC_EXEC || id == OSCOPE_REC_EXIT ? s->w[0] : s->w[1];

	switch (id) {
	case OSCOPE_REC_WAKING:
		NEED("waking", !(flags & ~WAKE_FLAGS) && s->w[0] && !s->w[2]);
		NEED("context", (flags & WAKE_CONTEXTS) != WAKE_CONTEXTS);
		NEED("wakes itself", s->w[0] != s->w[1] || (flags & OSCOPE_WAKE_SPURIOUS));
		break;
	case OSCOPE_REC_MIGRATE:
		NEED("migration", !(flags & ~OSCOPE_MIGRATE_QUEUED) && s->w[1] != s->w[2] &&
		     s->w[1] < CPUS && s->w[2] < CPUS);
		return;
	case OSCOPE_REC_NEWTASK:
		NEED("new task", !(flags & ~NEW_FLAGS) && s->w[0] && s->w[0] != s->w[1]);
		break;
	case OSCOPE_REC_EXIT:
		NEED("exit", !(flags & ~END_FLAGS) && s->w[0] && s->w[2] < pid_max);
		break;
	case OSCOPE_REC_IDENTITY:
		NEED("identity", s->w[0] && s->w[1]);
		return;
	default:
		NEED("flags", !flags && s->w[0] && !(id != OSCOPE_REC_WAKEUP_NEW && s->w[2]));
	}
	/* Wrong only if another switch comes: at the end the probes are taken off one by one. */
	if (c->known && doer != c->curr)
		c->odd = *s;
}

static void look_slot(struct cpu *c, const struct oscope_slot *s, __u64 pos, __u32 slots)
{
	__u32 id = oscope_head_id(s->head), flags = oscope_head_flags(s->head);
	__u32 lap = (pos / slots) << OSCOPE_HEAD_LAP_SHIFT;
	bool self = id == OSCOPE_REC_WAKING && s->w[0] == s->w[1];

	NEED("lap", (s->head & OSCOPE_HEAD_LAP) == lap);
	NEED("continuation", !(s->head & OSCOPE_HEAD_CONT) == !c->cont);
	if (c->cont) {
		c->cont = false;
		return;
	}
	c->cont = id == OSCOPE_REC_IDENTITY;
	NEED("id", id >= OSCOPE_REC_IDENTITY && id <= OSCOPE_REC_EXIT);
	NEED("length", oscope_head_slots(s->head) == (id == OSCOPE_REC_IDENTITY ? 2 : 1));
	NEED("tid", s->w[0] < pid_max && (id == OSCOPE_REC_MIGRATE || s->w[1] < pid_max));
	records++;
	by_id[id % OSCOPE_REC_MAX]++;
	if (flags & OSCOPE_FLAG_GAP) {
		gaps++;
		c->known = false;
	}
	flags &= ~OSCOPE_FLAG_GAP;
	if (id != OSCOPE_REC_IDENTITY &&
	    !(nesting && (self || id == OSCOPE_REC_NEWTASK || id >= OSCOPE_REC_EXEC))) {
		NEED("time goes back", s->ts >= c->ts);
		c->ts = s->ts;
	}
	if (id == OSCOPE_REC_SWITCH)
		look_switch(c, s, flags);
	else
		look_other(c, s, id, flags);
}

static void look(const char *at, size_t bytes, __u32 slots)
{
	const struct oscope_chunk *chunk;
	const struct oscope_slot *s;
	struct cpu *c;
	__u32 i;

	for (; bytes >= sizeof(*chunk); at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)at;
		if (chunk->magic != OSCOPE_CHUNK_MAGIC || chunk->bytes + sizeof(*chunk) > bytes ||
		    chunk->cpu >= CPUS)
			die("not a chunk");
		bytes -= sizeof(*chunk) + chunk->bytes;
		if (chunk->kind != OSCOPE_CHUNK_SLOTS)
			continue;
		c = &cpus[chunk->cpu];
		s = (const void *)(chunk + 1);
		NEED("bytes", chunk->bytes % sizeof(*s) == 0);
		NEED("position", chunk->position == (c->next ?: slots));
		c->next = chunk->position + chunk->bytes / sizeof(*s);
		for (i = 0; i < chunk->bytes / sizeof(*s); i++)
			look_slot(c, s + i, chunk->position + i, slots);
	}
}

static void spinners_start(void)
{
	cpu_set_t set;
	int i;

	if (sched_getaffinity(0, sizeof(set), &set))
		die("sched_getaffinity");
	for (i = 0; i < 2 * CPU_COUNT(&set); i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				;
		}
	}
}

static void device_look(__u64 want)
{
	static char bytes[STREAM_BYTES];
	int fd = dev_open();
	ssize_t n;

	spinners_start();
	dev_ring(fd, SLOTS, OSCOPE_RING_DROP, 0x1fe);
	if (read(fd, bytes, sizeof(bytes)) != sizeof(struct oscope_file_header))
		die("the header");
	while (records < want && (n = read(fd, bytes, sizeof(bytes))) > 0)
		look(bytes, n, SLOTS);
}

static void file_look(const char *path)
{
	int fd = open(path, O_RDONLY);
	off_t bytes = lseek(fd, 0, SEEK_END);
	const char *at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	size_t head = sizeof(struct oscope_file_header);

	if (at == MAP_FAILED || bytes < head)
		die(path);
	nesting = true;
	look(at + head, bytes - head, SLOTS);
}

int main(int argc, char **argv)
{
	FILE *f = fopen("/proc/sys/kernel/pid_max", "r");

	if (!f || fscanf(f, "%llu", &pid_max) != 1)
		die("pid_max");
	fclose(f);
	if (argc == 3 && !strcmp(argv[1], "device"))
		device_look(number(argv[2], 1));
	else if (argc == 3 && !strcmp(argv[1], "file"))
		file_look(argv[2]);
	else
		die("usage: records device N | file RECORDING");
	printf("%llu records (%llu switches, %llu wakings, %llu migrations), %llu gaps, %llu bad\n",
	       records, by_id[OSCOPE_REC_SWITCH], by_id[OSCOPE_REC_WAKING],
	       by_id[OSCOPE_REC_MIGRATE], gaps, bad);
	return bad || !by_id[OSCOPE_REC_SWITCH] ? 1 : 0;
}
