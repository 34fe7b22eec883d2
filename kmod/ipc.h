/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inter-process communication: who sends to whom, by which mechanism. The tables are those of
 * uapi/oscope_ipc.h; they are there while it is followed, which is switched on and off as a whole.
 *
 * What hooks of system calls do runs in the caller's context, with preemption off and interrupts
 * on. Locks of queues and the one for making objects are taken there only, and never one in the
 * other; a memory's own is only tried there, under the latter, too. What the scheduler's hooks do
 * takes none; those of signals have their own.
 */
#ifndef OSCOPE_KMOD_IPC_H
#define OSCOPE_KMOD_IPC_H

#include <linux/sched.h>
#include <linux/spinlock.h>
#include "compat.h"
#include "context.h"
#include "core/ipc.h"
#include "core/ipc_calls.h"
#include "core/ipc_choose.h"
#include "core/ipc_datagram.h"
#include "core/ipc_queue.h"

struct ipc_namespace;
struct kern_ipc_perm;
struct mm_struct;
struct nsproxy;
struct socket;
struct switch_event;
struct task_node;

/*
 * A task's call between its entry and its end, beside its node. Written by the task itself, in
 * wake-ups by its waker, and while it sleeps by who switches: one at a time.
 */
struct ipc_call {
	u32 tid;			/* its number, 0: in no call that is followed */
	u32 seen;			/* IPC_SEEN, or what it was in before; see ipc_seed() */
	u32 object, shown;		/* its queue's, where it is counted: cell + 1, 0: none */
	u32 number, crossed;		/* of its place in the queue */
	u8 mechanism, op;
	bool placed;
	u8 left;			/* the two left_* are valid; written by the receiver */
	bool moves;			/* what it receives is in the table of halves, as a call */
	u32 switches, wakeups;
	u64 entry_ns;
	u64 asleep_ns;			/* since when, 0: it is not */
	u64 woken_ns;			/* latest wake-up in this call */
	u64 blocked_ns;
	u32 waker;			/* of that: tid, if that was in a sending call; else 0 */
	u32 waker_place;		/* ... where its call is */
	u32 send_wake_ns;		/* from that call's entry to the wake-up */
	u32 wake_run_ns;		/* ... from that until it ran */
	u32 left_send_wake_ns, left_wake_run_ns;	/* of a receiver that is back already */
	/*
	 * Semaphores, futex, locks of files: whom it has let go; its sleep was ended; what it does
	 * is not known.
	 */
	u32 told;
	bool slept, unread;
	/*
	 * futex: what it does, IPC_FUTEX_*; another object that a waking call is about. Who waits
	 * has in number by which object it was woken, and in crossed which calls to unlock had
	 * begun.
	 */
	u16 futex;
	u32 second;
	/*
	 * Whose call, and when that began, has ended the latest wait without an event: it may come
	 * yet. IPC_UNTOLD: that is not known.
	 */
	u32 untold, untold_entry;
	u32 held;			/* the object that a wait has let go of last */
	u64 held_ns;			/* ... when */
	/* What the last calls found, as cell + 1: use and object by operation, the pair. */
	u32 use[OSCOPE_IPC_OPS], end[OSCOPE_IPC_OPS];
	u32 pair;
	/*
	 * Datagrams, addresses of the kernel as numbers: the buffer that a sending call has made
	 * last. One that receives: what it will get, as long as nobody else receives there, and the
	 * buffer of that; the socket; since when. What it has met last and not told yet; how many
	 * it has told, and of those nobody's; whether it has taken one, and one of a socket that
	 * several send by.
	 */
	u64 skb, note, sk, began;
	struct oscope_taken met;
	u32 met_n, met_strange;
	bool took, unsure;
};

/* With OSCOPE_FUTEX_*: a call to lock that is in the object's numbers; who waited was let go. */
#define IPC_FUTEX_LOCKS		0x100U
#define IPC_FUTEX_HANDS		0x200U
#define IPC_UNTOLD		(~0U)

#define IPC_SEEN		1U	/* an entry or an end of its was seen */
#define IPC_UNSEEN(object, sends)	((object) << 2 | ((sends) ? 2U : 0U))

struct ipc_tables {
	struct oscope_ipc_cpu *cpu;	/* one a possible CPU, written by that alone */
	struct oscope_ipc_object *object;
	struct oscope_queue *queue;	/* beside the objects */
	raw_spinlock_t *lock;		/* ... of the queue */
	struct oscope_ipc_name *name;
	struct oscope_ipc_use *use;
	struct oscope_ipc_pair *pair;
	struct oscope_ipc_share *share;
	struct inode **segment;		/* beside the objects; compared and looked at only */
	struct oscope_sent *sent;	/* datagrams under way; by address */
	struct ipc_call *call;		/* beside the nodes of tasks */
	struct ipc_call *half;		/* beside these: what is received by a call that sends */
	struct task_struct **process;	/* while it is seeded: those to look at, which are kept */
	struct task_struct **thread;	/* ... of one of them */
	raw_spinlock_t making;		/* objects, their names and ways to each other */
	u32 names;			/* used; may go on above the room */
	bool seeded;			/* who was in a call is known: queues may be paired */
	bool signals_foreign;		/* somebody takes some from a signalfd, and does not tell */
};

/*
 * The tables, NULL: nothing is followed. Read by hooks, which are waited for before they go; others
 * hold ipc_lock.
 */
extern struct ipc_tables *ipc_tables;

/* Of which mechanisms, a bit each: of those that are not nothing is looked at. As ipc_rules. */
extern u64 ipc_mask;

static __always_inline bool ipc_follows(u64 mechanisms)
{
	return READ_ONCE(ipc_mask) & mechanisms;
}

static __always_inline struct ipc_tables *ipc_active(void)
{
	return smp_load_acquire(&ipc_tables);	/* pairs with ipc_make() */
}

/* What a descriptor, an identifier or an address leads to. Addresses are looked at, never held. */
struct ipc_target {
	const struct file *file;	/* NULL: an identifier, in a namespace: these two */
	struct ipc_namespace *space;
	u32 ns;
	struct inode *inode;		/* of a POSIX message queue */
	struct mm_struct *mm;		/* of a futex, and where its word is there */
	unsigned long word;
	u64 own;			/* ... the key that it would have if it were not shared */
	u64 key;			/* of its object, 0: that cannot be known */
	u64 ino;
	u64 bytes;			/* of shared memory: that are mapped */
	struct super_block *sb;
	struct sock *sk;		/* of a socket; may be going: only through ipc_look() */
	bool named;			/* ... a call may say to which address it sends */
	bool strange;			/* ... by what sends and is not followed */
	u32 mechanism;
};

/* What others may change at this moment, by plain stores: the one value or the other is right. */
#define ipc_peek(what)	data_race(what)

/*
 * A word of what may go at this moment, 0 if it has gone. Other threads may close what a call is
 * about, and what is at the other end is nobody's own.
 */
#define ipc_look(what) ({ \
	typeof(what) __word; \
	if (get_kernel_nofault(__word, &(what))) \
		memset((void *)&__word, 0, sizeof(__word)); \
	__word; })

/*
 * ipc.c: make the tables, with nothing in them, for these mechanisms; free them: no hook may use
 * them any more.
 */
int ipc_make(u64 mechanisms);
void ipc_unmake(void);

/* Nothing is seen from now on, until ipc_seed(): calls and queues are forgotten. No hook is on. */
void ipc_pause(void);

/*
 * After the hooks are on: whoever is in a call is found. Until that has ended, unseen, its queue
 * pairs nothing; and none does before this. Task context.
 */
void ipc_seed(void);

/* Which mechanisms are followed, 0: none. Task context. */
u64 ipc_followed(void);

/* How often tables were made: these are the same as long as that is. They are held. */
u64 ipc_begun(void);

/* For mmap, one of OSCOPE_AREA_IPC_*; at NULL: nothing is followed. It stays while held. */
struct ipc_area {
	void *at;
	u32 stride, count;
};

struct ipc_area ipc_area(u32 which);

/* Calls and messages for which a table was full. */
u64 ipc_lost(void);

/* Hold the tables while they are read, NULL: there are none; let go in any case. Task context. */
struct ipc_tables *ipc_hold(void);
void ipc_release(void);

/* Sum over CPUs of what comes before the histograms. The tables are held. */
void ipc_cpus_sum(const struct ipc_tables *t, struct oscope_ipc_cpu *sum);

/*
 * The call of a task by its node; which of its sides does that operation, NULL: none, or it is in
 * no call.
 */
struct ipc_call *ipc_call_of(struct ipc_tables *t, const struct task_node *node);
struct ipc_call *ipc_call_side(struct ipc_tables *t, const struct task_node *node, u32 op);

/* A task is gone, and its node. tasks_lock held. */
void ipc_forget(const struct task_node *node);

/* What a call does, OSCOPE_IPC_CALL_*, or IPC_CALL_FOREIGN: it is not followed itself. */
extern u32 ipc_rules[OSCOPE_IPC_CALL_LAST + 1];
#define IPC_CALL_FOREIGN	0x800000U
#define IPC_CALL_MAKES		0x80000000U	/* an eventfd */

/* What lies in a queue, from which others than calls that are followed may take it. */
#define IPC_QUEUES		(OSCOPE_IPC_BIT(PIPE) | OSCOPE_IPC_BIT(FIFO) | \
				 OSCOPE_IPC_SOCKETS | OSCOPE_IPC_BIT(EVENTFD) | \
				 OSCOPE_IPC_BIT(SIGNAL) | OSCOPE_IPC_BIT(SYSV_MSG) | \
				 OSCOPE_IPC_BIT(POSIX_MQ))

static __always_inline u32 ipc_rule(u64 nr)
{
	return nr <= OSCOPE_IPC_CALL_LAST ? ipc_rules[nr] : 0;
}

/*
 * ipc_file.c: whether a file communicates by what is followed; what is then in t. Under RCU. A
 * signalfd is no object: who reads it takes his own signals.
 */
bool ipc_target_find(struct ipc_target *t, const struct file *file);

/*
 * ... what a call of that rule is about, by its arguments; p is current, or locked so that its
 * descriptors and namespaces stay. A futex is that of current only.
 */
bool ipc_call_target(struct ipc_tables *t, struct ipc_target *target, struct task_struct *p,
		     u32 rule, const unsigned long *args);

/* current has made a descriptor, of what may have the key of something that is gone. */
void ipc_file_made(struct ipc_tables *t, unsigned int fd);

/* Whether nothing is in the kernel's own queue that is sent to, or received from. */
bool ipc_target_empty(const struct ipc_target *t, u32 op);

/* An object is called by the path of a file, which may not go. t->making held. */
void ipc_path_name(struct ipc_tables *t, struct oscope_ipc_object *o, const struct file *file);

/* Its object, made if need be, as cell + 1; 0: the table is full, or it cannot be known. */
u32 ipc_target_object(struct ipc_tables *t, const struct ipc_target *target);

/*
 * ipc_message.c, under RCU: what has a SysV identifier, ids: IPC_*_IDS, NULL: nothing has; the
 * queue or semaphores of one, in somebody's namespaces, which may not go; the POSIX queue of a
 * descriptor. False: there is none. Whether it is empty; what an object with an identifier is
 * called.
 */
const struct kern_ipc_perm *ipc_sysv_perm(struct ipc_namespace *ns, u32 ids, u32 id);
bool ipc_sysv_find(struct ipc_tables *t, struct ipc_target *target, struct nsproxy *proxy,
		   u32 mechanism, u32 id);
bool ipc_mqueue_find(struct ipc_target *t, const struct file *file);
bool ipc_message_empty(const struct ipc_target *t);
void ipc_sysv_describe(struct oscope_ipc_object *o, const struct ipc_target *t);
/* ipc/util.h */
#define IPC_SEM_IDS	0
#define IPC_MSG_IDS	1
#define IPC_SHM_IDS	2

/* By what current's message is chosen that it sends, or has just got: a type, or a priority. */
u32 ipc_sent_tag(u32 rule, const unsigned long *args);
u32 ipc_got_tag(u32 rule, const unsigned long *args);

/*
 * ipc_socket.c: from a socket's end to the object that it sends to or receives from; *fresh: nobody
 * has come from there by this end before. 0: there is none.
 */
u32 ipc_socket_queue(struct ipc_tables *t, const struct ipc_target *target, u32 end, u32 op,
		     bool *fresh);
/* Somebody has sent by a socket, or will, who is not followed: of datagrams it is noted. */
void ipc_socket_strange(struct ipc_tables *t, const struct ipc_target *target);
bool ipc_socket_empty(const struct ipc_target *t, u32 op);
/* It has received so much of what nobody was seen to send: whether that is told, as of 0. */
bool ipc_socket_remote(struct ipc_tables *t, struct ipc_call *c, u64 bytes);
void ipc_udp_describe(struct oscope_ipc_object *o, struct sock *sk);
u32 ipc_socket_mechanism(const struct socket *socket, struct sock *sk);
void ipc_socket_name(struct ipc_tables *t, struct oscope_ipc_object *o, struct sock *sk);

/* ipc_tables.c. Cells + 1, 0: there is none, or the table is full. */
u32 ipc_object_find(struct ipc_tables *t, u64 key, bool make);
u32 ipc_use_find(struct ipc_tables *t, u64 key);
/* A name for an object, zeroed; NULL: they are used up. t->making held. */
struct oscope_ipc_name *ipc_name_make(struct ipc_tables *t, u32 *place);

/* What somebody has received of somebody, by which object; pair: where that was last time. */
#define IPC_NO_WAKE	(~0ULL)
void ipc_pair_tell(struct ipc_tables *t, u32 object, u32 *pair, const struct oscope_taken *taken,
		   u64 wake);

/* A waking as one word: from the sender's entry to the wake-up, and on until it ran. */
static inline u64 ipc_wake_word(u32 send_wake_ns, u32 wake_run_ns)
{
	return (u64)send_wake_ns << 32 | wake_run_ns;
}

static inline u32 ipc_short_ns(u64 to, u64 from)
{
	u64 ns = to > from ? to - from : 0;

	return min_t(u64, ns, OSCOPE_NS_NONE - 1);
}

/* current ends, in its own context: others whom it wakes then are let go by that. */
static inline bool ipc_in_end(void)
{
	return (current->flags & PF_EXITING) && !wake_context();
}

/* One more word of a key. Readers see keys: they shall not look like addresses of the kernel. */
#define IPC_KEY_BITS	(~0ULL >> 1)

static inline u64 ipc_mix(u64 h, u64 word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
	return (h ^ h >> 29) & IPC_KEY_BITS;
}

/* What keys begin with, so that no address can be told from them: readers see keys. */
extern u64 ipc_secret;

/* An inode's identity: its number within its file system, which stays while that is mounted. */
static inline u64 ipc_inode_key(const struct super_block *sb, u64 ino)
{
	return ipc_mix(ipc_mix(ipc_secret, (u64)sb), ino);
}

/* The queue of an object, locked. */
static inline struct oscope_queue *ipc_queue_lock(struct ipc_tables *t, u32 object)
	__acquires(t->lock)
{
	raw_spin_lock(&t->lock[object - 1]);
	return &t->queue[object - 1];
}

static inline void ipc_queue_unlock(struct ipc_tables *t, u32 object)
	__releases(t->lock)
{
	raw_spin_unlock(&t->lock[object - 1]);
}

/* Of what is known by a file that is on a disk, too, where an inode's number comes again. */
enum ipc_key {
	IPC_KEY_WORDS	= 1,		/* words of futexes in it */
	IPC_KEY_NAME	= 2,		/* its name */
	IPC_KEY_LOCKS	= 3,
};

static inline u64 ipc_file_key(const struct inode *inode, enum ipc_key of)
{
	return ipc_mix(ipc_inode_key(READ_ONCE(inode->i_sb), ipc_peek(inode->i_ino)),
		       (u64)ipc_peek(inode->i_generation) << 8 | of);
}

/*
 * ipc_datagram.c: current sends by the unix datagram socket of a target, making held: 0, or whom it
 * sends to shows only when that is received, and maybe that is so from now on. A call begins that
 * is about datagrams; it ends, having received so many: how many of them it has met.
 */
#define IPC_BY_NAME		1
#define IPC_BY_NAME_NOW		2
u32 ipc_datagram_sender(struct ipc_tables *t, const struct ipc_target *target);
void ipc_datagrams_begin(struct ipc_call *c);
u32 ipc_datagrams_end(struct ipc_tables *t, struct ipc_call *c, u32 messages);
/* ipc_udp.c: one that receives has an object. One that sends ends: its socket was bound by that. */
void ipc_udp_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target);
void ipc_udp_bound(struct ipc_tables *t, const struct ipc_call *c, u32 rule,
		   const unsigned long *args);

/* ipc_queue.c: a call that has an object begins, wanting so many units; how: IPC_QUEUE_*. */
#define IPC_QUEUE_FRESH		0x1U	/* nobody has come to the queue by this end before */
#define IPC_QUEUE_FETCHES	0x2U	/* it may wait for what it is to send */
void ipc_queue_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target,
		     u32 units, u32 how);
/* ... to send, in how many messages is not known: none has a place. */
void ipc_queue_blind(struct ipc_tables *t, struct ipc_call *c);
/* It ends; sent: as oscope_queue_sent() has it. */
void ipc_queue_sent(struct ipc_tables *t, struct ipc_call *c, u32 sent);
/* It has received so many units. Returns how many of them nobody was seen to send. */
u32 ipc_queue_received(struct ipc_tables *t, struct ipc_call *c, u32 units);
/* The same three where receivers choose: got, whether it has a message, of that tag. */
void ipc_choose_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target,
		      u32 tag);
void ipc_choose_sent(struct ipc_tables *t, struct ipc_call *c, u32 sent);
u32 ipc_choose_received(struct ipc_tables *t, struct ipc_call *c, u32 got, u32 tag);
/*
 * futex: a waking call begins, of whom it may let go without an event; who was let go so has ended
 * its wait. Returns by whose call, 0: nobody's is known; *doubtful: or it was another's.
 */
void ipc_queue_wakes(struct ipc_tables *t, struct ipc_call *c);
u32 ipc_queue_untold(struct ipc_tables *t, struct ipc_call *c, bool *doubtful);
/* What is in it, and who is in a call, is not known any more. */
void ipc_queue_forget(struct ipc_tables *t, u32 object);
/* ... what is in it, but not who is in a call. */
void ipc_queue_leave(struct ipc_tables *t, u32 object);
/* From now on nothing is paired by it. object 0: nothing happens. */
void ipc_queue_foreign(struct ipc_tables *t, u32 object);
/* Somebody is in a call, or was, of which no more is known: see core/ipc_unseen.h. */
void ipc_queue_unseen(struct ipc_tables *t, u32 object, bool sends, bool begins);

/*
 * ipc_signal.c: once, before anything is followed. Then current has got a signal, or those that a
 * read of so many bytes of a signalfd has brought there: preemption off.
 */
void ipc_signals_start(void);
void ipc_signal_received(struct ipc_tables *t, u32 sig);
void ipc_signals_read(struct ipc_tables *t, const void __user *at, size_t bytes);

/*
 * ipc_foreign.c: queues that pair nothing from now on. Those of a file, both of a socket; of all
 * descriptors; of those that a call has which is not followed itself, or whose number we do not
 * know. Under RCU; files may not go.
 */
void ipc_target_foreign(struct ipc_tables *t, const struct ipc_target *target);
void ipc_file_foreign(struct ipc_tables *t, const struct file *file);
void ipc_all_foreign(struct ipc_tables *t, struct files_struct *files);
/* ... of some of them, from that one on; returns the next, UINT_MAX: these were the last. */
unsigned int ipc_some_foreign(struct ipc_tables *t, struct files_struct *files, unsigned int fd);
void ipc_moves_foreign(struct ipc_tables *t, struct files_struct *files, u64 nr,
		       const unsigned long *args);
void ipc_numbers_foreign(struct ipc_tables *t, struct files_struct *files,
			 const unsigned long *args);
/* Whether it shows when a ring of io_uring moves something. */
bool ipc_sees_rings(void);
/* ... whatever current's call may touch, which begins. */
void ipc_foreign_call(struct ipc_tables *t, struct pt_regs *regs, u64 nr);

/*
 * ipc_sem.c: whether semctl(2) does what concerns others, as the rest does; such a call begins;
 * what it is, if that could not be read then; it ends. Somebody who waits is woken, by c in its own
 * context: from ipc_woken().
 */
bool ipc_sem_concerns(u32 rule, const unsigned long *args);
void ipc_sem_begin(struct ipc_call *c, u32 rule, const unsigned long *args);
void ipc_sem_settle(struct ipc_call *c, const unsigned long *args);
void ipc_sem_end(struct ipc_tables *t, struct ipc_call *c, long ret, struct oscope_ipc_call *what);
void ipc_sem_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts);

/*
 * ipc_lock.c: what a call does to a lock of a file, or IPC_OPS: nothing; the locks of a file, under
 * RCU; it begins; it ends. Somebody who waits for one is woken, by c or something else: from
 * ipc_woken().
 */
u32 ipc_lock_op(u64 nr, const unsigned long *args);
bool ipc_lock_find(struct ipc_target *t, const struct file *file);
void ipc_lock_begin(struct ipc_call *c);
void ipc_lock_end(struct ipc_tables *t, struct ipc_call *c, long ret, struct oscope_ipc_call *what);
void ipc_lock_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts);

/* ipc_moved.c: a call ends: what it has moved; the same where receivers choose. */
void ipc_call_moved(struct ipc_tables *t, struct ipc_call *c, u32 rule, const unsigned long *args,
		    long ret, struct oscope_ipc_call *what);
void ipc_chosen_moved(struct ipc_tables *t, struct ipc_call *c, u32 rule, const unsigned long *args,
		      long ret, struct oscope_ipc_call *what);

/*
 * ipc_share.c: whether a call may map or unmap what is shared; what it is about; it begins; it
 * ends. What a process, by its leader, has mapped it has from before. All is forgotten of who has
 * what.
 */
bool ipc_share_concerns(struct ipc_tables *t, u32 rule, const unsigned long *args);
bool ipc_share_find(struct ipc_tables *t, struct ipc_target *s, u32 rule,
		    const unsigned long *args);
void ipc_share_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *s);
void ipc_share_end(struct ipc_tables *t, struct ipc_call *c, long ret);
void ipc_shares_seed(struct ipc_tables *t, struct task_struct *leader);
void ipc_shares_pause(struct ipc_tables *t);

/* ipc_call.c: a call has ended unseen, with its half if it has one. */
void ipc_call_lost(struct ipc_tables *t, struct ipc_call *c);

/*
 * ipc_sched.c: p is woken, from sched_waking; a task leaves, another comes, from sched_switch:
 * interrupts off in both. current ends: preemption off.
 */
void ipc_woken(struct task_struct *p, const struct task_node *node, u64 ts);
void ipc_switched(const struct switch_event *e);
void ipc_ends(void);

#endif /* OSCOPE_KMOD_IPC_H */
