// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: wake-ups and migrations.
 *
 * sched_waking runs in the waker's context, before a CPU is chosen; interrupts are off but for a
 * task that wakes itself, which is the only case that counts atomically. sched_migrate_task runs
 * with interrupts off.
 */
#include "context.bpf.h"
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ledger.bpf.h"

/* For whoever reads the ledger before the task comes to a CPU. */
static __always_inline void ledger_woken(struct task_state *t, __u64 ts)
{
	struct oscope_ledger *l = ledger_on() ? ledger_find(t) : NULL;

	if (l)
		oscope_put(&l->woken, ts);
}

static __always_inline void woken_here(struct task_state *t)
{
	if (config.ledger & LEDGER_PLACES)
		oscope_task_woken_on(&t->wait, bpf_get_smp_processor_id());
}

/*
 * p is woken. If it is queued, it most often goes on; but it may be on its way off the CPU: that
 * shows when it comes, until when the waker is kept.
 */
static __always_inline void waker_tell(struct cpu_block *b, struct task_struct *p,
				       struct task_state *t, __u32 waker, bool queued)
{
	__u32 index = t && t->row ? t->row - 1 : config.rows, *keep;

	if (!queued) {
		pair_count(&b->counters, waker, p->pid);
		return;
	}
	keep = bpf_map_lookup_elem(&queued_wakers, &index);
	if (keep)
		*keep = waker;
	else if (t)
		oscope_once(t->wait.why) &= ~OSCOPE_WHY_QUEUED;
}

static __always_inline struct task_state *woken_state(struct task_struct *p)
{
	return config.filter & FILTER_MEMBER ? state_find(p) : state_get(p);
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_sched_waking, struct task_struct *p)
{
	bool spurious = task_queued(p);
	/* A running task is queued, so nobody else needs the comparison. */
	bool self = spurious && p == bpf_get_current_task_btf();
	struct task_state *t = woken_state(p);
	struct cpu_block *b;
	__u32 context = 0;
	__u64 ts;

	if ((config.filter & FILTER_MEMBER) && !t)
		return 0;
	ts = bpf_ktime_get_ns();
	if (t && !self) {
		oscope_task_woken(&t->wait, ts, spurious);
		woken_here(t);
	}
	if (!spurious)
		ledger_woken(t, ts);
	if (!task_passes(p, t))
		return 0;
	b = this_block();
	if (!b)
		return 0;
	if (self) {
		__sync_fetch_and_add(&b->counters.wakings, 1);
		__sync_fetch_and_add(&b->counters.wakings_spurious, 1);
	} else {
		b->counters.wakings++;
		if (spurious)
			b->counters.wakings_spurious++;
	}
	if (recording(OSCOPE_REC_WAKING) || (config.ledger & LEDGER_WAKERS))
		context = wake_context();
	if ((config.ledger & LEDGER_WAKERS) && !self)
		waker_tell(b, p, t, oscope_waker(bpf_get_current_pid_tgid(), context), spurious);
	if (recording(OSCOPE_REC_WAKING))
		emit(OSCOPE_REC_WAKING, context | (spurious ? OSCOPE_WAKE_SPURIOUS : 0), ts, p->pid,
		     (__u32)bpf_get_current_pid_tgid(), 0);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_sched_wakeup_new, struct task_struct *p)
{
	struct task_state *t = woken_state(p);
	struct cpu_block *b = this_block();
	__u64 ts = bpf_ktime_get_ns();

	if (t) {
		oscope_task_woken(&t->wait, ts, false);
		woken_here(t);
	}
	ledger_woken(t, ts);
	if (!b || !task_passes(p, t))
		return 0;
	__sync_fetch_and_add(&b->counters.wakings_new, 1);
	if (recording(OSCOPE_REC_WAKEUP_NEW))
		emit(OSCOPE_REC_WAKEUP_NEW, 0, ts, p->pid, bpf_get_current_task_btf()->pid, 0);
	return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_sched_migrate_task, struct task_struct *p, int dest_cpu)
{
	struct task_state *t = woken_state(p);
	struct cpu_block *b = this_block();
	__u32 queued = p->on_rq ? OSCOPE_MIGRATE_QUEUED : 0;
	struct oscope_task *row;

	if (t && queued && (config.ledger & LEDGER_PLACES))
		oscope_task_moved(&t->wait);
	if (!b || !task_passes(p, t))
		return 0;
	b->counters.migrations++;
	if (config.rows) {
		row = row_get(&b->counters, p, t);
		if (row)
			row->migrations++;
	}
	if (recording(OSCOPE_REC_MIGRATE))
		emit(OSCOPE_REC_MIGRATE, queued, bpf_ktime_get_ns(), p->pid, task_cpu(p), dest_cpu);
	return 0;
}
