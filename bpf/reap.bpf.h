/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what the end of a task says of itself and of its parent, and who is on the way from its
 * end to its last trace.
 */
#ifndef OSCOPE_REAP_BPF_H
#define OSCOPE_REAP_BPF_H

#include "shared.bpf.h"

/* The kernel's own, include/uapi/asm-generic/signal.h and signal-defs.h, sched/signal.h. */
#define SIGCHLD			17
#define SIG_IGN			1
#define SA_NOCLDWAIT		0x00000002
#define SIGNAL_GROUP_EXIT	0x00000004

/* Whether a thread of its process waits for children: the queue for that has somebody in it. */
static __always_inline bool is_waiting(struct task_struct *p)
{
	struct list_head *head = &p->signal->wait_chldexit.head;

	return head->next != head;
}

/* OSCOPE_END_* of a task that ends, or of the process that it leads. */
static __always_inline __u32 end_flags(struct task_struct *p)
{
	struct task_struct *parent = p->real_parent;
	struct sigaction *action = &parent->sighand->action[SIGCHLD - 1].sa;
	int signal = p->group_leader->exit_signal;
	__u32 flags = 0;

	if (!p->signal->live.counter)
		flags |= OSCOPE_END_LAST;
	if (p->ptrace)
		flags |= OSCOPE_END_TRACED;
	if (!signal)
		flags |= OSCOPE_END_SILENT;
	if (signal == SIGCHLD && (unsigned long)action->sa_handler == SIG_IGN)
		flags |= OSCOPE_END_IGNORED;
	else if (signal == SIGCHLD && action->sa_flags & SA_NOCLDWAIT)
		flags |= OSCOPE_END_NOCLDWAIT;
	if (is_waiting(parent))
		flags |= OSCOPE_END_AWAITED;
	return flags;
}

/*
 * Records of a task's last trace have no state to be filtered by: who passed at its end is noted.
 */
static __always_inline bool dying_kept(void)
{
	return config.filter && (recording(OSCOPE_REC_FREE) || recording(OSCOPE_REC_REAP));
}

static __always_inline void dying_note(struct task_struct *p)
{
	__u32 tid = p->pid;
	__u64 start = p->start_time;

	if (dying_kept())
		bpf_map_update_elem(&dying, &tid, &start, BPF_ANY);
}

/* Whether a dead task of this number passed; start: 0, or what its start has to be. */
static __always_inline bool dying_passes(__u32 tid, __u64 start)
{
	__u64 *noted;

	if (!config.filter)
		return true;
	noted = bpf_map_lookup_elem(&dying, &tid);
	return noted && (!start || *noted == start);
}

#endif /* OSCOPE_REAP_BPF_H */
