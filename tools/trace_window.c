// SPDX-License-Identifier: GPL-2.0
/*
 * A part of a recording, found by its index.
 */
#include <stdlib.h>
#include <string.h>

#include "events_play.h"
#include "map.h"
#include "trace_file.h"
#include "util.h"

/* Who is there, from the records before the window. */
struct census {
	struct trace_reader *file;
	struct map tids;
	struct oscope_identity *who;	/* by place in tids; tid 0: not any more */
	size_t room;
};

/* The times of a chunk's records; 0, 0: none has one. */
static void chunk_times(const struct trace_chunk *chunk, uint64_t *first, uint64_t *last)
{
	const struct oscope_packed *packed = chunk->data;

	if (chunk->head->kind == OSCOPE_CHUNK_SLOTS) {
		trace_times(chunk->data, chunk->slots, first, last);
		return;
	}
	*first = packed->first_ns;
	*last = packed->last_ns;
}

/*
 * Chunks that have nothing of the window; of those before it, those that say who is who may stay.
 */
static void chunks_skip(struct trace_reader *r, bool keep_who)
{
	uint64_t first, last;
	size_t i;

	for (i = 0; i < r->n_chunks; i++) {
		struct trace_chunk *chunk = &r->chunk[i];

		if (!chunk->slots)
			continue;
		chunk_times(chunk, &first, &last);
		chunk->skip = (r->to_ns && first && first >= r->to_ns) ||
			      (r->from_ns && last && last < r->from_ns) ||
			      (keep_who && chunk->head->kind == OSCOPE_CHUNK_PLAIN);
	}
}

/* 0 or -ENOMEM. */
static int census_add(struct census *c, const struct oscope_identity *id)
{
	size_t place = map_place(&c->tids, id->tid);

	if (place == MAP_FULL || array_room(&c->who, &c->room, place, sizeof(*c->who)))
		return err_sys(-ENOMEM, "reading %s", c->file->path);
	c->who[place] = *id;
	return 0;
}

static void census_remove(struct census *c, uint32_t tid)
{
	size_t place = map_find(&c->tids, tid);

	if (place != MAP_FULL)
		c->who[place].tid = 0;
}

/* Who ends is gone; a thread that execs gives its number up for its leader's. */
static int census_event(void *arg, const struct event *e)
{
	struct census *c = arg;

	if (e->id == OSCOPE_REC_IDENTITY)
		return census_add(c, &e->who);
	if (e->id == OSCOPE_REC_EXIT)
		census_remove(c, e->w[0]);
	else if (e->w[0] != e->w[1])
		census_remove(c, e->w[1]);
	return 0;
}

static int census_take(struct census *c)
{
	const struct oscope_identity *id;
	size_t i = 0, j, n;
	int err = 0;

	while (!err && trace_identities(c->file, &i, &id, &n)) {
		for (j = 0; !err && j < n; j++)
			err = census_add(c, &id[j]);
	}
	return err ? err : events_play(c->file, TRACE_WHO, census_event, c);
}

/* Who is there when the window begins, of all that came before it. */
static int window_who(struct trace_reader *r, uint64_t from_ns)
{
	struct census c = { .file = r };
	size_t used = 0, i;
	int err;

	r->to_ns = from_ns;
	chunks_skip(r, true);
	err = census_take(&c);
	if (!err && !c.who)
		err = array_room(&c.who, &c.room, 0, sizeof(*c.who));
	for (i = 0; !err && i < c.tids.n; i++) {
		if (c.who[i].tid)
			c.who[used++] = c.who[i];
	}
	map_free(&c.tids);
	if (err) {
		free(c.who);
		return err;
	}
	r->who = c.who;
	r->n_who = used;
	return 0;
}

int trace_window(struct trace_reader *r, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t start = r->header.start_ns, from = start + from_ns, to = start + to_ns;
	int err = 0;

	if (from_ns && (from < start || from >= trace_end_ns(r, trace_index_end_ns(r))))
		return err_msg(-EINVAL, "--from: %s ends before that", r->path);
	if (from_ns)
		err = window_who(r, from);
	r->from_ns = from_ns ? from : 0;
	r->to_ns = to_ns && to >= start ? to : 0;
	chunks_skip(r, false);
	if (from_ns)
		r->header.start_ns = from;
	return err;
}

uint64_t trace_index_end_ns(const struct trace_reader *r)
{
	uint64_t end = 0, ns;
	uint32_t i;

	for (i = 0; i < r->header.cpus; i++) {
		ns = r->cpu[i].last == TRACE_NO_CHUNK ? 0 :
		     trace_last_ns(&r->chunk[r->cpu[i].last]);
		end = ns > end ? ns : end;
	}
	return end;
}

uint64_t trace_end_ns(const struct trace_reader *r, uint64_t last_ns)
{
	uint64_t end = r->end ? r->end->end_ns : last_ns;

	return r->to_ns && r->to_ns < end ? r->to_ns : end;
}

uint64_t trace_lost(const struct trace_reader *r, uint32_t cpu)
{
	uint64_t before = 0, lost = 0, first, last;
	size_t i;

	for (i = r->cpu[cpu].first; i != TRACE_NO_CHUNK; i = r->chunk[i].next) {
		const struct trace_chunk *chunk = &r->chunk[i];

		chunk_times(chunk, &first, &last);
		if (!chunk->skip && !(first && first < r->from_ns) && chunk->head->lost > before)
			lost += chunk->head->lost - before;
		before = chunk->head->lost;
	}
	return lost;
}

uint64_t trace_lost_last(const struct trace_reader *r)
{
	uint64_t told = 0;
	uint32_t i;

	if (!r->end || (r->to_ns && r->to_ns < r->end->end_ns))
		return 0;
	for (i = 0; i < r->header.cpus; i++)
		told += r->cpu[i].last == TRACE_NO_CHUNK ? 0 : r->chunk[r->cpu[i].last].head->lost;
	return r->end->lost > told ? r->end->lost - told : 0;
}
