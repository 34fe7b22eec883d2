// SPDX-License-Identifier: GPL-2.0
/* Which claims there are: found by linker section, handed out by id. */
#include <stdlib.h>
#include <string.h>

#include "notes/notes.h"
#include "util.h"

extern const struct claim *const __start_oscope_claims[];
extern const struct claim *const __stop_oscope_claims[];

const struct claim *claim_next(const struct claim *c)
{
	const struct claim *const *at, *best = NULL;

	for (at = __start_oscope_claims; at < __stop_oscope_claims; at++) {
		if (c && strcmp((*at)->id, c->id) <= 0)
			continue;
		if (!best || strcmp((*at)->id, best->id) < 0)
			best = *at;
	}
	return best;
}

const struct claim *claim_find(const char *id)
{
	const struct claim *c = NULL;

	while ((c = claim_next(c))) {
		if (!strcmp(c->id, id))
			return c;
	}
	return NULL;
}

size_t claim_arms(const struct claim *c)
{
	size_t n = 0;

	while (n < NOTE_ARMS && c->arm[n].run)
		n++;
	return n;
}

const char *claim_placement(const struct claim *c)
{
	return c->placement ? c->placement : "same CPU";
}

/* "forced" stands for "switch.forced" as far as nearness goes. */
const char *claim_nearest(const char *id)
{
	size_t n = __stop_oscope_claims - __start_oscope_claims, i = 0;
	const char **names = calloc(2 * n + 1, sizeof(*names));
	const char *near = NULL;
	const struct claim *c = NULL;

	if (!names)
		return NULL;
	while ((c = claim_next(c))) {
		names[i] = c->id;
		names[n + i++] = strchr(c->id, '.') + 1;
	}
	near = nearest_name(id, names);
	for (i = 0; near && i < n; i++) {
		if (near == names[n + i])
			near = names[i];
	}
	free(names);
	return near;
}

static const char *const verdict_names[VERDICTS] = {
	[VERDICT_HOLDS]		= "HOLDS",
	[VERDICT_HOLDS_IF]	= "HOLDS IF",
	[VERDICT_OUTDATED]	= "OUTDATED",
	[VERDICT_FALSE]		= "FALSE",
	[VERDICT_UNDEFINED]	= "UNDEFINED",
	[VERDICT_INCONCLUSIVE]	= "INCONCLUSIVE HERE",
	[VERDICT_VOID]		= "VOID",
};

const char *verdict_name(enum verdict v)
{
	return verdict_names[v];
}
