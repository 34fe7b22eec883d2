// SPDX-License-Identifier: GPL-2.0
/*
 * A trace of tasks' lives, from the records of a source to the reports.
 */
#include "lives_trace.h"
#include "util.h"

#define DRAIN_MS	20

static int events_keep(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots,
		       uint32_t n, uint64_t lost)
{
	struct lives_trace *t = arg;

	if (losses_run(&t->losses, cpu, pos, slots, n, lost))
		return err_sys(-ENOMEM, "keeping where records are missing");
	return events_add(&t->events, cpu, slots, n);
}

static int begin(struct session *s, struct lives_trace *t)
{
	const struct oscope_identity *ids;
	size_t n, i;
	int err;

	if (t->begun)
		return 0;
	t->begun = true;
	t->lives.root = s->has_child ? s->child.pid : 0;
	err = s->src->ops->identities(s->src, &ids, &n);
	for (i = 0; !err && i < n; i++)
		err = lives_identity(&t->lives, &ids[i]);
	return err || !t->begin ? err : t->begin(s, t);
}

static int take(void *arg, const struct event *event)
{
	struct lives_trace *t = arg;
	int err = lives_event(&t->lives, event);

	return err || !t->event ? err : t->event(t, event);
}

static int losses_keep(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots,
		       uint32_t n, uint64_t lost)
{
	struct lives_trace *t = arg;

	return losses_run(&t->losses, cpu, pos, slots, n, lost) ?
	       err_sys(-ENOMEM, "keeping where records are missing") : 0;
}

/*
 * A recording. Where something is missing shows only behind that, and is to be known before: it is
 * read for that first.
 */
static int trace_play(struct session *s, struct lives_trace *t)
{
	int err = begin(s, t);

	if (!err && t->losses_first)
		err = s->src->ops->drain(s->src, losses_keep, t);
	losses_settle(&t->losses);
	if (!err)
		err = s->src->ops->play(s->src, t->events.wanted, take, t);
	return err || !t->settled ? err : t->settled(t, UINT64_MAX);
}

/* A record is in its ring long before the drain after the next one has begun. */
static int trace_poll(struct session *s)
{
	struct lives_trace *t = s->arg;
	uint64_t began = now_ns(), until = s->stopped ? UINT64_MAX : t->drained_ns;
	int err;

	if (s->src->ops->play)
		return trace_play(s, t);
	err = begin(s, t);
	if (!err)
		err = s->src->ops->drain(s->src, events_keep, t);
	losses_settle(&t->losses);
	if (!err)
		err = events_take(&t->events, until, take, t);
	if (!err && t->settled)
		err = t->settled(t, until);
	t->drained_ns = began;
	return err;
}

/* Before it says that it traces: a zombie of before is known, if it is reaped at once. */
static int trace_ready(struct session *s)
{
	return begin(s, s->arg);
}

static int trace_report(struct session *s, const struct snapshot *snap)
{
	struct lives_trace *t = s->arg;

	return t->print(t, s->src->ops->name, snap);
}

static const struct session_ops lives_session = {
	.report = trace_report,
	.ready = trace_ready,
	.poll = trace_poll,
	.poll_ms = DRAIN_MS,
	.whole = true,
};

int lives_trace_run(const struct opts *o, struct lives_trace *t, uint64_t records)
{
	struct source_config config = {
		.records = records,
		.lives_only = true,
		.ipc_if_there = o->file,
		.ring_flags = OSCOPE_RING_DROP,
	};
	int err;

	t->events.wanted = records;
	err = session_run(o, &config, &lives_session, t);
	events_free(&t->events);
	losses_free(&t->losses);
	lives_free(&t->lives);
	return err;
}

bool lives_filtered(const struct filter *f)
{
	return f->n_pids || f->n_tids || f->comm || f->cgroup || f->cpus || f->uid >= 0;
}
