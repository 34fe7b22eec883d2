// SPDX-License-Identifier: GPL-2.0
/*
 * Source "bpf": counters, tables and rings of the BPF probes, all mapped: a reading copies memory
 * and makes no system call.
 */
#include <stdlib.h>
#include <string.h>

#include "bpf_probes.h"
#include "util.h"

struct source_bpf {
	struct bpf_probes probes;
	struct source_config config;
	struct ring_reader ring;
	uint64_t start_ns, stop_ns, missed_before;
	struct oscope_identity *ids;	/* tasks that were there at the start, or the last census */
	size_t n_ids;
};

static int bpf_open(struct source *src, const struct source_config *config)
{
	struct source_bpf *s = calloc(1, sizeof(*s));
	struct bpf_probes *p;
	int err;

	if (!s)
		return err_sys(-ENOMEM, "source bpf");
	p = &s->probes;
	s->config = *config;
	p->censuses = config->censuses;
	err = probes_load(p, config);
	if (err)
		goto free_source;
	if (config->calibrate) {
		err = probes_calibrate(p);
		if (err)
			goto unload;
	}
	if (config->records) {
		err = ring_init(&s->ring, p->area[AREA_CTL].at, p->area[AREA_DATA].at,
				p->area[AREA_TAIL].at, p->cpus, p->config.ring_order);
		if (err)
			goto unload;
	}
	src->priv = s;
	return 0;

unload:
	probes_unload(p);
free_source:
	free(s);
	return err;
}

/* Members are marked once everything is attached: a task made meanwhile inherits from its maker. */
static int bpf_start(struct source *src)
{
	struct source_bpf *s = src->priv;
	struct bpf_probes *p = &s->probes;
	int err;

	err = probes_missed(p, &s->missed_before);
	s->start_ns = now_ns();
	if (!err)
		err = probes_attach(p, p->wanted);
	if (err)
		return err;
	return probes_seed(p, &s->ids, &s->n_ids);
}

static int bpf_stop(struct source *src)
{
	struct source_bpf *s = src->priv;

	probes_detach(&s->probes);
	if (!s->stop_ns)
		s->stop_ns = now_ns();
	return 0;
}

static int cpus_take(struct snapshot *snap, const struct cpu_block *blocks, uint32_t cpus)
{
	uint32_t i;
	int err = snapshot_cpus(snap, cpus, cpus);

	for (i = 0; !err && i < cpus; i++)
		counters_copy(&snap->cpu[i], &blocks[i].counters);
	return err;
}

static int tasks_take(struct bpf_probes *p, struct snapshot *snap)
{
	uint32_t used = probes_globals(p)->rows_used;
	const struct task_tables tables = {
		.row = p->area[AREA_ROWS].at,
		.ledger = p->config.ledger & LEDGER_ON ? p->area[AREA_LEDGERS].at : NULL,
		.n = used < p->config.rows ? used : p->config.rows,
		.all = p->area[AREA_ENDED].at,
		.sum = p->area[AREA_ENDED].at,
	};

	return snapshot_take_tasks(snap, &tables);
}

static int bpf_read(struct source *src, struct snapshot *snap)
{
	struct source_bpf *s = src->priv;
	struct bpf_probes *p = &s->probes;
	int err;

	snap->start_ns = s->start_ns;
	err = cpus_take(snap, p->area[AREA_CPUS].at, p->cpus);
	/* A task has its row before it is in a pair: rows are read last, so that all have names. */
	if (!err && p->config.pair_mask)
		err = snapshot_take_pairs(snap, p->area[AREA_PAIRS].at, p->config.pair_mask + 1);
	if (!err)
		err = probes_ipc_read(p, &snap->ipc);
	/* What comes while they are copied is in them: ledgers close at a moment just before. */
	snap->ts_ns = s->stop_ns ? s->stop_ns : now_ns();
	if (!err && p->config.rows)
		err = tasks_take(p, snap);
	memset(&snap->lost, 0, sizeof(snap->lost));
	if (!err)
		err = probes_missed(p, &snap->lost.missed);
	if (err)
		return err;
	snap->lost.missed -= s->missed_before;
	/* What is overwritten is not lost: who reads such rings counts it. */
	if (p->config.records && s->stop_ns && p->config.ring_drop)
		snap->lost.ring = ring_lost(&s->ring);
	snap->features = p->features;
	snap->own_ns = p->own_ns;
	snap->own_direct_ns = p->own_direct_ns;
	return 0;
}

static int bpf_drain(struct source *src, ring_out out, void *arg)
{
	struct source_bpf *s = src->priv;

	return ring_drain(&s->ring, out, arg);
}

static int bpf_identities(struct source *src, const struct oscope_identity **ids, size_t *n)
{
	struct source_bpf *s = src->priv;

	*ids = s->ids;
	*n = s->n_ids;
	return 0;
}

static int bpf_census(struct source *src, const struct oscope_identity **ids, size_t *n)
{
	struct source_bpf *s = src->priv;
	int err;

	free(s->ids);
	err = probes_census(&s->probes, &s->ids, &s->n_ids);
	*ids = s->ids;
	*n = s->n_ids;
	return err;
}

static const struct ring_reader *bpf_rings(struct source *src)
{
	struct source_bpf *s = src->priv;

	return &s->ring;
}

static uint64_t bpf_events(struct source *src)
{
	struct source_bpf *s = src->priv;

	return ring_events(&s->ring);
}

static void bpf_close(struct source *src)
{
	struct source_bpf *s = src->priv;

	probes_unload(&s->probes);
	ring_free(&s->ring);
	free(s->ids);
	free(s);
}

static const struct source_ops bpf = {
	.name = "bpf",
	.help = "BPF probes, no module needed",
	.usable = probes_usable,
	.open = bpf_open,
	.start = bpf_start,
	.stop = bpf_stop,
	.read = bpf_read,
	.drain = bpf_drain,
	.identities = bpf_identities,
	.census = bpf_census,
	.rings = bpf_rings,
	.events = bpf_events,
	.close = bpf_close,
};
SOURCE(bpf);
