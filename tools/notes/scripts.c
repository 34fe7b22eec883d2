// SPDX-License-Identifier: GPL-2.0
/* The scripts of claims in other languages, as they were when the tool was built. */
#include <string.h>

#include "note_scripts.h"
#include "notes/foreign.h"
#include "util.h"

const char *foreign_script(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(note_scripts); i++) {
		if (!strcmp(note_scripts[i].name, name))
			return note_scripts[i].text;
	}
	return NULL;
}
