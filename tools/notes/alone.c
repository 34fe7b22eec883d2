// SPDX-License-Identifier: GPL-2.0
/* One sample with nothing of ours attached, for others to look at: strace, perf, a debugger. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/alone.h"
#include "notes/process.h"
#include "util.h"

struct alone_row {
	const char *arm, *unit;
	double value;
	uint64_t cpu, ops, turns;
	uint64_t voluntary, involuntary, minor_faults, major_faults, user_ns, system_ns;
};

#define ROW(member)	OUT_FIELD(struct alone_row, member)

static const struct out_column sample_columns[] = {
	{ "arm", "ARM", OUT_STR, "its name", ROW(arm), OUT_KEY },
	{ "operations", "OPERATIONS", OUT_U64, "done in all, warm-up too", ROW(ops) },
	{ "turns", "TURNS", OUT_U64, "what the experiment itself counts", ROW(turns) },
	{ "value", "VALUE", OUT_NUM, "what a sample of this claim is", ROW(value), OUT_OPTIONAL },
	{ "unit", "UNIT", OUT_STR, "of value", ROW(unit), OUT_OPTIONAL },
	{ "voluntary", "VOLUNTARY", OUT_U64, "switches of its processes (wait4)", ROW(voluntary) },
	{ "involuntary", "INVOLUNTARY", OUT_U64, "... while they could have gone on",
	  ROW(involuntary) },
	{ "minor_faults", "MINOR", OUT_U64, "page faults of its processes", ROW(minor_faults) },
	{ "major_faults", "MAJOR", OUT_U64, "... that read from a device", ROW(major_faults) },
	{ "user_ns", "USER", OUT_NS, "time of its processes", ROW(user_ns) },
	{ "system_ns", "SYSTEM", OUT_NS, "... in the kernel", ROW(system_ns) },
	{ "cpu", "CPU", OUT_U64, "that it was given", ROW(cpu), OUT_HIDDEN },
};

const struct out_report notes_sample_report = {
	.command = "notes-sample",
	.rows = OUT_TABLE(sample_columns),
};

const struct arm *alone_arm(const struct claim *c, const char *name)
{
	char names[512] = "";
	size_t a, len = 0;

	for (a = 0; a < claim_arms(c); a++) {
		if (!strcmp(c->arm[a].name, name))
			return &c->arm[a];
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", a ? ", " : "",
					c->arm[a].name);
		if (len >= sizeof(names))
			break;
	}
	err_msg(-EUSAGE, "notes sample %s %s: no such arm; it has %s", c->id, name, names);
	return NULL;
}

static uint64_t time_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_usec * 1000;
}

static void row_fill(struct alone_row *row, const struct claim *c, const struct sample_set *set,
		     const struct rusage *usage)
{
	const struct sample *s = set->sample;

	*row = (struct alone_row){
		.arm = set->arm->name,
		.unit = c->value,
		.value = c->value ? s->value : NAN,
		.cpu = (uint64_t)s->cpu,
		.ops = s->ops,
		.turns = s->turns,
		.voluntary = (uint64_t)usage->ru_nvcsw,
		.involuntary = (uint64_t)usage->ru_nivcsw,
		.minor_faults = (uint64_t)usage->ru_minflt,
		.major_faults = (uint64_t)usage->ru_majflt,
		.user_ns = time_ns(&usage->ru_utime),
		.system_ns = time_ns(&usage->ru_stime),
	};
}

static int take(struct alone_row *row, const struct claim *c, size_t arm,
		const struct preflight *machine)
{
	struct sample_set set;
	struct child child;
	int err;

	err = samples_alloc(&set, c, arm, 1, machine);
	if (err)
		return err;
	err = child_prepare_fn(&child, samples_run_one, &set);
	if (!err) {
		err = child_start(&child);
		if (!err)
			err = process_wait(&child, sample_limit_ns(c));
		if (!err)
			err = samples_error(&set);
		row_fill(row, c, &set, &child.usage);
		child_close(&child, true);
	}
	if (err)
		err_msg(err, "notes sample %s %s: %s", c->id, set.arm->name,
			sample_why(set.sample, err));
	samples_free(&set);
	return err;
}

/* What the claim wants is there: it says so as it does to whoever runs it. */
static int can_begin(const struct claim *c, const struct preflight *machine)
{
	struct note *n = calloc(1, sizeof(*n));
	int err = 0;

	if (!n)
		return err_sys(-ENOMEM, "notes sample");
	n->claim = c;
	n->machine = machine;
	if (c->begin)
		c->begin(n);
	if (n->blocked[0])
		err = err_msg(-ENOENT, "notes sample %s: %s", c->id, n->blocked);
	free(n);
	return err;
}

int alone_run(struct out *out, const struct claim *c, const struct arm *arm)
{
	struct alone_row rows[NOTE_ARMS];
	struct out_data data = {
		.report = &notes_sample_report,
		.head = { .source = "none", .own_cost_ns = NOT_CAPTURED },
		.rows = rows,
		.stride = sizeof(rows[0]),
	};
	struct preflight machine;
	size_t a;
	int err = preflight_look(&machine);

	if (!err)
		err = can_begin(c, &machine);
	for (a = 0; a < claim_arms(c) && !err; a++) {
		if (!arm || arm == &c->arm[a])
			err = take(&rows[data.n_rows++], c, a, &machine);
	}
	return err ? err : out_print(out, &data);
}
