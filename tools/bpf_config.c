// SPDX-License-Identifier: GPL-2.0
/*
 * From the configuration of a source to that of the probes.
 */
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpf_probes.h"
#include "parse.h"
#include "pidns.h"
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

/* The inode number of the first cgroup namespace never changes (include/linux/proc_ns.h). */
#define CGROUP_INIT_INO		0xeffffffbU

static bool in_first_cgroup_ns(void)
{
	struct stat st;

	return stat("/proc/self/ns/cgroup", &st) || st.st_ino == CGROUP_INIT_INO;
}

/* Where the (only) hierarchy of cgroup2 is mounted. */
static int cgroup_root(char *root, size_t bytes)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	bool found = false;

	while (mounts && !found && (m = getmntent(mounts))) {
		found = !strcmp(m->mnt_type, "cgroup2");
		snprintf(root, bytes, "%s", m->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return found ? 0 : err_msg(-EOPNOTSUPP, "--cgroup: no cgroup2 hierarchy is mounted here: "
				   "mount -t cgroup2 none DIR");
}

static bool is_cgroup(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC;
}

static uint32_t components(const char *path)
{
	uint32_t n = 0;

	for (; *path; path++)
		n += path[0] == '/' && path[1] && path[1] != '/';
	return n;
}

/*
 * A cgroup's depth below the root of the hierarchy: below the root of its mount, which may itself
 * be a part of the hierarchy only. -1 if no mount leads to it.
 */
static int cgroup_level(const char *full)
{
	char root[PATH_MAX], dir[PATH_MAX], *line = NULL;
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	size_t room = 0, len, best = 0;
	int level = -1;

	while (mounts && getline(&line, &room, mounts) > 0) {
		if (!strstr(line, " - cgroup2 ") ||
		    sscanf(line, "%*s %*s %*s %4095s %4095s", root, dir) != 2)
			continue;
		len = strlen(dir);
		if (len < best || strncmp(full, dir, len) || (full[len] && full[len] != '/'))
			continue;
		best = len;
		level = components(root) + components(full + len);
	}
	free(line);
	if (mounts)
		fclose(mounts);
	return level;
}

/*
 * A path of the file system if it leads to a cgroup, else one below the hierarchy's root, as
 * /proc/PID/cgroup has it. The cgroup's id is the inode number of its directory.
 */
static int config_cgroup(struct probe_config *to, const char *path)
{
	char root[PATH_MAX], at[2 * PATH_MAX], full[PATH_MAX];
	struct stat st;
	int err, level;

	if (path[0] != '/' || !is_cgroup(path)) {
		err = cgroup_root(root, sizeof(root));
		if (err)
			return err;
		snprintf(at, sizeof(at), "%s/%s", root, path);
		path = at;
	}
	if (!realpath(path, full) || stat(full, &st))
		return err_msg(-EUSAGE, "--cgroup %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || !is_cgroup(full))
		return err_msg(-EUSAGE, "--cgroup %s: not a directory of cgroup2", full);
	level = cgroup_level(full);
	if (level < 0 || !in_first_cgroup_ns())
		return err_msg(-EOPNOTSUPP, "--cgroup %s: where it lies in the whole hierarchy "
			       "cannot be seen from this cgroup namespace: run oscope outside",
			       full);
	to->cgroup_id = st.st_ino;
	to->cgroup_level = level;
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

/*
 * In a PID namespace of its own, who asks about tasks asks about those that it sees, by the numbers
 * that they have there. Counts of no task in particular are the system's all the same.
 */
static int config_pid_ns(struct probe_config *to, const struct source_config *config)
{
	to->pid_ns = pid_ns_inode();
	if (!to->pid_ns)
		return 0;
	if (config->records || config->by_pair || config->wakers || config->ipc)
		return err_msg(-EOPNOTSUPP, "recordings and pairs would name tasks outside of this "
			       "PID namespace: run oscope outside of it");
	if (config->by_task)
		to->filter |= FILTER_MEMBER;
	if (to->filter & (FILTER_COMM | FILTER_UID | FILTER_CGROUP))
		to->filter |= FILTER_MEMBER;
	if ((to->filter & FILTER_MEMBER) && !config->filter.tree && !config->filter.n_pids &&
	    !config->filter.n_tids)
		to->inherit = INHERIT_PID_NS;
	return 0;
}

/* Not counted beside it unless that is recorded: the ledger's program keeps all that it needs. */
static void config_ledger(struct probe_config *to, const struct source_config *config)
{
	if (config->ledger)
		to->ledger = LEDGER_ON | LEDGER_REASONS | LEDGER_FILES;
	if (config->records >> OSCOPE_REC_BLOCKED & 1)
		to->ledger |= LEDGER_REASONS | LEDGER_FILES;
	if (config->ledger && !config->records)
		to->ledger |= LEDGER_ALONE;
	if (config->wakers)
		to->ledger |= LEDGER_WAKERS;
	if (config->places)
		to->ledger |= LEDGER_PLACES;
}

int probes_configure(struct bpf_probes *p, const struct source_config *config)
{
	struct probe_config *to = &p->config;
	uint32_t slots = config->ring_slots ? config->ring_slots : RING_SLOTS_DEFAULT;
	int err;

	memset(to, 0, sizeof(*to));
	to->state_mask = state_entries() - 1;
	to->page_shift = __builtin_ctzl(sysconf(_SC_PAGESIZE));
	if (config->by_task)
		to->rows = config->rows ? config->rows : ROWS_DEFAULT;
	to->pair_mask = config->by_pair || config->wakers ? PAIRS_DEFAULT - 1 : 0;
	if (config->ipc)
		probes_ipc_configure(to, config);
	to->records = config->records;
	to->runs_alone = !(p->wanted & PROBES_SWITCH);
	config_ledger(to, config);
	to->ring_drop = config->ring_flags & OSCOPE_RING_DROP;
	if (slots < RING_SLOTS_MIN || slots > RING_SLOTS_MAX || (slots & (slots - 1)))
		return err_msg(-EUSAGE, "ring of %u slots: must be a power of two, %u to %u",
			       slots, RING_SLOTS_MIN, RING_SLOTS_MAX);
	to->ring_order = __builtin_ctz(slots);
	if (to->records && (uint64_t)slots * p->cpus > UINT32_MAX)
		return err_msg(-EUSAGE, "--ring %u: too many slots for %u CPUs", slots, p->cpus);
	to->direct = config->direct;
	err = config_filter(to, &config->filter);
	return err ? err : config_pid_ns(to, config);
}
