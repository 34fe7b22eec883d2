// SPDX-License-Identifier: GPL-2.0
/* Published figures beside what was measured here. */
#include <string.h>

#include "notes/plausible.h"
#include "util.h"

#define FIGURE(claim, evidence, value, hardware, source) \
	{ claim, evidence, value, hardware, source },

static const struct {
	const char *claim, *evidence;
	double value;
	const char *hardware, *source;
} figures[] = {
#include "notes/plausible.def"
};

static const struct evidence *evidence_find(const struct note *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->n_evidence; i++) {
		if (!strcmp(n->evidence[i].name, name))
			return &n->evidence[i];
	}
	return NULL;
}

size_t plausible_of(const struct note *n, struct plausible to[PLAUSIBLE_MOST])
{
	const struct evidence *e;
	size_t i, count = 0;

	for (i = 0; i < ARRAY_SIZE(figures) && count < PLAUSIBLE_MOST; i++) {
		if (strcmp(figures[i].claim, n->claim->id))
			continue;
		e = evidence_find(n, figures[i].evidence);
		if (!e)
			continue;
		to[count++] = (struct plausible){
			figures[i].evidence, figures[i].value, e->value, figures[i].hardware,
			figures[i].source,
			e->value > PLAUSIBLE_FAR * figures[i].value ||
				e->value * PLAUSIBLE_FAR < figures[i].value,
		};
	}
	return count;
}
