// SPDX-License-Identifier: GPL-2.0
/*
 * Source "kmod": the module's counters, task table and ring, mapped from /dev/oscope.
 *
 * The module counts from insmod on; a run counts from its own start, so the reading at the start is
 * taken off.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ipc.h"
#include "kmod_device.h"
#include "kmod_ipc.h"
#include "pidns.h"
#include "ring.h"
#include "source.h"
#include "util.h"

struct source_kmod {
	int fd;
	int *census;			/* to ask who is there, once each */
	uint32_t n_census;
	struct oscope_identity *ids;
	struct source_config config;
	struct oscope_info info;
	void *area[OSCOPE_AREAS];
	struct ring_reader ring;
	struct snapshot base;
	uint32_t tree;			/* id of the traced tree, 0: the system */
	uint64_t start_ns, stop_ns;
	int changed;			/* -errno of a reading that was not whole, once said */
	struct snapshot last;		/* the reading at the stop: the module goes on counting */
};

static int kmod_usable(char *why, size_t bytes)
{
	struct oscope_info info;
	int fd = kmod_device_open(&info, why, bytes);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int area_map(struct source_kmod *s, enum oscope_area which, int prot)
{
	const struct oscope_area_info *a = &s->info.area[which];

	s->area[which] = mmap(NULL, a->bytes, prot, MAP_SHARED, s->fd, a->offset);
	if (s->area[which] != MAP_FAILED)
		return 0;
	s->area[which] = NULL;
	return err_sys(-errno, "mapping the module's memory");
}

static bool wants_args(const struct source_kmod *s)
{
	return s->config.records >> OSCOPE_REC_ARGS & 1;
}

static int ring_setup(struct source_kmod *s)
{
	struct oscope_ring_setup setup = {
		.slots = s->config.ring_slots ? s->config.ring_slots : 65536,
		.flags = s->config.ring_flags | (s->tree ? OSCOPE_RING_TREES : 0),
		.records = s->config.records,
	};
	int err;

	if (ioctl(s->fd, OSCOPE_IOC_RING, &setup))
		return errno == EBUSY ?
		       err_msg(-EBUSY, "the module's ring is in use by another reader") :
		       err_sys(-errno, "setting the module's ring up");
	if (ioctl(s->fd, OSCOPE_IOC_INFO, &s->info))
		return err_sys(-errno, "reading the module's layout");
	err = area_map(s, OSCOPE_AREA_RING_CTL, PROT_READ);
	if (!err)
		err = area_map(s, OSCOPE_AREA_RING_DATA, PROT_READ);
	if (!err)
		err = area_map(s, OSCOPE_AREA_RING_TAIL, PROT_READ | PROT_WRITE);
	if (err)
		return err;
	return ring_init(&s->ring, s->area[OSCOPE_AREA_RING_CTL], s->area[OSCOPE_AREA_RING_DATA],
			 s->area[OSCOPE_AREA_RING_TAIL], s->info.cpus,
			 __builtin_ctz(s->info.ring_slots));
}

/* While there is privilege for it: to ask who is there at the start, and later on. */
static int census_open(struct source_kmod *s)
{
	uint32_t n = s->config.censuses + 1;
	int fd;

	s->census = calloc(n, sizeof(*s->census));
	if (!s->census)
		return err_sys(-ENOMEM, "source kmod");
	while (s->n_census < n) {
		fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return err_sys(-errno, OSCOPE_DEVICE);
		s->census[s->n_census++] = fd;
	}
	return 0;
}

static int tree_setup(struct source_kmod *s, pid_t root)
{
	struct oscope_tree_setup setup = { 0 };
	int err = 0;

	setup.pidfd = syscall(SYS_pidfd_open, root, 0);
	if (setup.pidfd < 0)
		return err_sys(-errno, "pidfd_open");
	if (ioctl(s->fd, OSCOPE_IOC_TREE, &setup))
		err = err_sys(-errno, "asking the module for a process tree");
	close(setup.pidfd);
	s->tree = setup.tree;
	return err;
}

/* What only the probes can do is refused, not left out. */
static int config_check(const struct source_config *c)
{
	const struct filter *f = &c->filter;

	if (f->n_pids || f->n_tids || f->comm || f->cgroup || f->cpus || f->uid >= 0)
		return err_msg(-EOPNOTSUPP, "source kmod counts the system or a program's tree; "
			       "filters need --source bpf");
	if (c->rows)
		return err_msg(-EOPNOTSUPP, "--tasks: the module has its table from its load on: "
			       "give insmod tasks=%u", c->rows);
	if (c->by_pair || c->wakers)
		return err_msg(-EOPNOTSUPP, "source kmod keeps no pairs: use --source bpf");
	if ((c->by_task || c->records) && pid_ns_inode())
		return err_msg(-EOPNOTSUPP, "source kmod knows tasks by the kernel's own "
			       "numbers only: use --source bpf, or run oscope outside of this PID "
			       "namespace");
	if (f->tree && c->records && !c->lives_only)
		return err_msg(-EOPNOTSUPP,
			       "source kmod records the whole system: use --source bpf");
	return kmod_ipc_check(c);
}

static void kmod_close(struct source *src)
{
	struct source_kmod *s = src->priv;
	int i;

	ring_free(&s->ring);
	for (i = 0; i < OSCOPE_AREAS; i++) {
		if (s->area[i])
			munmap(s->area[i], s->info.area[i].bytes);
	}
	while (s->n_census)
		close(s->census[--s->n_census]);
	free(s->census);
	if (s->fd >= 0)
		close(s->fd);
	free(s->ids);
	snapshot_free(&s->base);
	snapshot_free(&s->last);
	free(s);
}

/* What this kernel does not give is refused where a report would be wrong, not just shorter. */
static int features_check(const struct source_kmod *s)
{
	uint64_t tree = OSCOPE_FEAT_LIFE | OSCOPE_FEAT_TASKS;

	if (s->config.ledger && !(s->info.features & OSCOPE_FEAT_LEDGER))
		return err_msg(-EOPNOTSUPP, "source kmod keeps no ledgers here: load the module "
			       "without ledger=0, on a kernel that tells of tasks' ends");
	if (s->config.filter.tree && (s->info.features & tree) != tree)
		return err_msg(-EOPNOTSUPP, "source kmod cannot follow a program here: this kernel "
			       "does not tell of new tasks and their ends");
	return 0;
}

static int kmod_setup(struct source_kmod *s)
{
	int err;

	err = features_check(s);
	if (err)
		return err;
	if (!(s->info.features & OSCOPE_FEAT_ARGS))
		s->config.records &= ~(1ULL << OSCOPE_REC_ARGS);
	err = area_map(s, OSCOPE_AREA_COUNTERS, PROT_READ);
	if (!err && s->config.by_task)
		err = area_map(s, OSCOPE_AREA_TASKS, PROT_READ);
	if (!err && s->config.by_task)
		err = area_map(s, OSCOPE_AREA_ENDED, PROT_READ);
	if (!err && s->config.ledger)
		err = area_map(s, OSCOPE_AREA_LEDGERS, PROT_READ);
	if (!err && s->config.ipc)
		err = kmod_ipc_map(&s->config, s->fd, &s->info, s->area);
	/* Who follows lives sees for itself who belongs to a tree, but nobody else's arguments. */
	if (!err && s->config.filter.tree && (!s->config.lives_only || wants_args(s)))
		err = tree_setup(s, s->config.filter.tree);
	if (!err && s->config.records)
		err = ring_setup(s);
	if (!err && s->config.records)
		err = census_open(s);
	return err;
}

static int kmod_open(struct source *src, const struct source_config *config)
{
	struct source_kmod *s;
	char why[256];
	int err;

	err = config_check(config);
	if (err)
		return err;
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_sys(-ENOMEM, "source kmod");
	s->config = *config;
	src->priv = s;
	s->fd = kmod_device_open(&s->info, why, sizeof(why));
	if (s->fd < 0)
		err = err_msg(s->fd, "source kmod: %s", why);
	else
		err = kmod_setup(s);
	if (err)
		kmod_close(src);
	return err;
}

static int counters_take(struct source_kmod *s, struct snapshot *snap)
{
	const char *at = s->area[OSCOPE_AREA_COUNTERS];
	uint32_t cpus = s->tree ? 1 : s->info.cpus, i;
	struct oscope_tree_read read = { .tree = s->tree };
	int err = snapshot_cpus(snap, cpus, cpus);

	if (err)
		return err;
	if (s->tree) {
		read.to = (uintptr_t)snap->cpu;
		return ioctl(s->fd, OSCOPE_IOC_TREE_READ, &read) ?
		       err_sys(-errno, "reading the tree's counters") : 0;
	}
	for (i = 0; i < cpus; i++)
		counters_copy(&snap->cpu[i], (const void *)(at +
			      (size_t)i * s->info.area[OSCOPE_AREA_COUNTERS].stride));
	return 0;
}

/* The sums of all tasks, or a tree's: those of who is gone and has no row any more. */
static const struct oscope_ended *ended_of(const struct source_kmod *s, uint32_t tree)
{
	const struct oscope_ended *e = s->area[OSCOPE_AREA_ENDED];
	uint32_t i;

	for (i = 1; tree && i < s->info.area[OSCOPE_AREA_ENDED].count; i++) {
		if (e[i].tree == tree)
			return &e[i];
	}
	return e;
}

/* Rows of the traced tree only, if there is one. */
static int tasks_take(struct source_kmod *s, struct snapshot *snap)
{
	const struct task_tables tables = {
		.row = s->area[OSCOPE_AREA_TASKS],
		.ledger = s->area[OSCOPE_AREA_LEDGERS],
		.n = s->info.area[OSCOPE_AREA_TASKS].count,
		.all = ended_of(s, 0),
		.sum = ended_of(s, s->tree),
		.tree = s->tree,
	};

	return snapshot_take_tasks(snap, &tables);
}

/* The tables as they are mapped, as long as the module counts in them. */
static int ipc_read(struct source_kmod *s, struct ipc_reading **to)
{
	int err = s->changed;

	if (!err)
		err = kmod_ipc_read(to, &s->config, &s->info, s->area);
	if (err)
		return err;
	s->changed = kmod_ipc_same(s->fd, &s->info);
	return s->changed;
}

static int reading_take(struct source_kmod *s, struct snapshot *snap)
{
	int err;

	snap->start_ns = s->start_ns;
	/* Sums go on until they are read. */
	snap->ts_ns = s->stop_ns && s->config.lives_only ? s->stop_ns : now_ns();
	err = counters_take(s, snap);
	if (!err && s->config.ipc)
		err = ipc_read(s, &snap->ipc);
	if (!err && s->config.by_task)
		err = tasks_take(s, snap);
	if (err)
		return err;
	memset(&snap->lost, 0, sizeof(snap->lost));
	snap->features = s->info.features;
	if (!wants_args(s))
		snap->features &= ~OSCOPE_FEAT_ARGS;
	if (!s->config.direct)
		snap->features &= ~(OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH);
	/* Its hooks on switches tell, for tasks whose making it has seen. */
	if ((snap->features & OSCOPE_FEAT_LIFE) && (snap->features & OSCOPE_FEAT_TASKS))
		snap->features |= OSCOPE_FEAT_RUN;
	snap->own_ns = s->config.ipc ? 0 : s->info.own_ns;	/* of a switch alone */
	snap->own_direct_ns = s->info.own_direct_ns;
	return 0;
}

/* snapshot_subtract() works on sums too; source_read() makes them anew. */
static int base_subtract(struct source_kmod *s, struct snapshot *snap)
{
	int err;

	if (snapshot_sum(snap) || snapshot_sum(&s->base))
		return -ENOMEM;
	err = snapshot_subtract(snap, &s->base);
	snap->start_ns = s->start_ns;
	return err;
}

static int kmod_start(struct source *src)
{
	struct source_kmod *s = src->priv;

	s->start_ns = now_ns();
	if (s->tree && s->config.ipc)
		return ipc_read(s, &s->base.ipc);
	return s->tree ? 0 : reading_take(s, &s->base);
}

static int kmod_stop(struct source *src)
{
	struct source_kmod *s = src->priv;

	if (s->stop_ns)
		return 0;
	/* Nothing that begins later is recorded; that the ring is at rest takes a while more. */
	s->stop_ns = now_ns();
	if (s->config.records && ioctl(s->fd, OSCOPE_IOC_RING_STOP))
		return err_sys(-errno, "stopping the module's ring");
	return reading_take(s, &s->last);
}

static int kmod_read(struct source *src, struct snapshot *snap)
{
	struct source_kmod *s = src->priv;
	int err;

	if (s->stop_ns && !s->last.sum)
		s->last.sum = calloc(1, sizeof(*s->last.sum));
	if (!s->stop_ns)
		err = reading_take(s, snap);
	else if (!s->last.sum)
		err = err_sys(-ENOMEM, "reading the counters");
	else
		err = snapshot_copy(snap, &s->last);
	if (!err && !s->tree)
		err = base_subtract(s, snap);
	if (!err && s->tree && s->config.ipc) {
		ipc_subtract(snap->ipc, s->base.ipc);
		kmod_ipc_keep_tasks(snap, gettid());
	}
	/* What is overwritten is not lost: who reads such rings counts it. */
	if (!err && s->config.records && s->stop_ns && s->config.ring_flags & OSCOPE_RING_DROP)
		snap->lost.ring = ring_lost(&s->ring);
	return err;
}

static int kmod_drain(struct source *src, ring_out out, void *arg)
{
	struct source_kmod *s = src->priv;

	return ring_drain(&s->ring, out, arg);
}

static void identity_fill(struct oscope_identity *id, const struct oscope_task *t)
{
	id->start_ns = t->start_ns;
	id->tid = t->tid;
	id->tgid = t->tgid;
	id->flags = t->flags;
	memcpy(id->comm_lo, t->comm, sizeof(id->comm_lo));
	memcpy(id->comm_hi, t->comm + sizeof(id->comm_lo), sizeof(id->comm_hi));
}

/*
 * The module writes everybody's identity into the ring when that is set up, and there it may be
 * overwritten, or refused: so they are taken from the rows, too. For a moment, with a descriptor of
 * its own: the rows are held as long as that is open.
 */
static int kmod_census(struct source *src, const struct oscope_identity **ids, size_t *n)
{
	struct source_kmod *s = src->priv;
	const struct oscope_area_info *a = &s->info.area[OSCOPE_AREA_TASKS];
	const struct oscope_task *rows;
	struct oscope_identity *found;
	uint32_t i;
	int fd;

	*n = 0;
	if (!s->n_census)
		return err_msg(-EINVAL, "the module's tasks were asked for too often");
	fd = s->census[--s->n_census];
	rows = mmap(NULL, a->bytes, PROT_READ, MAP_SHARED, fd, a->offset);
	if (rows == MAP_FAILED)
		return err_sys(-errno, "mapping the module's memory");
	found = calloc(a->count, sizeof(*found));
	for (i = 0; found && i < a->count; i++) {
		if (rows[i].tid)
			identity_fill(&found[(*n)++], &rows[i]);
	}
	munmap((void *)rows, a->bytes);
	close(fd);
	free(s->ids);
	s->ids = found;
	*ids = found;
	return found ? 0 : err_sys(-ENOMEM, "reading the task table");
}

static const struct ring_reader *kmod_rings(struct source *src)
{
	struct source_kmod *s = src->priv;

	return &s->ring;
}

static uint64_t kmod_events(struct source *src)
{
	struct source_kmod *s = src->priv;

	return ring_events(&s->ring);
}

static const struct source_ops kmod = {
	.name = "kmod",
	.help = "the module oscope.ko",
	.usable = kmod_usable,
	.open = kmod_open,
	.start = kmod_start,
	.stop = kmod_stop,
	.read = kmod_read,
	.drain = kmod_drain,
	.identities = kmod_census,
	.census = kmod_census,
	.rings = kmod_rings,
	.events = kmod_events,
	.close = kmod_close,
};
SOURCE(kmod);
