// SPDX-License-Identifier: GPL-2.0
/*
 * What is executed, from pieces. Those of two tasks may come mixed, from two CPUs; an EXEC may be
 * lost, and its pieces wait in vain: so not many are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "spawn_args.h"
#include "util.h"

#define PIECE		sizeof(uint64_t)
#define WAITING_MAX	1024U

static struct spawn_args_text *text_find(const struct spawn_args *a, uint32_t tid)
{
	size_t i;

	for (i = a->n; i-- > 0;) {
		if (a->text[i].tid == tid)
			return &a->text[i];
	}
	return NULL;
}

static void text_drop(struct spawn_args *a, struct spawn_args_text *text)
{
	size_t at = text - a->text;

	a->n--;
	memmove(text, text + 1, (a->n - at) * sizeof(*text));
}

static struct spawn_args_text *text_new(struct spawn_args *a, uint32_t tid)
{
	struct spawn_args_text *text;

	if (a->n >= WAITING_MAX)
		text_drop(a, a->text);
	if (array_room(&a->text, &a->room, a->n, sizeof(*a->text)))
		return NULL;
	text = &a->text[a->n++];
	text->tid = tid;
	return text;
}

int spawn_args_add(struct spawn_args *a, const struct event *e)
{
	struct spawn_args_text *text = text_find(a, e->w[0]);
	size_t piece = e->flags & ~OSCOPE_FLAG_GAP;

	if (!text && !piece)
		text = text_new(a, e->w[0]);
	if (!text)	/* a later piece, the first one is lost */
		return piece ? 0 : err_sys(-ENOMEM, "keeping arguments");
	if (!piece)
		text->pieces = 0;
	if (piece != text->pieces || (piece + 1) * PIECE > sizeof(text->at))
		return 0;
	memcpy(text->at + piece * PIECE, &e->w[1], PIECE);
	text->pieces++;
	return 0;
}

int spawn_args_take(struct spawn_args *a, const struct event *e, char **to, const char **file,
		    struct out_words *args)
{
	struct spawn_args_text *text = text_find(a, e->w[0]);
	size_t told = e->w[2], has = text ? text->pieces * PIECE : 0, len;

	if (has > told)
		has = told;
	args->cut = has < told || (e->flags & OSCOPE_EXEC_CUT);
	*to = told || args->cut ? calloc(1, has + 1) : NULL;
	if (!*to)
		return told || args->cut ? err_sys(-ENOMEM, "keeping arguments") : 0;
	if (text) {
		memcpy(*to, text->at, has);
		text_drop(a, text);
	}
	*file = **to ? *to : NULL;
	len = strlen(*to) + 1;
	args->at = len < has ? *to + len : *to + has;
	args->bytes = len < has ? has - len : 0;
	return 0;
}

void spawn_args_free(struct spawn_args *a)
{
	free(a->text);
	memset(a, 0, sizeof(*a));
}
