// SPDX-License-Identifier: GPL-2.0
/*
 * The BPF probes as one object: opened, sized, loaded, mapped, attached, detached.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_btf.h"
#include "bpf_function.h"
#include "bpf_probes.h"
#include "bpf_programs.h"
#include "bpf_refused.h"
#include "lockdown.h"
#include "oscope.skel.h"
#include "privilege.h"
#include "util.h"

int probes_usable(char *why, size_t bytes)
{
	char missing[64];
	int err;

	err = privilege_missing(missing, sizeof(missing));
	if (err && err != -EPERM) {
		snprintf(why, bytes, "our capabilities cannot be read: %s", strerror(-err));
		return err;
	}
	if (err) {
		snprintf(why, bytes, "BPF needs %s: use sudo, or setcap " PRIVILEGE_FILE_CAPS,
			 missing);
		return err;
	}
	libbpf_quiet();
	if (!kernel_btf())
		return bpf_no_btf(errno, why, bytes);
	if (!kernel_has_tracepoint("sched_switch")) {
		snprintf(why, bytes, "this kernel has no tracepoint sched_switch");
		err = -EOPNOTSUPP;
	}
	return err;
}

/* How the direct cost is measured here; whether it can be shows when the kprobe is attached. */
static uint32_t direct_method(void)
{
	if (kernel_has_tracepoint("sched_entry_tp") && kernel_has_tracepoint("sched_exit_tp"))
		return DIRECT_SCHED;
	return DIRECT_FINISH;
}

static bool program_wanted(const struct bpf_probes *p, const struct probe_program *prog,
			   bool calibrate)
{
	const struct probe_config *c = &p->config;

	if (!(prog->groups & p->wanted) && !calibrate)
		return false;
	if (prog->groups & PROBES_IPC)
		return c->ipc_pair_mask && (!prog->ipc || (prog->ipc & c->ipc));
	if (c->ipc_pair_mask && !c->records && !(prog->groups & PROBES_TASK))
		return false;
	if (prog->records | (uint64_t)prog->rows | (uint64_t)prog->ledger)
		return (c->records & prog->records) || (prog->rows && c->rows) ||
		       (prog->ledger && (c->ledger & LEDGER_ON));
	if ((prog->groups & PROBES_SWITCH) && (c->ledger & LEDGER_ALONE))
		return false;
	if (prog->groups & PROBES_TASK)
		return (c->filter & FILTER_MEMBER) || c->rows || c->records;
	if (prog->feature == OSCOPE_FEAT_DIRECT_FINISH)
		return c->direct == DIRECT_FINISH;
	if (prog->groups & (PROBES_ENTRY | PROBES_EXIT))
		return c->direct == DIRECT_SCHED;
	if (prog->groups & (PROBES_TURN | PROBES_BRACKET))
		return c->direct == DIRECT_SCHED && calibrate;
	return true;
}

/* What the programs that there are give, and what confidentiality lets them read. */
static void features_choose(struct bpf_probes *p, const struct btf *btf, bool confidential,
			    uint64_t lack)
{
	struct probe_config *c = &p->config;

	/* As in mm_resident_pages(), which needs a helper for the elder layout. */
	if (confidential && btf__find_by_name_kind(btf, "mm_rss_stat", BTF_KIND_STRUCT) > 0)
		c->records &= ~(RECORD(MEMORY) | RECORD(FAULTS));
	if (c->records & RECORD(ARGS))		/* told by who tells of an exec */
		p->features |= OSCOPE_FEAT_ARGS;
	p->features = (p->features & ~lack) | OSCOPE_FEAT_TASKS;
	if ((p->features & OSCOPE_FEAT_LIFE) && (c->records & RECORD(MEMORY)))
		p->features |= OSCOPE_FEAT_MEMORY;
	if (c->ledger & LEDGER_ON)
		p->features |= OSCOPE_FEAT_LEDGER | OSCOPE_FEAT_KERNEL;
	if ((p->features & OSCOPE_FEAT_WAKING) && (p->features & OSCOPE_FEAT_MIGRATE))
		p->features |= OSCOPE_FEAT_PLACES;
	if (confidential)
		c->ledger &= ~LEDGER_FILES;
	if (c->ledger & LEDGER_FILES)
		p->features |= OSCOPE_FEAT_REASONS;
	if (!confidential && ((p->features & OSCOPE_FEAT_WAKING) || c->ipc_pair_mask))
		c->preempt_count = btf_preempt_count(btf);
	if (c->preempt_count)
		p->features |= OSCOPE_FEAT_CONTEXT;
}

/* A feature needs all of its programs. */
static int programs_choose(struct bpf_probes *p, const struct btf *btf, bool calibrate)
{
	bool confidential = lockdown_level() == LOCKDOWN_CONFIDENTIALITY;
	uint64_t lack = 0;
	size_t i;

	if (confidential && (p->config.filter & FILTER_CGROUP))
		return err_msg(-EPERM, "the kernel is locked down (confidentiality), which refuses "
			       "--cgroup its look at cgroups: boot with lockdown=integrity");
	for (i = 0; i < probe_programs_count; i++) {
		const struct probe_program *what = &probe_programs[i];
		bool wanted = program_wanted(p, what, calibrate);
		bool there = (!what->tracepoint || kernel_has_tracepoint(what->tracepoint)) &&
			     !(what->reads && confidential);
		struct bpf_program *prog;

		prog = bpf_object__find_program_by_name(p->skel->obj, what->name);
		if (!prog)
			return err_msg(-ENOENT, "probe %s is not in the program", what->name);
		bpf_program__set_autoload(prog, wanted && there);
		bpf_program__set_autoattach(prog, false);
		if (wanted)
			p->features |= what->feature;
		if (!there)
			lack |= what->feature;
	}
	if (!btf_has_function(btf, "bpf_iter_task"))
		return err_msg(-EOPNOTSUPP, "this kernel has no BPF iterator of tasks");
	features_choose(p, btf, confidential, lack);
	if ((p->config.filter & FILTER_MEMBER) && (lack & OSCOPE_FEAT_LIFE))
		return err_msg(-EOPNOTSUPP, "this kernel does not tell of new tasks: no process "
			       "can be followed ('oscope doctor' says more)");
	return 0;
}

static void maps_size(struct bpf_probes *p)
{
	struct oscope_bpf *s = p->skel;
	uint32_t cpus = p->cpus;

	bpf_map__set_max_entries(s->maps.cpu_blocks, cpus);
	bpf_map__set_max_entries(s->maps.states, p->config.state_mask + 1);
	if (p->config.filter && (p->config.records & (RECORD(FREE) | RECORD(REAP))))
		bpf_map__set_max_entries(s->maps.dying, DYING_MAX);
	if (p->config.records & RECORD(SPAWNED))
		bpf_map__set_max_entries(s->maps.spawning, SPAWNING_MAX);
	bpf_map__set_max_entries(s->maps.rows, p->config.rows ? p->config.rows : 1);
	bpf_map__set_max_entries(s->maps.ended_rows, p->config.rows ? p->config.rows : 1);
	if (p->config.ledger & LEDGER_ON) {
		bpf_map__set_max_entries(s->maps.ledgers, p->config.rows);
		bpf_map__set_max_entries(s->maps.zombie_rows, p->config.rows);
		if (p->config.ledger & LEDGER_WAKERS)
			bpf_map__set_max_entries(s->maps.queued_wakers, p->config.rows);
	}
	probes_ipc_size(p);
	bpf_map__set_max_entries(s->maps.pairs, p->config.pair_mask + 1);
	bpf_map__set_max_entries(s->maps.ring_ctl, cpus);
	bpf_map__set_max_entries(s->maps.ring_tail, cpus);
	if (p->config.records)
		bpf_map__set_max_entries(s->maps.ring_data, cpus << p->config.ring_order);
}

/* Map an array as the kernel lays it out: values at a stride of 8 bytes, whole pages. */
static int area_map(struct probe_map *area, struct bpf_map *map, int prot)
{
	long page = sysconf(_SC_PAGESIZE);
	size_t bytes = (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map);

	area->fd = bpf_map__fd(map);
	area->bytes = (bytes + page - 1) / page * page;
	area->at = mmap(NULL, area->bytes, prot, MAP_SHARED, area->fd, 0);
	if (area->at != MAP_FAILED)
		return 0;
	area->at = NULL;
	return err_sys(-errno, "mapping the probes' %s", bpf_map__name(map));
}

static int areas_map(struct bpf_probes *p)
{
	struct oscope_bpf *s = p->skel;
	struct bpf_map *const map[PROBE_AREAS] = {
		[AREA_CPUS] = s->maps.cpu_blocks,
		[AREA_STATES] = s->maps.states,
		[AREA_ROWS] = s->maps.rows,
		[AREA_LEDGERS] = s->maps.ledgers,
		[AREA_ENDED] = s->maps.ended,
		[AREA_ENDED_ROWS] = s->maps.ended_rows,
		[AREA_PAIRS] = s->maps.pairs,
		[AREA_CTL] = s->maps.ring_ctl,
		[AREA_DATA] = s->maps.ring_data,
		[AREA_TAIL] = s->maps.ring_tail,
		[AREA_CALIBRATION] = s->maps.calibration,
		[AREA_IPC_CALLS] = s->maps.ipc_calls,
		[AREA_IPC_CPUS] = s->maps.ipc_cpus,
		[AREA_IPC_OBJECTS] = s->maps.ipc_objects,
		[AREA_IPC_QUEUES] = s->maps.ipc_queues,
		[AREA_IPC_NAMES] = s->maps.ipc_names,
		[AREA_IPC_USES] = s->maps.ipc_uses,
		[AREA_IPC_PAIRS] = s->maps.ipc_pairs,
		[AREA_IPC_SHARES] = s->maps.ipc_shares,
	};
	int i, err;

	for (i = 0; i < PROBE_AREAS; i++) {
		err = area_map(&p->area[i], map[i], PROT_READ | PROT_WRITE);
		if (err)
			return err;
	}
	return 0;
}

static int probes_open(struct bpf_probes *p, const struct source_config *config)
{
	const struct btf *btf = kernel_btf();
	char why[256];
	int err;

	if (!btf) {
		err = bpf_no_btf(errno, why, sizeof(why));
		return err_msg(err, "%s", why);
	}
	if (config->ipc) {
		err = hooks_choose(&p->hooks, config, btf);
		if (err)
			return err;
		p->config.ipc_functions = p->hooks.functions;
	}
	p->skel = oscope_bpf__open();
	if (!p->skel)
		return err_sys(-errno, "opening the BPF probes");
	if (p->config.direct)
		p->config.direct = direct_method();
	err = programs_choose(p, btf, config->calibrate);
	if (!err)
		err = hooks_open(&p->hooks, p->skel);
	if (err)
		return err;
	maps_size(p);
	memcpy((void *)&p->skel->rodata->config, &p->config, sizeof(p->config));
	return 0;
}

static int wanted_add(int fd, pid_t id, uint32_t how)
{
	uint32_t already = 0;

	if (!bpf_map_lookup_elem(fd, &id, &already))
		how |= already;
	return bpf_map_update_elem(fd, &id, &how, BPF_ANY);
}

/* -p, -t and the root of the tree: what the task iterator compares with. */
static int wanted_fill(struct bpf_probes *p, const struct filter *f)
{
	int fd = bpf_map__fd(p->skel->maps.wanted), err = 0;
	size_t i;

	for (i = 0; i < f->n_pids && !err; i++)
		err = wanted_add(fd, f->pids[i], WANTED_TGID);
	for (i = 0; i < f->n_tids && !err; i++)
		err = wanted_add(fd, f->tids[i], WANTED_TID);
	if (f->tree && !err)
		err = wanted_add(fd, f->tree, WANTED_TID);
	return err ? err_sys(-errno, "more processes than the filter takes") : 0;
}

int probes_load(struct bpf_probes *p, const struct source_config *config)
{
	const uint64_t switched = 1ULL << OSCOPE_REC_SWITCH | 1ULL << OSCOPE_REC_WAKING;
	int err;

	memset(p, 0, sizeof(*p));
	p->wanted = config->lives_only && !(config->records & switched) ? PROBES_TASK : PROBES_ALL;
	if (config->ipc)
		p->wanted = PROBES_IPC | (config->records ? PROBES_ALL : PROBES_TASK);
	err = cpus_known(&p->cpus);
	if (!err)
		err = probes_configure(p, config);
	if (!err)
		err = probes_open(p, config);
	kernel_btf_free();	/* megabytes */
	if (err)
		goto unload;
	err = oscope_bpf__load(p->skel);
	if (err) {
		err = bpf_load_refused(err);
		goto unload;
	}
	/* Without arrays that can be mapped (or when libbpf thinks so) there are no globals. */
	if (!p->skel->bss || !p->skel->rodata) {
		err = err_msg(-EOPNOTSUPP, "this kernel cannot map the BPF probes' arrays");
		goto unload;
	}
	err = areas_map(p);
	if (!err)
		err = hooks_load(&p->hooks, p->skel);
	if (!err)
		err = wanted_fill(p, &config->filter);
	if (err)
		goto unload;
	probes_clear(p);
	return 0;

unload:
	probes_unload(p);
	return err;
}

void probes_unload(struct bpf_probes *p)
{
	int i;

	probes_detach(p);
	while (p->n_census)
		close(p->census[--p->n_census]);
	free(p->census);
	p->census = NULL;
	hooks_close(&p->hooks);
	for (i = 0; i < PROBE_AREAS; i++) {
		if (p->area[i].at)
			munmap(p->area[i].at, p->area[i].bytes);
		p->area[i].at = NULL;
	}
	oscope_bpf__destroy(p->skel);
	p->skel = NULL;
}

static struct bpf_link *program_attach(struct bpf_program *prog, const struct probe_program *what)
{
	if (what->tracepoint)
		return bpf_program__attach(prog);
	return function_attach(prog, what->function);
}

int probes_attach(struct bpf_probes *p, uint32_t groups)
{
	size_t i;

	for (i = 0; i < probe_programs_count; i++) {
		const struct probe_program *what = &probe_programs[i];
		struct bpf_program *prog;
		struct bpf_link *link;

		if (!(what->groups & groups & ~p->groups) || what->iterator)
			continue;
		prog = bpf_object__find_program_by_name(p->skel->obj, what->name);
		if (!bpf_program__autoload(prog) || (p->features & what->unless))
			continue;
		link = program_attach(prog, what);
		if (!link && !what->tracepoint && bpf_refused(-errno) == -EOPNOTSUPP) {
			verbose_msg("%s", what->refused);
			p->features &= ~what->feature;
			continue;
		}
		if (!link)
			return bpf_refused(err_sys(-errno, "attaching the probe %s", what->name));
		p->link[p->n_links++] = link;
		p->features |= what->unless;
	}
	p->groups |= groups;
	probes_globals(p)->ipc_hooked = !!(p->groups & PROBES_IPC);
	return 0;
}

void probes_detach(struct bpf_probes *p)
{
	if (p->skel && p->skel->bss)
		probes_globals(p)->ipc_hooked = 0;
	while (p->n_links)
		bpf_link__destroy(p->link[--p->n_links]);
	p->groups = 0;
}

/* They name rows, which start anew. */
static void zombies_forget(struct bpf_probes *p)
{
	int fd = bpf_map__fd(p->skel->maps.zombie_rows);
	uint32_t tid;

	while (!bpf_map_get_next_key(fd, NULL, &tid))
		bpf_map_delete_elem(fd, &tid);
}

/* The kernel gives zeroes: what nobody wrote to is not touched, or it would become resident. */
static void rings_clear(struct bpf_probes *p)
{
	uint64_t slots = 1ULL << p->config.ring_order, used;
	struct oscope_ring_ctl *ctl = p->area[AREA_CTL].at;
	struct oscope_ring_tail *tail = p->area[AREA_TAIL].at;
	struct oscope_slot *data = p->area[AREA_DATA].at;
	uint32_t i;

	for (i = 0; i < p->cpus; i++) {
		used = ctl[i].head > slots ? ctl[i].head - slots : 0;
		if (used && p->config.records)
			memset(&data[i * slots], 0, (used < slots ? used : slots) * sizeof(*data));
		memset(&ctl[i], 0, sizeof(ctl[i]));
		memset(&tail[i], 0, sizeof(tail[i]));
		ctl[i].head = slots;
		tail[i].tail = slots;
	}
}

void probes_clear(struct bpf_probes *p)
{
	static const enum probe_area whole[] = {
		AREA_CPUS, AREA_STATES, AREA_ENDED, AREA_ENDED_ROWS, AREA_PAIRS, AREA_CALIBRATION
	};
	size_t rows = probes_globals(p)->rows_used, i;

	rows = rows < p->config.rows ? rows : p->config.rows;
	for (i = 0; i < ARRAY_SIZE(whole); i++)
		memset(p->area[whole[i]].at, 0, p->area[whole[i]].bytes);
	memset(p->area[AREA_ROWS].at, 0, rows * sizeof(struct oscope_task));
	if (p->config.ledger & LEDGER_ON)
		memset(p->area[AREA_LEDGERS].at, 0, rows * sizeof(struct oscope_ledger));
	rings_clear(p);
	zombies_forget(p);
	probes_ipc_clear(p);
	probes_globals(p)->rows_used = 0;
	probes_globals(p)->states_spilled = 0;
}

int probes_missed(const struct bpf_probes *p, uint64_t *missed)
{
	struct bpf_program *prog;

	*missed = 0;
	bpf_object__for_each_program(prog, p->skel->obj) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);
		int fd = bpf_program__fd(prog);

		if (fd < 0)	/* not loaded */
			continue;
		if (bpf_obj_get_info_by_fd(fd, &info, &len))
			return err_sys(-errno, "what the probes missed");
		*missed += info.recursion_misses;
	}
	return hooks_missed(&p->hooks, missed);
}

struct probe_globals *probes_globals(struct bpf_probes *p)
{
	return &p->skel->bss->globals;
}
