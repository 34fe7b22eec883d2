// SPDX-License-Identifier: GPL-2.0
/* Samples that are one run of a script which says all of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "notes/said.h"

enum { OPS, TURNS, NS, SEEN_FROM };

struct said {
	struct foreign_number number[SEEN_FROM + SAMPLE_SEEN + 1];
};

static int ask(struct said *said, const char *id)
{
	const struct claim *c = claim_find(id);
	size_t i;

	memset(said, 0, sizeof(*said));
	said->number[OPS].name = "ops";
	said->number[TURNS].name = "turns";
	said->number[NS].name = "ns";
	for (i = 0; c && i < SAMPLE_SEEN && c->seen[i]; i++)
		said->number[SEEN_FROM + i].name = c->seen[i];
	return c ? 0 : -ENOENT;
}

static int take(struct sample *s, const char *script, const struct said *said)
{
	const struct foreign_number *number = said->number;
	unsigned int i;

	if (number[OPS].value <= 0 || number[TURNS].value < 0 || number[NS].value < 0) {
		snprintf(s->why, sizeof(s->why), "%s: did nothing, or less than that", script);
		return -EPROTO;
	}
	s->ops = (uint64_t)number[OPS].value;
	s->turns = (uint64_t)number[TURNS].value;
	s->value = (double)number[NS].value / (double)s->ops;
	s->flat = true;
	for (i = 0; number[SEEN_FROM + i].name; i++) {
		if (number[SEEN_FROM + i].value >= 0)
			sample_see(s, i, (double)number[SEEN_FROM + i].value);
	}
	return 0;
}

int said_python(struct sample *s, const char *claim, const struct python *p)
{
	struct said said;
	int err = ask(&said, claim);

	if (!err)
		err = python_run(s, p, said.number);
	return err ? err : take(s, p->script, &said);
}

int said_foreign(struct sample *s, const char *claim, const struct foreign *f)
{
	struct said said;
	int err = ask(&said, claim);

	if (!err)
		err = foreign_run(s, f, said.number);
	return err ? err : take(s, f->script, &said);
}
