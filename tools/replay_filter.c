// SPDX-License-Identifier: GPL-2.0
/*
 * A recording under a filter: what the probes ask of each event (bpf/filter.bpf.h), asked of its
 * record, by what the records before it have said of who is who.
 */
#include "../kmod/core/ring.h"
#include "asked.h"
#include "replay_tasks.h"

int replay_filter_open(struct replay_tasks *t, const struct filter *f, uint32_t cpus)
{
	if (!asked_any(f))
		return 0;
	t->filter = f;
	return asked_cpus(f, cpus, &t->cpus);
}

static bool is_member(const struct filter *f, struct replay_task *task, uint32_t tid)
{
	if (!(task->asked & ASKED_KNOWN))
		task->asked |= ASKED_KNOWN | (asked_member(f, tid, task->row.tgid) ?
					      ASKED_MEMBER : 0);
	return task->asked & ASKED_MEMBER;
}

static bool cpu_passes(const struct replay_tasks *t, uint32_t cpu)
{
	return !t->cpus || t->cpus[cpu];
}

bool replay_passes(struct replay_tasks *t, uint32_t cpu, uint32_t tid)
{
	struct replay_task *task = replay_task(t, tid);

	if (!task)
		return true;	/* who looks for its state says what is wrong */
	if (!is_member(t->filter, task, tid) || !cpu_passes(t, cpu) ||
	    !asked_name(t->filter, task->row.comm))
		return false;
	task->asked |= ASKED_SEEN;
	return true;
}

bool replay_member(struct replay_tasks *t, uint32_t tid)
{
	struct replay_task *task = replay_task(t, tid);

	return !task || is_member(t->filter, task, tid);
}

/* Waits begin and end on a CPU that is left out, too. */
static void waits_elsewhere(struct replay_tasks *t, const struct oscope_switch *sw, uint32_t next)
{
	struct replay_task *task = replay_task(t, sw->prev);

	if (task && (sw->flags & OSCOPE_SWITCH_READY))
		oscope_task_leaves_ready(&task->wait, sw->ts);
	task = replay_task(t, next);
	if (task)
		task->wait.since = 0;
}

void replay_filter_switch(struct replay_tasks *t, uint32_t cpu, struct oscope_switch *sw,
			  uint32_t next)
{
	bool from_idle = (sw->flags & OSCOPE_SWITCH_KIND) == OSCOPE_KIND_FROM_IDLE;
	bool leaves = !from_idle && !(sw->flags & OSCOPE_SWITCH_ARRIVAL) &&
		      replay_passes(t, cpu, sw->prev);
	bool comes = (sw->flags & OSCOPE_SWITCH_NEXT) && replay_passes(t, cpu, next);

	if (!leaves && !comes && !cpu_passes(t, cpu))
		waits_elsewhere(t, sw, next);
	if (!leaves && !(from_idle && comes))
		sw->flags |= OSCOPE_SWITCH_ARRIVAL;
	if (comes)
		return;
	sw->flags &= ~OSCOPE_SWITCH_NEXT;
	sw->comes = OSCOPE_TID_OTHER;
}

void replay_filter_exec(struct replay_tasks *t, uint32_t tid, uint32_t old_tid)
{
	struct replay_task *task;
	bool member;

	if (tid == old_tid)
		return;
	member = replay_member(t, old_tid);
	task = replay_task(t, old_tid);
	if (task)
		task->asked = (task->asked & ~ASKED_MEMBER) | ASKED_KNOWN;
	task = replay_task(t, tid);
	if (task)
		task->asked = (task->asked & ~ASKED_MEMBER) | ASKED_KNOWN |
			      (member ? ASKED_MEMBER : 0);
}
