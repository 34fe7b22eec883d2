// SPDX-License-Identifier: GPL-2.0
/*
 * What communicates, as the module follows it: all of the system, of which a run takes its part.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "ipc.h"
#include "kmod_ipc.h"
#include "util.h"

int kmod_ipc_check(const struct source_config *c)
{
	if (!c->ipc)
		return 0;
	if (c->records)
		return err_msg(-EOPNOTSUPP, "source kmod records nothing of what communicates: use "
			       "--source bpf");
	if (c->hooks == HOOKS_FUNCTION)
		return err_msg(-EOPNOTSUPP, "source kmod sees calls by tracepoint only: use "
			       "--source bpf");
	if (c->ipc_objects)
		return err_msg(-EOPNOTSUPP, "source kmod has tables of one size: leave --objects "
			       "out, or use --source bpf");
	return 0;
}

static int followed_check(const struct source_config *c, const struct oscope_info *info)
{
	uint64_t others = c->ipc & ~info->ipc;

	if (!(info->features & OSCOPE_FEAT_IPC))
		return err_msg(-EOPNOTSUPP,
			       "source kmod cannot follow what communicates here: this kernel "
			       "does not tell of system calls");
	if (!info->area[KMOD_IPC_FIRST].bytes)
		return err_msg(-EOPNOTSUPP, "source kmod does not follow what communicates now: "
			       "echo 1 > /sys/kernel/oscope/ipc");
	/* Who asks for all of them is told in the report which these are not. */
	if (c->ipc != OSCOPE_IPC_ALL && others)
		return err_msg(-EOPNOTSUPP, "source kmod does not follow %s now: "
			       "echo 1 > /sys/kernel/oscope/ipc",
			       ipc_mechanism_name((uint32_t)__builtin_ctzll(others)));
	return 0;
}

/*
 * 1: another set was begun meanwhile, so that not all that is mapped is of one; none is mapped
 * then. *info is that of now.
 */
static int map_once(int fd, struct oscope_info *info, void **area)
{
	const struct oscope_info was = *info;
	int i, err = 0;

	for (i = KMOD_IPC_FIRST; !err && i <= KMOD_IPC_LAST; i++) {
		area[i] = mmap(NULL, was.area[i].bytes, PROT_READ, MAP_SHARED, fd,
			       was.area[i].offset);
		if (area[i] == MAP_FAILED) {	/* so it is, too, where they have just gone */
			area[i] = NULL;
			err = -errno;
		}
	}
	if (ioctl(fd, OSCOPE_IOC_INFO, info))
		return err_sys(-errno, "reading the module's layout");
	if (info->ipc_begun == was.ipc_begun && info->ipc == was.ipc)
		return err ? err_sys(err, "mapping the module's memory") : 0;
	for (i = KMOD_IPC_FIRST; i <= KMOD_IPC_LAST; i++) {
		if (area[i])
			munmap(area[i], was.area[i].bytes);
		area[i] = NULL;
	}
	return 1;
}

#define TRIES	100		/* somebody may switch it on and off again and again */

int kmod_ipc_map(const struct source_config *c, int fd, struct oscope_info *info, void **area)
{
	int err = 1, i;

	for (i = 0; err > 0 && i < TRIES; i++) {
		err = followed_check(c, info);
		if (!err)
			err = map_once(fd, info, area);
	}
	if (err <= 0)
		return err;
	return err_msg(-EBUSY, "what the module follows changes again and again: leave "
		       "/sys/kernel/oscope/ipc as it is for a moment");
}

int kmod_ipc_same(int fd, const struct oscope_info *info)
{
	struct oscope_info now;

	if (ioctl(fd, OSCOPE_IOC_INFO, &now))
		return err_sys(-errno, "reading the module's layout");
	if (now.ipc_begun == info->ipc_begun && now.ipc == info->ipc)
		return 0;
	return err_msg(-ESTALE, "what the module follows was changed meanwhile, so it counts anew: "
		       "leave /sys/kernel/oscope/ipc as it is, and trace again");
}

int kmod_ipc_read(struct ipc_reading **to, const struct source_config *c,
		  const struct oscope_info *info, void *const *area)
{
	const struct ipc_tables tables = {
		.cpu = area[OSCOPE_AREA_IPC_CPUS],
		.cpus = info->area[OSCOPE_AREA_IPC_CPUS].count,
		.room = {
			.objects = info->area[OSCOPE_AREA_IPC_OBJECTS].count,
			.uses = info->area[OSCOPE_AREA_IPC_USES].count,
			.pairs = info->area[OSCOPE_AREA_IPC_PAIRS].count,
		},
		.object = area[OSCOPE_AREA_IPC_OBJECTS],
		.queue = area[OSCOPE_AREA_IPC_QUEUES],
		.name = area[OSCOPE_AREA_IPC_NAMES],
		.use = area[OSCOPE_AREA_IPC_USES],
		.pair = area[OSCOPE_AREA_IPC_PAIRS],
		.share = area[OSCOPE_AREA_IPC_SHARES],
	};
	int err = ipc_take(to, &tables);

	if (!err) {
		(*to)->hooked_by = IPC_HOOKED_CALLS;
		(*to)->followed = c->ipc & ~info->ipc ? info->ipc : 0;
	}
	return err;
}

static int by_tid(const void *a, const void *b)
{
	const struct oscope_task *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static bool is_task(const struct snapshot *snap, uint32_t tid)
{
	struct oscope_task key = { .tid = tid };

	return bsearch(&key, snap->task, snap->n_task, sizeof(key), by_tid);
}

static int by_key(const void *a, const void *b)
{
	const struct oscope_ipc_use *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static bool sends(const struct ipc_reading *r, uint32_t object, pid_t tid)
{
	struct oscope_ipc_use key = {
		.key = (uint64_t)object << 40 | (uint64_t)OSCOPE_IPC_SEND << 32 | (uint32_t)tid,
	};

	return bsearch(&key, r->use, r->n_use, sizeof(key), by_key);
}

/* Of segments that a task of the tree has, or has had: who has them, whoever it is. */
static void shares_keep(struct snapshot *snap, struct ipc_reading *r)
{
	bool *wanted = calloc((size_t)r->room.objects + 1, sizeof(*wanted));
	size_t i, n = 0;

	for (i = 0; wanted && i < r->n_share; i++) {
		if (is_task(snap, (uint32_t)r->share[i].key))
			wanted[r->share[i].key >> 32] = true;
	}
	for (i = 0; wanted && i < r->n_share; i++) {
		if (wanted[r->share[i].key >> 32])
			r->share[n++] = r->share[i];
	}
	r->n_share = n;
	free(wanted);
}

void kmod_ipc_keep_tasks(struct snapshot *snap, pid_t tool)
{
	struct ipc_reading *r = snap->ipc;
	struct oscope_ipc_use *kept = calloc(r->n_use + 1, sizeof(*kept));
	size_t i, n = 0;

	memset(r->sum.op, 0, sizeof(r->sum.op));
	r->no_hist = true;
	for (i = 0; kept && i < r->n_use; i++) {
		const struct oscope_ipc_use *u = &r->use[i];
		uint32_t mechanism = ipc_mechanism(r, ipc_use_object(u));

		if (mechanism >= OSCOPE_IPCS || !is_task(snap, (uint32_t)u->key) ||
		    (ipc_use_op(u) == OSCOPE_IPC_RECEIVE && sends(r, ipc_use_object(u), tool)))
			continue;
		ipc_sum_add(&r->sum.op[mechanism][ipc_use_op(u)], &u->sum);
		kept[n++] = *u;
	}
	memcpy(r->use, kept ? kept : r->use, n * sizeof(*kept));
	r->n_use = n;
	free(kept);
	shares_keep(snap, r);
}
