// SPDX-License-Identifier: GPL-2.0
/*
 * Records as CSV, one a line, as they are in the contract (uapi/oscope.h): w0 to w2 mean what they mean
 * there. Where some are missing a line says so.
 */
#include "../kmod/core/ring.h"
#include "export.h"
#include "out_impl.h"

#define NAME(id, name)	[OSCOPE_REC_##id] = (name)
static const char *const names[] = {
	NAME(PAD, "pad"), NAME(IDENTITY, "identity"), NAME(SWITCH, "switch"),
	NAME(WAKING, "waking"), NAME(WAKEUP_NEW, "wakeup_new"), NAME(MIGRATE, "migrate"),
	NAME(NEWTASK, "newtask"), NAME(EXEC, "exec"), NAME(EXIT, "exit"),
	NAME(ZOMBIE, "zombie"), NAME(REAP, "reap"), NAME(FREE, "free"), NAME(LOSS, "loss"),
	NAME(CLOCK, "clock"), NAME(WAITING, "waiting"), NAME(WAITED, "waited"),
	NAME(RUN, "run"), NAME(SPAWNED, "spawned"), NAME(BLOCKED, "blocked"),
	NAME(MEMORY, "memory"), NAME(FAULTS, "faults"), NAME(ARGS, "args"),
};

static void begin(struct export *e)
{
	fputs("ts_ns,cpu,record,flags,w0,w1,w2,comm\r\n", e->f);
}

static void comm_put(struct export *e, const struct export_task *t)
{
	if (t && t->known && !out_csv_string(e->f, t->comm, sizeof(t->comm)))
		e->err = -ENOMEM;
	fputs("\r\n", e->f);
}

static void record(struct export *e, uint32_t cpu, const struct oscope_slot *slot)
{
	uint32_t id = oscope_head_id(slot->head);
	const struct export_task *t = export_task_of(e, slot->w[0]);

	fprintf(e->f, "%llu,%u,", (unsigned long long)slot->ts, cpu);
	if (id < ARRAY_SIZE(names))
		fputs(names[id], e->f);
	else
		fprintf(e->f, "%u", id);
	fprintf(e->f, ",%u,%u,%u,%u,", oscope_head_flags(slot->head), slot->w[0], slot->w[1],
		slot->w[2]);
	comm_put(e, t);
}

/* Says no time but that of the task's start. */
static void identity(struct export *e, uint32_t cpu, const struct oscope_identity *id)
{
	const struct export_task *t = export_task_of(e, id->tid);

	fprintf(e->f, ",%u,identity,%u,%u,%u,%u,", cpu, oscope_head_flags(id->head), id->tid,
		id->tgid, id->ptid);
	comm_put(e, t);
}

static void lost(struct export *e, uint32_t cpu, uint64_t ts, uint64_t n)
{
	fprintf(e->f, "%llu,", (unsigned long long)ts);
	if (cpu != REPLAY_NO_CPU)
		fprintf(e->f, "%u", cpu);
	fputs(",lost,,", e->f);
	if (n)
		fprintf(e->f, "%llu", (unsigned long long)n);
	fputs(",,,\r\n", e->f);
}

static int end(struct export *e)
{
	return 0;
}

const struct export_ops export_csv = {
	.begin = begin,
	.record = record,
	.identity = identity,
	.lost = lost,
	.end = end,
};
