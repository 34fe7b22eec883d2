// SPDX-License-Identifier: GPL-2.0
/*
 * What communicates, of a recording. Records are added up as the probes do it where they write
 * them, by the same functions, into tables that are never full.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "replay_ipc.h"
#include "util.h"

bool replay_has_ipc(const struct trace_reader *file)
{
	return file->header.records & TRACE_RECORDS_IPC;
}

/* The latest of the chunks that say what no record does; one of zeroes if there is none. */
static struct oscope_file_ipc says(const struct trace_reader *file)
{
	struct oscope_file_ipc found = { 0 };
	size_t i;

	for (i = 0; i < file->n_chunks; i++) {
		if (file->chunk[i].head->kind == OSCOPE_CHUNK_IPC)
			memcpy(&found, file->chunk[i].data, sizeof(found));
	}
	return found;
}

uint64_t replay_ipc_mechanisms(const struct trace_reader *file)
{
	return says(file).mechanisms & OSCOPE_IPC_ALL;
}

static int broken(const struct replay_ipc *r, const char *what, uint32_t number)
{
	return err_msg(-EINVAL, "%s: damaged: %s %u", r->file->path, what, number);
}

static int no_memory(const struct replay_ipc *r)
{
	return err_sys(-ENOMEM, "reading %s", r->file->path);
}

/* Objects as the file has them: what is said later of one replaces what was said. */
static int objects_find(struct replay_ipc *r)
{
	const struct oscope_file_object *o;
	size_t i, j;

	for (i = 0; i < r->file->n_chunks; i++) {
		const struct oscope_chunk *head = r->file->chunk[i].head;

		if (head->kind != OSCOPE_CHUNK_IPC_OBJECT)
			continue;
		o = r->file->chunk[i].data;
		for (j = 0; j < head->bytes / sizeof(*o); j++) {
			if (!o[j].number || o[j].number > r->says.objects)
				return broken(r, "an impossible object", o[j].number);
			r->object[o[j].number - 1] = o[j].object;
			r->exact[o[j].number - 1] = o[j].flags & OSCOPE_FILE_OBJECT_EXACT;
		}
	}
	return 0;
}

int replay_ipc_open(struct replay_ipc *r, const struct trace_reader *file)
{
	r->file = file;
	r->says = says(file);
	if (r->says.objects > IPC_OBJECTS_MAX)
		return broken(r, "room for too many objects:", r->says.objects);
	r->object = calloc(r->says.objects + 1, sizeof(*r->object));
	r->exact = calloc(r->says.objects + 1, sizeof(*r->exact));
	return r->object && r->exact ? objects_find(r) : no_memory(r);
}

void replay_ipc_free(struct replay_ipc *r)
{
	free(r->object);
	free(r->exact);
	free(r->use);
	free(r->pair);
	map_free(&r->uses);
	map_free(&r->pairs);
	map_free(&r->callers);
}

/* A use, made if there is none; NULL: no memory. */
static struct oscope_ipc_use *use_find(struct replay_ipc *r, uint32_t object, uint32_t op,
				       uint32_t tid)
{
	uint64_t key = (uint64_t)object << 40 | (uint64_t)op << 32 | tid;
	size_t place = map_place(&r->uses, key);

	if (place == MAP_FULL || array_room(&r->use, &r->use_room, place, sizeof(*r->use)))
		return NULL;
	r->use[place].key = key;
	return &r->use[place];
}

/* What signals take is not measured: they are no calls of their own. */
static int call_add(struct replay_ipc *r, const struct oscope_call_told *t)
{
	struct oscope_ipc_use *use;

	if (t->mechanism >= OSCOPE_IPCS)
		return broken(r, "a call of an unknown mechanism", t->mechanism);
	if (t->object > r->says.objects)
		return broken(r, "an impossible object", t->object);
	r->sum.calls++;
	oscope_ipc_count(&r->sum.op[t->mechanism][t->op], &t->what);
	if (t->no_entry)
		r->sum.no_entry++;
	else if (t->mechanism != OSCOPE_IPC_SIGNAL)
		oscope_hist_add(&r->sum.latency[t->mechanism][t->op], t->what.latency_ns);
	if (map_place(&r->callers, t->tid) == MAP_FULL)
		return no_memory(r);
	if (!t->object)
		return 0;
	/* Not told yet when the recording broke off. */
	if (!r->object[t->object - 1].mechanism)
		r->object[t->object - 1].mechanism = t->mechanism + 1;
	use = use_find(r, t->object, t->op, t->tid);
	if (!use)
		return no_memory(r);
	oscope_ipc_count(&use->sum, &t->what);
	return 0;
}

static int pair_add(struct replay_ipc *r, const struct oscope_pair_told *t)
{
	size_t place;

	if (!t->object || t->object > r->says.objects)
		return broken(r, "an impossible object", t->object);
	place = map_place(&r->pairs, (uint64_t)(t->object - 1) << 44 | (uint64_t)t->from << 22 |
			  t->to);
	if (place == MAP_FULL || array_room(&r->pair, &r->pair_room, place, sizeof(*r->pair)))
		return no_memory(r);
	r->pair[place].object = t->object;
	r->pair[place].key = (uint64_t)t->from << 32 | t->to;
	oscope_pair_count(&r->pair[place], t);
	return 0;
}

int replay_ipc_record(struct replay_ipc *r, uint32_t cpu, const struct oscope_slot *slot,
		      uint32_t n)
{
	struct oscope_call_told call;
	struct oscope_pair_told pair;

	if (oscope_head_id(slot->head) == OSCOPE_REC_IPC_CALL) {
		oscope_call_unpack(&call, slot, n);
		if (r->asked && !replay_passes(r->asked, cpu, call.tid))
			return 0;
		return call_add(r, &call);
	}
	oscope_pair_unpack(&pair, slot, n);
	return pair_add(r, &pair);
}

/*
 * Reports show pairs of those who have a use of the object: who passes the filter. Whoever is in a
 * pair has one, though it may be by another object that his calls are counted.
 */
static int uses_complete(struct replay_ipc *r)
{
	size_t i;

	for (i = 0; i < r->pairs.n; i++) {
		const struct oscope_ipc_pair *p = &r->pair[i];
		uint32_t from = p->key >> 32, to = (uint32_t)p->key;

		if (map_find(&r->callers, from) != MAP_FULL &&
		    !use_find(r, p->object, OSCOPE_IPC_SEND, from))
			return no_memory(r);
		if (map_find(&r->callers, to) != MAP_FULL &&
		    !use_find(r, p->object, OSCOPE_IPC_RECEIVE, to))
			return no_memory(r);
	}
	return 0;
}

static int names_fill(const struct replay_ipc *r, struct ipc_reading *to)
{
	const struct oscope_file_name *name;
	size_t i, j;

	for (i = 0; i < r->file->n_chunks; i++) {
		const struct oscope_chunk *head = r->file->chunk[i].head;

		if (head->kind != OSCOPE_CHUNK_IPC_NAME)
			continue;
		name = r->file->chunk[i].data;
		for (j = 0; j < head->bytes / sizeof(*name); j++) {
			if (!name[j].number || name[j].number > IPC_NAMES)
				return broken(r, "an impossible name", name[j].number);
			to->name[name[j].number - 1] = name[j].name;
		}
	}
	return 0;
}

/* Whether a task that passes the filter has it: the share of an object in a process. */
static bool share_passes(const struct replay_ipc *r, const struct oscope_ipc_share *share)
{
	const struct replay_task *task = replay_task(r->asked, (uint32_t)share->key);

	return task && asked_name(r->asked->filter, task->row.comm) &&
	       replay_member(r->asked, (uint32_t)share->key);
}

/* The first of the shares is behind: which of the objects are of who passes the filter. */
static void shares_ask(struct replay_ipc *r, const struct ipc_reading *to, bool *asked)
{
	size_t i;

	for (i = 0; i < r->uses.n; i++)
		asked[ipc_use_object(&r->use[i])] = true;
	for (i = 0; i < to->n_share; i++)
		asked[to->share[i].key >> 32] |= share_passes(r, &to->share[i]);
}

/* Of an object that they have, all who have it, as live. */
static int shares_keep(struct replay_ipc *r, struct ipc_reading *to)
{
	bool *asked = calloc(r->says.objects + 1, sizeof(*asked));
	size_t i, n = 0;

	if (!asked)
		return no_memory(r);
	shares_ask(r, to, asked);
	for (i = 0; i < to->n_share; i++) {
		if (asked[to->share[i].key >> 32])
			to->share[n++] = to->share[i];
	}
	to->n_share = n;
	free(asked);
	return 0;
}

static int shares_fill(struct replay_ipc *r, struct ipc_reading *to)
{
	const struct oscope_ipc_share *share;
	size_t i, j;

	to->n_share = 0;
	for (i = 0; i < r->file->n_chunks; i++) {
		const struct oscope_chunk *head = r->file->chunk[i].head;

		if (head->kind != OSCOPE_CHUNK_IPC_SHARE)
			continue;
		share = r->file->chunk[i].data;
		for (j = 0; j < head->bytes / sizeof(*share) && to->n_share < IPC_SHARES; j++) {
			uint32_t object = share[j].key >> 32;

			if (object && object <= r->says.objects)
				to->share[to->n_share++] = share[j];
		}
	}
	return r->asked ? shares_keep(r, to) : 0;
}

static int by_tid(const void *a, const void *b)
{
	const struct oscope_identity *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static int by_number(const void *a, const void *b)
{
	const struct oscope_file_symbol *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* All structs of a kind of chunk, one after the other; *to is allocated. */
static int chunks_gather(const struct replay_ipc *r, enum oscope_chunk_kind kind, size_t size,
			 void *to, size_t *n)
{
	char *all = NULL;
	size_t bytes = 0, i;

	for (i = 0; i < r->file->n_chunks; i++) {
		if (r->file->chunk[i].head->kind == kind)
			bytes += r->file->chunk[i].head->bytes;
	}
	if (!bytes)
		return 0;
	all = malloc(bytes);
	if (!all)
		return no_memory(r);
	*n = bytes / size;
	memcpy(to, &all, sizeof(all));
	for (i = 0; i < r->file->n_chunks; i++) {
		const struct oscope_chunk *head = r->file->chunk[i].head;

		if (head->kind != kind)
			continue;
		memcpy(all, head + 1, head->bytes);
		all += head->bytes;
	}
	return 0;
}

static int others_fill(const struct replay_ipc *r, struct ipc_reading *to)
{
	int err;

	err = chunks_gather(r, OSCOPE_CHUNK_IPC_OTHER, sizeof(*to->other), &to->other,
			    &to->n_other);
	if (!err)
		err = chunks_gather(r, OSCOPE_CHUNK_IPC_SYMBOL, sizeof(*to->symbol), &to->symbol,
				    &to->n_symbol);
	if (err)
		return err;
	if (to->other)
		qsort(to->other, to->n_other, sizeof(*to->other), by_tid);
	if (to->symbol)
		qsort(to->symbol, to->n_symbol, sizeof(*to->symbol), by_number);
	return 0;
}

/* Objects go over as they are: however many there are said to be, few have memory of their own. */
static struct ipc_reading *reading_make(struct replay_ipc *r)
{
	struct ipc_reading *to = ipc_new((struct ipc_room){
		.objects = r->says.objects + 1,
		.uses = r->uses.n + 1,
		.pairs = r->pairs.n + 1,
	});

	if (!to)
		return NULL;
	free(to->object);
	free(to->exact);
	to->object = r->object;
	to->exact = r->exact;
	r->object = NULL;
	r->exact = NULL;
	to->hooked_by = r->says.functions ? IPC_HOOKED_FUNCTIONS : IPC_HOOKED_CALLS;
	if (r->says.mechanisms != OSCOPE_IPC_ALL)
		to->followed = r->says.mechanisms & OSCOPE_IPC_ALL;
	to->recorded = true;
	to->ipc_ns = r->says.ipc_ns;
	if (r->sum.calls)	/* or they are all 0, and there are many */
		to->sum = r->sum;
	/* A flight recorder does not tell: these are of all that it has seen. */
	if (!r->asked && r->says.calls)
		to->sum.calls = r->says.calls;
	to->sum.objects_full = r->says.objects_full;
	to->sum.calls_full = r->says.calls_full;
	/* Whose these were is not said. */
	to->sum.asynchronous = r->asked && r->says.asynchronous ? NOT_CAPTURED :
								  r->says.asynchronous;
	to->sum.shares_full = r->says.shares_full;
	return to;
}

int replay_ipc_reading(struct replay_ipc *r, struct ipc_reading **to)
{
	struct ipc_reading *made;
	int err = uses_complete(r);

	if (err)
		return err;
	ipc_free(*to);
	*to = made = reading_make(r);
	if (!made)
		return no_memory(r);
	if (r->uses.n)
		memcpy(made->use, r->use, r->uses.n * sizeof(*made->use));
	if (r->pairs.n)
		memcpy(made->pair, r->pair, r->pairs.n * sizeof(*made->pair));
	made->n_use = r->uses.n;
	made->n_pair = r->pairs.n;
	ipc_sort(made);
	err = shares_fill(r, made);
	if (!err)
		err = names_fill(r, made);
	return err ? err : others_fill(r, made);
}

int replay_ipc_objects(const struct trace_reader *file, struct ipc_reading **to)
{
	struct replay_ipc *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return err_sys(-ENOMEM, "reading %s", file->path);
	err = replay_ipc_open(r, file);
	if (!err)
		err = replay_ipc_reading(r, to);
	replay_ipc_free(r);
	free(r);
	return err;
}
