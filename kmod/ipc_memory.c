// SPDX-License-Identifier: GPL-2.0
/*
 * process_vm_readv(2) and process_vm_writev(2): who calls them copies from or to the memory of a
 * process that does nothing for it. The object is that memory, by the process' number. In the
 * caller's context.
 */
#include <linux/pid.h>
#include <linux/sched/task.h>
#include "ipc_move.h"

/* A number is given again; not together with when the process began that has it. */
static u64 memory_key(u64 start, u32 number)
{
	return ipc_mix(ipc_mix(ipc_mix(ipc_secret, 10), start), number);
}

/* As the kernel does it: the number of any of its threads, where current counts. */
void ipc_memory_find(struct ipc_target *t, pid_t number)
{
	const struct task_struct *p;

	memset(t, 0, sizeof(*t));
	t->mechanism = OSCOPE_IPC_PROCESS_VM;
	rcu_read_lock();
	p = pid_task(find_vpid(number), PIDTYPE_PID);
	p = p ? READ_ONCE(p->group_leader) : NULL;
	/* Of no process there is an object, too: its calls fail. */
	t->ino = p ? (u32)p->tgid : (u32)number;
	t->key = memory_key(p ? p->start_time : 0, t->ino);
	rcu_read_unlock();
}

/* By what it was called when it was looked at first: it need not have a row in any table. */
void ipc_memory_describe(struct oscope_ipc_object *o, const struct ipc_target *target)
{
	const struct task_struct *p;

	rcu_read_lock();
	p = pid_task(find_pid_ns(target->ino, &init_pid_ns), PIDTYPE_TGID);
	if (p && memory_key(p->start_time, p->tgid) == target->key) {
		ipc_peek(({ memcpy(o->comm, p->comm, sizeof(o->comm)); 0; }));
		o->comm[sizeof(o->comm) - 1] = 0;
	}
	rcu_read_unlock();
}

void ipc_memory_end(struct ipc_tables *t, struct ipc_call *c, long ret,
		    struct oscope_ipc_call *what)
{
	struct oscope_taken taken = { .units = ret, .messages = 1 };
	u32 other;

	if (ret <= 0)
		return;
	what->messages = 1;
	what->bytes = ret;
	what->unpaired = !c->object;
	if (!c->object)
		return;
	other = t->object[c->object - 1].ino;
	taken.from = c->op == OSCOPE_IPC_SEND ? c->tid : other;
	taken.to = c->op == OSCOPE_IPC_SEND ? other : c->tid;
	ipc_pair_tell(t, c->object, &c->pair, &taken, IPC_NO_WAKE);
}
