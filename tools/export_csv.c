// SPDX-License-Identifier: GPL-2.0
/*
 * Records as CSV, one a line, as they are in the contract (uapi/oscope.h): w0 to w2 mean what they
 * mean there. Where some are missing a line says so.
 */
#include "../kmod/core/ipc_record.h"
#include "export.h"
#include "out_impl.h"

static const char *const names[] = {
	[OSCOPE_REC_PAD] = "pad",
	[OSCOPE_REC_IDENTITY] = "identity",
	[OSCOPE_REC_SWITCH] = "switch",
	[OSCOPE_REC_WAKING] = "waking",
	[OSCOPE_REC_WAKEUP_NEW] = "wakeup_new",
	[OSCOPE_REC_MIGRATE] = "migrate",
	[OSCOPE_REC_NEWTASK] = "newtask",
	[OSCOPE_REC_EXEC] = "exec",
	[OSCOPE_REC_EXIT] = "exit",
	[OSCOPE_REC_ZOMBIE] = "zombie",
	[OSCOPE_REC_REAP] = "reap",
	[OSCOPE_REC_FREE] = "free",
	[OSCOPE_REC_LOSS] = "loss",
	[OSCOPE_REC_CLOCK] = "clock",
	[OSCOPE_REC_WAITING] = "waiting",
	[OSCOPE_REC_WAITED] = "waited",
	[OSCOPE_REC_RUN] = "run",
	[OSCOPE_REC_SPAWNED] = "spawned",
	[OSCOPE_REC_BLOCKED] = "blocked",
	[OSCOPE_REC_MEMORY] = "memory",
	[OSCOPE_REC_FAULTS] = "faults",
	[OSCOPE_REC_ARGS] = "args",
	[OSCOPE_REC_IPC_CALL] = "ipc_call",
	[OSCOPE_REC_IPC_PAIR] = "ipc_pair",
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

static void record_put(struct export *e, uint32_t cpu, const struct oscope_slot *slot)
{
	uint32_t id = oscope_head_id(slot->head);
	const struct export_task *t = export_task_of(e, slot->w[0]);

	fprintf(e->f, "%llu,%u,", (unsigned long long)slot->ts, cpu);
	if (id < ARRAY_SIZE(names) && names[id])
		fputs(names[id], e->f);
	else
		fprintf(e->f, "%u", id);
	fprintf(e->f, ",%u,%u,%u,%u,", oscope_head_flags(slot->head), slot->w[0], slot->w[1],
		slot->w[2]);
	comm_put(e, t);
}

/* Those that continue a record follow it: their first column is no time. */
static void ipc_put(struct export *e, uint32_t cpu, const struct oscope_slot *slot, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		fprintf(e->f, "%llu,%u,%s%s,%u,%u,%u,%u,", (unsigned long long)slot[i].ts, cpu,
			names[oscope_head_id(slot->head)], i ? "_more" : "",
			oscope_head_flags(slot[i].head), slot[i].w[0], slot[i].w[1],
			slot[i].w[2]);
		comm_put(e, i ? NULL : export_task_of(e, slot->w[0] >> OSCOPE_IPC_LOW));
	}
}

/* Says no time but that of the task's start. */
static void identity_put(struct export *e, uint32_t cpu, const struct oscope_identity *id)
{
	const struct export_task *t = export_task_of(e, id->tid);

	fprintf(e->f, ",%u,identity,%u,%u,%u,%u,", cpu, oscope_head_flags(id->head), id->tid,
		id->tgid, id->ptid);
	comm_put(e, t);
}

static void lost_put(struct export *e, uint32_t cpu, uint64_t ts, uint64_t n)
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
	.record = record_put,
	.ipc = ipc_put,
	.identity = identity_put,
	.lost = lost_put,
	.end = end,
};
