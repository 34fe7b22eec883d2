// SPDX-License-Identifier: GPL-2.0
/* py.scrapy: is Scrapy fast because it is asynchronous? */
#include <stdio.h>

#include "notes/notes.h"
#include "notes/said.h"

#define ID		"py.scrapy"
#define PAGES		"16"	/* in either case: what is there once weighs the same */
#define AT_ONCE		16
#define WAIT_MS		50
#define GAIN		2.0	/* times as fast: fast because of it */
#define NONE		1.1

enum { ONE, MANY, ONE_NOW, MANY_NOW };

static int run(struct sample *s)
{
	bool many = s->arm == MANY || s->arm == MANY_NOW;
	char at_once[16], wait[16];
	struct python p = {
		.script = "py/scrapy.py",
		.args = { at_once, PAGES, wait },
		.family = true,
		.package = "python3-scrapy",
	};

	snprintf(at_once, sizeof(at_once), "%d", many ? AT_ONCE : 1);
	snprintf(wait, sizeof(wait), "%d", s->arm == ONE || s->arm == MANY ? WAIT_MS : 0);
	return said_python(s, ID, &p);
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, ONE, MANY);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "many_now", "gain", note_ratio(n, ONE_NOW, MANY_NOW).value);
}

static void decide(struct note *n)
{
	struct interval now = note_ratio(n, ONE_NOW, MANY_NOW);
	const struct interval *e = &n->effect;

	if (e->lo >= GAIN && now.lo >= GAIN)
		note_verdict(n, VERDICT_HOLDS,
			     "with %d pages under way it went %.1f times as fast as with one where "
			     "each takes %d ms to come, and %.2f times where none does", AT_ONCE,
			     e->value, WAIT_MS, now.value);
	else if (e->lo >= GAIN && now.hi < GAIN)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "pages have to be waited for: of %d ms each they went %.1f times as "
			     "fast with %d under way as with one, of none %.2f times", WAIT_MS,
			     e->value, AT_ONCE, now.value);
	else if (e->lo >= GAIN)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "pages that are waited for went %.1f times as fast with %d under way, "
			     "others %.2f to %.2f times", e->value, AT_ONCE, now.lo, now.hi);
	else if (e->hi <= NONE)
		note_verdict(n, VERDICT_FALSE,
			     "pages went %.2f times as fast with %d under way: no gain", e->value,
			     AT_ONCE);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "pages went %.2f to %.2f times as fast with %d under way: neither as "
			     "fast nor twice", e->lo, e->hi, AT_ONCE);
}

static const struct claim scrapy = {
	.id = ID,
	.topic = "py",
	.claim = "Scrapy is fast because it is asynchronous",
	.claim_zh = "Scrapy 基于异步，所以快",
	.how =
		"Scrapy fetches pages of a server on the same machine and CPU, which waits 50 ms "
		"before each, or not at all: 16 of them, with one request under way at a time or "
		"with all of them. The value is the time from the first request to the last page, through "
		"their number. An operation is one page.",
	.gates = "All pages came; one child, the server, beside the interpreter.",
	.rule =
		"r = time a page, one at a time / 16, with its 95 % interval, for pages that wait. "
		"HOLDS if the lower end is 2 or more, for those that do not wait, too; HOLDS IF "
		"pages have to be waited for, if theirs has its upper end below 2; FALSE if the upper end is 1.1 at most; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- scrapy crawl SPIDER",
	.op = "page",
	.value = "ns",
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "pages that came/op"), MADE_ONCE(ALL_ARMS, FORK, 2),
	},
	.narrow = 0.2,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[ONE] = { "one", run }, [MANY] = { "many", run },
		[ONE_NOW] = { "one_now", run }, [MANY_NOW] = { "many_now", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(scrapy);
