// SPDX-License-Identifier: GPL-2.0
/* Saved runs: from rows of a JSON report back to notes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/placed.h"
#include "notes/saved.h"
#include "notes/timelines.h"
#include "report_read.h"
#include "trace_file.h"
#include "util.h"

#define SCHEMA	"oscope.notes/1"

static uint64_t natural_of(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? n : 0;
}

int saved_parse(const char *path, const char *text, size_t bytes, json_t **report)
{
	struct report_text reports = { path, text, bytes };
	json_t *another = NULL;
	int err;

	err = report_next(&reports, report);
	if (!err)
		return report_refuse(path, "it is empty");
	if (err < 0)
		return err;
	err = 0;
	if (strcmp(member_text(*report, "schema"), SCHEMA))
		err = err_msg(-EINVAL, "%s: a report of 'oscope notes run --json' is wanted, this "
			      "is %s", path, member_text(*report, "schema"));
	else if (report_next(&reports, &another))
		err = report_refuse(path, "there is more behind it");
	json_decref(another);
	if (err) {
		json_decref(*report);
		*report = NULL;
	}
	return err;
}

int saved_read(const char *path, json_t **report)
{
	struct trace_reader file;
	int err;

	if (access(path, F_OK) && errno == ENOENT)
		return -ENOENT;
	err = trace_map(&file, path);
	if (!err)
		err = saved_parse(path, (const char *)file.at, file.bytes, report);
	trace_unmap(&file);
	return err;
}

int saved_fits(const char *path, const json_t *report, const struct preflight *machine)
{
	const char *version = member_text(report, "version");
	const char *kernel = member_text(report, "kernel");
	const char *cpu = member_text(json_object_get(report, "totals"), "cpu_model");

	if (strcmp(version, OSCOPE_VERSION))
		return err_msg(-EUSAGE, "%s: made by oscope %s, this is %s: give another file",
			       path, version, OSCOPE_VERSION);
	if (strcmp(kernel, kernel_release()))
		return err_msg(-EUSAGE, "%s: made on kernel %s, this is %s: give another file",
			       path, kernel, kernel_release());
	if (strcmp(cpu, machine->cpu_model))
		return err_msg(-EUSAGE, "%s: made on '%s', these CPUs are '%s': give another file",
			       path, cpu, machine->cpu_model);
	return 0;
}

static int verdict_take(struct note *n, const json_t *row)
{
	const char *name = member_text(row, "verdict");
	int v;

	for (v = 0; v < VERDICTS; v++) {
		if (!strcmp(verdict_name(v), name)) {
			n->verdict = v;
			return 0;
		}
	}
	return -EINVAL;
}

static void effect_take(struct note *n, const json_t *effect)
{
	n->effect.value = member_number(effect, "value");
	n->effect.lo = member_number(effect, "lo");
	n->effect.hi = member_number(effect, "hi");
	n->effect_unit = member_text(effect, "unit");
}

static int gates_take(struct gate *to, size_t *n, size_t most, const json_t *gates)
{
	const json_t *gate;
	size_t i;

	if (json_array_size(gates) > most)
		return -EINVAL;
	json_array_foreach(gates, i, gate) {
		struct gate *g = &to[(*n)++];

		snprintf(g->count, sizeof(g->count), "%s", member_text(gate, "count"));
		g->expected = member_number(gate, "expected");
		g->min = member_number(gate, "min");
		g->max = member_number(gate, "max");
		g->measured = member_number(gate, "measured");
		g->ok = json_is_true(json_object_get(gate, "ok"));
	}
	return 0;
}

static int evidence_take(struct note *n, json_t *evidence)
{
	const char *name;
	json_t *value;

	if (json_object_size(evidence) > NOTE_EVIDENCE)
		return -EINVAL;
	json_object_foreach(evidence, name, value)
		note_evidence(n, NULL, name, json_number_value(value));
	return 0;
}

static int arm_take(struct note *n, const json_t *arm)
{
	const json_t *samples = json_object_get(arm, "samples"), *sample;
	struct arm_timed *t;
	size_t a, i;

	for (a = 0; a < claim_arms(n->claim); a++) {
		if (!strcmp(n->claim->arm[a].name, member_text(arm, "arm")))
			break;
	}
	if (a == claim_arms(n->claim) || json_array_size(samples) > NOTE_SAMPLES)
		return -EINVAL;
	t = &n->timed[a];
	json_array_foreach(samples, i, sample)
		t->value[i] = json_number_value(sample);
	t->n = json_array_size(samples);
	t->median.value = member_number(arm, "median");
	t->median.lo = member_number(arm, "lo");
	t->median.hi = member_number(arm, "hi");
	t->not_flat = natural_of(arm, "not_flat");
	t->negative = natural_of(arm, "negative");
	n->counted[a].n = natural_of(arm, "counted_samples");
	n->counted[a].value = member_number(arm, "counted");
	return 0;
}

static int arms_take(struct note *n, const json_t *arms)
{
	const json_t *arm;
	size_t i;
	int err = 0;

	json_array_foreach(arms, i, arm)
		err = err ? err : arm_take(n, arm);
	return err;
}

static int cells_take_saved(struct note *n, const json_t *cells)
{
	const json_t *cell;
	size_t i;

	if (!json_array_size(cells))
		return 0;
	if (json_array_size(cells) > (size_t)CELL_ARMS * CELLS_MOST || !cells_of(n))
		return -EINVAL;
	json_array_foreach(cells, i, cell)
		n->cells->row[n->cells->n_rows++] = (struct cell_row){
			.way = member_text(cell, "way"),
			.placement = member_text(cell, "placement"),
			.bytes = member_number(cell, "bytes"), .rank = member_number(cell, "rank"),
			.rt_ns = member_number(cell, "rt_ns"),
			.rt_lo = member_number(cell, "rt_lo"),
			.rt_hi = member_number(cell, "rt_hi"),
			.one_ns = member_number(cell, "one_ns"),
			.one_lo = member_number(cell, "one_lo"),
			.one_hi = member_number(cell, "one_hi"),
			.mb_per_s = member_number(cell, "mb_per_s"),
			.cpu_ns = member_number(cell, "cpu_ns"),
			.switches = member_number(cell, "switches"),
			.calls = member_number(cell, "calls"),
			.one_switches = member_number(cell, "one_switches"),
			.one_calls = member_number(cell, "one_calls"),
		};
	return 0;
}

/* Texts are borrowed from the report, as cells borrow theirs. */
static const char *text_or_null(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static void parts_take(struct placed_row *to, const json_t *parts)
{
	enum placed_part part;

	for (part = 0; part < PLACED_PARTS; part++)
		to->part[part] = member_number(parts, placed_part_name(part));
	to->n_parts = placed_parts_of(to, to->parts);
}

static int placed_take(struct placed_row *to, const json_t *row)
{
	*to = (struct placed_row){
		.what = text_or_null(row, "what"), .state = text_or_null(row, "state"),
		.place = member_text(row, "placement"), .cpu = member_number(row, "cpu"),
		.median = member_number(row, "median"), .lo = member_number(row, "lo"),
		.hi = member_number(row, "hi"), .p99 = member_number(row, "p99"),
		.max = member_number(row, "max"), .samples = natural_of(row, "samples"),
		.switches = member_number(row, "switches"),
		.idle_exits = member_number(row, "idle_exits"),
		.migrations = member_number(row, "migrations"),
		.ipis = member_number(row, "ipis"),
		.ok = json_is_true(json_object_get(row, "ok")),
	};
	snprintf(to->why, sizeof(to->why), "%s", member_text(row, "why"));
	parts_take(to, json_object_get(row, "parts"));
	return gates_take(to->gate, &to->n_gates, PLACED_GATES, json_object_get(row, "gates"));
}

static int placements_take(struct note *n, const json_t *rows)
{
	const json_t *row;
	size_t i;
	int err = 0;

	if (!json_array_size(rows))
		return 0;
	if (json_array_size(rows) > PLACED_ROWS || !placed_of(n))
		return -EINVAL;
	json_array_foreach(rows, i, row)
		err = err ? err : placed_take(&n->placed->row[n->placed->n_rows++], row);
	return err;
}

static int span_take(struct arm_timeline *to, const json_t *span)
{
	struct timeline_span *at = &to->span[to->n++];

	*at = (struct timeline_span){
		natural_of(span, "task"), natural_of(span, "cpu"), natural_of(span, "from_ns"),
		natural_of(span, "to_ns"),
	};
	return at->task < to->n_tasks ? 0 : -EINVAL;
}

static int tasks_take(struct arm_timeline *to, const json_t *tasks)
{
	const json_t *name;
	size_t i;

	json_array_foreach(tasks, i, name) {
		const char *text = json_string_value(name);

		if (!text || strlen(text) >= TIMELINE_NAME || to->n_tasks == TIMELINE_TASKS)
			return -EINVAL;
		memcpy(to->names + to->name_bytes, text, strlen(text) + 1);
		to->name_bytes += strlen(text) + 1;
		to->n_tasks++;
	}
	return 0;
}

static int timeline_take(struct arm_timeline *to, const json_t *row)
{
	const json_t *spans = json_object_get(row, "spans"), *span;
	size_t i;
	int err;

	*to = (struct arm_timeline){
		.arm = member_text(row, "arm"), .lost = natural_of(row, "lost"),
		.shown_ns = natural_of(row, "shown_ns"), .whole_ns = natural_of(row, "whole_ns"),
		.left_out = natural_of(row, "spans_left_out"),
		.tasks_left_out = natural_of(row, "tasks_left_out"),
	};
	err = tasks_take(to, json_object_get(row, "tasks"));
	if (json_array_size(spans) > TIMELINE_SPANS)
		return -EINVAL;
	json_array_foreach(spans, i, span)
		err = err ? err : span_take(to, span);
	return err;
}

static int timelines_take(struct note *n, const json_t *rows)
{
	const json_t *row;
	size_t i;
	int err = 0;

	if (!json_array_size(rows))
		return 0;
	if (json_array_size(rows) > TIMELINE_ARMS)
		return -EINVAL;
	n->timelines = calloc(1, sizeof(*n->timelines));
	if (!n->timelines)
		return err_sys(-ENOMEM, "notes");
	json_array_foreach(rows, i, row)
		err = err ? err : timeline_take(&n->timelines->arm[n->timelines->n++], row);
	return err;
}

int saved_note(const char *path, const json_t *row, const char *source, struct note *n)
{
	int err;

	memset(n, 0, sizeof(*n));
	n->claim = claim_find(member_text(row, "id"));
	if (!n->claim)
		return report_refuse(path, "it has a claim that there is not");
	err = verdict_take(n, row);
	if (!err)
		err = gates_take(n->gate, &n->n_gates, NOTE_GATES,
				 json_object_get(row, "gates"));
	if (!err)
		err = evidence_take(n, json_object_get(row, "evidence"));
	if (!err)
		err = arms_take(n, json_object_get(row, "arms"));
	if (!err)
		err = cells_take_saved(n, json_object_get(row, "cells"));
	if (!err)
		err = placements_take(n, json_object_get(row, "placements"));
	if (!err)
		err = timelines_take(n, json_object_get(row, "timelines"));
	if (err)
		return report_refuse(path, "this version would not have written it");
	n->timed[0].n = natural_of(row, "samples");
	if (n->timed[0].n > NOTE_SAMPLES)
		return report_refuse(path, "it has more samples than can be taken");
	effect_take(n, json_object_get(row, "effect"));
	snprintf(n->reason, sizeof(n->reason), "%s", member_text(row, "reason"));
	snprintf(n->placement, sizeof(n->placement), "%s", member_text(row, "placement"));
	snprintf(n->source, sizeof(n->source), "%s", source);
	n->seed = natural_of(row, "seed");
	n->duration_ns = natural_of(row, "took_ns");
	return 0;
}
