// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: the tables of inter-process communication.
 */
#include "ipc.bpf.h"
#include "ipc_emit.bpf.h"

__noinline __u32 ipc_object_find(__u64 key, __u32 make)
{
	__u32 hash = oscope_ipc_hash(key), i, cell;
	struct oscope_ipc_object *o;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & config.ipc_object_mask;
		o = bpf_map_lookup_elem(&ipc_objects, &cell);
		if (!o || (!o->key && !make))
			return 0;
		if (o->key == key ||
		    (!o->key && __sync_val_compare_and_swap(&o->key, 0, key) == 0) ||
		    o->key == key)
			return cell + 1;
	}
	return 0;
}

__noinline __u32 ipc_use_find(__u64 key)
{
	__u32 hash = oscope_ipc_hash(key), i, cell;
	struct oscope_ipc_use *u;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & config.ipc_use_mask;
		u = bpf_map_lookup_elem(&ipc_uses, &cell);
		if (!u)
			break;
		if (u->key == key ||
		    (!u->key && __sync_val_compare_and_swap(&u->key, 0, key) == 0) ||
		    u->key == key)
			return cell + 1;
	}
	return 0;
}

/* The cell + 1 of a pair of tasks by an object; it is the object's as soon as that is in it. */
static __always_inline __u32 pair_find(__u32 object, __u64 who)
{
	__u32 hash = oscope_ipc_hash(who ^ (__u64)object << 20 ^ object), i, cell, other;
	struct oscope_ipc_pair *p;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & config.ipc_pair_mask;
		p = bpf_map_lookup_elem(&ipc_pairs, &cell);
		if (!p)
			break;
		other = oscope_once(p->object);
		if (!other)
			other = __sync_val_compare_and_swap(&p->object, 0, object) ? : object;
		if (other != object)
			continue;
		if (p->key == who ||
		    (!p->key && __sync_val_compare_and_swap(&p->key, 0, who) == 0) ||
		    p->key == who)
			return cell + 1;
	}
	return 0;
}

/* Verified for itself: whoever tells of a pair has little stack left. */
__noinline int ipc_pair_record(__u32 object, __u64 who, __u64 what, __u64 wake, __u32 uncertain)
{
	struct oscope_pair_told told = {
		.from = who >> 32,
		.to = who,
		.object = object,
		.messages = what >> 32,
		.bytes = (__u32)what,
		.uncertain = uncertain,
		.woken = wake != IPC_NO_WAKE,
		.send_wake_ns = wake >> 32,
		.wake_run_ns = wake,
	};

	ipc_pair_emit(&told);
	return 0;
}

/* Atomic: sender and receiver may tell at the same time. */
__noinline __u32 ipc_pair_tell(__u64 place, __u64 who, __u64 what, __u64 wake, __u32 uncertain)
{
	__u32 object = place, pair = place >> 32, cell = pair - 1;
	struct oscope_ipc_pair *p = bpf_map_lookup_elem(&ipc_pairs, &cell);
	__u64 messages = what >> 32, bytes = (__u32)what;
	struct oscope_ipc_cpu *b;

	if (recording(OSCOPE_REC_IPC_PAIR))
		ipc_pair_record(object, who, what, wake, uncertain);
	if (!p || p->key != who || p->object != object) {
		pair = pair_find(object, who);
		cell = pair - 1;
		p = bpf_map_lookup_elem(&ipc_pairs, &cell);
	}
	if (!p) {
		b = ipc_cpu();
		if (b)
			b->pairs_full += messages;
		return 0;
	}
	__sync_fetch_and_add(&p->messages, messages);
	__sync_fetch_and_add(&p->bytes, bytes);
	if (uncertain)
		__sync_fetch_and_add(&p->uncertain, messages ? messages : 1);
	if (wake == IPC_NO_WAKE)
		return pair;
	__sync_fetch_and_add(&p->wakes, 1);
	__sync_fetch_and_add(&p->send_wake_ns, wake >> 32);
	__sync_fetch_and_add(&p->wake_run_ns, (__u32)wake);
	return pair;
}

#define NAME_WALK	16		/* mounts and directories, at most */

/*
 * One step up from *dentry in *mnt, over the root of a file system to where it is mounted. A file
 * that was never in a directory has none above it.
 */
static __always_inline bool path_up(struct oscope_ipc_name *n, struct dentry **dentry,
				    struct mount **mnt)
{
	struct dentry *root = BPF_CORE_READ(*mnt, mnt.mnt_root), *was = *dentry;
	struct mount *above;

	if (was != root) {
		*dentry = BPF_CORE_READ(was, d_parent);
		if (*dentry == was)
			n->flags |= OSCOPE_IPC_NAME_ALONE;
		return *dentry != was;
	}
	above = BPF_CORE_READ(*mnt, mnt_parent);
	if (above == *mnt)
		return false;
	*dentry = BPF_CORE_READ(*mnt, mnt_mountpoint);
	*mnt = above;
	return true;
}

static __always_inline bool name_part(struct oscope_ipc_name *n, struct dentry *dentry)
{
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u64 place = oscope_index(n->parts);

	if (place >= OSCOPE_IPC_NAME_PARTS) {
		n->flags |= OSCOPE_IPC_NAME_CUT;
		return false;
	}
	if (bpf_probe_read_kernel_str(n->part[place], OSCOPE_IPC_NAME_BYTES, name) ==
	    OSCOPE_IPC_NAME_BYTES)
		n->flags |= OSCOPE_IPC_NAME_CUT;
	n->parts = place + 1;
	return true;
}

/* The path of a file, from its name up to the root of all mounts. */
static __always_inline void name_walk(struct oscope_ipc_name *n, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char *vfsmount = (void *)BPF_CORE_READ(file, f_path.mnt);
	struct mount *mnt = (void *)(vfsmount - bpf_core_field_offset(struct mount, mnt));
	__u32 i;

	for (i = 0; i < NAME_WALK; i++) {
		if (dentry != BPF_CORE_READ(mnt, mnt.mnt_root) && !name_part(n, dentry))
			return;
		if (n->flags & OSCOPE_IPC_NAME_LEAF)
			return;
		if (!path_up(n, &dentry, &mnt))
			return;
	}
	n->flags |= OSCOPE_IPC_NAME_CUT;
}

/* What a unix socket is bound to, or else its peer; NULL: neither is. */
static __always_inline struct unix_address *unix_address(struct unix_sock *u)
{
	struct unix_address *a = BPF_CORE_READ(u, addr);

	if (a)
		return a;
	u = (void *)BPF_CORE_READ(u, peer);
	return u ? BPF_CORE_READ(u, addr) : NULL;
}

static __always_inline void name_address(struct oscope_ipc_name *n, struct unix_address *a)
{
	__u64 bytes = BPF_CORE_READ(a, len) - 2;	/* the family stands before it */

	bytes = oscope_index(bytes);
	if (bytes > sizeof(n->part))
		return;
	if (bpf_probe_read_kernel(n->part, bytes, (char *)a +
				  bpf_core_field_offset(struct unix_address, name) + 2))
		return;
	n->parts = bytes;
	n->flags = OSCOPE_IPC_NAME_ADDRESS;
}

__noinline int ipc_name(__u32 object, __u64 address, __u32 flags)
{
	__u32 cell = object - 1, place;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);
	struct unix_address *bound = NULL;
	struct oscope_ipc_name *n;

	if (flags & OSCOPE_IPC_NAME_ADDRESS) {
		bound = unix_address((void *)address);
		if (!bound)
			return 0;
	}
	place = __sync_fetch_and_add(&globals.ipc_names_used, 1);
	n = bpf_map_lookup_elem(&ipc_names, &place);
	if (!o || !n)
		return 0;
	n->flags = flags & OSCOPE_IPC_NAME_LEAF;
	if (bound)
		name_address(n, bound);
	else
		name_walk(n, (void *)address);
	store_last(&o->name, place + 1);
	return 0;
}
