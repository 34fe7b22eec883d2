// SPDX-License-Identifier: GPL-2.0
/*
 * Folded stacks for flame graphs: the time off CPUs by name, state and reason, in ns. Recordings
 * hold no stacks: this is what they have in their place.
 */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "map.h"
#include "util.h"

/* Numbers for the halves of names, for names, for name and reason; what the latter add up to. */
struct folded {
	struct map half, name, cell;
	uint64_t *ns;
	size_t room;
};

#define CELL(name, span, reason)	((uint64_t)(name) << 16 | (uint64_t)(span) << 8 | (reason))

static size_t name_place(struct folded *f, const char comm[OSCOPE_COMM_LEN])
{
	uint64_t half[2];
	size_t place[2], i;

	memcpy(half, comm, sizeof(half));
	for (i = 0; i < 2; i++) {
		place[i] = map_place(&f->half, half[i]);
		if (place[i] == MAP_FULL)
			return MAP_FULL;
	}
	return map_place(&f->name, (uint64_t)place[0] << 32 | place[1]);
}

static int span_add(struct export *e, const struct export_task *t, enum replay_span span,
		    uint32_t reason, uint64_t ns)
{
	struct folded *f = e->priv;
	size_t name, place;

	if (span != SPAN_BLOCKED && span != SPAN_STOPPED && span != SPAN_READY_WOKEN &&
	    span != SPAN_READY_PREEMPTED)
		return 0;
	if (!f) {
		f = calloc(1, sizeof(*f));
		e->priv = f;
	}
	if (!f)
		return -ENOMEM;
	name = name_place(f, t->comm);
	if (name == MAP_FULL)
		return -ENOMEM;
	place = map_place(&f->cell, CELL(name, span, span == SPAN_BLOCKED ? reason & 0xff : 0));
	if (place == MAP_FULL || array_room(&f->ns, &f->room, place, sizeof(*f->ns)))
		return -ENOMEM;
	f->ns[place] += ns;
	return 0;
}

/* What separates the parts of a stack is no part of a name. */
static void name_put(struct export *e, const struct folded *f, size_t name)
{
	uint64_t key = f->name.key[name], half[2];
	char text[EXPORT_NAME], *at;

	half[0] = f->half.key[key >> 32];
	half[1] = f->half.key[(uint32_t)key];
	fmt_escape(text, sizeof(text), (const char *)half, sizeof(half), false);
	if (!*text)
		fputc('?', e->f);
	for (at = text; *at; at++) {
		if (*at == ';')
			fputs("\\x3b", e->f);
		else
			fputc(*at, e->f);
	}
}

static int end(struct export *e)
{
	struct folded *f = e->priv;
	size_t i;

	for (i = 0; f && i < f->cell.n; i++) {
		uint64_t key = f->cell.key[i];
		enum replay_span span = key >> 8 & 0xff;
		const char *why = export_reason_name(span, key & 0xff);

		name_put(e, f, key >> 16);
		fprintf(e->f, ";%s%s%s %llu\n", export_span_name(span), why ? ";" : "",
			why ? why : "", (unsigned long long)f->ns[i]);
	}
	return 0;
}

static void forget(struct export *e)
{
	struct folded *f = e->priv;

	if (!f)
		return;
	map_free(&f->half);
	map_free(&f->name);
	map_free(&f->cell);
	free(f->ns);
	free(f);
}

const struct export_ops export_folded = {
	.span = span_add,
	.end = end,
	.forget = forget,
};
