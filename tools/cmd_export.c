// SPDX-License-Identifier: GPL-2.0
/*
 * oscope export: a recording for other programs.
 */
#include <unistd.h>

#include "cmd.h"
#include "export.h"
#include "privilege.h"

enum format { PERFETTO, CHROME, FOLDED, CSV };

static const char *const format_names[] = {
	[PERFETTO] = "perfetto", [CHROME] = "chrome", [FOLDED] = "folded", [CSV] = "csv", NULL,
};

static const struct export_ops *const formats[] = {
	[PERFETTO] = &export_perfetto,
	[CHROME] = &export_chrome,
	[FOLDED] = &export_folded,
	[CSV] = &export_csv,
};

static int format;

static const struct opt_def export_options[] = {
	{ .letter = 'f', .name = "format", .arg = "FORMAT", .parse = opt_choice, .to = &format,
	  .choices = format_names, .help = "perfetto (default), chrome, folded or csv" },
	{ 0 }
};

static int export_check(struct opts *o)
{
	if (!o->file)
		return err_msg(-EUSAGE, "export needs a recording: give -r FILE");
	if (formats[format]->binary && !o->output && isatty(STDOUT_FILENO))
		return err_msg(-EUSAGE, "%s is no text: give -o FILE", format_names[format]);
	return 0;
}

/* One line: without wake-ups and births nobody knows in which state a task is. */
static void tell_what_lacks(struct trace_reader *file)
{
	if (!replay_has_states(file) && format != CSV && file->end && !file->cut)
		warn_msg("%s: recorded without what states need (-e switch,wake,task): %s",
			 file->path, format == FOLDED ? "nothing to fold" : "only CPUs are shown");
	trace_tell(file);
}

static int export_file(const struct opts *o, struct out *out)
{
	struct trace_reader file;
	int err;

	err = trace_map(&file, o->file);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = trace_check(&file);
	if (!err && (o->from_ns || o->to_ns))
		err = trace_window(&file, o->from_ns, o->to_ns);
	if (!err)
		err = export_write(out, &file, formats[format]);
	if (!err)
		tell_what_lacks(&file);
	trace_unmap(&file);
	return err;
}

static int export_run(const struct opts *o)
{
	return out_with(o, export_file);
}

static const struct cmd_ops export_cmd = {
	.name = "export",
	.summary = "a recording for other programs: Perfetto, Chrome, flame graphs, CSV",
	.about =
		"Writes a recording so that others can read it: as a trace of Perfetto or Chrome\n"
		"with what ran on each CPU, the states of each task, arrows from wakers to whom\n"
		"they wake, and counters; as folded time off CPUs for flame graphs; or each\n"
		"record as a line of CSV. Where records were lost there is a mark. Needs no\n"
		"privilege, and has none; memory does not follow the recording's length.",
	.opts = OPTS_READ | OPT_BIT(OPT_OUTPUT),
	.own = export_options,
	.check = export_check,
	.run = export_run,
};
COMMAND(export_cmd);
