// SPDX-License-Identifier: GPL-2.0
/*
 * What a futex is called: the variable, or where in which file, or whose memory at what address.
 */
#include <stdio.h>
#include <string.h>

#include "elf_symbols.h"
#include "ipc.h"

#define SYMBOL_MAX	96

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

static void in_file(const struct oscope_ipc_object *o, const struct oscope_ipc_name *name,
		    char to[IPC_NAME_MAX])
{
	const struct oscope_ipc_word *w = &o->word;
	char symbol[SYMBOL_MAX];
	size_t len;
	bool found;

	ipc_path(name, to);
	found = w->place == OSCOPE_IPC_PLACE_FILE &&
		elf_symbol(to, o->ino, w->offset, symbol, sizeof(symbol));
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
		in_file(o, name, to);
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
