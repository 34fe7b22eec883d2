// SPDX-License-Identifier: GPL-2.0
/*
 * futex: whom a call has let go, and by whom one that waits was, as the scheduler's hooks tell; and
 * of who is let go without an event, the calls' results: see core/ipc_futex.h.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/uaccess.h>
#include "core/ipc_futex.h"
#include "ipc_futex.h"
#include "task.h"

u32 ipc_futex_does(u32 rule, const unsigned long *args)
{
	return oscope_futex_does(rule, rule & OSCOPE_IPC_CALL_FUTEX_OP ? args[1] : args[3]);
}

/* What only some calls have: another word, whose waiters they wake; or to which they move some. */
static void others_begin(struct ipc_tables *t, struct ipc_call *c, u32 does,
			 const unsigned long *args)
{
	struct oscope_ipc_object *o = c->object ? &t->object[c->object - 1] : NULL;
	struct ipc_target second;

	if ((does & OSCOPE_FUTEX_MOVES) && o)
		WRITE_ONCE(o->flags, READ_ONCE(o->flags) | OSCOPE_IPC_OBJECT_MOVED);
	if (!(does & OSCOPE_FUTEX_TWO))
		return;
	ipc_word_find(t, &second, args[4], does & OSCOPE_FUTEX_SHARED);
	c->second = ipc_target_object(t, &second);
	ipc_word_keep(t, &second, c->second);
}

void ipc_futex_begin(struct ipc_tables *t, struct ipc_call *c, u32 does,
		     const unsigned long *args)
{
	c->futex = does;
	c->number = 0;
	c->second = 0;
	c->told = 0;
	if (does & (OSCOPE_FUTEX_MOVES | OSCOPE_FUTEX_TWO))
		others_begin(t, c, does, args);
}

/* Its part in the numbers of its lock. */
static void lock_enter(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);

	if (c->op == OSCOPE_IPC_SEND) {
		oscope_futex_unlock_begins(q, c->tid);
		c->placed = true;
	} else {
		c->placed = oscope_futex_lock_begins(q, &c->crossed);
		c->futex |= IPC_FUTEX_LOCKS;
	}
	ipc_queue_unlock(t, c->object);
}

void ipc_futex_enter(struct ipc_tables *t, struct ipc_call *c)
{
	if (!c->object)
		return;
	if (c->futex & OSCOPE_FUTEX_PI)
		lock_enter(t, c);
	else if (c->futex & OSCOPE_FUTEX_WAKES)
		ipc_queue_wakes(t, c);
}

/* It was not the first of its list. */
void ipc_futex_settle(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args,
		      long ret)
{
	struct ipc_target target;

	if (!(c->futex & OSCOPE_FUTEX_LIST) || c->op != OSCOPE_IPC_RECEIVE || ret <= 0)
		return;
	ipc_word_find(t, &target, args[0] + ret * IPC_WORD_LISTED, OSCOPE_FUTEX_LIST);
	c->object = ipc_target_object(t, &target);
	c->shown = c->object;
	ipc_word_keep(t, &target, c->object);
}

/*
 * Only a sleep that a signal ends, too, is one for a futex: others are for the kernel's own locks.
 * A wake-up that comes late, when who is woken waits for the next thing, by the call that has ended
 * its last wait without one, is not believed. Nor is the first one if it is not known which call
 * that was: if it was not late, the wait that it ends is one without an event, too.
 */
bool ipc_futex_wakes(struct ipc_call *c, struct ipc_call *place, unsigned int state)
{
	u32 untold = place ? READ_ONCE(place->untold) : 0;

	if (c->op != OSCOPE_IPC_SEND || !(state & TASK_INTERRUPTIBLE))
		return false;
	if (untold == IPC_UNTOLD ||
	    (untold && untold == c->tid && READ_ONCE(place->untold_entry) == (u32)c->entry_ns)) {
		WRITE_ONCE(place->untold, 0);
		return false;
	}
	c->told++;
	return true;
}

/* Whether by that its wait has ended shows when its call ends. */
void ipc_futex_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts)
{
	u32 waker = 0, number = 0;

	if (!(state & TASK_INTERRUPTIBLE))
		return;
	if (c) {
		if (c->object && c->held == c->object && READ_ONCE(woken->object) == c->object &&
		    READ_ONCE(woken->entry_ns) <= c->held_ns)
			c->futex |= IPC_FUTEX_HANDS;
		waker = c->tid;
		number = c->object;
		WRITE_ONCE(woken->second, c->second);
		WRITE_ONCE(woken->send_wake_ns, ipc_short_ns(ts, c->entry_ns));
	} else if (ipc_in_end()) {
		waker = current->pid;
	}
	WRITE_ONCE(woken->wake_run_ns, 0);
	WRITE_ONCE(woken->number, number);
	WRITE_ONCE(woken->waker, waker);
}

/* How many were let go. Those without an event are put where they take them from. */
static u32 wake_end(struct ipc_tables *t, struct ipc_call *c, long ret)
{
	u32 woken = ret < 0 ? 0 : c->futex & OSCOPE_FUTEX_COUNTS ? ret : c->told;

	if (!c->object)
		return woken;
	if (!(c->futex & OSCOPE_FUTEX_PI)) {
		ipc_queue_sent(t, c, woken > c->told ? woken - c->told : 0);
	} else {
		oscope_futex_unlock_ends(ipc_queue_lock(t, c->object), ret < 0);
		ipc_queue_unlock(t, c->object);
	}
	return woken;
}

/* By which object who waits was woken, if it can have been by that call of its waker's; else 0. */
static u32 woken_through(const struct ipc_tables *t, const struct ipc_call *c)
{
	u32 number = READ_ONCE(c->number);

	if (!number || number == c->object || READ_ONCE(c->second) == c->object)
		return c->object;
	return READ_ONCE(t->object[c->object - 1].flags) & OSCOPE_IPC_OBJECT_MOVED ? number : 0;
}

static void wait_tell(struct ipc_tables *t, struct ipc_call *c, u32 from, u32 object, bool doubtful)
{
	struct oscope_taken taken = { .from = from, .to = c->tid, .units = 1, .messages = 1,
				      .flags = OSCOPE_RUN_WHOLE };
	u64 wake = IPC_NO_WAKE;

	/* Reports show pairs of who has a use; of a word that it was moved to there is none yet. */
	if (object != c->object)
		ipc_use_find(t, (u64)object << 40 | (u64)c->op << 32 | c->tid);
	if (doubtful)
		taken.flags |= OSCOPE_RUN_UNCERTAIN;
	/* A thread's end is no call that has begun. */
	if (READ_ONCE(c->waker) && READ_ONCE(c->number))
		wake = ipc_wake_word(c->send_wake_ns, c->wake_run_ns);
	ipc_pair_tell(t, object, &c->pair, &taken, wake);
}

/* Whether a word has the mark of those that somebody waits for. */
static bool word_marked(const void __user *at)
{
	u32 word;

	return !copy_from_user_nofault(&word, at, sizeof(word)) && (word & OSCOPE_FUTEX_MARK);
}

/* Whoever has the lock had it from the last holder, or it was free: then it is no message. */
static void lock_end(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args, long ret,
		     struct oscope_ipc_call *what)
{
	struct oscope_futex_got got = {
		.woken = READ_ONCE(c->waker),
		.marked = !READ_ONCE(c->woken_ns) &&
			  word_marked((const void __user *)args[0]),
	};
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	u32 from = 0;

	if (c->futex & IPC_FUTEX_LOCKS)
		oscope_futex_lock_ends(q);
	if (ret >= 0)
		from = oscope_futex_holder(q, c->crossed, c->placed, &got);
	ipc_queue_unlock(t, c->object);
	if (ret < 0 || (got.free && !READ_ONCE(c->woken_ns)))
		return;
	what->messages = 1;
	what->unpaired = !from;
	if (from)
		wait_tell(t, c, from, c->object, got.doubtful);
}

/* The call that the task of that number is in, NULL: in none for a futex. */
static const struct ipc_call *waking_call(struct ipc_tables *t, u32 tid)
{
	const struct ipc_call *c = NULL;
	struct task_struct *p;
	struct task_node *node;

	rcu_read_lock();
	p = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	node = p ? task_find(p) : NULL;
	if (node)
		c = ipc_call_of(t, node);
	rcu_read_unlock();
	return c && READ_ONCE(c->tid) == tid && c->mechanism == OSCOPE_IPC_FUTEX ? c : NULL;
}

/* Which call has let go of c's caller without an event, if it has not ended: one may come. */
static void untold_by(struct ipc_tables *t, struct ipc_call *c, u32 from, bool doubtful)
{
	const struct ipc_call *s = doubtful ? NULL : waking_call(t, from);

	if (s)
		WRITE_ONCE(c->untold_entry, (u32)READ_ONCE(s->entry_ns));
	WRITE_ONCE(c->untold, doubtful ? IPC_UNTOLD : s ? from : 0);
}

/* Who was let go without an event: by whoever has let go more than events tell of. */
static void untold_end(struct ipc_tables *t, struct ipc_call *c, struct oscope_ipc_call *what)
{
	bool doubtful;
	u32 from = ipc_queue_untold(t, c, &doubtful);

	what->unpaired = !from;
	if (from)
		untold_by(t, c, from, doubtful);
}

static void wait_end(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args, long ret,
		     struct oscope_ipc_call *what)
{
	u32 waker = READ_ONCE(c->waker), object;

	if (c->object && (c->futex & OSCOPE_FUTEX_PI)) {
		lock_end(t, c, args, ret, what);
		return;
	}
	if (ret < 0)
		return;
	what->messages = 1;
	what->unpaired = !c->object;
	if (!c->object)
		return;
	object = waker ? woken_through(t, c) : 0;
	if (object)
		wait_tell(t, c, waker, object, false);
	else
		untold_end(t, c, what);
}

/*
 * A lock is held since its holder was let go by a wait for it. That is certain if it lets go
 * somebody who waited by then: with somebody there it cannot have been given back unseen.
 */
static void hold_count(struct ipc_call *c, u64 now, struct oscope_ipc_call *what)
{
	if (c->op == OSCOPE_IPC_RECEIVE && what->messages) {
		c->held = c->object;
		c->held_ns = now;
	} else if (c->op == OSCOPE_IPC_SEND && c->object == c->held) {
		c->held = 0;
		what->handed = (c->futex & IPC_FUTEX_HANDS) && c->entry_ns > c->held_ns;
		what->held_ns = c->entry_ns - c->held_ns;
	}
}

void ipc_futex_end(struct ipc_tables *t, struct ipc_call *c, const unsigned long *args, long ret,
		   u64 now, struct oscope_ipc_call *what)
{
	if (c->op == OSCOPE_IPC_SEND)
		what->messages = wake_end(t, c, ret);
	else
		wait_end(t, c, args, ret, what);
	hold_count(c, now, what);
}

void ipc_futex_lost(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_queue *q;

	if (!c->object)
		return;
	if (!(c->futex & OSCOPE_FUTEX_PI)) {
		if (c->op == OSCOPE_IPC_SEND)
			ipc_queue_unseen(t, c->object, true, false);
		return;
	}
	q = ipc_queue_lock(t, c->object);
	if (c->op == OSCOPE_IPC_SEND)
		oscope_futex_unlock_ends(q, true);
	else if (c->futex & IPC_FUTEX_LOCKS)
		oscope_futex_lock_ends(q);
	ipc_queue_unlock(t, c->object);
}
