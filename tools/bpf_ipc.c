// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of inter-process communication that the probes keep: sized, cleared, read.
 */
#include <string.h>
#include <bpf/btf.h>

#include "../kmod/core/ipc_calls.h"
#include "../kmod/core/ipc_datagram.h"
#include "bpf_btf.h"
#include "bpf_probes.h"
#include "ipc.h"
#include "oscope.skel.h"

void probes_ipc_size(struct bpf_probes *p)
{
	struct oscope_bpf *s = p->skel;
	uint32_t i, rule;

	if (!p->config.ipc_pair_mask)
		return;
	bpf_map__set_max_entries(s->maps.ipc_calls, p->config.state_mask + 1 + IPC_HALVES);
	bpf_map__set_max_entries(s->maps.ipc_cpus, p->cpus);
	bpf_map__set_max_entries(s->maps.ipc_objects, p->config.ipc_object_mask + 1);
	bpf_map__set_max_entries(s->maps.ipc_queues, p->config.ipc_object_mask + 1);
	bpf_map__set_max_entries(s->maps.ipc_locks, p->config.ipc_object_mask + 1);
	bpf_map__set_max_entries(s->maps.ipc_names, IPC_NAMES);
	bpf_map__set_max_entries(s->maps.ipc_uses, p->config.ipc_use_mask + 1);
	bpf_map__set_max_entries(s->maps.ipc_pairs, p->config.ipc_pair_mask + 1);
	bpf_map__set_max_entries(s->maps.ipc_shares, p->config.ipc_share_mask + 1);
	if (p->config.ipc & OSCOPE_IPC_DATAGRAMS)
		bpf_map__set_max_entries(s->maps.ipc_datagrams, OSCOPE_SENT_CELLS);
	/* Before the load: calls of what is not followed leave at their first comparison. */
	for (i = 0; i <= OSCOPE_IPC_CALL_LAST; i++) {
		rule = oscope_ipc_call_rule(i);
		s->rodata->ipc_rules[i] = oscope_ipc_call_serves(rule) & p->config.ipc ? rule : 0;
	}
}

void probes_ipc_configure(struct probe_config *to, const struct source_config *config)
{
	const struct ipc_room room = ipc_room(config->ipc_objects ? config->ipc_objects :
					      OSCOPE_IPC_OBJECTS);
	const struct btf *btf = kernel_btf();

	to->casts = btf && btf_has_function(btf, "bpf_rdonly_cast");
	to->ipc = config->ipc;
	to->ipc_object_mask = room.objects - 1;
	to->ipc_use_mask = room.uses - 1;
	to->ipc_pair_mask = room.pairs - 1;
	to->ipc_share_mask = IPC_SHARES - 1;
}

void probes_ipc_clear(struct bpf_probes *p)
{
	static const enum probe_area areas[] = {
		AREA_IPC_CALLS, AREA_IPC_CPUS, AREA_IPC_OBJECTS, AREA_IPC_QUEUES, AREA_IPC_NAMES,
		AREA_IPC_USES, AREA_IPC_PAIRS, AREA_IPC_SHARES
	};
	size_t i;

	for (i = 0; p->config.ipc_pair_mask && i < sizeof(areas) / sizeof(*areas); i++)
		memset(p->area[areas[i]].at, 0, p->area[areas[i]].bytes);
	probes_globals(p)->ipc_names_used = 0;
	probes_globals(p)->ipc_signals_foreign = 0;
}

int probes_ipc_read(struct bpf_probes *p, struct ipc_reading **to)
{
	const struct ipc_tables tables = {
		.cpu = p->area[AREA_IPC_CPUS].at,
		.cpus = p->cpus,
		.room = ipc_room(p->config.ipc_object_mask + 1),
		.object = p->area[AREA_IPC_OBJECTS].at,
		.queue = p->area[AREA_IPC_QUEUES].at,
		.name = p->area[AREA_IPC_NAMES].at,
		.use = p->area[AREA_IPC_USES].at,
		.pair = p->area[AREA_IPC_PAIRS].at,
		.share = p->area[AREA_IPC_SHARES].at,
	};
	int err;

	if (!p->config.ipc_pair_mask)
		return 0;
	err = ipc_take(to, &tables);
	if (!err)
		(*to)->hooked_by = p->hooks.functions ? IPC_HOOKED_FUNCTIONS : IPC_HOOKED_CALLS;
	return err;
}
