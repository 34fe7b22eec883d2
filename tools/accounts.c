// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts of context switches and new tasks: reading the kernel's counters and those of the
 * sources.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "newborn.h"
#include "util.h"

/*
 * The debug file moved with 5.13, commit d27e9ae2f244 ("sched: Move /proc/sched_debug to debugfs").
 */
#define DEBUG_FILE	"/sys/kernel/debug/sched/debug"

static size_t vector_size(const struct account *a)
{
	return (size_t)(a->cpus + 1) * ACCOUNT_WIDTH;
}

static int account_init(struct account *a)
{
	int i, err;

	err = cpus_known(&a->cpus);
	if (err)
		return err;
	for (i = 0; i < 4; i++) {
		a->reading[i] = calloc(vector_size(a), sizeof(uint64_t));
		if (!a->reading[i])
			return err_sys(-ENOMEM, "reading counters");
	}
	return 0;
}

/* The number behind a name in /proc/stat. */
static int stat_number(const char *name, uint64_t *number)
{
	size_t len = strlen(name), room = 0;
	FILE *f = fopen("/proc/stat", "re");
	char *line = NULL;
	bool found = false;

	if (!f)
		return err_sys(-errno, "/proc/stat");
	while (!found && getline(&line, &room, f) > 0)
		found = !strncmp(line, name, len) &&
			sscanf(line + len, " %" SCNu64, number) == 1;
	free(line);
	fclose(f);
	return found ? 0 : err_msg(-EIO, "/proc/stat: no line %s", name);
}

static int read_ctxt(struct account *a, uint64_t *vector)
{
	return stat_number("ctxt", &vector[account_element(a, a->cpus, ACCOUNT_EVENTS)]);
}

int account_ctxt(struct account *a)
{
	*a = (struct account){
		.name = "ctxt", .what = "/proc/stat ctxt", .knows = ACCOUNT_SWITCHES,
		.read = read_ctxt,
	};
	return account_init(a);
}

/*
 * On the way forth: who is not counted by a source that is read after this, but is in the number
 * read here, has not run in between.
 */
static int read_births(struct account *a, uint64_t *vector)
{
	int err = stat_number("processes", &vector[account_element(a, a->cpus, ACCOUNT_BIRTHS)]);

	if (!err && (vector == a->reading[0] || vector == a->reading[2]))
		err = newborn_count(&a->early);
	return err;
}

int account_births(struct account *a)
{
	*a = (struct account){
		.name = "processes", .what = "/proc/stat processes", .knows = ACCOUNT_NEW,
		.read = read_births,
	};
	return account_init(a);
}

static int read_debug(struct account *a, uint64_t *vector)
{
	uint64_t *sum = &vector[account_element(a, a->cpus, ACCOUNT_EVENTS)], n;
	uint32_t cpu = UINT32_MAX;
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen(DEBUG_FILE, "re");

	if (!f)
		return err_sys(-errno, DEBUG_FILE);
	*sum = 0;
	while (getline(&line, &room, f) > 0) {
		if (sscanf(line, "cpu#%u", &cpu) == 1)
			continue;
		if (cpu < a->cpus && sscanf(line, " .nr_switches : %" SCNu64, &n) == 1) {
			vector[account_element(a, cpu, ACCOUNT_EVENTS)] = n;
			*sum += n;
			cpu = UINT32_MAX;
		}
	}
	free(line);
	fclose(f);
	return 0;
}

int account_debug(struct account *a)
{
	if (access(DEBUG_FILE, R_OK))
		return -ENOENT;
	*a = (struct account){
		.name = "nr_switches", .what = "the scheduler's debug file", .per_cpu = true,
		.knows = ACCOUNT_SWITCHES, .read = read_debug,
	};
	return account_init(a);
}

static void vector_fill(uint64_t *vector, const struct oscope_counters *c)
{
	int k;

	vector[ACCOUNT_EVENTS] = c->events;
	for (k = 0; k < OSCOPE_KINDS; k++)
		vector[ACCOUNT_KIND + k] = c->kind[k];
	vector[ACCOUNT_BIRTHS] = c->wakings_new;
}

static int read_source(struct account *a, uint64_t *vector)
{
	uint32_t cpu;
	int err;

	err = source_read(a->src, &a->snap);
	if (err)
		return err;
	for (cpu = 0; cpu < a->cpus && cpu < a->snap.n_cpu; cpu++)
		vector_fill(&vector[account_element(a, cpu, 0)], &a->snap.cpu[cpu]);
	vector_fill(&vector[account_element(a, a->cpus, 0)], a->snap.sum);
	if (!(a->snap.features & OSCOPE_FEAT_WAKING))
		a->knows &= ~ACCOUNT_NEW;
	return 0;
}

int account_source(struct account *a, struct source *src)
{
	*a = (struct account){
		.name = src->ops->name, .what = src->ops->help, .per_cpu = true,
		.knows = ACCOUNT_SWITCHES | ACCOUNT_KINDS | ACCOUNT_NEW,
		.read = read_source, .src = src,
	};
	return account_init(a);
}

int accounts_read(struct account *a, int n, int at)
{
	int i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = a[i].read(&a[i], a[i].reading[at]);
	for (i = n; i-- > 0 && !err;)
		err = a[i].read(&a[i], a[i].reading[at + 1]);
	return err;
}

void account_bounds(const struct account *i, size_t e, uint64_t *low, uint64_t *high)
{
	*low = i->reading[2][e] - i->reading[1][e];
	*high = i->reading[3][e] - i->reading[0][e];
}

/* Its inner readings: between those of every account before it. */
uint64_t account_counted(const struct account *j, size_t e)
{
	return j->reading[2][e] - j->reading[1][e];
}

void account_free(struct account *a)
{
	int i;

	for (i = 0; i < 4; i++)
		free(a->reading[i]);
	snapshot_free(&a->snap);
}
