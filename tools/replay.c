// SPDX-License-Identifier: GPL-2.0
/*
 * A recording through the accounting core, merged over CPUs by time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "replay.h"
#include "replay_tasks.h"
#include "trace_pack.h"
#include "util.h"

/* Where one CPU's records are read next. */
struct cursor {
	const struct oscope_slot *slot, *end;	/* NULL: no more */
	size_t chunk;			/* its next chunk, or TRACE_NO_CHUNK */
	struct oscope_slot *room;	/* where it is unpacked */
	struct oscope_cpu state;
	uint64_t lost;			/* as of its latest chunk */
	uint64_t position;		/* of the slot that should come next; 0: any */
	bool gap;			/* something is missing in front of it */
};

struct replay {
	const struct trace_reader *file;
	const struct source_config *config;
	struct snapshot *snap;
	struct cursor *cursor;
	uint32_t cpus;
	uint32_t *heap, n_heap;		/* CPUs that have records left, the oldest at the top */
	bool direct;
	uint64_t last_ns;
	struct trace_unpacker *unpacker;
	int err;			/* of a chunk that could not be read */
	struct replay_tasks tasks;
};

/* Move to the next chunk of slots of this CPU. */
static void cursor_refill(struct replay *r, uint32_t cpu)
{
	struct cursor *c = &r->cursor[cpu];
	struct trace_slots slots = { r->unpacker, c->room };
	const struct trace_chunk *chunk;
	const struct oscope_chunk *head;

	c->slot = NULL;
	c->end = NULL;
	if (c->chunk == TRACE_NO_CHUNK || r->err)
		return;
	chunk = &r->file->chunk[c->chunk];
	head = chunk->head;
	c->chunk = chunk->next;
	c->slot = trace_slots(r->file, chunk, &slots, &r->err);
	r->unpacker = slots.unpacker;	/* one for all */
	c->room = slots.room;
	if (!c->slot)
		return;
	c->end = c->slot + chunk->slots;
	c->gap |= c->position && head->position != c->position;
	c->position = head->position + chunk->slots;
	c->lost = head->lost;
}

static void cursor_next(struct replay *r, uint32_t cpu)
{
	struct cursor *c = &r->cursor[cpu];

	if (++c->slot == c->end)
		cursor_refill(r, cpu);
}

/* Whether a's next record comes before b's; of two at one time the lower CPU's. */
static bool older(const struct replay *r, uint32_t a, uint32_t b)
{
	uint64_t x = r->cursor[a].slot->ts, y = r->cursor[b].slot->ts;

	return x < y || (x == y && a < b);
}

/* Entry i of the heap has a later record than it had: move it down to its place. */
static void heap_sink(struct replay *r, uint32_t i)
{
	uint32_t cpu = r->heap[i], child;

	while ((child = 2 * i + 1) < r->n_heap) {
		if (child + 1 < r->n_heap && older(r, r->heap[child + 1], r->heap[child]))
			child++;
		if (!older(r, r->heap[child], cpu))
			break;
		r->heap[i] = r->heap[child];
		i = child;
	}
	r->heap[i] = cpu;
}

/*
 * The CPU at the top has moved on. A clock that stepped back needs no more than this: a record
 * older than the one before it stays at the top.
 */
static void heap_top_moved(struct replay *r)
{
	if (!r->cursor[r->heap[0]].slot)
		r->heap[0] = r->heap[--r->n_heap];
	if (r->n_heap)
		heap_sink(r, 0);
}

static void heap_make(struct replay *r)
{
	uint32_t i;

	for (i = 0; i < r->cpus; i++) {
		r->cursor[i].chunk = r->file->cpu[i].first;
		cursor_refill(r, i);
		if (r->cursor[i].slot)
			r->heap[r->n_heap++] = i;
	}
	for (i = r->n_heap / 2; i-- > 0;)
		heap_sink(r, i);
}

static struct oscope_counters *counters(const struct replay *r, uint32_t cpu)
{
	return &r->snap->cpu[r->snap->place[cpu]];
}

/* Something is missing on this CPU: what was open before has no known end. */
static void gap_forget(struct replay *r, uint32_t cpu, uint64_t ts)
{
	struct cursor *c = &r->cursor[cpu];

	memset(&c->state, 0, sizeof(c->state));
	c->gap = false;
	r->tasks.whole_ns = ts;
}

static int bad_tid(const struct replay *r, uint32_t tid)
{
	if (tid < REPLAY_TID_MAX)
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	return err_msg(-EINVAL, "%s: damaged: a task with the impossible number %u",
		       r->file->path, tid);
}

/* The leaving task's part of a counted switch. */
static int replay_leaves(struct replay *r, uint32_t tid, const struct oscope_switch *sw,
			 uint64_t slice)
{
	struct replay_task *t = replay_task(&r->tasks, tid);

	if (!t)
		return bad_tid(r, tid);
	t->row.tid = tid;	/* even if nobody has said who that is */
	if (sw->flags & OSCOPE_SWITCH_READY)
		oscope_task_leaves_ready(&t->wait, sw->ts);
	if (sw->flags & OSCOPE_SWITCH_VOLUNTARY)
		t->row.voluntary++;
	else
		t->row.involuntary++;
	if (slice != ~0ULL)
		t->row.slice_ns += slice;
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
	t->row.tid = tid;
	if (t->wait.since < r->tasks.whole_ns)
		t->wait.since = 0;	/* it may have come and gone since */
	replay_ledger_comes(&r->tasks, tid, ts, t->wait.since);
	why = t->wait.why & OSCOPE_WHY;
	if (r->config->wakers && oscope_task_woken_leaving(&t->wait) &&
	    replay_pair(&r->tasks, t->waker, tid))
		return err_sys(-ENOMEM, "reading %s", r->file->path);
	oscope_task_placed(c, &t->wait, ts, cpu, !slot->w[0]);
	wait = oscope_task_comes(c, &t->wait, ts);
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
	struct oscope_cpu *state = &r->cursor[cpu].state;
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
	struct oscope_cpu *state = &r->cursor[cpu].state;
	int err = 0;

	if ((sw.flags & OSCOPE_SWITCH_KIND) >= OSCOPE_KINDS)
		return err_msg(-EINVAL, "%s: damaged: a switch of no kind", r->file->path);
	if (r->direct)
		oscope_direct_settle(counters(r, cpu), state, sw.direct_ns);
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
	if (new)
		c->wakings_new++;
	else
		c->wakings++;
	if (spurious)
		c->wakings_spurious++;
	if (new || slot->w[0] != slot->w[1])
		task_woken(t, cpu, slot->ts, spurious);
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
	counters(r, cpu)->migrations++;
	t->row.migrations++;
	if (oscope_head_flags(slot->head) & OSCOPE_MIGRATE_QUEUED)
		oscope_task_moved(&t->wait);
	return 0;
}

/* Two slots; the second may begin the CPU's next chunk, or be lost with what was overwritten. */
static int replay_identity_slots(struct replay *r, uint32_t cpu)
{
	struct oscope_identity id;
	struct cursor *c = &r->cursor[cpu];
	int err;

	memcpy(&id, c->slot, sizeof(*c->slot));
	cursor_next(r, cpu);
	if (!c->slot || !(c->slot->head & OSCOPE_HEAD_CONT))
		return 0;
	memcpy((char *)&id + sizeof(*c->slot), c->slot, sizeof(*c->slot));
	cursor_next(r, cpu);
	err = replay_identity(&r->tasks, &id);
	return err ? bad_tid(r, id.tid) : 0;
}

/* The oldest record of all; the cursor moves on. */
static int replay_one(struct replay *r, uint32_t cpu)
{
	const struct oscope_slot *slot = r->cursor[cpu].slot;
	int err = 0;

	if (slot->head & OSCOPE_HEAD_CONT) {
		cursor_next(r, cpu);	/* its first half was overwritten */
		return 0;
	}
	if (oscope_head_id(slot->head) == OSCOPE_REC_IDENTITY)
		return replay_identity_slots(r, cpu);
	r->last_ns = slot->ts;
	if (r->cursor[cpu].gap || oscope_head_flags(slot->head) & OSCOPE_FLAG_GAP)
		gap_forget(r, cpu, slot->ts);
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
		if (replay_ledger_record(&r->tasks, slot))
			err = bad_tid(r, slot->w[0]);
		break;
	}
	if (!err)
		cursor_next(r, cpu);
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
	return replay_identity(&r->tasks, id) ? bad_tid(r, id->tid) : 0;
}

static int identities_first(struct replay *r)
{
	const struct oscope_identity *id;
	size_t i, j;
	int err;

	for (i = 0; i < r->file->n_chunks; i++) {
		const struct oscope_chunk *head = r->file->chunk[i].head;

		if (head->kind != OSCOPE_CHUNK_IDENTITY)
			continue;
		id = r->file->chunk[i].data;
		for (j = 0; j < head->bytes / sizeof(*id); j++) {
			err = identity_first(r, &id[j]);
			if (err)
				return err;
		}
	}
	return 0;
}

static int replay_all(struct replay *r)
{
	int err;

	err = identities_first(r);
	if (!err)
		heap_make(r);
	while (!err && r->n_heap) {
		err = replay_one(r, r->heap[0]);
		if (!err)
			heap_top_moved(r);
	}
	return err ? err : r->err;
}

/* What a source can tell is told by records, of which only some may have been asked for. */
static uint64_t not_recorded(const struct oscope_file_header *h)
{
	static const struct {
		uint64_t feature;
		uint32_t record;
	} told[] = {
		{ OSCOPE_FEAT_RUN, OSCOPE_REC_RUN },
		{ OSCOPE_FEAT_SPAWN, OSCOPE_REC_SPAWNED },
		{ OSCOPE_FEAT_MEMORY, OSCOPE_REC_MEMORY },
	};
	uint64_t features = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		if (!(h->records >> told[i].record & 1))
			features |= told[i].feature;
	}
	return features;
}

static void snapshot_finish(struct replay *r)
{
	const struct oscope_file_header *h = &r->file->header;
	struct snapshot *snap = r->snap;
	uint32_t cpu;

	snap->start_ns = h->start_ns;
	snap->ts_ns = r->file->end ? r->file->end->end_ns : r->last_ns;
	if (snap->ts_ns < snap->start_ns)
		snap->ts_ns = snap->start_ns;
	snap->features = h->features | OSCOPE_FEAT_TASKS;	/* we keep them ourselves */
	if (h->features & OSCOPE_FEAT_SOME_CPUS || !(h->records >> OSCOPE_REC_MIGRATE & 1))
		snap->features &= ~OSCOPE_FEAT_PLACES;
	snap->features &= ~(OSCOPE_FEAT_LEDGER | OSCOPE_FEAT_REASONS | OSCOPE_FEAT_KERNEL);
	snap->features &= ~not_recorded(h);
	snap->features |= replay_ledger_features(h);
	snap->own_ns = h->own_ns;
	snap->own_direct_ns = h->own_direct_ns;
	snap->kernel = h->kernel;
	snap->virt = h->virt;
	memset(&snap->lost, 0, sizeof(snap->lost));
	for (cpu = 0; cpu < r->cpus; cpu++)
		snap->lost.ring += r->cursor[cpu].lost;
	if (r->file->end)
		snap->lost.ring = r->file->end->lost;
}

/*
 * Counters are large: a block for each CPU only if the report tells CPUs apart, and then only for
 * those that have records, however many there are said to be.
 */
static int counters_make(struct replay *r)
{
	uint32_t used = 0, place = 0, i;
	int err;

	for (i = 0; i < r->cpus; i++)
		used += r->file->cpu[i].first != TRACE_NO_CHUNK;
	err = snapshot_cpus(r->snap, r->cpus, r->config->by_cpu && used ? used : 1);
	for (i = 0; !err && i < r->cpus; i++) {
		if (!r->config->by_cpu)
			r->snap->place[i] = 0;
		else if (r->file->cpu[i].first != TRACE_NO_CHUNK)
			r->snap->place[i] = place++;
	}
	return err;
}

static void replay_free(struct replay *r)
{
	uint32_t i;

	for (i = 0; r->cursor && i < r->cpus; i++)
		free(r->cursor[i].room);
	free(r->cursor);
	free(r->heap);
	trace_unpacker_free(r->unpacker);
	free(r);
}

int replay_switches(const struct trace_reader *file, const struct source_config *config,
		    struct snapshot *snap)
{
	struct replay *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	if (!r)
		return err_sys(-ENOMEM, "reading %s", file->path);
	r->file = file;
	r->config = config;
	r->snap = snap;
	r->cpus = file->header.cpus;
	r->tasks.ledgers = config->ledger && replay_ledger_features(&file->header);
	r->direct = file->header.features &
		    (OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH);
	r->cursor = calloc(r->cpus, sizeof(*r->cursor));
	r->heap = calloc(r->cpus, sizeof(*r->heap));
	if (!r->cursor || !r->heap)
		err_sys(err, "reading %s", file->path);
	else
		err = counters_make(r);
	if (!err)
		err = replay_all(r);
	if (!err)
		snapshot_finish(r);
	if (!err && (config->by_task || config->by_pair || config->wakers))
		err = replay_tables(&r->tasks, snap);
	replay_tasks_free(&r->tasks);
	replay_free(r);
	return err;
}
