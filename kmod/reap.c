// SPDX-License-Identifier: GPL-2.0
/*
 * Zombies: who is told of an end, who waits for children, who lets go of the dead.
 */
#include <linux/kprobes.h>
#include <linux/sched/signal.h>
#include "block.h"
#include "compat.h"
#include "hooks.h"
#include "ledger.h"
#include "reap.h"
#include "ring.h"
#include "task.h"

/* What others may change at this moment, by plain stores: the one value or the other is right. */
#define peek(what)	data_race(what)

static struct kprobe release_probe;
static bool probed;

/* Whether a thread of its process waits for children. */
static bool is_waiting(const struct task_struct *p)
{
	/* Nobody is woken here: a look, as good before as after. */
	return waitqueue_active(&p->signal->wait_chldexit);
}

/* What the parent wants to hear of it; others than its own thread may change that. Under RCU. */
static u32 treatment_flags(const struct task_struct *parent)
{
	const struct sighand_struct *sighand = rcu_dereference(parent->sighand);
	const struct sigaction *action;

	if (!sighand)	/* it has ended itself */
		return 0;
	action = &sighand->action[SIGCHLD - 1].sa;
	if (peek(action->sa_handler) == SIG_IGN)
		return OSCOPE_END_IGNORED;
	return peek(action->sa_flags) & SA_NOCLDWAIT ? OSCOPE_END_NOCLDWAIT : 0;
}

u32 end_flags(const struct task_struct *p)
{
	struct task_struct *parent = rcu_dereference(p->real_parent);
	int signal = peek(p->group_leader->exit_signal);
	u32 flags = 0;

	if (!atomic_read(&p->signal->live))
		flags |= OSCOPE_END_LAST;
	if (peek(p->ptrace))
		flags |= OSCOPE_END_TRACED;
	if (!signal)
		flags |= OSCOPE_END_SILENT;
	if (signal == SIGCHLD)
		flags |= treatment_flags(parent);
	if (is_waiting(parent))
		flags |= OSCOPE_END_AWAITED;
	return flags;
}

/* kernel/exit.c, wait_task_zombie(). */
u32 process_status(const struct task_struct *leader)
{
	if (peek(leader->signal->flags) & SIGNAL_GROUP_EXIT)
		return peek(leader->signal->group_exit_code);
	return peek(leader->exit_code);
}

/* current's process has ended, and `told` hears of it. */
static void zombie_begins(const struct task_struct *told)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_ZOMBIE);
	struct task_struct *leader = current->group_leader;
	struct task_node *node = task_find(leader);
	u64 ts = clock_ns();
	u32 flags;

	rcu_read_lock();
	flags = end_flags(leader);
	rcu_read_unlock();
	if (leader != current)
		flags |= OSCOPE_END_DELAYED;
	if (node && !(flags & OSCOPE_END_NOCLDWAIT))
		WRITE_ONCE(node->zombie_ns, ts);
	if (r)
		ring_emit(r, OSCOPE_REC_ZOMBIE, flags, ts, leader->pid, told->tgid,
			  process_status(leader));
}

/* A parent that ends leaves a zombie to another: it is not current's own process. */
static void zombie_adopted(const struct task_struct *told, int number)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_ZOMBIE);

	if (r)
		ring_emit(r, OSCOPE_REC_ZOMBIE, OSCOPE_END_ADOPTED, clock_ns(), number, told->tgid,
			  0);
}

/*
 * The parent of a process that has ended is told, kernel/signal.c, do_notify_parent(). Interrupts
 * off, tasklist_lock held for writing, and the siglock of who is told.
 */
static void on_signal_generate(void *data, int sig, struct kernel_siginfo *info,
			       struct task_struct *told, int group, int result)
{
	if (likely(!(current->flags & PF_EXITING)) || info <= SEND_SIG_PRIV ||
	    info->si_code < CLD_EXITED || info->si_code > CLD_DUMPED)
		return;
	if (current->exit_state)
		zombie_begins(told);
	else
		zombie_adopted(told, info->si_pid);
}
HOOK(signal_generate, on_signal_generate, .feature = OSCOPE_FEAT_ZOMBIE, .flags = HOOK_LIFE);

/* Preemption off, interrupts on. */
static void on_sched_process_wait(void *data, struct pid *pid)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_WAITING);
	u64 ts = clock_ns();
	unsigned long flags;

	ledger_waits(ts);
	if (likely(!r))
		return;
	local_irq_save(flags);
	ring_emit(r, OSCOPE_REC_WAITING, 0, ts, current->pid, current->tgid, 0);
	local_irq_restore(flags);
}
HOOK(sched_process_wait, on_sched_process_wait, .feature = OSCOPE_FEAT_ZOMBIE, .flags = HOOK_LIFE);

/* How p goes, OSCOPE_REAP_*. Under RCU. */
static u32 reap_flags(const struct task_struct *p, const struct task_struct *parent)
{
	u32 flags = OSCOPE_REAP_WAITED;

	if (p == current)
		flags = OSCOPE_REAP_SELF;
	else if (p->tgid == current->tgid && peek(current->signal->group_exec_task))
		flags = OSCOPE_REAP_EXEC;
	else if (current->flags & PF_EXITING)
		flags = OSCOPE_REAP_EXITING;
	if (rcu_access_pointer(p->parent) != parent || (peek(p->ptrace) && p->pid != p->tgid))
		flags |= OSCOPE_REAP_TRACED;
	return flags;
}

/*
 * release_task(p): no lock is held yet. It loops for a leader that goes with its last thread,
 * which is not seen. Preemption off, interrupts on.
 */
static int on_release_task(struct kprobe *probe, struct pt_regs *regs)
{
	struct task_struct *p = (void *)regs_get_kernel_argument(regs, 0);
	struct event_ring *r = ring_wants(OSCOPE_REC_REAP);
	const struct task_struct *parent;
	u64 ts = clock_ns();
	unsigned long flags;

	ledger_reaped(p, ts);
	if (likely(!r))
		return 0;
	local_irq_save(flags);
	rcu_read_lock();
	parent = rcu_dereference(p->real_parent);
	ring_emit(r, OSCOPE_REC_REAP, reap_flags(p, parent), ts, p->pid, current->pid,
		  parent->tgid);
	rcu_read_unlock();
	local_irq_restore(flags);
	return 0;
}

/* Once: the probe stays until the module goes. */
void reap_start(void)
{
	int err;

	if (hook_hidden("release_task"))
		return;
	release_probe = (struct kprobe){
		.symbol_name = "release_task",
		.pre_handler = on_release_task,
	};
	err = register_kprobe(&release_probe);
	if (err)
		pr_info("release_task cannot be probed (%d): who reaps is not captured\n", err);
	WRITE_ONCE(probed, !err);
}

void reap_stop(void)
{
	if (probed)
		unregister_kprobe(&release_probe);
	WRITE_ONCE(probed, false);
}

u64 reap_feature(void)
{
	return READ_ONCE(probed) ? OSCOPE_FEAT_REAP : 0;
}

u64 reap_missed(void)
{
	return READ_ONCE(probed) ? peek(release_probe.nmissed) : 0;
}
