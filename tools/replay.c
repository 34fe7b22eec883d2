// SPDX-License-Identifier: GPL-2.0
/*
 * A recording through the accounting core, in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "replay.h"
#include "replay_ipc.h"
#include "replay_merge.h"
#include "replay_tasks.h"
#include "util.h"

struct replay {
	const struct trace_reader *file;
	const struct source_config *config;
	const struct replay_watch *watch;	/* NULL: nobody */
	struct snapshot *snap;
	struct merge merge;
	bool direct;
	uint64_t last_ns;
	struct replay_tasks tasks;
	struct replay_ipc *ipc;		/* NULL: nobody asks for it */
};

static struct oscope_counters *counters(const struct replay *r, uint32_t cpu)
{
	return &r->snap->cpu[r->snap->place[cpu]];
}

/* Something is missing on this CPU: what was open before has no known end. */
static void gap_forget(struct replay *r, uint32_t cpu, uint64_t ts)
{
	struct merge_cursor *c = &r->merge.cursor[cpu];

	memset(&c->state, 0, sizeof(c->state));
	c->gap = false;
	r->tasks.whole_ns = ts;
}

/* Whether what a record says of a task counts. */
static bool passes(struct replay *r, uint32_t cpu, uint32_t tid)
{
	return !r->tasks.filter || replay_passes(&r->tasks, cpu, tid);
}

static int bad_tid(const struct replay *r, uint32_t tid)
{
	if (tid < REPLAY_TID_MAX)
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	return err_msg(-EINVAL, "%s: damaged: a task with the impossible number %u",
		       r->file->path, tid);
}

static void row_leaves(struct oscope_task *row, uint32_t tid, const struct oscope_switch *sw,
		       uint64_t slice)
{
	row->tid = tid;		/* even if nobody has said who that is */
	if (sw->flags & OSCOPE_SWITCH_VOLUNTARY)
		row->voluntary++;
	else
		row->involuntary++;
	if (slice != ~0ULL)
		row->slice_ns += slice;
}

/* The leaving task's part of a counted switch. */
static int replay_leaves(struct replay *r, uint32_t tid, const struct oscope_switch *sw,
			 uint64_t slice)
{
	struct replay_task *t = replay_task(&r->tasks, tid);

	if (!t)
		return bad_tid(r, tid);
	if (sw->flags & OSCOPE_SWITCH_READY)
		oscope_task_leaves_ready(&t->wait, sw->ts);
	if (!r->tasks.forget)
		row_leaves(&t->row, tid, sw, slice);
	if (r->tasks.ledgers)
		replay_ledger_leaves(&r->tasks, tid, sw);
	return 0;
}

static int replay_comes(struct replay *r, uint32_t cpu, const struct oscope_slot *slot)
{
	struct oscope_counters *c = counters(r, cpu);
	uint32_t tid = slot->w[1], why;
	struct replay_task *t = replay_task(&r->tasks, tid);
	uint64_t ts = slot->ts, wait;

	if (!t)
		return bad_tid(r, tid);
	if (t->wait.since < r->tasks.whole_ns)
		t->wait.since = 0;	/* it may have come and gone since */
	if (r->tasks.ledgers)
		replay_ledger_comes(&r->tasks, tid, ts, t->wait.since);
	why = t->wait.why & OSCOPE_WHY;
	if (r->config->wakers && oscope_task_woken_leaving(&t->wait) &&
	    replay_pair(&r->tasks, t->waker, tid))
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	oscope_task_placed(c, &t->wait, ts, cpu, !slot->w[0]);
	wait = oscope_task_comes(c, &t->wait, ts);
	if (r->tasks.forget)
		return 0;
	t->row.tid = tid;
	if (wait == ~0ULL)
		return 0;
	t->row.wait_ns[why] += wait;
	t->row.waits++;
	return 0;
}

static int replay_counted(struct replay *r, uint32_t cpu, const struct oscope_slot *slot,
			  const struct oscope_switch *sw)
{
	struct oscope_counters *c = counters(r, cpu);
	struct oscope_cpu *state = &r->merge.cursor[cpu].state;
	uint64_t slice;
	int err = 0;

	slice = oscope_on_switch(c, state, sw);
	oscope_cpu_counted(state, sw);
	if ((sw->flags & OSCOPE_SWITCH_KIND) != OSCOPE_KIND_FROM_IDLE)
		err = replay_leaves(r, slot->w[0], sw, slice);
	if (!err && r->config->by_pair && replay_pair(&r->tasks, slot->w[0], slot->w[1]))
		err = err_sys(-ENOMEM, "reading %s", r->file->path);
	return err;
}

static int replay_switch(struct replay *r, uint32_t cpu, const struct oscope_slot *slot)
{
	struct oscope_switch sw = {
		.ts = slot->ts,
		.direct_ns = slot->w[2],
		.flags = oscope_head_flags(slot->head),
		.prev = slot->w[0],
		.comes = oscope_head_flags(slot->head) & OSCOPE_SWITCH_NEXT ?
				 slot->w[1] : OSCOPE_TID_OTHER,
	};
	struct oscope_cpu *state = &r->merge.cursor[cpu].state;
	int err = 0;

	if ((sw.flags & OSCOPE_SWITCH_KIND) >= OSCOPE_KINDS)
		return err_msg(-EINVAL, "%s: damaged: a switch of no kind", r->file->path);
	if (r->direct)
		oscope_direct_settle(counters(r, cpu), state, sw.direct_ns);
	if (r->tasks.filter)
		replay_filter_switch(&r->tasks, cpu, &sw, slot->w[1]);
	if (sw.flags & OSCOPE_SWITCH_ARRIVAL)
		oscope_cpu_passed_over(state, &sw);
	else
		err = replay_counted(r, cpu, slot, &sw);
	if (!err && (sw.flags & OSCOPE_SWITCH_NEXT))
		err = replay_comes(r, cpu, slot);
	return err;
}

static void task_woken(struct replay_task *t, uint32_t cpu, uint64_t ts, bool spurious)
{
	oscope_task_woken(&t->wait, ts, spurious);
	oscope_task_woken_on(&t->wait, cpu);
}

static int replay_waking(struct replay *r, uint32_t cpu, const struct oscope_slot *slot, bool new)
{
	struct replay_task *t = replay_task(&r->tasks, slot->w[0]);
	bool spurious = oscope_head_flags(slot->head) & OSCOPE_WAKE_SPURIOUS;
	struct oscope_counters *c = counters(r, cpu);
	uint32_t waker;

	if (!t)
		return bad_tid(r, slot->w[0]);
	if (new || slot->w[0] != slot->w[1])
		task_woken(t, cpu, slot->ts, spurious);
	if (!passes(r, cpu, slot->w[0]))
		return 0;
	if (new)
		c->wakings_new++;
	else
		c->wakings++;
	if (spurious)
		c->wakings_spurious++;
	waker = oscope_waker(slot->w[1], oscope_head_flags(slot->head));
	if (spurious)
		t->waker = waker;
	else if (r->config->wakers && !new && replay_pair(&r->tasks, waker, slot->w[0]))
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	return 0;
}

static int replay_migrate(struct replay *r, uint32_t cpu, const struct oscope_slot *slot)
{
	struct replay_task *t = replay_task(&r->tasks, slot->w[0]);

	if (!t)
		return bad_tid(r, slot->w[0]);
	if (oscope_head_flags(slot->head) & OSCOPE_MIGRATE_QUEUED)
		oscope_task_moved(&t->wait);
	if (!passes(r, cpu, slot->w[0]))
		return 0;
	counters(r, cpu)->migrations++;
	t->row.migrations++;
	return 0;
}

/* Two slots; the second may begin the CPU's next chunk, or be lost with what was overwritten. */
static int replay_identity_slots(struct replay *r, uint32_t cpu)
{
	struct oscope_identity id;
	struct merge_cursor *c = &r->merge.cursor[cpu];
	int err;

	memcpy(&id, c->slot, sizeof(*c->slot));
	merge_next(&r->merge, cpu);
	if (!c->slot || !(c->slot->head & OSCOPE_HEAD_CONT))
		return 0;
	memcpy((char *)&id + sizeof(*c->slot), c->slot, sizeof(*c->slot));
	merge_next(&r->merge, cpu);
	err = replay_identity(&r->tasks, &id);
	if (err)
		return bad_tid(r, id.tid);
	return r->watch ? r->watch->identity(r->watch->arg, cpu, &id) : 0;
}

/* Of what communicates: nothing follows from it but for its own tables. */
static int replay_ipc_slots(struct replay *r, uint32_t cpu)
{
	struct oscope_slot slot[OSCOPE_RECORD_SLOTS];
	uint32_t n = merge_record(&r->merge, cpu, slot);
	int err = 0;

	if (n && r->ipc)
		err = replay_ipc_record(r->ipc, cpu, slot, n);
	if (!err && n && r->watch && r->watch->ipc)
		err = r->watch->ipc(r->watch->arg, cpu, slot, n);
	return err;
}

static bool is_ipc(const struct oscope_slot *slot)
{
	uint32_t id = oscope_head_id(slot->head);

	return id == OSCOPE_REC_IPC_CALL || id == OSCOPE_REC_IPC_PAIR;
}

/* Tell of what is missing in front of a record, then of the record. */
static int watch_one(struct replay *r, uint32_t cpu, const struct oscope_slot *slot, bool gap)
{
	struct merge_cursor *c = &r->merge.cursor[cpu];
	int err = 0;

	if (gap || c->missed)
		err = r->watch->lost(r->watch->arg, cpu, slot->ts, c->missed);
	c->missed = 0;
	return err || is_ipc(slot) ? err : r->watch->record(r->watch->arg, cpu, slot);
}

/* The oldest record of all; the cursor moves on. */
static int replay_one(struct replay *r, uint32_t cpu)
{
	const struct oscope_slot *slot = r->merge.cursor[cpu].slot;
	bool gap;
	int err = 0;

	if (slot->head & OSCOPE_HEAD_CONT) {
		merge_next(&r->merge, cpu);	/* its first half was overwritten */
		return 0;
	}
	if (oscope_head_id(slot->head) == OSCOPE_REC_IDENTITY)
		return replay_identity_slots(r, cpu);
	r->last_ns = slot->ts;
	gap = r->merge.cursor[cpu].gap || oscope_head_flags(slot->head) & OSCOPE_FLAG_GAP;
	if (gap)
		gap_forget(r, cpu, slot->ts);
	if (r->watch)
		err = watch_one(r, cpu, slot, gap);
	if (err)
		return err;
	if (is_ipc(slot))
		return replay_ipc_slots(r, cpu);
	switch (oscope_head_id(slot->head)) {
	case OSCOPE_REC_SWITCH:
		err = replay_switch(r, cpu, slot);
		break;
	case OSCOPE_REC_WAKING:
	case OSCOPE_REC_WAKEUP_NEW:
		err = replay_waking(r, cpu, slot,
				    oscope_head_id(slot->head) == OSCOPE_REC_WAKEUP_NEW);
		break;
	case OSCOPE_REC_MIGRATE:
		err = replay_migrate(r, cpu, slot);
		break;
	default:		/* known to the contract, maybe no part of this report */
		if (r->tasks.filter && oscope_head_id(slot->head) == OSCOPE_REC_EXEC)
			replay_filter_exec(&r->tasks, slot->w[0], slot->w[1]);
		if (replay_ledger_record(&r->tasks, cpu, slot))
			err = bad_tid(r, slot->w[0]);
		break;
	}
	if (!err)
		merge_next(&r->merge, cpu);
	return err;
}

/* The oldest records of all, as long as they are one CPU's. */
static int replay_turn(struct replay *r, uint32_t cpu, uint64_t until)
{
	const struct merge_cursor *c = &r->merge.cursor[cpu];
	int err;

	do
		err = replay_one(r, cpu);
	while (!err && c->slot && c->slot->ts < until);
	return err;
}

/*
 * Whoever was there at the start, and of a flight recorder also at the end. Of a number that was
 * given to another meanwhile the rings tell when.
 */
static int identity_first(struct replay *r, const struct oscope_identity *id)
{
	const struct replay_task *t = replay_task(&r->tasks, id->tid);

	if (t && t->row.start_ns && t->row.start_ns != id->start_ns)
		return 0;
	if (replay_identity(&r->tasks, id))
		return bad_tid(r, id->tid);
	return r->watch ? r->watch->identity(r->watch->arg, REPLAY_NO_CPU, id) : 0;
}

static int identities_first(struct replay *r)
{
	const struct oscope_identity *id;
	size_t i = 0, j, n;
	int err = 0;

	while (!err && trace_identities(r->file, &i, &id, &n)) {
		for (j = 0; !err && j < n; j++)
			err = identity_first(r, &id[j]);
	}
	return err;
}

static int replay_all(struct replay *r)
{
	int err;

	err = identities_first(r);
	if (!err)
		merge_begin(&r->merge);
	while (!err && r->merge.n_heap) {
		err = replay_turn(r, r->merge.heap[0], merge_until(&r->merge));
		if (!err)
			merge_settle(&r->merge);
	}
	if (!err)
		err = r->merge.err;
	if (!err && r->tasks.no_memory)
		err = err_sys(-ENOMEM, "reading %s", r->file->path);
	return err;
}

static void snapshot_finish(struct replay *r)
{
	uint64_t lost = 0;
	uint32_t cpu;

	for (cpu = 0; cpu < r->merge.cpus; cpu++)
		lost += r->merge.cursor[cpu].lost_here;
	replay_head_fill(r->snap, r->file, r->last_ns, lost);
	r->snap->own_ns = r->file->header.own_ns;
}

/*
 * Counters are large: a block for each CPU only if the report tells CPUs apart, and then only for
 * those that have records, however many there are said to be.
 */
static int counters_make(struct replay *r)
{
	uint32_t used = 0, place = 0, i;
	int err;

	for (i = 0; i < r->merge.cpus; i++)
		used += r->file->cpu[i].first != TRACE_NO_CHUNK;
	err = snapshot_cpus(r->snap, r->merge.cpus, r->config->by_cpu && used ? used : 1);
	for (i = 0; !err && i < r->merge.cpus; i++) {
		if (!r->config->by_cpu)
			r->snap->place[i] = 0;
		else if (r->file->cpu[i].first != TRACE_NO_CHUNK)
			r->snap->place[i] = place++;
	}
	return err;
}

/* What lasts until the end, and what was lost behind all records. */
static int watch_end(struct replay *r)
{
	uint64_t told = 0;
	uint32_t cpu;

	replay_ledgers_close(&r->tasks, r->snap->ts_ns);
	for (cpu = 0; cpu < r->merge.cpus; cpu++)
		told += r->merge.cursor[cpu].lost_here;
	if (r->snap->lost.ring <= told)
		return 0;
	return r->watch->lost(r->watch->arg, REPLAY_NO_CPU, r->snap->ts_ns,
			      r->snap->lost.ring - told);
}

/* The tables of what communicates, if they are asked for. */
static int ipc_begin(struct replay *r)
{
	int err;

	if (!r->config->ipc)
		return 0;
	r->ipc = calloc(1, sizeof(*r->ipc));
	if (!r->ipc)
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	err = replay_ipc_open(r->ipc, r->file);
	r->ipc->asked = r->tasks.filter ? &r->tasks : NULL;
	return err;
}

static void ipc_end(struct replay *r)
{
	if (r->ipc)
		replay_ipc_free(r->ipc);
	free(r->ipc);
}

bool replay_has_states(const struct trace_reader *file)
{
	return replay_ledger_features(&file->header);
}

int replay_switches(const struct trace_reader *file, const struct source_config *config,
		    struct snapshot *snap)
{
	return replay_watched(file, config, snap, NULL);
}

/* The program that was held until all was recorded, 0: none, or where it begins is not in here. */
static uint32_t held_root(const struct trace_reader *file)
{
	bool whole = !file->from_ns && !(file->writer && file->writer->overwritten);

	return whole ? file->header.tree_tid : 0;
}

int replay_watched(const struct trace_reader *file, const struct source_config *config,
		   struct snapshot *snap, const struct replay_watch *watch)
{
	bool tables = config->by_task || config->by_pair || config->wakers;
	struct replay *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return err_sys(-ENOMEM, "reading %s", file->path);
	r->file = file;
	r->config = config;
	r->snap = snap;
	r->watch = watch;
	r->tasks.watch = watch;
	r->tasks.forget = !tables;
	r->tasks.names = config->by_pair || config->wakers || config->ipc;
	r->tasks.ledgers = config->ledger && replay_ledger_features(&file->header);
	r->tasks.root = held_root(file);
	r->tasks.start_ns = file->header.start_ns;
	r->direct = file->header.features &
		    (OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH);
	err = replay_filter_open(&r->tasks, &config->filter, file->header.cpus);
	if (!err)
		err = merge_open(&r->merge, file);
	if (!err)
		err = ipc_begin(r);
	if (!err)
		err = counters_make(r);
	if (!err)
		err = replay_all(r);
	if (!err)
		snapshot_finish(r);
	if (!err && watch)
		err = watch_end(r);
	if (!err && tables)
		err = replay_tables(&r->tasks, snap);
	if (!err && r->ipc)
		err = replay_ipc_reading(r->ipc, &snap->ipc);
	ipc_end(r);
	replay_tasks_free(&r->tasks);
	merge_close(&r->merge);
	free(r);
	return err;
}
