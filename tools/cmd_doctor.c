// SPDX-License-Identifier: GPL-2.0
/*
 * oscope doctor: what this kernel and user can do, what each command will use, and what is missing
 * with its fix.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "virt.h"

#define FACTS_MAX	64

static const char *const state_names[] = {
	[FACT_OK] = "ok", [FACT_INFO] = "info", [FACT_LESS] = "less", [FACT_MISSING] = "missing",
};

static bool get_what(const void *row, struct out_value *v)
{
	v->str = ((const struct fact *)row)->what;
	return true;
}

static bool get_state(const void *row, struct out_value *v)
{
	static const enum out_tone tones[] = {
		[FACT_OK] = OUT_GOOD, [FACT_INFO] = OUT_PLAIN, [FACT_LESS] = OUT_WARN,
		[FACT_MISSING] = OUT_BAD,
	};
	const struct fact *f = row;

	v->str = state_names[f->state];
	v->tone = tones[f->state];
	return true;
}

static bool get_detail(const void *row, struct out_value *v)
{
	v->str = ((const struct fact *)row)->detail;
	return *v->str;
}

static bool get_fix(const void *row, struct out_value *v)
{
	v->str = ((const struct fact *)row)->fix;
	return *v->str;
}

static const struct out_column columns[] = {
	{ "what", "WHAT", OUT_STR, "what was looked at", 0, OUT_KEY, get_what },
	{ "state", "STATE", OUT_STR, "ok, info, less (works, with less), missing", 0, 0,
	  get_state },
	{ "detail", "DETAIL", OUT_STR, "what was found", 0, OUT_OPTIONAL | OUT_WRAP, get_detail },
	{ "fix", "FIX", OUT_STR, "how to mend it", 0, OUT_OPTIONAL | OUT_WRAP, get_fix },
};

struct totals {
	uint64_t missing, less;
	const char *source;
};

static const struct out_column totals_columns[] = {
	{ "missing", "missing", OUT_U64, "things without which nothing works",
	  OUT_FIELD(struct totals, missing) },
	{ "less", "with less", OUT_U64, "things without which a report holds less",
	  OUT_FIELD(struct totals, less) },
	{ "source", "source that commands will use:", OUT_STR, "first source that can work here",
	  OUT_FIELD(struct totals, source), OUT_OPTIONAL },
};

static const struct out_report doctor_report = {
	.command = "doctor",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(columns),
};

static const struct out_report *report(const struct opts *o)
{
	return &doctor_report;
}

/* The order of source_open(). */
static const char *source_chosen(void)
{
	static const char *const names[] = { "bpf", "kmod" };
	char why[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!source_usable(names[i], why, sizeof(why)))
			return names[i];
	}
	return NULL;
}

/* Which of the sources a command will use. */
static void sources_describe(struct fact *f, bool all)
{
	static const char *const names[] = { "bpf", "kmod" };
	size_t i, len = 0;
	char why[256];

	for (i = 0; i < ARRAY_SIZE(names) && (all || !len); i++) {
		if (!source_usable(names[i], why, sizeof(why)))
			len += snprintf(f->detail + len, sizeof(f->detail) - len, "%s%s",
					len ? ", " : "", names[i]);
	}
	f->state = len ? FACT_OK : FACT_MISSING;
	if (!len)
		snprintf(f->detail, sizeof(f->detail), "no source works here");
}

/* What each command that has a source will use. */
static size_t commands_collect(struct fact *facts, size_t max)
{
	const struct cmd_ops *cmd = NULL;
	size_t n = 0;

	while ((cmd = cmd_next(cmd)) && n < max) {
		if (cmd->takes & CMD_HIDDEN || !(cmd->opts & OPT_BIT(OPT_SOURCE)))
			continue;
		snprintf(facts[n].what, sizeof(facts[n].what), "oscope %s", cmd->name);
		sources_describe(&facts[n++], cmd->takes & CMD_ALL_SOURCES);
	}
	return n;
}

static int doctor_print(const struct opts *o, const struct fact *facts, size_t n,
			const struct totals *totals)
{
	struct out_data data = {
		.report = &doctor_report,
		.head = { .source = totals->source ? totals->source : "none",
			  .own_cost_ns = NOT_CAPTURED },
		.totals = totals,
		.rows = facts,
		.n_rows = n,
		.stride = sizeof(*facts),
	};
	struct out *out;
	int err, closed;

	err = out_open(&out, o);
	if (err)
		return err;
	err = out_print(out, &data);
	closed = out_close(out);
	return err ? err : closed;
}

static int doctor_run(const struct opts *o)
{
	static struct fact facts[FACTS_MAX];
	struct totals totals = { .source = source_chosen() };
	size_t n, i;
	int err;

	n = doctor_collect(facts, FACTS_MAX);
	n += commands_collect(facts + n, FACTS_MAX - n);
	for (i = 0; i < n; i++) {
		totals.missing += facts[i].state == FACT_MISSING;
		totals.less += facts[i].state == FACT_LESS;
	}
	err = doctor_print(o, facts, n, &totals);
	if (err)
		return err;
	return totals.source ? EXIT_OK : EXIT_UNSUPPORTED;
}

static const struct cmd_ops doctor_cmd = {
	.name = "doctor",
	.summary = "what works on this machine, and how to mend what does not",
	.about =
		"Looks at the kernel, the hypervisor, the tracepoints, BPF, privileges, lockdown\n"
		"and the module; tries what can be tried. Exit status 3 if no source can work\n"
		"here.",
	.opts = OPTS_OUTPUT,
	.report = report,
	.run = doctor_run,
};
COMMAND(doctor_cmd);
