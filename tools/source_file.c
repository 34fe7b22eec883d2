// SPDX-License-Identifier: GPL-2.0
/*
 * Source "file": a recording, replayed at each reading. Needs no privilege, and has none.
 */
#include <stdlib.h>
#include <string.h>

#include "events_filter.h"
#include "events_play.h"
#include "privilege.h"
#include "replay.h"
#include "replay_ipc.h"
#include "ring.h"
#include "util.h"

struct source_file {
	struct trace_reader file;
	struct source_config config;
	struct oscope_identity *ids;	/* who was there at the start */
};

/* What was asked for of what communicates is there, or a part of it. */
static int ipc_check(const struct trace_reader *file, uint64_t asked)
{
	if (!replay_has_ipc(file) || !replay_ipc_mechanisms(file))
		return err_msg(-EOPNOTSUPP, "%s: holds nothing of what communicates: record with "
			       "-e ipc", file->path);
	if (!(replay_ipc_mechanisms(file) & asked))
		return err_msg(-EOPNOTSUPP, "%s: holds nothing of the mechanisms asked for: record "
			       "with -e ipc", file->path);
	return 0;
}

static int file_open(struct source *src, const struct source_config *config)
{
	struct source_file *s;
	int err = asked_check(&config->filter);

	if (err)
		return err;
	if (config->rows)
		return err_msg(-EUSAGE, "--tasks is for live runs: a recording has all its tasks");
	if (config->hooks == HOOKS_FUNCTION)
		return err_msg(-EUSAGE,
			       "--hooks function is for live runs: a recording has its calls");
	if (config->ipc_objects)
		return err_msg(-EUSAGE, "--objects is for live runs: a recording has its room");
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_sys(-ENOMEM, "source file");
	s->config = *config;
	err = trace_map(&s->file, config->file);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = trace_check(&s->file);
	if (!err && config->ipc)
		err = ipc_check(&s->file, config->ipc);
	if (!err && (config->from_ns || config->to_ns))
		err = trace_window(&s->file, config->from_ns, config->to_ns);
	if (err) {
		trace_unmap(&s->file);
		free(s);
		return err;
	}
	if (config->ipc_if_there && replay_has_ipc(&s->file))
		s->config.ipc = OSCOPE_IPC_ALL;
	src->priv = s;
	src->tree_tid = s->file.header.tree_tid;
	return 0;
}

static int file_start(struct source *src)
{
	return 0;
}

/* What is not in records, for who takes these one by one. */
static int head_read(struct source_file *s, struct snapshot *snap)
{
	int err = replay_head(&s->file, snap);

	if (err || !s->config.ipc_if_there || !replay_ipc_mechanisms(&s->file))
		return err;
	return replay_ipc_objects(&s->file, &snap->ipc);
}

static int file_read(struct source *src, struct snapshot *snap)
{
	struct source_file *s = src->priv;
	int err;

	if (s->config.lives_only)
		err = head_read(s, snap);
	else
		err = replay_switches(&s->file, &s->config, snap);

	if (!err)
		trace_tell(&s->file);
	return err;
}

/* All chunks as they lie there: those of a CPU are in order. Outside of the window: no slots. */
static int file_drain(struct source *src, ring_out out, void *arg)
{
	struct source_file *s = src->priv;
	struct trace_slots room = { 0 };
	const struct oscope_slot *slot;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < s->file.n_chunks; i++) {
		const struct trace_chunk *chunk = &s->file.chunk[i];
		const struct oscope_chunk *head = chunk->head;

		if (!chunk->slots)
			continue;
		slot = chunk->skip ? NULL : trace_slots(&s->file, chunk, &room, &err);
		if (!err)
			err = out(arg, head->cpu, head->position, slot, chunk->slots, head->lost);
	}
	trace_slots_free(&room);
	return err;
}

static int play_filtered(struct source_file *s, uint64_t wanted,
			 int (*take)(void *arg, const struct event *event), void *arg)
{
	const struct oscope_identity *id;
	struct events_filter filter;
	size_t i = 0, j, n;
	int err;

	err = events_filter_open(&filter, &s->config.filter, s->file.header.cpus);
	filter.take = take;
	filter.arg = arg;
	while (!err && trace_identities(&s->file, &i, &id, &n)) {
		for (j = 0; !err && j < n; j++)
			err = events_filter_identity(&filter, &id[j]);
	}
	if (!err)
		err = events_play(&s->file, wanted, events_filter_take, &filter);
	events_filter_free(&filter);
	return err;
}

static int file_play(struct source *src, uint64_t wanted,
		     int (*take)(void *arg, const struct event *event), void *arg)
{
	struct source_file *s = src->priv;

	if (asked_any(&s->config.filter))
		return play_filtered(s, wanted, take, arg);
	return events_play(&s->file, wanted, take, arg);
}

static int file_identities(struct source *src, const struct oscope_identity **ids, size_t *n)
{
	struct source_file *s = src->priv;
	const struct oscope_identity *run;
	size_t all = 0, i = 0, some;

	while (trace_identities(&s->file, &i, &run, &some))
		all += some;
	free(s->ids);
	s->ids = malloc(all ? all * sizeof(*s->ids) : 1);
	if (!s->ids)
		return err_sys(-ENOMEM, "reading %s", s->file.path);
	*ids = s->ids;
	*n = all;
	for (i = 0, all = 0; trace_identities(&s->file, &i, &run, &some); all += some)
		memcpy(s->ids + all, run, some * sizeof(*run));
	return 0;
}

static void file_close(struct source *src)
{
	struct source_file *s = src->priv;

	trace_unmap(&s->file);
	free(s->ids);
	free(s);
}

static const struct source_ops file = {
	.name = "file",
	.help = "a recording made by oscope record",
	.open = file_open,
	.start = file_start,
	.stop = file_start,
	.read = file_read,
	.drain = file_drain,
	.play = file_play,
	.identities = file_identities,
	.close = file_close,
};
SOURCE(file);
