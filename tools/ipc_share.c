// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that processes share: part of a reading, and oscope ipc --by share: who has which segment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ipc_share.h"
#include "ipc_report.h"
#include "report.h"
#include "util.h"

static int share_compare(const void *a, const void *b)
{
	const struct oscope_ipc_share *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

void ipc_shares_take(struct ipc_reading *r, const struct oscope_ipc_share *cell)
{
	size_t i;

	r->n_share = 0;
	for (i = 0; i < IPC_SHARES; i++) {
		if (oscope_load(&cell[i].key))
			ipc_words_load(&r->share[r->n_share++], &cell[i], sizeof(cell[i]));
	}
	qsort(r->share, r->n_share, sizeof(*r->share), share_compare);
}

/* What they have is as it is; what they have called for is new. */
void ipc_shares_subtract(struct ipc_reading *after, const struct ipc_reading *before)
{
	const struct oscope_ipc_share *s;
	size_t i;

	for (i = 0; i < after->n_share; i++) {
		s = bsearch(&after->share[i], before->share, before->n_share, sizeof(*s),
			    share_compare);
		if (!s)
			continue;
		after->share[i].attaches -= s->attaches;
		after->share[i].detaches -= s->detaches;
	}
}

#define SHM_PATH	"/dev/shm/"

/* "/name" as shm_open(3) has it, "memfd:name:[inode]", another path, "shm:0x1234 id 5". */
bool ipc_segment_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		      char to[IPC_NAME_MAX])
{
	const struct oscope_ipc_name *name;
	size_t len, skip;

	if (!o->mechanism || !oscope_is_segment(o->mechanism - 1))
		return false;
	if (o->mechanism == OSCOPE_IPC_SYSV_SHM + 1) {
		ipc_sysv_name(r, o, "shm", to);
		return true;
	}
	name = o->name && o->name <= IPC_NAMES ? &r->name[o->name - 1] : NULL;
	if (!name || !name->parts) {
		snprintf(to, IPC_NAME_MAX, "%s:[%llu]", ipc_mechanism_name(o->mechanism - 1),
			 (unsigned long long)o->ino);
		return true;
	}
	ipc_path(name, to);
	skip = o->mechanism == OSCOPE_IPC_MEMFD + 1 ? 1 :
	       strncmp(to, SHM_PATH, strlen(SHM_PATH)) ? 0 : strlen(SHM_PATH) - 1;
	len = strlen(to) - skip;
	memmove(to, to + skip, len + 1);
	if (o->mechanism == OSCOPE_IPC_MEMFD + 1)	/* others may be called the same */
		snprintf(to + len, IPC_NAME_MAX - len, ":[%llu]", (unsigned long long)o->ino);
	return true;
}

struct ipc_segment ipc_segment(const struct ipc_reading *r, uint32_t object)
{
	struct ipc_segment s = { NOT_CAPTURED, NOT_CAPTURED, NOT_CAPTURED };
	size_t i;

	if (!oscope_is_segment(ipc_mechanism(r, object)))
		return s;
	s.bytes = r->object[object - 1].segment.bytes;
	s.resident = r->object[object - 1].segment.resident;
	s.processes = 0;
	for (i = 0; i < r->n_share; i++)
		s.processes += r->share[i].key >> 32 == object;
	return s;
}

struct share_row {
	struct out_task process;
	struct ipc_segment segment;
	uint32_t mechanism;
	uint64_t attaches, detaches, inherited_from, mapped, most;
	const char *state;
	char object[IPC_NAME_MAX];
};

static bool get_mechanism(const void *row, struct out_value *v)
{
	v->str = ipc_mechanism_name(((const struct share_row *)row)->mechanism);
	return v->str;
}

static bool get_object(const void *row, struct out_value *v)
{
	v->str = ((const struct share_row *)row)->object;
	return true;
}

#define FIELD(field)	OUT_FIELD(struct share_row, field)

static const struct out_column columns[] = {
	{ "mechanism", "MECHANISM", OUT_STR, "what kind of memory it is", 0, OUT_KEY | OUT_HIDDEN,
	  get_mechanism },
	{ "object", "SEGMENT", OUT_STR, "which segment or file", 0, OUT_KEY | OUT_TRUNC,
	  get_object },
	{ "process", "PROCESS", OUT_TASK, "who has or has had it", FIELD(process), OUT_KEY },
	{ "bytes", "SIZE", OUT_U64, "of the segment", FIELD(segment.bytes) },
	{ "resident_bytes", "TOUCHED", OUT_U64, "of that: was there when it was looked at",
	  FIELD(segment.resident) },
	{ "mapped_bytes", "MAPPED", OUT_U64, "in the memory of the process now", FIELD(mapped),
	  OUT_HIDDEN },
	{ "mapped_bytes_max", "MAPPED", OUT_U64, "in the memory of the process, at most",
	  FIELD(most) },
	{ "attaches", "MAPS", OUT_U64, "calls of the process that have mapped it",
	  FIELD(attaches) },
	{ "detaches", "UNMAPS", OUT_U64, "calls of the process that have unmapped some of it",
	  FIELD(detaches) },
	{ "inherited_from", "FROM", OUT_U64, "the process that it was forked from, which had it",
	  FIELD(inherited_from) },
	{ "state", "STATE", OUT_STR, "held, or how that has ended: detached, exec, exit",
	  FIELD(state) },
};

const struct out_table ipc_share_table = OUT_TABLE(columns);
const size_t ipc_share_stride = sizeof(struct share_row);

static void row_fill(struct share_row *row, const struct snapshot *snap,
		     const struct oscope_ipc_share *s)
{
	static const char *const states[] = {
		[OSCOPE_IPC_HELD] = "held",
		[OSCOPE_IPC_DETACHED] = "detached",
		[OSCOPE_IPC_EXEC] = "exec",
		[OSCOPE_IPC_EXIT] = "exit",
	};
	uint32_t object = s->key >> 32;

	/* Who has done nothing else has no row; who had it before an exec was called otherwise. */
	row->process = ipc_task(snap, (uint32_t)s->key);
	if (!row->process.comm[0] || (s->ended == OSCOPE_IPC_EXEC && s->comm[0]))
		snprintf(row->process.comm, sizeof(row->process.comm), "%.*s",
			 (int)sizeof(s->comm), s->comm);
	row->segment = ipc_segment(snap->ipc, object);
	row->mechanism = ipc_mechanism(snap->ipc, object);
	row->attaches = s->attaches;
	row->detaches = s->detaches;
	row->inherited_from = s->parent ? s->parent : NOT_CAPTURED;
	row->mapped = s->bytes;
	row->most = s->bytes_max;
	row->state = s->ended <= OSCOPE_IPC_EXIT ? states[s->ended] : "?";
	ipc_object_name(snap->ipc, object, row->object);
}

/* Segments by size; of one, who had it first as processes are numbered. */
static int by_size(const void *a, const void *b)
{
	const struct share_row *x = a, *y = b;
	int order;

	if (x->segment.bytes != y->segment.bytes)
		return x->segment.bytes > y->segment.bytes ? -1 : 1;
	order = strcmp(x->object, y->object);
	if (order)
		return order;
	return x->process.tid < y->process.tid ? -1 : x->process.tid > y->process.tid;
}

void *ipc_share_rows(const struct snapshot *snap, size_t *n)
{
	const struct ipc_reading *r = snap->ipc;
	struct share_row *rows = calloc(r->n_share + 1, sizeof(*rows));
	size_t i;

	for (i = 0; rows && i < r->n_share; i++)
		row_fill(&rows[(*n)++], snap, &r->share[i]);
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_size);
	return rows;
}
