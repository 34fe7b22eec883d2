// SPDX-License-Identifier: GPL-2.0
/*
 * Source "file": a recording, replayed at each reading. Needs no privilege, and has none.
 */
#include <stdlib.h>

#include "privilege.h"
#include "replay.h"
#include "util.h"

struct source_file {
	struct trace_reader file;
	struct source_config config;
	bool told;			/* what is wrong with the file */
};

static int file_open(struct source *src, const struct source_config *config)
{
	const struct filter *f = &config->filter;
	struct source_file *s;
	int err;

	if (f->n_pids || f->n_tids || f->comm || f->cgroup || f->cpus || f->uid >= 0)
		return err_msg(-EUSAGE,
			       "filters apply while recording; a recorded file is reported whole");
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_sys(-ENOMEM, "source file");
	s->config = *config;
	err = trace_map(&s->file, config->file);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = trace_check(&s->file);
	if (err) {
		trace_unmap(&s->file);
		free(s);
		return err;
	}
	src->priv = s;
	return 0;
}

static int file_start(struct source *src)
{
	return 0;
}

/* What is reported, but is not all there was. */
static void tell_what_lacks(struct source_file *s)
{
	if (s->told)
		return;
	s->told = true;
	if (s->file.cut)
		warn_msg("%s: cut short: reported up to its last whole chunk", s->file.path);
	else if (!s->file.end)
		warn_msg("%s: has no end, its writer did not finish: reported as far as it goes",
			 s->file.path);
}

static int file_read(struct source *src, struct snapshot *snap)
{
	struct source_file *s = src->priv;
	int err = replay_switches(&s->file, &s->config, snap);

	if (!err)
		tell_what_lacks(s);
	return err;
}

static void file_close(struct source *src)
{
	struct source_file *s = src->priv;

	trace_unmap(&s->file);
	free(s);
}

static const struct source_ops file = {
	.name = "file",
	.help = "a recording made by oscope record",
	.open = file_open,
	.start = file_start,
	.stop = file_start,
	.read = file_read,
	.close = file_close,
};
SOURCE(file);
