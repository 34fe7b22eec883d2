// SPDX-License-Identifier: GPL-2.0
/* What a run's report has inside its timelines. */
#include "notes/report_arms.h"
#include "notes/timelines.h"

#define SPAN(member)	OUT_FIELD(struct timeline_span, member)

static const struct out_column span_columns[] = {
	{ "task", "TASK", OUT_U64, "place among tasks, from 0", SPAN(task), OUT_KEY },
	{ "cpu", "CPU", OUT_U64, "that it was on", SPAN(cpu) },
	{ "from_ns", "FROM", OUT_NS, "since the sample began", SPAN(from_ns) },
	{ "to_ns", "TO", OUT_NS, "the same", SPAN(to_ns) },
};

static const struct out_table span_table = OUT_TABLE(span_columns);

static bool get_tasks(const void *row, struct out_value *v)
{
	const struct arm_timeline *t = row;

	v->words = (struct out_words){ t->names, t->name_bytes, t->tasks_left_out > 0 };
	return true;
}

static bool get_spans(const void *row, struct out_value *v)
{
	const struct arm_timeline *t = row;

	v->list = (struct out_list){ t->span, t->n, sizeof(t->span[0]) };
	return true;
}

static bool get_left_out(const void *row, struct out_value *v)
{
	v->natural = ((const struct arm_timeline *)row)->left_out;
	return true;
}

static bool get_tasks_left_out(const void *row, struct out_value *v)
{
	v->natural = ((const struct arm_timeline *)row)->tasks_left_out;
	return true;
}

#define TIMELINE(member)	OUT_FIELD(struct arm_timeline, member)

static const struct out_column timeline_columns[] = {
	{ "arm", "ARM", OUT_STR, "whose sample it is", TIMELINE(arm), OUT_KEY },
	{ "shown_ns", "SHOWN", OUT_NS, "of the sample, from its begin on", TIMELINE(shown_ns) },
	{ "whole_ns", "WHOLE", OUT_NS, "that it took", TIMELINE(whole_ns) },
	{ "tasks", "TASKS", OUT_WORDS, "by the order of their coming", .get = get_tasks },
	{ "tasks_left_out", "TASKS LEFT OUT", OUT_U64, "that came later",
	  .get = get_tasks_left_out },
	{ "spans", "SPANS", OUT_LIST, "a task on a CPU, by the order of their ends",
	  .get = get_spans, .sub = &span_table },
	{ "spans_left_out", "SPANS LEFT OUT", OUT_U64, "of later, or of tasks left out",
	  .get = get_left_out },
	{ "lost", "LOST", OUT_U64, "events: then spans may be missing", TIMELINE(lost) },
};

const struct out_table notes_timeline_table = OUT_TABLE(timeline_columns);
