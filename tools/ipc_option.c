// SPDX-License-Identifier: GPL-2.0
/*
 * Options that name mechanisms of communication.
 */
#include <stdio.h>
#include <string.h>

#include "ipc_option.h"
#include "util.h"

#define NAME_LISTED(id, name, send, receive, take)	name,

int opt_mechanisms(struct opts *o, const struct opt_def *def, const char *arg)
{
	static const char *const names[] = { OSCOPE_IPC_LIST(NAME_LISTED) NULL };
	uint64_t *mechanisms = def->to;
	const char *at, *nearest;
	char word[32];
	uint32_t m;
	size_t len;

	(void)o;
	for (at = arg; at; at = at[len] ? at + len + 1 : NULL) {
		len = strcspn(at, ",");
		snprintf(word, sizeof(word), "%.*s", (int)len, at);
		for (m = 0; m < OSCOPE_IPCS && strcmp(word, names[m]); m++)
			;
		nearest = m == OSCOPE_IPCS ? nearest_name(word, names) : NULL;
		if (nearest)
			return opt_refuse(def, word, "did you mean %s?", nearest);
		if (m == OSCOPE_IPCS)
			return opt_refuse(def, word, "no such mechanism; see --help");
		*mechanisms |= 1ULL << m;
	}
	return 0;
}
