// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: set-up, the writer, and waking readers.
 *
 * A writer reserves slots by one addition that interrupts cannot split, fills them and stores each
 * head word last. Writers nest (a waking in an interrupt within a waking), so a slot may be
 * committed before the one in front of it. Readers are woken by irq_work: a wake-up from under the
 * run-queue lock would deadlock.
 */
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "block.h"
#include "compat.h"
#include "hooks.h"
#include "ring.h"

#define RING_ORDER_MIN	10
#define RING_ORDER_MAX	24

/* What the module can record. */
#define RING_RECORDS \
	(BIT_ULL(OSCOPE_REC_IDENTITY) | BIT_ULL(OSCOPE_REC_SWITCH) | BIT_ULL(OSCOPE_REC_WAKING) | \
	 BIT_ULL(OSCOPE_REC_WAKEUP_NEW) | BIT_ULL(OSCOPE_REC_MIGRATE) | \
	 BIT_ULL(OSCOPE_REC_NEWTASK) | BIT_ULL(OSCOPE_REC_EXEC) | BIT_ULL(OSCOPE_REC_EXIT) | \
	 BIT_ULL(OSCOPE_REC_ZOMBIE) | BIT_ULL(OSCOPE_REC_REAP) | BIT_ULL(OSCOPE_REC_FREE) | \
	 BIT_ULL(OSCOPE_REC_WAITING) | BIT_ULL(OSCOPE_REC_WAITED) | \
	 BIT_ULL(OSCOPE_REC_RUN) | BIT_ULL(OSCOPE_REC_SPAWNED) | BIT_ULL(OSCOPE_REC_BLOCKED) | \
	 BIT_ULL(OSCOPE_REC_MEMORY) | BIT_ULL(OSCOPE_REC_FAULTS) | BIT_ULL(OSCOPE_REC_ARGS))

struct event_ring *ring_active;
static u64 dropped_before;		/* by rings that are gone */
static DEFINE_MUTEX(ring_lock);		/* ring_active, dropped_before */

static struct oscope_slot *slot_at(const struct event_ring *r, int cpu, u64 pos)
{
	return &r->data[((u64)cpu << r->order) + (pos & (BIT_ULL(r->order) - 1))];
}

/*
 * Reserve n slots of this CPU's ring; the first position, 0 if the record is refused. The flags of
 * the first record after that say so; NULL leaves it to the next.
 */
static u64 slots_reserve(struct event_ring *r, int cpu, u32 n, u32 *flags)
{
	struct oscope_ring_ctl *ctl = &r->ctl[cpu];
	u64 head;

	if (r->drop && oscope_ring_full(READ_ONCE(ctl->head), READ_ONCE(r->tail[cpu].tail),
					r->order)) {
		local64_inc((local64_t *)&ctl->dropped);
		WRITE_ONCE(ctl->gap, 1);
		return 0;
	}
	if (flags && unlikely(READ_ONCE(ctl->gap))) {
		WRITE_ONCE(ctl->gap, 0);
		*flags |= OSCOPE_FLAG_GAP;
	}
	if (n > 1)
		local64_add(n - 1, (local64_t *)&ctl->cont);
	head = local64_add_return(n, (local64_t *)&ctl->head);
	smp_wmb();	/* a reader that sees new contents must see the new head, too */
	/*
	 * A CPU on its way down runs no such work any more: on PREEMPT_RT a thread does, which is
	 * parked while the CPU still is online. Readers look for themselves in time.
	 */
	if (unlikely((head ^ (head - n)) >> r->watermark_order) && cpu_active(cpu))
		irq_work_queue(&r->wake);
	return head - n;
}

static void slot_commit(const struct event_ring *r, struct oscope_slot *slot, u64 pos, u32 head)
{
	/* pairs with slots_copy(), and with readers that map the ring */
	smp_store_release(&slot->head, head | oscope_lap(pos, r->order));
}

void ring_emit(struct event_ring *r, u32 id, u32 flags, u64 ts, u32 w0, u32 w1, u32 w2)
{
	int cpu = smp_processor_id();
	u64 pos = slots_reserve(r, cpu, 1, &flags);
	struct oscope_slot *slot;

	if (!pos)
		return;
	slot = slot_at(r, cpu, pos);
	slot->ts = ts;
	slot->w[0] = w0;
	slot->w[1] = w1;
	slot->w[2] = w2;
	slot_commit(r, slot, pos, oscope_head(id, flags, 1));
}

static void identity_fill(struct oscope_identity *id, const struct task_struct *p,
			  const char *comm)
{
	char name[OSCOPE_COMM_LEN] = { 0 };

	data_race(strscpy(name, comm, sizeof(name)));	/* it may be changing */
	id->start_ns = p->start_time;
	id->tid = p->pid;
	id->tgid = p->tgid;
	rcu_read_lock();
	/* Who renames another thread may come after its end, and its parent's. */
	id->ptid = pid_alive(p) ? rcu_dereference(p->real_parent)->tgid : 0;
	rcu_read_unlock();
	memcpy(id->comm_lo, name, sizeof(id->comm_lo));
	memcpy(id->comm_hi, name + sizeof(id->comm_lo), sizeof(id->comm_hi));
	id->flags = p->flags & PF_KTHREAD ? OSCOPE_TASK_KTHREAD : 0;
}

/* The two slots need not be neighbours in memory. Interrupts off. */
static void identity_emit(struct event_ring *r, const struct task_struct *p, const char *comm,
			  u32 identity_flags)
{
	u32 head = oscope_head(OSCOPE_REC_IDENTITY, identity_flags, 2);
	int cpu = smp_processor_id();
	u64 pos = slots_reserve(r, cpu, 2, NULL);
	struct oscope_identity id;
	struct oscope_slot *slot;

	if (!pos)
		return;
	identity_fill(&id, p, comm);
	slot = slot_at(r, cpu, pos);
	slot->ts = id.start_ns;
	slot->w[0] = id.tid;
	slot->w[1] = id.tgid;
	slot->w[2] = id.ptid;
	slot_commit(r, slot, pos, head);
	slot = slot_at(r, cpu, pos + 1);
	memcpy(&slot->ts, id.comm_lo, sizeof(slot->ts));
	memcpy(slot->w, id.comm_hi, sizeof(id.comm_hi));
	slot->w[2] = id.flags;
	slot_commit(r, slot, pos + 1, head | OSCOPE_HEAD_CONT);
}

void ring_emit_identity(struct event_ring *r, const struct task_struct *p, const char *comm,
			u32 identity_flags)
{
	unsigned long flags;

	local_irq_save(flags);
	identity_emit(r, p, comm, identity_flags);
	local_irq_restore(flags);
}

void ring_emit_everybody(struct event_ring *r)
{
	struct task_struct *p, *t;

	if (!(r->records >> OSCOPE_REC_IDENTITY & 1))
		return;
	rcu_read_lock();
	/* A stop that comes first has cleared this, and one that comes later waits for us. */
	if (READ_ONCE(ring_active) == r) {
		compat_for_each_process_thread(p, t)
			ring_emit_identity(r, t, t->comm, 0);
	}
	rcu_read_unlock();
}

bool ring_readable(const struct event_ring *r)
{
	int cpu;

	if (READ_ONCE(r->stopped))
		return true;
	for_each_possible_cpu(cpu) {
		if ((READ_ONCE(r->ctl[cpu].head) ^ READ_ONCE(r->tail[cpu].tail)) >>
		    r->watermark_order)
			return true;
	}
	return false;
}

/* In an interrupt, or in a thread on PREEMPT_RT. */
static void readers_wake(struct irq_work *work)
{
	struct event_ring *r = container_of(work, struct event_ring, wake);

	wake_up_interruptible_poll(r->readers, EPOLLIN | EPOLLRDNORM);
}

static u64 ring_dropped(const struct event_ring *r)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(r->ctl[cpu].dropped);
	return sum;
}

u64 ring_dropped_total(void)
{
	u64 sum;

	mutex_lock(&ring_lock);
	sum = dropped_before + (ring_active ? ring_dropped(ring_active) : 0);
	mutex_unlock(&ring_lock);
	return sum;
}

/* A hook that clears a flag at the same moment has put it into a record. */
void ring_gap(void)
{
	int cpu;

	mutex_lock(&ring_lock);
	if (ring_active) {
		for_each_possible_cpu(cpu)
			WRITE_ONCE(ring_active->ctl[cpu].gap, 1);
	}
	mutex_unlock(&ring_lock);
}

static bool wants_calls(const struct event_ring *r)
{
	return r->records & BIT_ULL(OSCOPE_REC_SPAWNED);
}

int ring_start(struct event_ring *r)
{
	int err;

	mutex_lock(&ring_lock);
	err = ring_active ? -EBUSY : 0;
	if (!err && wants_calls(r))
		err = hooks_calls(true);
	if (!err) {
		r->start_ns = clock_ns();
		r->start_realtime_ns = ktime_get_real_ns();
		smp_store_release(&ring_active, r);	/* pairs with ring_wants() */
	}
	mutex_unlock(&ring_lock);
	return err;
}

void ring_stop(struct event_ring *r)
{
	mutex_lock(&ring_lock);
	if (ring_active == r) {
		if (wants_calls(r))
			hooks_calls(false);
		WRITE_ONCE(ring_active, NULL);
		tracepoint_synchronize_unregister();
		irq_work_sync(&r->wake);
		dropped_before += ring_dropped(r);
		WRITE_ONCE(r->stopped, true);
	}
	mutex_unlock(&ring_lock);
	wake_up_interruptible_all(r->readers);
}

size_t ring_ctl_bytes(void)
{
	return PAGE_ALIGN(nr_cpu_ids * sizeof(struct oscope_ring_ctl));
}

size_t ring_tail_bytes(void)
{
	return PAGE_ALIGN(nr_cpu_ids * sizeof(struct oscope_ring_tail));
}

size_t ring_data_bytes(const struct event_ring *r)
{
	return PAGE_ALIGN((nr_cpu_ids * sizeof(struct oscope_slot)) << r->order);
}

void ring_free(struct event_ring *r)
{
	if (!r)
		return;
	ring_stop(r);
	irq_work_sync(&r->wake);
	vfree(r->tail);
	vfree(r->data);
	vfree(r->ctl);
	kfree(r);
}

static int setup_check(const struct oscope_ring_setup *setup)
{
	u64 slots = (u64)setup->slots * nr_cpu_ids, bytes = slots * sizeof(struct oscope_slot);

	if (!is_power_of_2(setup->slots) || setup->slots >> RING_ORDER_MIN == 0 ||
	    setup->slots >> RING_ORDER_MAX > 1)
		return -EINVAL;
	if (setup->flags & ~(OSCOPE_RING_DROP | OSCOPE_RING_TREES) || !setup->records ||
	    setup->records & ~RING_RECORDS)
		return -EINVAL;
	return slots > U32_MAX || bytes > ((u64)totalram_pages() << PAGE_SHIFT) / 4 ? -ENOMEM : 0;
}

static int areas_alloc(struct event_ring *r)
{
	int cpu;

	r->ctl = vmalloc_user(ring_ctl_bytes());
	r->data = vmalloc_user(ring_data_bytes(r));
	r->tail = vmalloc_user(ring_tail_bytes());
	if (!r->ctl || !r->data || !r->tail)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		r->ctl[cpu].head = BIT_ULL(r->order);
		r->tail[cpu].tail = BIT_ULL(r->order);
	}
	return 0;
}

struct event_ring *ring_alloc(const struct oscope_ring_setup *setup, const void *owner,
			      wait_queue_head_t *readers)
{
	struct event_ring *r;
	int err = setup_check(setup);

	if (err)
		return ERR_PTR(err);
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return ERR_PTR(-ENOMEM);
	r->order = ilog2(setup->slots);
	r->watermark_order = r->order - 2;
	r->drop = setup->flags & OSCOPE_RING_DROP;
	r->trees_owner = setup->flags & OSCOPE_RING_TREES ? owner : NULL;
	r->records = setup->records;
	r->readers = readers;
	init_irq_work(&r->wake, readers_wake);
	err = areas_alloc(r);
	if (err) {
		ring_free(r);
		return ERR_PTR(err);
	}
	return r;
}
