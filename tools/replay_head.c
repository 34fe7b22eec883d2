// SPDX-License-Identifier: GPL-2.0
/*
 * What the reports of a recording have in their heads.
 */
#include <string.h>

#include "replay.h"
#include "replay_tasks.h"
#include "util.h"

/* What a source can tell is told by records, of which only some may have been asked for. */
static uint64_t not_recorded(const struct oscope_file_header *h)
{
	static const struct {
		uint64_t feature;
		uint32_t record;
	} told[] = {
		{ OSCOPE_FEAT_RUN, OSCOPE_REC_RUN },
		{ OSCOPE_FEAT_SPAWN, OSCOPE_REC_SPAWNED },
		{ OSCOPE_FEAT_MEMORY, OSCOPE_REC_MEMORY },
	};
	uint64_t features = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		if (!(h->records >> told[i].record & 1))
			features |= told[i].feature;
	}
	return features;
}

void replay_head_fill(struct snapshot *snap, const struct trace_reader *file, uint64_t last_ns,
		      uint64_t lost)
{
	const struct oscope_file_header *h = &file->header;

	snap->start_ns = h->start_ns;
	snap->ts_ns = trace_end_ns(file, last_ns);
	if (snap->ts_ns < snap->start_ns)
		snap->ts_ns = snap->start_ns;
	snap->features = h->features | OSCOPE_FEAT_TASKS;	/* we keep them ourselves */
	if (h->features & OSCOPE_FEAT_SOME_CPUS || !(h->records >> OSCOPE_REC_MIGRATE & 1))
		snap->features &= ~OSCOPE_FEAT_PLACES;
	snap->features &= ~(OSCOPE_FEAT_LEDGER | OSCOPE_FEAT_REASONS | OSCOPE_FEAT_KERNEL);
	snap->features &= ~not_recorded(h);
	snap->features |= replay_ledger_features(h);
	snap->tree_tid = h->tree_tid;
	snap->records = h->records;
	snap->own_direct_ns = h->own_direct_ns;
	snap->kernel = h->kernel;
	snap->virt = h->virt;
	memset(&snap->lost, 0, sizeof(snap->lost));
	snap->lost.ring = lost + trace_lost_last(file);
	/* Of all of it the end knows best: chunks of an older flight recorder count slots. */
	if (file->end && !file->from_ns && !file->to_ns)
		snap->lost.ring = file->end->lost;
	snap->writer = file->writer;
	if (snap->writer)
		snap->lost.overwritten = snap->writer->overwritten;
}

int replay_head(const struct trace_reader *file, struct snapshot *snap)
{
	uint64_t lost = 0;
	uint32_t i;
	int err = snapshot_cpus(snap, file->header.cpus, 1);

	if (err)
		return err;
	for (i = 0; i < file->header.cpus; i++)
		lost += trace_lost(file, i);
	for (i = 0; i < file->header.cpus; i++)
		snap->place[i] = 0;
	replay_head_fill(snap, file, trace_index_end_ns(file), lost);
	return 0;
}
