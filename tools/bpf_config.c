// SPDX-License-Identifier: GPL-2.0
/*
 * From the configuration of a source to that of the probes.
 */
#include <string.h>
#include <sys/stat.h>

#include "bpf_probes.h"
#include "parse.h"
#include "util.h"

#define ROWS_DEFAULT		65536U
#define PAIRS_DEFAULT		65536U
#define RING_SLOTS_DEFAULT	65536U
#define RING_SLOTS_MIN		1024U
#define RING_SLOTS_MAX		(1U << 24)

/* Smallest power of two >= n. */
static uint32_t round_up_pow2(uint32_t n)
{
	return n <= 1 ? 1 : 1U << (32 - __builtin_clz(n - 1));
}

static uint32_t state_entries(void)
{
	char line[32];
	uint64_t max;

	if (file_line("/proc/sys/kernel/pid_max", line, sizeof(line)) < 0 ||
	    parse_u64(line, 1, UINT32_MAX, &max) || max > STATE_TABLE_MAX)
		return STATE_TABLE_MAX;
	return round_up_pow2(max);
}

static int config_cpus(struct probe_config *to, const char *list)
{
	bool set[CPU_MASK_WORDS * 64] = { false };
	uint32_t i, bad;

	if (parse_cpus(list, set, CPU_MASK_WORDS * 64, &bad))
		return err_msg(-EUSAGE, "-C %s: not a list of CPUs such as 0,2-3", list);
	for (i = 0; i < CPU_MASK_WORDS * 64; i++)
		to->cpus[i / 64] |= (uint64_t)set[i] << (i % 64);
	to->filter |= FILTER_CPU;
	return 0;
}

/* The cgroup's id is the inode number of its directory; its level the depth below the root. */
static int config_cgroup(struct probe_config *to, const char *path)
{
	static const char root[] = "/sys/fs/cgroup";
	char full[4096];
	struct stat st;
	const char *c;

	if (path[0] == '/' && !strncmp(path, root, sizeof(root) - 1))
		snprintf(full, sizeof(full), "%s", path);
	else
		snprintf(full, sizeof(full), "%s/%s", root, path + (path[0] == '/'));
	if (stat(full, &st))
		return err_msg(-EUSAGE, "--cgroup %s: %s", full, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_msg(-EUSAGE, "--cgroup %s: not a directory below %s", full, root);
	to->cgroup_id = st.st_ino;
	for (c = full + sizeof(root) - 1; *c; c++) {
		if (c[0] == '/' && c[1] && c[1] != '/')
			to->cgroup_level++;
	}
	to->filter |= FILTER_CGROUP;
	return 0;
}

static int config_filter(struct probe_config *to, const struct filter *f)
{
	int err;

	if (f->tree || f->n_pids || f->n_tids) {
		to->filter |= FILTER_MEMBER;
		to->inherit = f->tree ? INHERIT_TREE : INHERIT_NONE;
		if (f->n_pids && !f->tree)
			to->inherit = INHERIT_THREADS;
	}
	if (f->comm) {
		strncpy(to->comm, f->comm, sizeof(to->comm) - 1);
		to->filter |= FILTER_COMM;
	}
	if (f->uid >= 0) {
		to->uid = f->uid;
		to->filter |= FILTER_UID;
	}
	err = f->cgroup ? config_cgroup(to, f->cgroup) : 0;
	if (!err && f->cpus)
		err = config_cpus(to, f->cpus);
	return err;
}

int probes_configure(struct bpf_probes *p, const struct source_config *config)
{
	struct probe_config *to = &p->config;
	uint32_t slots = config->ring_slots ? config->ring_slots : RING_SLOTS_DEFAULT;

	memset(to, 0, sizeof(*to));
	to->state_mask = state_entries() - 1;
	to->rows = config->by_task ? ROWS_DEFAULT : 0;
	to->pair_mask = config->by_pair ? PAIRS_DEFAULT - 1 : 0;
	to->records = config->records;
	to->ring_drop = config->ring_flags & OSCOPE_RING_DROP;
	if (slots < RING_SLOTS_MIN || slots > RING_SLOTS_MAX || (slots & (slots - 1)))
		return err_msg(-EUSAGE, "ring of %u slots: must be a power of two, %u to %u",
			       slots, RING_SLOTS_MIN, RING_SLOTS_MAX);
	to->ring_order = __builtin_ctz(slots);
	to->direct = config->direct;
	return config_filter(to, &config->filter);
}
