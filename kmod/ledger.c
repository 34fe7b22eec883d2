// SPDX-License-Identifier: GPL-2.0
/*
 * Ledgers of tasks: from the hooks to core/ledger.h.
 *
 * A ledger is written by the switches of its task's CPU, which come one after the other; its last
 * entry, at the reap, comes when there are no more.
 */
#include <linux/moduleparam.h>
#include "block.h"
#include "compat.h"
#include "ledger.h"
#include "ring.h"
#include "task.h"

#define REASON_NAME(id, name)	name,
const char *const ledger_reason_names[OSCOPE_REASONS] = { OSCOPE_REASON_LIST(REASON_NAME) };

/* What the kernel counts by plain stores, of a task that may run: the one value or the other. */
#define peek(what)	data_race(what)

static bool ledger = true;
module_param(ledger, bool, 0444);
MODULE_PARM_DESC(ledger, "keep where each task's time goes (default yes); no saves 0.9 KiB a task of tasks=");

static DEFINE_PER_CPU(struct sleeps, sleeps[OSCOPE_REASONS]);

bool ledgers_kept(void)
{
	return ledger;
}

/* What the kernel counts of p now. */
static void kernel_counts(struct oscope_kernel_counts *to, const struct task_struct *p)
{
	to->run_delay_ns = compat_run_delay(p);
	to->runtime_ns = peek(p->se.sum_exec_runtime);
	to->nvcsw = peek(p->nvcsw);
	to->nivcsw = peek(p->nivcsw);
	to->utime_ns = peek(p->utime);
	to->stime_ns = peek(p->stime);
}

/* It has ended, or is somebody else's from now on. */
static void ledger_final(struct oscope_ledger *l, const struct task_struct *p)
{
	struct oscope_kernel_counts now;

	kernel_counts(&now, p);
	oscope_ledger_final(l, &now);
}

/* What it goes into, and for what. */
static u32 leaves_for(struct task_struct *p, u32 flags, unsigned int state, u32 *reason)
{
	*reason = OSCOPE_REASON_OTHER;
	if (flags & OSCOPE_SWITCH_DEAD)
		return p->exit_state & EXIT_ZOMBIE ? OSCOPE_STATE_ZOMBIE : OSCOPE_STATE_DEAD;
	/* Not READY with state 0: on its way out, and made to give way. */
	if (flags & OSCOPE_SWITCH_READY || !state)
		return OSCOPE_STATE_READY;
	if (state & __TASK_STOPPED)
		return OSCOPE_STATE_STOPPED;
	*reason = blocked_reason(p, state);
	return OSCOPE_STATE_BLOCKED;
}

/* Of a ledger's word: one that there is. */
static u32 known_reason(u32 word)
{
	return min_t(u32, OSCOPE_LEDGER_REASON(word), OSCOPE_REASONS - 1);
}

void ledger_leaves(struct task_node *node, struct task_struct *p, u32 flags, unsigned int state,
		   u64 ts)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_BLOCKED);
	struct oscope_ledger *l = node->ledger;
	u32 next, reason;

	if (!l && !r)
		return;
	next = leaves_for(p, flags, state, &reason);
	if (r && next != OSCOPE_STATE_READY)
		ring_emit(r, OSCOPE_REC_BLOCKED, 0, ts, p->pid, reason, next);
	if (!l)
		return;
	oscope_ledger_leaves(l, ts, next, reason);
	if (next == OSCOPE_STATE_BLOCKED)
		this_cpu_ptr(sleeps)[known_reason(l->state)].n++;
	if (next < OSCOPE_STATE_ZOMBIE)
		return;
	ledger_final(l, p);
}

void ledger_comes(struct task_node *node, u64 ts)
{
	struct oscope_ledger *l = node->ledger;
	u32 before, reason;
	u64 slept;

	if (!l)
		return;
	before = l->state;
	reason = known_reason(before);
	slept = l->blocked[reason].ns;
	oscope_ledger_comes(l, ts, READ_ONCE(node->wait.since));
	this_cpu_ptr(sleeps)[reason].ns += l->blocked[reason].ns - slept;
	if (before == OSCOPE_LEDGER_WORD(OSCOPE_STATE_BLOCKED, OSCOPE_REASON_WAIT))
		WRITE_ONCE(l->waited, ts);
}

void sleeps_read(struct sleeps *sum)
{
	int cpu, i;

	memset(sum, 0, OSCOPE_REASONS * sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct sleeps *s = per_cpu_ptr(sleeps, cpu);

		for (i = 0; i < OSCOPE_REASONS; i++) {
			sum[i].n += READ_ONCE(s[i].n);
			sum[i].ns += READ_ONCE(s[i].ns);
		}
	}
}

void ledger_born(struct task_node *node, const struct task_struct *p)
{
	if (node->ledger)
		oscope_ledger_born(node->ledger, p->start_time);
}

void ledger_waits(u64 ts)
{
	struct task_node *node = task_find(current);

	if (node && node->ledger)
		WRITE_ONCE(node->ledger->waited, ts);
}

void ledger_reaped(struct task_struct *p, u64 ts)
{
	struct task_node *node = task_find(p);

	if (node && node->ledger)
		oscope_ledger_reaped(node->ledger, ts);
}

/* If its reap was not seen, it was at the last moment at which its parent was at a wait. */
void ledger_gone(struct task_node *node, const struct task_struct *p, u64 ts)
{
	const struct task_node *parent;
	u64 waited;

	if (!node->ledger || OSCOPE_LEDGER_STATE(node->ledger->state) != OSCOPE_STATE_ZOMBIE)
		return;
	/* From an RCU callback; who it points at may go, so it is only a key here. */
	parent = task_find(rcu_access_pointer(p->real_parent));
	waited = parent && parent->ledger ? READ_ONCE(parent->ledger->waited) : 0;
	oscope_ledger_reaped(node->ledger, waited > node->ledger->since ? waited : ts);
}

void ledger_changed(struct oscope_ledger *old, struct oscope_ledger *new,
		    const struct task_struct *p, u64 ts)
{
	unsigned long flags;

	local_irq_save(flags);	/* p is current: no switch of it comes in between */
	if (old) {
		oscope_ledger_leaves(old, ts, OSCOPE_STATE_DEAD, 0);
		ledger_final(old, p);
	}
	if (new) {
		kernel_counts(&new->before, p);
		oscope_ledger_enter(new, ts, OSCOPE_STATE_RUNNING);
	}
	local_irq_restore(flags);
}

void ledger_pause(struct oscope_ledger *l, u64 now)
{
	u32 state = OSCOPE_LEDGER_STATE(l->state);

	if (!l->since || state == OSCOPE_STATE_DEAD)
		return;
	oscope_ledger_close(l, now);
	l->state = OSCOPE_STATE_NONE;
}

void ledger_resume(struct oscope_ledger *l, u64 now)
{
	if (!l->since || l->state != OSCOPE_STATE_NONE)
		return;
	l->unobserved += oscope_ledger_span(l->since, now);
	l->since = max_t(u64, now, l->since);
}

/* The state of a task that is there already. */
static u32 state_now(struct task_struct *p, u32 *reason)
{
	unsigned int state = READ_ONCE(p->__state);
	int exit_state = peek(p->exit_state);

	*reason = OSCOPE_REASON_OTHER;
	if (exit_state)
		return exit_state & EXIT_ZOMBIE ? OSCOPE_STATE_ZOMBIE : OSCOPE_STATE_DEAD;
	if (READ_ONCE(p->on_cpu))
		return OSCOPE_STATE_RUNNING;
	if (!state || task_queued(p))
		return OSCOPE_STATE_READY;
	if (state & __TASK_STOPPED)
		return OSCOPE_STATE_STOPPED;
	*reason = blocked_reason_of(p, state);
	return OSCOPE_STATE_BLOCKED;
}

/*
 * Unless one of its events was first: it has stored a state then. If one comes in between, it finds
 * this state, makes its own entry, and what follows here does not change it.
 */
static void ledger_seed(struct oscope_ledger *l, struct task_struct *p)
{
	u64 since = READ_ONCE(l->since), ts;
	u32 state, reason;

	if (READ_ONCE(l->state))
		return;
	if (!since)
		kernel_counts(&l->before, p);
	state = state_now(p, &reason);
	if (state == OSCOPE_STATE_BLOCKED)
		reason = oscope_ledger_again(l, reason);
	ts = clock_ns();
	if (cmpxchg(&l->state, 0, OSCOPE_LEDGER_WORD(state, reason)))
		return;
	if (cmpxchg(&l->since, since, ts) != since)
		return;
	if (since)
		l->unobserved += oscope_ledger_span(since, ts);
	else
		cmpxchg(&l->first, 0, ts);
}

void ledgers_seed(void)
{
	struct task_struct *p, *t;
	struct task_node *node;

	if (!ledger)
		return;
	rcu_read_lock();
	compat_for_each_process_thread(p, t) {
		node = task_find(t);
		if (node && node->ledger)
			ledger_seed(node->ledger, t);
	}
	rcu_read_unlock();
}
