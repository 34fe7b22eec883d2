// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: rows of the task table on their way from one task to the next.
 *
 * The rows of tasks that are gone wait in a queue, in the order of their ends: a cell holds the low
 * half of the end's number, so that it is valid for that one only, and the row. Each row is in it
 * once at most, so it never overflows. These functions are verified for themselves, once, and not
 * wherever they are called.
 */
#include "shared.bpf.h"
#include "../kmod/core/ended.h"
#include "rows.bpf.h"

#define TAKE_TRIES	8

static __always_inline void queue_put(__u64 end, __u32 index)
{
	__u32 cell = end & (config.rows - 1);
	__u64 *at = bpf_map_lookup_elem(&ended_rows, &cell);

	if (at)
		__sync_lock_test_and_set(at, end << 32 | index);
}

/*
 * The task of a row is gone at ts: the row is added to the sums of those, and waits for another.
 * The caller has taken it out of the task's state, so nobody else does. Readers wait until it is
 * done.
 */
__noinline int row_done(__u32 index, __u64 ts)
{
	struct oscope_task *row = bpf_map_lookup_elem(&rows, &index);
	__u32 all = 0;
	struct oscope_ended *sum = bpf_map_lookup_elem(&ended, &all);
	struct oscope_ledger *l;
	__u64 end;

	if (!row || !sum)
		return 0;
	end = __sync_fetch_and_add(&sum->begun, 1) + 1;
	if (row->tid)
		oscope_ended_row(sum, row, 1);
	if (row->tid && (config.ledger & LEDGER_ON)) {
		l = bpf_map_lookup_elem(&ledgers, &index);
		if (l) {
			oscope_ledger_gone(l, ts);
			oscope_ended_ledger(sum, row, l, 1);
		}
	}
	row->ended = end;
	queue_put(end, index);
	__sync_fetch_and_add(&sum->done, 1);
	return 0;
}

/*
 * Somebody is at it still, see row_rename(): it goes to the end of the queue, as it is. It has been
 * added to the sums at its own end, which it keeps.
 */
static __always_inline void queue_again(struct oscope_ended *sum, __u32 index)
{
	queue_put(__sync_fetch_and_add(&sum->begun, 1) + 1, index);
	__sync_fetch_and_add(&sum->done, 1);
}

static __always_inline bool row_is_held(__u32 index)
{
	struct oscope_task *row = bpf_map_lookup_elem(&rows, &index);

	return row && oscope_once(row->held);
}

/* Nobody has it any more, nobody has it yet; readers that are at it see both turns. */
static __always_inline void row_clear(__u32 index)
{
	struct oscope_task *row = bpf_map_lookup_elem(&rows, &index);
	struct oscope_ledger *l;
	__u32 turn;

	if (!row)
		return;
	turn = __sync_fetch_and_add(&row->turn, 1) + 1;
	if (config.ledger & LEDGER_ON) {
		l = bpf_map_lookup_elem(&ledgers, &index);
		if (l)
			__builtin_memset(l, 0, sizeof(*l));
	}
	__builtin_memset(row, 0, offsetof(struct oscope_task, turn));
	barrier();
	store_last(&row->turn, turn + 1);
}

/*
 * A row for a task: one that nobody has had, else the one whose task has been gone for longest.
 * Index + 1, or 0 if all belong to tasks that are there. While the iterator is at work it may still
 * write to rows of tasks that end meanwhile: none is given to another then.
 */
__noinline __u32 row_take(void)
{
	__u32 index = globals.rows_used, all = 0, cell, i;
	struct oscope_ended *sum = bpf_map_lookup_elem(&ended, &all);
	__u64 end, *at, found;

	if (index < config.rows) {
		index = __sync_fetch_and_add(&globals.rows_used, 1);
		if (index < config.rows)
			return index + 1;
	}
	if (!sum || globals.seeding)
		return 0;
	for (i = 0; i < TAKE_TRIES; i++) {
		end = oscope_once(sum->reused) + 1;
		cell = end & (config.rows - 1);
		at = bpf_map_lookup_elem(&ended_rows, &cell);
		if (!at)
			break;
		found = oscope_once(*at);
		if (found >> 32 != (__u32)end)	/* nobody has ended, or is just about to say so */
			continue;
		if (__sync_val_compare_and_swap(&sum->reused, end - 1, end) != end - 1)
			continue;
		if (row_is_held((__u32)found)) {
			queue_again(sum, (__u32)found);
			continue;
		}
		row_clear((__u32)found);
		return (__u32)found + 1;
	}
	return 0;
}
