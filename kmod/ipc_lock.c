// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of files: flock(2), fcntl(2). Who waits for one is woken by whoever gives it back, in that
 * one's call, or where it closes the file or ends: the scheduler's hooks tell. All who wait are
 * woken, and who does not get the lock sleeps again in the same call: so it is the last wake-up
 * that counts. There is no queue.
 */
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#include "core/ipc_lock.h"
#include "ipc.h"

/* By what the third argument points to; of that nothing else is read. */
static bool lock_releases(u32 does, const unsigned long *args)
{
	u16 type;

	if (does != OSCOPE_LOCK_BY_TYPE)
		return does == OSCOPE_LOCK_RELEASES;
	return !copy_from_user_nofault(&type, (const void __user *)args[2], sizeof(type)) &&
	       type == OSCOPE_LOCK_UNLCK;
}

u32 ipc_lock_op(u64 nr, const unsigned long *args)
{
	u32 does = oscope_lock_does(nr, args[1]);

	if (does == OSCOPE_LOCK_NOTHING)
		return OSCOPE_IPC_OPS;
	return lock_releases(does, args) ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
}

/* All locks of a file are one object. Its number is given away again when it is gone. */
bool ipc_lock_find(struct ipc_target *t, const struct file *file)
{
	struct inode *inode = READ_ONCE(file->f_inode);

	if (!inode)
		return false;
	memset(t, 0, sizeof(*t));
	t->mechanism = OSCOPE_IPC_FILE_LOCK;
	t->file = file;
	t->ino = ipc_peek(inode->i_ino);
	t->key = ipc_file_key(inode, IPC_KEY_LOCKS);
	return true;
}

void ipc_lock_begin(struct ipc_call *c)
{
	c->number = 0;
	c->told = 0;
	c->slept = false;
}

/* Whether current is in a call that closes files. */
static bool in_close(void)
{
	return oscope_lock_closes(syscall_get_nr(current, task_pt_regs(current))) &&
	       !compat_foreign_call(current);
}

/* By nobody, unless by who gives one back. */
void ipc_lock_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts)
{
	u32 waker = 0, number = 0;

	if (!(state & TASK_INTERRUPTIBLE))
		return;
	if (!wake_context() && !(current->flags & PF_KTHREAD)) {
		if (!c || c->mechanism != OSCOPE_IPC_FILE_LOCK) {
			waker = ipc_in_end() || in_close() ? current->pid : 0;
		} else if (c->object == READ_ONCE(woken->object)) {
			c->told++;
			waker = c->tid;
			number = c->object;
			WRITE_ONCE(woken->send_wake_ns, ipc_short_ns(ts, c->entry_ns));
		}
	}
	WRITE_ONCE(woken->wake_run_ns, 0);
	WRITE_ONCE(woken->number, number);
	WRITE_ONCE(woken->waker, waker);
	WRITE_ONCE(woken->slept, true);
}

void ipc_lock_end(struct ipc_tables *t, struct ipc_call *c, long ret, struct oscope_ipc_call *what)
{
	struct oscope_taken taken = { .from = READ_ONCE(c->waker), .to = c->tid, .units = 1,
				      .messages = 1, .flags = OSCOPE_RUN_WHOLE };

	if (c->op == OSCOPE_IPC_SEND) {
		what->messages = c->told;
		return;
	}
	if (ret < 0 || !READ_ONCE(c->slept))
		return;
	what->messages = 1;
	what->unpaired = !taken.from || !c->object;
	if (!what->unpaired)	/* a file's closing, a task's end is no call of these */
		ipc_pair_tell(t, c->object, &c->pair, &taken, READ_ONCE(c->number) ?
			      ipc_wake_word(c->send_wake_ns, c->wake_run_ns) : IPC_NO_WAKE);
}
