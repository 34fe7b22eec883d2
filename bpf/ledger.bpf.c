// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: where tasks' time goes. A second program on sched_switch, which runs before the one
 * that counts switches if there is one, and tells it the time. Run-queue lock held, interrupts off.
 */
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ledger.bpf.h"

static __always_inline struct task_state *switch_state(struct task_struct *p)
{
	return config.filter & FILTER_MEMBER ? state_find(p) : state_get(p);
}

/* What a task that leaves goes into, and for what; state: the kernel's. */
static __always_inline __u32 leaves_for(struct task_struct *p, bool preempt, __u32 state,
					__u32 *reason)
{
	*reason = OSCOPE_REASON_OTHER;
	if (preempt || !state || task_queued(p))
		return OSCOPE_STATE_READY;
	if (state & TASK_DEAD)
		return p->exit_state & EXIT_ZOMBIE ? OSCOPE_STATE_ZOMBIE : OSCOPE_STATE_DEAD;
	if (state & OSCOPE_TASK_STOPPED)
		return OSCOPE_STATE_STOPPED;
	if (config.ledger & LEDGER_REASONS)
		*reason = blocked_reason(p, state);
	return OSCOPE_STATE_BLOCKED;
}

static __always_inline void prev_leaves(struct cpu_block *b, struct task_struct *p, bool preempt,
					__u32 kernel_state, __u64 ts)
{
	struct task_state *t = switch_state(p);
	__u32 state, reason;
	struct oscope_ledger *l;

	if (!task_passes(p, t))
		return;
	state = leaves_for(p, preempt, kernel_state, &reason);
	if (state != OSCOPE_STATE_READY && recording(OSCOPE_REC_BLOCKED))
		emit(OSCOPE_REC_BLOCKED, 0, ts, p->pid, reason, state);
	if (!ledger_on())
		return;
	l = ledger_get(&b->counters, p, t);
	if (!l) {
		b->counters.untracked++;
		return;
	}
	oscope_ledger_leaves(l, ts, state, reason);
	if (state >= OSCOPE_STATE_ZOMBIE)
		ledger_final(l, p);
	if (!(config.ledger & LEDGER_ALONE))
		return;
	b->counters.events++;
	if (state == OSCOPE_STATE_READY)
		oscope_task_leaves_ready(&t->wait, ts);
}

/* p comes, and its waker could not know whether it would have gone on. */
static __always_inline void waker_found(struct cpu_block *b, struct task_struct *p,
					struct task_state *t)
{
	__u32 index = t->row - 1, *waker = bpf_map_lookup_elem(&queued_wakers, &index);

	if (waker)
		pair_count(&b->counters, *waker, p->pid);
}

static __always_inline void next_comes(struct cpu_block *b, struct task_struct *p, __u64 ts,
				       bool idle)
{
	struct task_state *t = switch_state(p);
	struct oscope_ledger *l;
	__u32 before;

	if (!ledger_on() || !task_passes(p, t))
		return;
	l = ledger_get(&b->counters, p, t);
	if (!l) {
		b->counters.untracked++;
		return;
	}
	before = l->state;
	if (config.ledger & LEDGER_PLACES)
		oscope_task_placed(&b->counters, &t->wait, ts, bpf_get_smp_processor_id(), idle);
	if ((config.ledger & LEDGER_WAKERS) && oscope_task_woken_leaving(&t->wait))
		waker_found(b, p, t);
	oscope_ledger_comes(l, ts, oscope_once(t->wait.since));
	if (before == OSCOPE_LEDGER_WORD(OSCOPE_STATE_BLOCKED, OSCOPE_REASON_WAIT))
		l->waited = ts;
	if (config.ledger & LEDGER_ALONE)
		oscope_once(t->wait.since) = 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_ledger_switch, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	struct cpu_block *b = this_block();
	__u64 ts = bpf_ktime_get_ns();

	if (!b)
		return 0;
	b->ledger_ts = ts;
	if (prev->pid)
		prev_leaves(b, prev, preempt, prev_state, ts);
	if (next->pid)
		next_comes(b, next, ts, !prev->pid);
	/* Of who does not pass any more, too. */
	if ((config.ledger & LEDGER_ALONE) && !preempt && (prev_state & TASK_DEAD))
		task_left(&b->counters, prev, ts);
	return 0;
}
