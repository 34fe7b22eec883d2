// SPDX-License-Identifier: GPL-2.0
/*
 * Taking timelines: a sample of an arm with a recorder of switches on its tree. A run of its own
 * beside the counted pass, so that what records does not weigh on what counts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "notes/pass.h"
#include "notes/process.h"
#include "notes/timelines.h"
#include "util.h"

#define RECORDS		(1ULL << OSCOPE_REC_IDENTITY | 1ULL << OSCOPE_REC_SWITCH)
#define SPANS		65536	/* that are looked at; more are left out unseen */
#define NAMES		4096
#define CPUS		4096

struct recorder {
	struct source *src;
	struct events events;
	uint64_t drained_ns;		/* when the drain before the last began */
	uint32_t root;
	struct {
		uint32_t tid;		/* of the tree, that is on it; 0: nobody's */
		uint64_t since_ns;
	} cpu[CPUS];
	struct timeline_raw *span;
	size_t n_spans, unseen;
	struct timeline_name *name;
	size_t n_names;
};

/* The latest name is the one: tasks give themselves one after they were made. */
static void named(struct recorder *r, const struct oscope_identity *who)
{
	struct timeline_name *name;
	size_t i;

	for (i = 0; i < r->n_names && r->name[i].tid != who->tid; i++)
		;
	if (i == NAMES)
		return;
	r->n_names += i == r->n_names;
	name = &r->name[i];
	name->tid = who->tid;
	memcpy(name->comm, who->comm_lo, sizeof(who->comm_lo));
	memcpy(name->comm + sizeof(who->comm_lo), who->comm_hi, sizeof(who->comm_hi));
	name->comm[sizeof(name->comm) - 1] = 0;
}

static void switched(struct recorder *r, const struct event *e)
{
	bool comes = e->flags & (OSCOPE_SWITCH_ARRIVAL | OSCOPE_SWITCH_NEXT);

	if (e->cpu >= CPUS)
		return;
	if (r->cpu[e->cpu].tid && r->cpu[e->cpu].tid == e->w[0]) {
		if (r->n_spans < SPANS)
			r->span[r->n_spans++] = (struct timeline_raw){
				r->cpu[e->cpu].since_ns, e->ts, e->w[0], e->cpu,
			};
		else
			r->unseen++;
	}
	r->cpu[e->cpu].tid = comes && e->w[1] != r->root ? e->w[1] : 0;
	r->cpu[e->cpu].since_ns = e->ts;
}

static int take_event(void *arg, const struct event *e)
{
	struct recorder *r = arg;

	if (e->id == OSCOPE_REC_IDENTITY)
		named(r, &e->who);
	else if (e->id == OSCOPE_REC_SWITCH)
		switched(r, e);
	return 0;
}

static int keep(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots, uint32_t n,
		uint64_t lost)
{
	struct recorder *r = arg;

	return events_add(&r->events, cpu, slots, n);
}

/* A record is in its ring long before the drain after the next one has begun. */
static int drain(struct recorder *r, bool all)
{
	uint64_t began = now_ns();
	int err;

	err = r->src->ops->drain(r->src, keep, r);
	if (!err)
		err = events_take(&r->events, all ? UINT64_MAX : r->drained_ns, take_event, r);
	r->drained_ns = began;
	return err;
}

static int look(void *recorder)
{
	return drain(recorder, false);
}

static struct recorder *recorder_make(pid_t root)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->root = (uint32_t)root;
	r->events.wanted = RECORDS;
	r->span = calloc(SPANS, sizeof(*r->span));
	r->name = calloc(NAMES, sizeof(*r->name));
	if (r->span && r->name)
		return r;
	free(r->span);
	free(r->name);
	free(r);
	return NULL;
}

static void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	if (r->src)
		source_close(r->src);
	events_free(&r->events);
	free(r->span);
	free(r->name);
	free(r);
}

static int recorder_start(struct recorder *r, const char *source)
{
	struct source_config config = {
		.filter = { .uid = -1, .tree = (pid_t)r->root },
		.records = RECORDS,
		.ring_flags = OSCOPE_RING_DROP,
	};
	const struct oscope_identity *ids;
	size_t n;
	int err;

	err = source_open(&r->src, source, &config);
	if (!err)
		err = source_start(r->src);
	/* Those who are there already are none of it, but the source wants to have told of them. */
	return err ? err : r->src->ops->identities(r->src, &ids, &n);
}

static int recorder_stop(struct recorder *r, uint64_t *lost)
{
	struct snapshot snap = { 0 };
	int err;

	err = source_stop(r->src);
	if (!err)
		err = drain(r, true);
	if (!err)
		err = source_read(r->src, &snap);
	*lost = snap.lost.total;
	snapshot_free(&snap);
	return err;
}

static int record(struct note *n, struct child *child, const struct sample_set *set,
		  struct arm_timeline *to)
{
	struct recorder *r = recorder_make(child->pid);
	int err = r ? recorder_start(r, n->source) : -ENOMEM;

	if (!err)
		err = child_start(child);
	if (!err)
		err = process_watch(child, sample_limit_ns(n->claim), look, r);
	if (!err)
		err = recorder_stop(r, &to->lost);
	if (!err)
		err = samples_error(set);
	if (!err) {
		timeline_make(to, r->span, r->n_spans, r->name, r->n_names,
			      set->sample->begun_ns, set->sample->ended_ns);
		to->left_out += r->unseen;
	}
	recorder_free(r);
	return err;
}

static int arm_record(struct note *n, size_t arm, struct arm_timeline *to)
{
	struct sample_set set;
	struct child child;
	int err;

	*to = (struct arm_timeline){ .arm = n->claim->arm[arm].name };
	err = samples_alloc(&set, n->claim, arm, 1, n->machine);
	if (err)
		return err;
	err = child_prepare_fn(&child, samples_run_each, &set);
	if (!err) {
		err = record(n, &child, &set, to);
		child_close(&child, true);
	}
	samples_free(&set);
	return err;
}

void note_timelines(struct note *n, const struct note_plan *plan, uint64_t deadline_ns)
{
	struct note_timelines *t;
	size_t a;

	if (!timelines_wanted(n->claim))
		return;
	t = calloc(1, sizeof(*t));
	n->timelines = t;
	for (a = 0; t && a < claim_arms(n->claim) && a < TIMELINE_ARMS; a++) {
		if (note_stop || now_ns() >= deadline_ns)
			return;
		note_progress(n, plan, "timeline, %s", n->claim->arm[a].name);
		/* One that cannot be had is left out: nothing rests on it. */
		if (!arm_record(n, a, &t->arm[t->n]) && t->arm[t->n].n)
			t->n++;
	}
}
