// SPDX-License-Identifier: GPL-2.0
/* What claims say of themselves in Chinese: found by linker section, and by the text itself. */
#include <string.h>

#include "notes/about.h"
#include "util.h"

extern const struct abouts *const __start_oscope_abouts[];
extern const struct abouts *const __stop_oscope_abouts[];

const struct about *about_at(size_t i)
{
	const struct abouts *const *table;

	for (table = __start_oscope_abouts; table < __stop_oscope_abouts; table++) {
		if (i < (*table)->n)
			return &(*table)->about[i];
		i -= (*table)->n;
	}
	return NULL;
}

const struct about *about_find(const char *id)
{
	const struct about *a;
	size_t i;

	for (i = 0; (a = about_at(i)); i++) {
		if (!strcmp(a->id, id))
			return a;
	}
	return NULL;
}

static const char *chinese_of(const struct claim *c, const struct about *a, const char *english)
{
	const struct {
		const char *english, *chinese;
	} texts[] = {
		{ c->how, a->how }, { c->gates, a->gates }, { c->rule, a->rule },
		{ c->live, a->live }, { c->op, a->op },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		if (texts[i].chinese && !strcmp(texts[i].english, english))
			return texts[i].chinese;
	}
	return english;
}

const char *about_said(enum lang lang, const char *id, const char *english)
{
	const struct claim *c = lang == LANG_ZH ? claim_find(id) : NULL;
	const struct about *a = c ? about_find(id) : NULL;

	return a ? chinese_of(c, a, english) : english;
}
