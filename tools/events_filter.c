// SPDX-License-Identifier: GPL-2.0
/*
 * The records of a recording's lives under a filter. What each is filtered by is as in the probes:
 * task.bpf.c, spawn.bpf.c, spawn_memory.bpf.h, reap.bpf.c.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/birth.h"
#include "../kmod/core/death.h"
#include "../kmod/core/ring.h"
#include "events_filter.h"
#include "util.h"

struct filtered_task {
	uint64_t start_ns;		/* 0: not known */
	uint64_t dying_ns;		/* start of who passed at its end; 0: nobody did */
	char comm[OSCOPE_COMM_LEN];
	uint32_t tgid;			/* 0: not known */
	bool heir, member;		/* has another's place: what -p and -t say of that */
	bool made;			/* passed when it was made */
	bool dying;			/* ... at its end */
};

int events_filter_open(struct events_filter *f, const struct filter *filter, uint32_t cpus)
{
	memset(f, 0, sizeof(*f));
	f->filter = filter;
	f->gap = calloc(cpus, sizeof(*f->gap));
	if (!f->gap)
		return err_sys(-ENOMEM, "keeping where records are missing");
	return asked_cpus(filter, cpus, &f->cpus);
}

void events_filter_free(struct events_filter *f)
{
	map_free(&f->tids);
	free(f->task);
	free(f->cpus);
	free(f->gap);
}

/* NULL without memory; good until the next call. */
static struct filtered_task *task_get(struct events_filter *f, uint32_t tid)
{
	size_t place = map_place(&f->tids, tid);

	if (place == MAP_FULL || array_room(&f->task, &f->room, place, sizeof(*f->task)))
		return NULL;
	return &f->task[place];
}

/* Who ends passes by its last traces even if its number is another's by then. */
static void life_begin(struct filtered_task *t, uint64_t start_ns)
{
	bool dying = t->dying;
	uint64_t dying_ns = t->dying_ns;

	memset(t, 0, sizeof(*t));
	t->start_ns = start_ns;
	t->dying = dying;
	t->dying_ns = dying_ns;
}

static int identity(struct events_filter *f, const struct oscope_identity *who)
{
	struct filtered_task *t = task_get(f, who->tid);

	if (!t)
		return err_sys(-ENOMEM, "keeping who lives");
	if (t->start_ns && t->start_ns != who->start_ns)
		life_begin(t, who->start_ns);
	/* Who it was at first may be heard of after it has changed, on another CPU. */
	if (t->tgid && !(oscope_head_flags(who->head) & OSCOPE_IDENTITY_RENAMED))
		return 0;
	t->start_ns = who->start_ns;
	t->tgid = who->tgid;
	memcpy(t->comm, who->comm_lo, sizeof(who->comm_lo));
	memcpy(t->comm + sizeof(who->comm_lo), who->comm_hi, sizeof(who->comm_hi));
	return 0;
}

int events_filter_identity(struct events_filter *f, const struct oscope_identity *who)
{
	const struct filtered_task *t = task_get(f, who->tid);

	/* A later life, which a flight recorder met at its end: records tell when it began. */
	if (t && t->start_ns && t->start_ns != who->start_ns)
		return 0;
	return identity(f, who);
}

static bool is_member(const struct events_filter *f, const struct filtered_task *t, uint32_t tid)
{
	return t->heir ? t->member : asked_member(f->filter, tid, t->tgid);
}

static bool passes(const struct events_filter *f, const struct event *e,
		   const struct filtered_task *t, uint32_t tid)
{
	return is_member(f, t, tid) && asked_name(f->filter, t->comm) &&
	       (!f->cpus || f->cpus[e->cpu]);
}

/* Whose it is that a record is filtered by. */
static uint32_t whose(const struct event *e)
{
	switch (e->id) {
	case OSCOPE_REC_FAULTS:
		return e->w[2];
	case OSCOPE_REC_WAITED:
		return e->w[1];
	default:
		return e->w[0];
	}
}

/* A thread goes on in its leader's place. */
static int heir_take(struct events_filter *f, const struct event *e)
{
	struct filtered_task *t = task_get(f, e->w[1]);
	bool member = t && is_member(f, t, e->w[1]);

	t = t ? task_get(f, e->w[0]) : NULL;
	if (!t)
		return err_sys(-ENOMEM, "keeping who lives");
	t->heir = true;
	t->member = member;
	return 0;
}

/* The waiter counts, too. */
static bool waiter_passes(struct events_filter *f, const struct event *e)
{
	const struct filtered_task *t = task_get(f, e->w[0]);

	return t && passes(f, e, t, e->w[0]);
}

static bool dead_passes(struct filtered_task *t, const struct event *e)
{
	uint64_t start_ns = (uint64_t)e->w[2] << 32 | e->w[1];

	if (e->id != OSCOPE_REC_FREE)
		return t->dying;
	if (!t->dying || (t->dying_ns && t->dying_ns != start_ns))
		return false;
	t->dying = false;
	return true;
}

static bool record_passes(struct events_filter *f, const struct event *e, struct filtered_task *t)
{
	uint32_t tid = whose(e);
	bool in = passes(f, e, t, tid);

	switch (e->id) {
	case OSCOPE_REC_NEWTASK:
		t->made = in;
		return in;
	case OSCOPE_REC_RUN:
	case OSCOPE_REC_SPAWNED:
		return t->made;
	case OSCOPE_REC_EXIT:
		if (in) {
			t->dying = true;
			t->dying_ns = t->start_ns;
		}
		return in;
	case OSCOPE_REC_ZOMBIE:
		return t->dying || (in && !(e->flags & OSCOPE_END_ADOPTED));
	case OSCOPE_REC_REAP:
	case OSCOPE_REC_FREE:
		return dead_passes(t, e);
	case OSCOPE_REC_WAITED:
		return t->dying || waiter_passes(f, e);
	default:
		return in;
	}
}

/* That records are missing is said by the next one of the CPU, as in a ring under the filter. */
static int pass_on(struct events_filter *f, const struct event *e)
{
	struct event first;

	if (!f->gap[e->cpu])
		return f->take(f->arg, e);
	f->gap[e->cpu] = false;
	first = *e;
	first.flags |= OSCOPE_FLAG_GAP;
	return f->take(f->arg, &first);
}

int events_filter_take(void *filter, const struct event *e)
{
	struct events_filter *f = filter;
	struct filtered_task *t;
	int err = 0;

	if (e->id == OSCOPE_REC_IDENTITY) {
		err = identity(f, &e->who);
		return err ? err : f->take(f->arg, e);
	}
	if (e->id == OSCOPE_REC_EXEC && e->w[0] != e->w[1])
		err = heir_take(f, e);
	if (err)
		return err;
	t = task_get(f, whose(e));
	if (!t)
		return err_sys(-ENOMEM, "keeping who lives");
	if (record_passes(f, e, t))
		return pass_on(f, e);
	f->gap[e->cpu] |= !!(e->flags & OSCOPE_FLAG_GAP);
	return 0;
}
