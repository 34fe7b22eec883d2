// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/oscope: information, mapped areas, the ring, process trees. uapi/oscope.h is its manual.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "access.h"
#include "calibrate.h"
#include "compat.h"
#include "counters.h"
#include "device.h"
#include "direct.h"
#include "hooks.h"
#include "ipc.h"
#include "ring.h"
#include "rows.h"
#include "stream.h"
#include "task.h"
#include "tree.h"

/* Area a is mapped at offset a << AREA_SHIFT. */
#define AREA_SHIFT	36

#define DEFAULT_SLOTS	(1U << 14)
#define DEFAULT_RECORDS	0x1fe		/* all that there are: identity to exit */

/* How long data waits for a reader that sleeps in read(), if the watermark is not reached. */
#define READ_LATENCY	(HZ / 5)

/* One open descriptor. */
struct reader {
	struct mutex lock;		/* setting up the ring; the stream */
	enum access access;
	bool holds_rows;		/* once mapped, until closed; changed by xchg */
	struct event_ring *ring;	/* set once, freed with the descriptor */
	struct stream *stream;
	wait_queue_head_t wait;
};

struct area {
	void *at;
	size_t bytes;
	u32 stride, count;
};

static struct area area_get(const struct reader *rd, u32 which)
{
	const struct event_ring *r = smp_load_acquire(&rd->ring); /* pairs with ring_setup() */

	switch (which) {
	case OSCOPE_AREA_COUNTERS:
		return (struct area){ counters_area(), nr_cpu_ids * counters_stride(),
				      counters_stride(), nr_cpu_ids };
	case OSCOPE_AREA_TASKS:
		return (struct area){ rows_area(),
				      PAGE_ALIGN(tasks_rows() * sizeof(struct oscope_task)),
				      sizeof(struct oscope_task), tasks_rows() };
	case OSCOPE_AREA_LEDGERS:
		if (!rows_ledgers())
			return (struct area){ 0 };
		return (struct area){ rows_ledgers(),
				      PAGE_ALIGN(tasks_rows() * sizeof(struct oscope_ledger)),
				      sizeof(struct oscope_ledger), tasks_rows() };
	case OSCOPE_AREA_ENDED:
		return (struct area){ rows_ended(),
				      PAGE_ALIGN(rows_ended_count() * sizeof(struct oscope_ended)),
				      sizeof(struct oscope_ended), rows_ended_count() };
	default:
		break;
	}
	if (which >= OSCOPE_AREA_IPC_CPUS) {
		struct ipc_area i = ipc_area(which);

		return (struct area){ i.at, PAGE_ALIGN((size_t)i.stride * i.count), i.stride,
				      i.count };
	}
	if (!r)
		return (struct area){ 0 };
	switch (which) {
	case OSCOPE_AREA_RING_CTL:
		return (struct area){ r->ctl, ring_ctl_bytes(), sizeof(*r->ctl), nr_cpu_ids };
	case OSCOPE_AREA_RING_DATA:
		return (struct area){ r->data, ring_data_bytes(r), sizeof(*r->data),
				      nr_cpu_ids << r->order };
	case OSCOPE_AREA_RING_TAIL:
		return (struct area){ r->tail, ring_tail_bytes(), sizeof(*r->tail), nr_cpu_ids };
	default:
		return (struct area){ 0 };
	}
}

static int info_get(const struct reader *rd, struct oscope_info __user *to)
{
	const struct event_ring *r = smp_load_acquire(&rd->ring); /* pairs with ring_setup() */
	struct oscope_info info = {
		.abi = OSCOPE_ABI,
		.bytes = sizeof(info),
		.features = hooks_features(),
		.reset_ns = counters_reset_ns(),
		.cpus = nr_cpu_ids,
		.ring_slots = r ? 1U << r->order : 0,
		.own_ns = calibrated_own_ns,
		.own_direct_ns = direct_own_ns,
	};
	u32 i;

	ipc_hold();
	info.ipc = ipc_followed();
	info.ipc_begun = ipc_begun();
	for (i = 0; i < OSCOPE_AREAS; i++) {
		struct area a = area_get(rd, i);

		info.area[i] = (struct oscope_area_info){
			.offset = (u64)i << AREA_SHIFT,
			.bytes = a.bytes,
			.stride = a.stride,
			.count = a.count,
		};
	}
	ipc_release();
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

/* rd->lock held. */
static int ring_setup(struct reader *rd, const struct oscope_ring_setup *setup)
{
	struct event_ring *r;
	int err;

	if (rd->ring)
		return -EBUSY;
	r = ring_alloc(setup, rd, &rd->wait);
	if (IS_ERR(r))
		return PTR_ERR(r);
	err = ring_start(r);
	if (err) {
		ring_free(r);
		return err;
	}
	smp_store_release(&rd->ring, r);	/* pairs with who reads it without rd->lock */
	ring_emit_everybody(r);
	return 0;
}

static int ring_setup_user(struct reader *rd, const struct oscope_ring_setup __user *from)
{
	struct oscope_ring_setup setup;
	int err;

	if (rd->access < ACCESS_ALL)
		return -EPERM;
	if (copy_from_user(&setup, from, sizeof(setup)))
		return -EFAULT;
	if (mutex_lock_interruptible(&rd->lock))
		return -ERESTARTSYS;
	err = ring_setup(rd, &setup);
	mutex_unlock(&rd->lock);
	return err;
}

static int ring_stop_user(struct reader *rd)
{
	struct event_ring *r = smp_load_acquire(&rd->ring);	/* pairs with ring_setup() */

	if (!r)
		return -ENXIO;
	ring_stop(r);
	return 0;
}

static int tree_make_user(struct reader *rd, struct oscope_tree_setup __user *user)
{
	struct oscope_tree_setup setup;
	int id;

	if (rd->access < ACCESS_TREES)
		return -EPERM;
	if (copy_from_user(&setup, user, sizeof(setup)))
		return -EFAULT;
	if (put_user(0, &user->tree))	/* else a tree might be made that nobody hears of */
		return -EFAULT;
	id = tree_make(setup.pidfd, rd);
	if (id < 0)
		return id;
	return put_user(id, &user->tree);
}

static int tree_read_user(struct reader *rd, const struct oscope_tree_read __user *from)
{
	struct oscope_tree_read read;
	struct oscope_counters *sum;
	int err;

	if (copy_from_user(&read, from, sizeof(read)))
		return -EFAULT;
	if (read.reserved)
		return -EINVAL;
	sum = kvzalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;
	err = tree_read(read.tree, rd, sum);
	if (!err && copy_to_user(u64_to_user_ptr(read.to), sum, sizeof(*sum)))
		err = -EFAULT;
	kvfree(sum);
	return err;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct reader *rd = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case OSCOPE_IOC_INFO:
		return info_get(rd, user);
	case OSCOPE_IOC_RING:
		return ring_setup_user(rd, user);
	case OSCOPE_IOC_RING_STOP:
		return ring_stop_user(rd);
	case OSCOPE_IOC_TREE:
		return tree_make_user(rd, user);
	case OSCOPE_IOC_TREE_READ:
		return tree_read_user(rd, user);
	default:
		return -ENOTTY;
	}
}

/* Only the reader's own side may be written; the rest not even after an mprotect(). */
static int vma_check(const struct reader *rd, struct vm_area_struct *vma, u32 which)
{
	if (which >= OSCOPE_AREAS || vma->vm_pgoff & ((1UL << (AREA_SHIFT - PAGE_SHIFT)) - 1))
		return -EINVAL;
	if (rd->access < ACCESS_ALL && which != OSCOPE_AREA_COUNTERS)
		return -EPERM;
	if (which == OSCOPE_AREA_RING_TAIL)
		return vma->vm_flags & VM_SHARED ? 0 : -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	compat_vm_flags_clear(vma, VM_MAYWRITE);
	return 0;
}

/* What is switched off meanwhile stays mapped. */
static int area_map(struct vm_area_struct *vma, const struct area *a)
{
	if (!a->at)
		return -ENXIO;
	if (vma->vm_end - vma->vm_start > a->bytes)
		return -EINVAL;
	return remap_vmalloc_range(vma, a->at, 0);
}

/* Called with the mm's lock held, under which read() may copy: rd->lock must not be taken. */
static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long which = vma->vm_pgoff >> (AREA_SHIFT - PAGE_SHIFT);
	struct reader *rd = file->private_data;
	struct area a;
	int err;

	err = vma_check(rd, vma, min_t(unsigned long, which, OSCOPE_AREAS));
	if (err)
		return err;
	ipc_hold();
	a = area_get(rd, which);
	err = area_map(vma, &a);
	ipc_release();
	if (!err && (which == OSCOPE_AREA_TASKS || which == OSCOPE_AREA_LEDGERS) &&
	    !xchg(&rd->holds_rows, true))
		rows_hold();
	return err;
}

/* rd->lock held. */
static int stream_setup(struct reader *rd)
{
	static const struct oscope_ring_setup setup = {
		.slots = DEFAULT_SLOTS,
		.flags = OSCOPE_RING_DROP,
		.records = DEFAULT_RECORDS,
	};
	int err = rd->ring ? 0 : ring_setup(rd, &setup);

	if (err || rd->stream)
		return err;
	rd->stream = stream_alloc(rd->ring);
	return rd->stream ? 0 : -ENOMEM;
}

static ssize_t read_once(struct reader *rd, char __user *to, size_t bytes, bool *ended)
{
	ssize_t n;

	if (mutex_lock_interruptible(&rd->lock))
		return -ERESTARTSYS;
	n = stream_setup(rd);
	if (!n)
		n = stream_read(rd->stream, to, bytes);
	*ended = rd->stream && stream_ended(rd->stream);
	mutex_unlock(&rd->lock);
	return n;
}

static ssize_t device_read(struct file *file, char __user *to, size_t bytes, loff_t *pos)
{
	struct reader *rd = file->private_data;
	bool ended;
	ssize_t n;
	long err;

	if (rd->access < ACCESS_ALL)
		return -EPERM;
	if (!bytes)
		return 0;
	if (bytes < OSCOPE_STREAM_MIN)
		return -EINVAL;
	for (;;) {
		if (signal_pending(current))
			return -ERESTARTSYS;
		n = read_once(rd, to, bytes, &ended);
		if (n || ended)
			return n;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible_timeout(rd->wait, ring_readable(rd->ring),
						       READ_LATENCY);
		if (err < 0)
			return err;
	}
}

static __poll_t device_poll(struct file *file, struct poll_table_struct *table)
{
	struct reader *rd = file->private_data;
	struct event_ring *r;

	poll_wait(file, &rd->wait, table);
	r = smp_load_acquire(&rd->ring);	/* pairs with ring_setup() */
	if (!r)		/* the first read sets one up, and gives the header */
		return rd->access < ACCESS_ALL ? EPOLLERR : EPOLLIN | EPOLLRDNORM;
	return ring_readable(r) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int device_open(struct inode *inode, struct file *file)
{
	int level = access_level();
	struct reader *rd;

	if (level < 0)
		return level;
	rd = kzalloc(sizeof(*rd), GFP_KERNEL_ACCOUNT);
	if (!rd)
		return -ENOMEM;
	mutex_init(&rd->lock);
	init_waitqueue_head(&rd->wait);
	rd->access = level;
	file->private_data = rd;
	return stream_open(inode, file);
}

/* Mappings hold the descriptor, so none is left. */
static int device_release(struct inode *inode, struct file *file)
{
	struct reader *rd = file->private_data;

	trees_remove(rd);
	ring_free(rd->ring);
	stream_free(rd->stream);
	if (rd->holds_rows)
		rows_release();
	kfree(rd);
	return 0;
}

static const struct file_operations device_ops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.poll = device_poll,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = device_mmap,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "oscope",
	.fops = &device_ops,
};

int device_init(void)
{
	device.mode = access_device_mode();
	return misc_register(&device);
}

void device_uninit(void)
{
	misc_deregister(&device);
}
