// SPDX-License-Identifier: GPL-2.0
/*
 * A recording, for oscope diff: the report that oscope switch makes of it.
 */
#include <stdlib.h>

#include "diff_read.h"
#include "opts.h"
#include "replay.h"
#include "switch_report.h"

struct replayed {
	const struct trace_reader *file;
	const struct source_config *config;
};

static int replayed_read(struct source *src, struct snapshot *snap)
{
	const struct replayed *r = src->priv;

	return replay_switches(r->file, r->config, snap);
}

static const struct source_ops replayed = { .name = "file", .read = replayed_read };

int diff_replay(struct diff_side *side, const struct trace_reader *file, int by)
{
	const struct opts json = { .format = FORMAT_JSON };
	const struct source_config config = {
		.by_task = by == SWITCH_BY_TASK || by == SWITCH_BY_PAIR,
		.by_pair = by == SWITCH_BY_PAIR,
		.by_cpu = by == SWITCH_BY_CPU,
	};
	struct replayed r = { file, &config };
	struct source src = { &replayed, &r };
	struct snapshot snap = { 0 };
	struct out *out = NULL;
	char *text = NULL;
	size_t bytes = 0;
	int err, closed;

	side->abi = file->header.abi;
	err = source_read(&src, &snap);
	if (!err)
		err = out_open_memory(&out, &json, &text, &bytes);
	if (!err)
		err = switch_print(out, by, "file", &snap);
	closed = out_close(out);
	if (!err && !closed)
		err = diff_read(side, text, bytes);
	snapshot_free(&snap);
	free(text);
	return err ? err : closed;
}
