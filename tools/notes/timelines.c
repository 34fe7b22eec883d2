// SPDX-License-Identifier: GPL-2.0
/* Timelines, from spans of tasks on CPUs to those few that are shown. */
#include <stdio.h>
#include <string.h>

#include "notes/notes.h"
#include "notes/timelines.h"

bool timelines_wanted(const struct claim *c)
{
	return !strcmp(c->topic, "parallel") || !strcmp(c->topic, "state");
}

static const char *name_of(const struct timeline_name *names, size_t n, uint32_t tid)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (names[i].tid == tid)
			return names[i].comm;
	}
	return "?";
}

/* How many of those that came before are called so, too. */
static unsigned int same_before(const uint32_t *tids, size_t n, const struct timeline_name *names,
				size_t n_names, const char *name)
{
	unsigned int same = 0;
	size_t i;

	for (i = 0; i < n; i++)
		same += !strcmp(name_of(names, n_names, tids[i]), name);
	return same;
}

static void names_add(struct arm_timeline *to, const uint32_t *tids,
		      const struct timeline_name *names, size_t n_names)
{
	size_t i;

	for (i = 0; i < to->n_tasks; i++) {
		const char *name = name_of(names, n_names, tids[i]);
		unsigned int same = same_before(tids, i, names, n_names, name);
		char *at = to->names + to->name_bytes;

		if (same)
			snprintf(at, TIMELINE_NAME, "%s %u", name, same + 1);
		else
			snprintf(at, TIMELINE_NAME, "%s", name);
		to->name_bytes += strlen(at) + 1;
	}
}

/* The task's place, which it gets if there is room; TIMELINE_TASKS: there is none. */
static size_t task_place(struct arm_timeline *to, uint32_t *tids, uint32_t tid)
{
	size_t i;

	for (i = 0; i < to->n_tasks; i++) {
		if (tids[i] == tid)
			return i;
	}
	if (to->n_tasks == TIMELINE_TASKS)
		return TIMELINE_TASKS;
	tids[to->n_tasks] = tid;
	return to->n_tasks++;
}

/* Whether a span's is the first one of a task that has no room. */
static bool is_first(const struct timeline_raw *raw, size_t i, uint64_t begun_ns)
{
	size_t j;

	for (j = 0; j < i; j++) {
		if (raw[j].tid == raw[i].tid && raw[j].to_ns > begun_ns)
			return false;
	}
	return true;
}

void timeline_make(struct arm_timeline *to, const struct timeline_raw *raw, size_t n,
		   const struct timeline_name *names, size_t n_names, uint64_t begun_ns,
		   uint64_t ended_ns)
{
	uint32_t tids[TIMELINE_TASKS] = { 0 };	/* of none: it has no tasks yet */
	struct timeline_span *span;
	bool cut = false;
	size_t i, task;

	to->whole_ns = ended_ns > begun_ns ? ended_ns - begun_ns : 0;
	to->shown_ns = to->whole_ns;
	for (i = 0; i < n; i++) {
		uint64_t from = raw[i].from_ns > begun_ns ? raw[i].from_ns : begun_ns;
		uint64_t end = raw[i].to_ns < ended_ns ? raw[i].to_ns : ended_ns;

		if (from >= end)
			continue;
		/*
		 * Behind the last one that there is room for nothing is shown, of any task.
		 * Spans come by their ends: who runs on past that then is still to come.
		 */
		if (to->n == TIMELINE_SPANS || from >= begun_ns + to->shown_ns) {
			to->left_out++;
			continue;
		}
		if (end > begun_ns + to->shown_ns) {
			end = begun_ns + to->shown_ns;
			cut = true;
		}
		task = task_place(to, tids, raw[i].tid);
		if (task == TIMELINE_TASKS) {
			to->left_out++;
			to->tasks_left_out += is_first(raw, i, begun_ns);
			continue;
		}
		span = &to->span[to->n++];
		*span = (struct timeline_span){
			task, raw[i].cpu, from - begun_ns, end - begun_ns,
		};
		if (to->n == TIMELINE_SPANS - TIMELINE_TASKS)
			to->shown_ns = span->to_ns;
	}
	if (!to->left_out && !cut)
		to->shown_ns = to->whole_ns;
	names_add(to, tids, names, n_names);
}
