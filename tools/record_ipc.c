// SPDX-License-Identifier: GPL-2.0
/*
 * What a recording says of what communicates beside its records. Objects and their names lie in
 * tables, so probes need not write them; they are looked at now and then, and told once.
 */
#include <stdlib.h>
#include <string.h>

#include "ipc_report.h"
#include "map.h"
#include "record_ipc.h"
#include "util.h"

#define LOOK_NS		1000000000ULL

static int told_make(struct record_ipc *r, const struct ipc_reading *now)
{
	if (r->object)
		return 0;
	r->objects = now->room.objects;
	r->object = calloc(r->objects, sizeof(*r->object));
	r->exact = calloc(r->objects, sizeof(*r->exact));
	r->named = calloc(IPC_NAMES, sizeof(*r->named));
	return r->object && r->exact && r->named ? 0 : err_sys(-ENOMEM, "recording");
}

/* What no record tells. */
static int sums_write(const struct record_ipc *r, const struct ipc_reading *now,
		      struct trace_writer *w)
{
	const struct oscope_file_ipc file = {
		.mechanisms = r->mechanisms,
		.objects = now->room.objects,
		.functions = !strcmp(now->hooked_by, IPC_HOOKED_FUNCTIONS),
		.ipc_ns = now->ipc_ns,
		.calls = r->part ? 0 : now->sum.calls,
		.objects_full = now->sum.objects_full,
		.calls_full = now->sum.calls_full,
		.asynchronous = now->sum.asynchronous,
		.shares_full = now->sum.shares_full,
	};

	return trace_write_ipc(w, OSCOPE_CHUNK_IPC, &file, sizeof(file));
}

struct others {
	struct map known;		/* tids */
	struct oscope_identity *id;
	size_t n, room;
};

struct news {
	struct oscope_file_object *object;
	size_t n_object, object_room;
	struct oscope_file_name *name;
	size_t n_name, name_room;
};

static int news_add(struct news *news, struct record_ipc *r, const struct ipc_reading *now,
		    uint32_t cell)
{
	const struct oscope_ipc_object *o = &now->object[cell];

	if (array_room(&news->object, &news->object_room, news->n_object, sizeof(*news->object)))
		return -ENOMEM;
	news->object[news->n_object++] = (struct oscope_file_object){
		.number = cell + 1,
		.flags = now->exact[cell] ? OSCOPE_FILE_OBJECT_EXACT : 0,
		.object = *o,
	};
	r->object[cell] = *o;
	r->exact[cell] = now->exact[cell];
	if (!o->name || o->name > IPC_NAMES || r->named[o->name - 1])
		return 0;
	if (array_room(&news->name, &news->name_room, news->n_name, sizeof(*news->name)))
		return -ENOMEM;
	news->name[news->n_name++] = (struct oscope_file_name){
		.number = o->name,
		.name = now->name[o->name - 1],
	};
	r->named[o->name - 1] = true;
	return 0;
}

static bool same_bytes(const void *a, const void *b, size_t n)
{
	return !memcmp(a, b, n);
}

static int objects_write(struct record_ipc *r, const struct ipc_reading *now,
			 struct trace_writer *w)
{
	struct news news = { 0 };
	uint32_t i;
	int err = told_make(r, now);

	for (i = 0; !err && i < r->objects; i++) {
		if (same_bytes(&now->object[i], &r->object[i], sizeof(r->object[i])) &&
		    now->exact[i] == r->exact[i])
			continue;
		err = news_add(&news, r, now, i);
		if (err)
			err_sys(err, "recording");
	}
	if (!err)
		err = trace_write_ipc(w, OSCOPE_CHUNK_IPC_OBJECT, news.object,
				      news.n_object * sizeof(*news.object));
	if (!err)
		err = trace_write_ipc(w, OSCOPE_CHUNK_IPC_NAME, news.name,
				      news.n_name * sizeof(*news.name));
	free(news.object);
	free(news.name);
	return err;
}

int record_ipc_poll(struct record_ipc *r, struct source *src, struct trace_writer *w)
{
	bool first = !r->looked_ns;
	int err;

	if (!r->mechanisms || (!first && now_ns() - r->looked_ns < LOOK_NS))
		return 0;
	r->looked_ns = now_ns();
	err = source_read(src, &r->snap);
	if (!err && first)
		err = sums_write(r, r->snap.ipc, w);
	return err ? err : objects_write(r, r->snap.ipc, w);
}

/* Who passes the filter has a use. */
static int callers_find(struct map *callers, const struct ipc_reading *now)
{
	size_t i;

	for (i = 0; i < now->n_use; i++) {
		if (map_place(callers, (uint32_t)now->use[i].key) == MAP_FULL)
			return -ENOMEM;
	}
	return 0;
}

static int other_add(struct others *o, uint32_t tid)
{
	char comm[OSCOPE_COMM_LEN];
	struct oscope_identity *id;

	if (!tid || map_find(&o->known, tid) != MAP_FULL || !ipc_ask_name(tid, comm))
		return 0;
	if (map_place(&o->known, tid) == MAP_FULL ||
	    array_room(&o->id, &o->room, o->n, sizeof(*o->id)))
		return -ENOMEM;
	id = &o->id[o->n++];
	id->tid = tid;
	id->tgid = tid;
	memcpy(id->comm_lo, comm, sizeof(id->comm_lo));
	memcpy(id->comm_hi, comm + sizeof(id->comm_lo), sizeof(id->comm_hi));
	return 0;
}

/* Those in pairs whom no other record names: what they are called now, if they are there. */
static int others_write(const struct ipc_reading *now, struct trace_writer *w)
{
	struct others o = { 0 };
	size_t i;
	int err = callers_find(&o.known, now);

	for (i = 0; !err && i < now->n_pair; i++) {
		err = other_add(&o, now->pair[i].key >> 32);
		if (!err)
			err = other_add(&o, (uint32_t)now->pair[i].key);
	}
	err = err ? err_sys(err, "recording") :
	      trace_write_ipc(w, OSCOPE_CHUNK_IPC_OTHER, o.id, o.n * sizeof(*o.id));
	map_free(&o.known);
	free(o.id);
	return err;
}

/* What a variable is called is looked up in its file, which may be another one later. */
static int symbols_write(const struct ipc_reading *now, struct trace_writer *w)
{
	struct oscope_file_symbol *symbol = NULL, one = { 0 };
	size_t n = 0, room = 0;
	int err = 0;

	for (one.number = 1; !err && one.number <= now->room.objects; one.number++) {
		if (ipc_mechanism(now, one.number) != OSCOPE_IPC_FUTEX)
			continue;
		memset(one.text, 0, sizeof(one.text));
		if (!ipc_word_symbol(now, one.number, one.text))
			continue;
		err = array_room(&symbol, &room, n, sizeof(*symbol));
		if (!err)
			symbol[n++] = one;
	}
	err = err ? err_sys(err, "recording") :
	      trace_write_ipc(w, OSCOPE_CHUNK_IPC_SYMBOL, symbol, n * sizeof(*symbol));
	free(symbol);
	return err;
}

int record_ipc_end(struct record_ipc *r, const struct ipc_reading *reading, struct trace_writer *w)
{
	int err;

	if (!r->mechanisms)
		return 0;
	err = objects_write(r, reading, w);
	if (!err)
		err = trace_write_ipc(w, OSCOPE_CHUNK_IPC_SHARE, reading->share,
				      reading->n_share * sizeof(*reading->share));
	if (!err)
		err = others_write(reading, w);
	if (!err)
		err = symbols_write(reading, w);
	return err ? err : sums_write(r, reading, w);
}

int record_ipc_report(struct out *out, const char *source, const struct snapshot *snap)
{
	enum ipc_by by;
	int err = 0;

	for (by = 0; !err && by < IPC_BYS; by++)
		err = ipc_print(out, by, source, snap);
	return err;
}

void record_ipc_free(struct record_ipc *r)
{
	snapshot_free(&r->snap);
	free(r->object);
	free(r->exact);
	free(r->named);
}
