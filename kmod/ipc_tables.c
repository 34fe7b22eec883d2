// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of inter-process communication: open-addressed hashes, of which nothing is ever taken
 * out. A cell belongs to the key that is in it first.
 */
#include <linux/atomic.h>
#include "ipc.h"

/* Whether a cell is of that key, or becomes so. */
static bool cell_take(u64 *cell, u64 key)
{
	u64 was = READ_ONCE(*cell);

	if (!was)
		was = cmpxchg(cell, 0, key) ?: key;
	return was == key;
}

u32 ipc_object_find(struct ipc_tables *t, u64 key, bool make)
{
	u32 hash = oscope_ipc_hash(key), i, cell;
	u64 *at;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & (OSCOPE_IPC_OBJECTS - 1);
		at = &t->object[cell].key;
		if (READ_ONCE(*at) == key)
			return cell + 1;
		if (!READ_ONCE(*at) && !make)
			return 0;
		if (make && cell_take(at, key))
			return cell + 1;
	}
	return 0;
}

u32 ipc_use_find(struct ipc_tables *t, u64 key)
{
	u32 hash = oscope_ipc_hash(key), i, cell;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & (OSCOPE_IPC_USES - 1);
		if (cell_take(&t->use[cell].key, key))
			return cell + 1;
	}
	return 0;
}

/* The cell + 1 of a pair of tasks by an object; it is the object's as soon as that is in it. */
static u32 pair_find(struct ipc_tables *t, u32 object, u64 who)
{
	u32 hash = oscope_ipc_hash(who ^ (u64)object << 20 ^ object), i, cell, other;
	struct oscope_ipc_pair *p;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & (OSCOPE_IPC_PAIRS - 1);
		p = &t->pair[cell];
		other = READ_ONCE(p->object);
		if (!other)
			other = cmpxchg(&p->object, 0, object) ?: object;
		if (other == object && cell_take(&p->key, who))
			return cell + 1;
	}
	return 0;
}

/* Sender and receiver may tell at the same time. */
static void word_add(__u64 *word, u64 n)
{
	atomic64_add(n, (atomic64_t *)word);
}

void ipc_pair_tell(struct ipc_tables *t, u32 object, u32 *pair, const struct oscope_taken *taken,
		   u64 wake)
{
	u64 who = (u64)taken->from << 32 | taken->to;
	struct oscope_ipc_pair *p = *pair ? &t->pair[*pair - 1] : NULL;

	if (!p || READ_ONCE(p->key) != who || READ_ONCE(p->object) != object) {
		*pair = pair_find(t, object, who);
		p = *pair ? &t->pair[*pair - 1] : NULL;
	}
	if (!p) {
		oscope_add(&t->cpu[smp_processor_id()].pairs_full, taken->messages);
		return;
	}
	word_add(&p->messages, taken->messages);
	word_add(&p->bytes, oscope_taken_bytes(taken));
	if (taken->flags & OSCOPE_RUN_UNCERTAIN)
		word_add(&p->uncertain, taken->messages ?: 1);
	if (wake == IPC_NO_WAKE)
		return;
	word_add(&p->wakes, 1);
	word_add(&p->send_wake_ns, wake >> 32);
	word_add(&p->wake_run_ns, (u32)wake);
}

struct oscope_ipc_name *ipc_name_make(struct ipc_tables *t, u32 *place)
{
	if (t->names >= OSCOPE_IPC_NAMES)
		return NULL;
	*place = ++t->names;
	return &t->name[*place - 1];
}
