// SPDX-License-Identifier: GPL-2.0
/*
 * oscope diff: two recordings, or two reports, number by number.
 */
#include <string.h>

#include "cmd.h"
#include "diff_report.h"
#include "privilege.h"

static const char *const by_names[] = { "kind", "task", "cpu", "pair", NULL };
static int by;

static const struct opt_def diff_options[] = {
	{ .letter = 'b', .name = "by", .arg = "WHAT", .parse = opt_choice, .to = &by,
	  .choices = by_names, .help = "recordings: rows by kind, task, cpu or pair" },
	{ 0 }
};

static const struct out_report *report(const struct opts *o)
{
	return &diff_report;
}

static int diff_check(struct opts *o)
{
	if (o->json_schema)
		return 0;
	if (o->n_args != 2)
		return err_msg(-EUSAGE, "diff compares two files: give the first and the second");
	o->file = o->args[0];	/* they are read as recordings are: without any privilege */
	return 0;
}

static bool is_recording(const struct trace_reader *file)
{
	uint64_t magic;

	if (!file->at || file->bytes < sizeof(magic))
		return false;
	memcpy(&magic, file->at, sizeof(magic));
	return magic == OSCOPE_FILE_MAGIC;
}

/* The window is of each side's own time: what --from and --to say begins where that began. */
static int side_read(struct diff_side *side, struct trace_reader *file, const struct opts *o)
{
	bool window = o->from_ns || o->to_ns;
	int err;

	if (!is_recording(file) && window)
		return err_msg(-EUSAGE, "%s: --from and --to are a part of a recording, and this "
			       "is none", side->path);
	if (!is_recording(file))
		return diff_read(side, (const char *)file->at, file->bytes);
	err = trace_check(file);
	if (!err && window)
		err = trace_window(file, o->from_ns, o->to_ns);
	if (!err)
		err = diff_replay(side, file, by);
	if (!err)
		trace_tell(file);
	return err;
}

static int diff_files(const struct opts *o, struct out *out)
{
	struct diff_side a = { .path = o->args[0] }, b = { .path = o->args[1] };
	struct trace_reader file_a, file_b = { 0 };
	int err;

	err = trace_map(&file_a, a.path);
	if (!err)
		err = trace_map(&file_b, b.path);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = side_read(&a, &file_a, o);
	if (!err)
		err = side_read(&b, &file_b, o);
	if (!err)
		err = diff_print(out, &a, &b);
	trace_unmap(&file_a);
	trace_unmap(&file_b);
	diff_free(&a);
	diff_free(&b);
	return err;
}

static int diff_run(const struct opts *o)
{
	return out_with(o, diff_files);
}

static const struct cmd_ops diff_cmd = {
	.name = "diff",
	.summary = "two recordings or reports side by side, number by number",
	.about =
		"Compares what two runs have counted and timed: two recordings, as oscope switch\n"
		"reports them, or two JSON reports of any one command. Each number of each row is\n"
		"there with its value in the first and the second, and what only one of them has\n"
		"is said. A file with several reports (-i) counts by their medians, and the ratio\n"
		"has an interval then. Needs no privilege, and has none.",
	.opts = OPT_BIT(OPT_FROM) | OPT_BIT(OPT_TO) | (OPTS_OUTPUT & ~OPT_BIT(OPT_BUCKETS)),
	.own = diff_options,
	.takes = CMD_WORDS | CMD_WINDOW,
	.words = "FIRST SECOND",
	.report = report,
	.check = diff_check,
	.run = diff_run,
};
COMMAND(diff_cmd);
