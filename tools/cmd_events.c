// SPDX-License-Identifier: GPL-2.0
/*
 * oscope events: what happened, one line each.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "events_report.h"
#include "lives.h"

static uint64_t chosen;

/* "switch,waking": names of events. */
static int parse_events(struct opts *o, const struct opt_def *def, const char *arg)
{
	const char *word = arg;
	size_t len;
	uint32_t id;

	for (chosen = 0;; word += len + 1) {
		len = strcspn(word, ",");
		for (id = 0; id < 64; id++) {
			const char *name = events_name(id);

			if (name && strlen(name) == len && !memcmp(name, word, len))
				break;
		}
		if (id == 64)
			return opt_refuse(def, arg, "no event named '%.*s'; the manual page lists "
					  "them", (int)len, word);
		chosen |= 1ULL << id;
		if (!word[len])
			return 0;
	}
}

static const struct opt_def events_options[] = {
	{ .letter = 'e', .name = "events", .arg = "LIST", .parse = parse_events,
	  .help = "these only, e.g. switch,waking,blocked (default: all)" },
	{ 0 }
};

static const struct out_report *report(const struct opts *o)
{
	return &events_report;
}

static int events_check(struct opts *o)
{
	return o->sort ? err_msg(-EUSAGE, "events prints as things happen: it takes no --sort") : 0;
}

static uint64_t events_all(void)
{
	uint64_t all = 0;
	uint32_t id;

	for (id = 0; id < 64; id++)
		all |= events_name(id) ? 1ULL << id : 0;
	return all;
}

static int events_trace(const struct opts *o, struct out *out)
{
	return events_run(o, out, chosen ? chosen : events_all());
}

static int run(const struct opts *o)
{
	return out_with(o, events_trace);
}

static const struct cmd_ops events_cmd = {
	.name = "events",
	.summary = "what happened, one line an event",
	.about =
		"Each record of a trace or a recording as a line, in the order of time: when, on\n"
		"which CPU, what, whose, and what belongs to it. With --json each line is an\n"
		"object (--json-schema describes it), the last one the report.",
	.opts = OPT_BIT(OPT_PID) | OPT_BIT(OPT_TID) | OPT_BIT(OPT_DURATION) |
		OPT_BIT(OPT_WAIT_TREE) | OPTS_SOURCE | OPTS_OUTPUT,
	.own = events_options,
	.takes = CMD_PROGRAM,
	.report = report,
	.check = events_check,
	.run = run,
};
COMMAND(events_cmd);
