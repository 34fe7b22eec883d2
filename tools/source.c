// SPDX-License-Identifier: GPL-2.0
/*
 * Sources by name, and arithmetic on their readings.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../kmod/core/switch.h"
#include "hist.h"
#include "ipc.h"
#include "source_impl.h"
#include "util.h"

extern const struct source_ops *const __start_oscope_sources[];
extern const struct source_ops *const __stop_oscope_sources[];

static const struct source_ops *source_find(const char *name)
{
	const struct source_ops *const *ops;

	for (ops = __start_oscope_sources; ops < __stop_oscope_sources; ops++) {
		if (!strcmp((*ops)->name, name))
			return *ops;
	}
	return NULL;
}

/* The first of the live sources that can work here; says why none can. */
static const struct source_ops *source_choose(int *err)
{
	static const char *const order[] = { "bpf", "kmod" };
	char why[256] = "", first[256] = "";
	size_t i;

	*err = -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		const struct source_ops *ops = source_find(order[i]);
		int ret = ops ? ops->usable(why, sizeof(why)) : -EOPNOTSUPP;

		if (!ret)
			return ops;
		if (!i) {
			*err = ret;
			memcpy(first, why, sizeof(first));
		}
	}
	err_msg(*err, "no source can work here: %s ('oscope doctor' says more)", first);
	return NULL;
}

int source_open(struct source **src, const char *name, const struct source_config *config)
{
	const struct source_ops *ops;
	struct source *s;
	char why[256];
	int err = 0;

	ops = name ? source_find(name) : source_choose(&err);
	if (!ops)
		return name ? err_msg(-EUSAGE, "no source named %s", name) : err;
	if (name && ops->usable) {
		err = ops->usable(why, sizeof(why));
		if (err)
			return err_msg(err, "source %s: %s", name, why);
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_sys(-ENOMEM, "source %s", ops->name);
	s->ops = ops;
	err = ops->open(s, config);
	if (err) {
		free(s);
		return err;
	}
	*src = s;
	return 0;
}

int source_usable(const char *name, char *why, size_t bytes)
{
	const struct source_ops *ops = source_find(name);

	return ops && ops->usable ? ops->usable(why, bytes) : -EOPNOTSUPP;
}

int source_start(struct source *src)
{
	return src->ops->start(src);
}

int source_stop(struct source *src)
{
	return src->ops->stop(src);
}

static void words_copy(struct oscope_counters *to, const struct oscope_counters *from)
{
	const __u64 *b = (const __u64 *)from;
	__u64 *a = (__u64 *)to;
	size_t i;

	for (i = 0; i < sizeof(*to) / sizeof(*a); i++)
		a[i] = oscope_load(&b[i]);
}

/*
 * Events are at least hundreds of ns apart and a copy takes tens: a few tries do; but for a virtual
 * CPU that its host takes away while it counts, which we wait for, 100 ms.
 */
void counters_copy(struct oscope_counters *to, const struct oscope_counters *from)
{
	static const struct timespec ms = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < 200; i++) {
		words_copy(to, from);
		if (oscope_counters_agree(to))
			return;
		if (i >= 100)
			nanosleep(&ms, NULL);
	}
}

static void counters_add(struct oscope_counters *to, const struct oscope_counters *from)
{
	__u64 *a = (__u64 *)to;
	const __u64 *b = (const __u64 *)from;
	size_t i;

	for (i = 0; i < offsetof(struct oscope_counters, wait) / sizeof(*a); i++)
		a[i] += b[i];
	for (i = 0; i < OSCOPE_WAITS; i++)
		hist_merge(&to->wait[i], &from->wait[i]);
	hist_merge(&to->slice, &from->slice);
	for (i = 0; i < OSCOPE_KINDS; i++)
		hist_merge(&to->direct[i], &from->direct[i]);
	for (i = 0; i < OSCOPE_PLACES; i++)
		hist_merge(&to->placed[i], &from->placed[i]);
}

int snapshot_cpus(struct snapshot *snap, uint32_t cpus, uint32_t n)
{
	uint32_t i;

	if (snap->cpus != cpus || snap->n_cpu != n || !snap->cpu) {
		free(snap->cpu);
		free(snap->place);
		snap->cpu = calloc(n, sizeof(*snap->cpu));
		snap->place = calloc(cpus, sizeof(*snap->place));
	} else {
		memset(snap->cpu, 0, n * sizeof(*snap->cpu));
	}
	snap->n_cpu = snap->cpu ? n : 0;
	snap->cpus = snap->place ? cpus : 0;
	if (!snap->cpu || !snap->place)
		return err_sys(-ENOMEM, "reading the counters");
	for (i = 0; i < cpus; i++)
		snap->place[i] = n == cpus ? i : SNAPSHOT_NO_CPU;
	return 0;
}

const struct oscope_counters *snapshot_cpu(const struct snapshot *snap, uint32_t cpu)
{
	uint32_t place = cpu < snap->cpus ? snap->place[cpu] : SNAPSHOT_NO_CPU;

	return place < snap->n_cpu ? &snap->cpu[place] : NULL;
}

int snapshot_sum(struct snapshot *snap)
{
	struct oscope_counters *sum = snap->sum;

	if (!sum) {
		sum = calloc(1, sizeof(*sum));
		snap->sum = sum;
	}
	return sum ? 0 : err_sys(-ENOMEM, "reading the counters");
}

int source_read(struct source *src, struct snapshot *snap)
{
	uint32_t i;
	int err;

	err = src->ops->read(src, snap);
	if (err)
		return err;
	err = snapshot_sum(snap);
	if (err)
		return err;
	memset(snap->sum, 0, sizeof(*snap->sum));
	for (i = 0; i < snap->n_cpu; i++)
		counters_add(snap->sum, &snap->cpu[i]);
	snap->lost.untracked = snap->sum->untracked + snap->sum->rows_full + snap->sum->pairs_full +
			       snap->rows_missed + ipc_lost(snap->ipc);
	snap->lost.nested = snap->sum->nested;
	snap->lost.total = snap->lost.ring + snap->lost.missed + snap->lost.nested +
			   snap->lost.untracked;
	return 0;
}

void source_close(struct source *src)
{
	if (!src)
		return;
	src->ops->close(src);
	free(src);
}

/* The extremes of an interval are not known from those of its ends: bucket bounds stand in. */
void hist_subtract(struct oscope_hist *h, const struct oscope_hist *before)
{
	uint64_t min_plus1 = 0, max = 0;
	uint32_t i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		h->bucket[i] -= before->bucket[i];
		if (!h->bucket[i])
			continue;
		if (!min_plus1)
			min_plus1 = oscope_hist_low(i) + 1;
		max = oscope_hist_low(i + 1) - 1;
	}
	h->sum -= before->sum;
	if (before->min_plus1) {
		h->min_plus1 = min_plus1 > h->min_plus1 || !min_plus1 ? min_plus1 : h->min_plus1;
		h->max = max < h->max ? max : h->max;
	}
}

static void counters_subtract(struct oscope_counters *c, const struct oscope_counters *before)
{
	__u64 *a = (__u64 *)c;
	const __u64 *b = (const __u64 *)before;
	size_t i;

	for (i = 0; i < offsetof(struct oscope_counters, wait) / sizeof(*a); i++)
		a[i] -= b[i];
	for (i = 0; i < OSCOPE_WAITS; i++)
		hist_subtract(&c->wait[i], &before->wait[i]);
	hist_subtract(&c->slice, &before->slice);
	for (i = 0; i < OSCOPE_KINDS; i++)
		hist_subtract(&c->direct[i], &before->direct[i]);
	for (i = 0; i < OSCOPE_PLACES; i++)
		hist_subtract(&c->placed[i], &before->placed[i]);
}

static int pair_compare(const void *a, const void *b)
{
	const struct oscope_pair *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/* Pairs that were there before lose what they had; the others are new. */
static void pairs_subtract(struct snapshot *after, const struct snapshot *before)
{
	const struct oscope_pair *p;
	size_t i;

	for (i = 0; i < after->n_pair; i++) {
		p = bsearch(&after->pair[i], before->pair, before->n_pair, sizeof(*p),
			    pair_compare);
		if (p)
			after->pair[i].count -= p->count;
	}
}

int snapshot_subtract(struct snapshot *after, const struct snapshot *before)
{
	uint32_t i;
	int err;

	for (i = 0; i < after->n_cpu && i < before->n_cpu; i++)
		counters_subtract(&after->cpu[i], &before->cpu[i]);
	counters_subtract(after->sum, before->sum);
	err = tasks_subtract(after, before);
	pairs_subtract(after, before);
	if (after->ipc && before->ipc)
		ipc_subtract(after->ipc, before->ipc);
	after->lost.ring -= before->lost.ring;
	after->lost.missed -= before->lost.missed;
	after->lost.nested -= before->lost.nested;
	after->lost.untracked -= before->lost.untracked;
	after->lost.total -= before->lost.total;
	after->lost.overwritten -= before->lost.overwritten;
	after->start_ns = before->ts_ns;
	return err;
}

int snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	struct snapshot kept = *to;

	*to = *from;
	to->cpu = kept.cpu;
	to->place = kept.place;
	to->sum = kept.sum;
	to->task = kept.task;
	to->pair = kept.pair;
	to->ledger = kept.ledger;
	to->ipc = kept.ipc;
	if (array_copy(&to->cpu, from->cpu, from->n_cpu, sizeof(*from->cpu)) ||
	    array_copy(&to->place, from->place, from->cpus, sizeof(*from->place)) ||
	    array_copy(&to->sum, from->sum, 1, sizeof(*from->sum)) ||
	    array_copy(&to->task, from->task, from->n_task, sizeof(*from->task)) ||
	    (from->ledger &&
	     array_copy(&to->ledger, from->ledger, from->n_task, sizeof(*from->ledger))) ||
	    array_copy(&to->pair, from->pair, from->n_pair, sizeof(*from->pair)))
		return err_sys(-ENOMEM, "keeping a reading");
	return ipc_copy(&to->ipc, from->ipc);
}

int snapshot_take_pairs(struct snapshot *snap, const struct oscope_pair *cells, size_t n)
{
	size_t i, used = 0;

	if (array_copy(&snap->pair, cells, n, sizeof(*cells)))
		return err_sys(-ENOMEM, "reading the pair table");
	for (i = 0; i < n; i++) {
		if (snap->pair[i].count)
			snap->pair[used++] = snap->pair[i];
	}
	snap->n_pair = used;
	qsort(snap->pair, used, sizeof(*snap->pair), pair_compare);
	return 0;
}

void snapshot_free(struct snapshot *snap)
{
	free(snap->cpu);
	free(snap->place);
	free(snap->sum);
	free(snap->task);
	free(snap->ledger);
	free(snap->pair);
	ipc_free(snap->ipc);
	memset(snap, 0, sizeof(*snap));
}
