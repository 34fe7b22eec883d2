// SPDX-License-Identifier: GPL-2.0
/*
 * What a futex is called: the variable, or where in which file, or whose memory at what address.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_symbols.h"
#include "ipc.h"

/* The path of the file that a word lies in, NULL: it has none. */
static const struct oscope_ipc_name *file_name(const struct ipc_reading *r,
					       const struct oscope_ipc_object *o)
{
	uint32_t file = o->queue[OSCOPE_IPC_RECEIVE], name;

	if (!file || file > r->room.objects)
		return NULL;
	name = r->object[file - 1].name;
	return name && name <= IPC_NAMES && r->name[name - 1].parts ? &r->name[name - 1] : NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct oscope_file_symbol *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static bool symbol_recorded(const struct ipc_reading *r, uint32_t object,
			    char to[OSCOPE_IPC_SYMBOL_MAX])
{
	const struct oscope_file_symbol key = { .number = object }, *found = NULL;

	if (r->symbol)
		found = bsearch(&key, r->symbol, r->n_symbol, sizeof(key), by_number);
	if (found)
		snprintf(to, OSCOPE_IPC_SYMBOL_MAX, "%.*s", (int)sizeof(found->text) - 1,
			 found->text);
	return found && to[0];
}

bool ipc_word_symbol(const struct ipc_reading *r, uint32_t object,
		     char to[OSCOPE_IPC_SYMBOL_MAX])
{
	const struct oscope_ipc_object *o = &r->object[object - 1];
	const struct oscope_ipc_name *name = file_name(r, o);
	char path[IPC_NAME_MAX];

	if (!name || o->word.place != OSCOPE_IPC_PLACE_FILE)
		return false;
	if (r->recorded)
		return symbol_recorded(r, object, to);
	ipc_path(name, path);
	return elf_symbol(path, o->ino, o->word.offset, to, OSCOPE_IPC_SYMBOL_MAX);
}

static void in_file(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		    const struct oscope_ipc_name *name, char to[IPC_NAME_MAX])
{
	const struct oscope_ipc_word *w = &o->word;
	char symbol[OSCOPE_IPC_SYMBOL_MAX];
	bool found = ipc_word_symbol(r, o - r->object + 1, symbol);
	size_t len;

	ipc_path(name, to);
	len = strlen(to);
	if (name->flags & OSCOPE_IPC_NAME_ALONE)
		len += snprintf(to + len, IPC_NAME_MAX - len, ":[%llu]",
				(unsigned long long)o->ino);
	if (found)
		len += snprintf(to + len, IPC_NAME_MAX - len, ":%s", symbol);
	else
		len += snprintf(to + len, IPC_NAME_MAX - len, "+0x%llx",
				(unsigned long long)w->offset);
	if (w->place == OSCOPE_IPC_PLACE_FILE && len < IPC_NAME_MAX)
		snprintf(to + len, IPC_NAME_MAX - len, " of %u", w->pid);
}

void ipc_word_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		   char to[IPC_NAME_MAX])
{
	const struct oscope_ipc_word *w = &o->word;
	const struct oscope_ipc_name *name = file_name(r, o);

	if (name && (w->place == OSCOPE_IPC_PLACE_FILE || w->place == OSCOPE_IPC_PLACE_SHARED))
		in_file(r, o, name, to);
	else if (w->place == OSCOPE_IPC_PLACE_SHARED)
		snprintf(to, IPC_NAME_MAX, "inode %llu+0x%llx", (unsigned long long)o->ino,
			 (unsigned long long)w->offset);
	else if (w->place == OSCOPE_IPC_PLACE_HEAP)
		snprintf(to, IPC_NAME_MAX, "[heap]+0x%llx of %u", (unsigned long long)w->offset,
			 w->pid);
	else
		snprintf(to, IPC_NAME_MAX, "%s0x%llx of %u",
			 w->place == OSCOPE_IPC_PLACE_STACK ? "[stack] " : "",
			 (unsigned long long)w->address, w->pid);
}
