// SPDX-License-Identifier: GPL-2.0
/* What a hand-over between two tasks is made of. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "hist.h"
#include "notes/parts.h"
#include "util.h"

#define CALLS	256	/* of a batch */
#define BATCHES	16

/* ns that one takes, the median of batches: others may have the CPU in some. */
static double each_ns(void (*go)(const struct handoff *h, uint64_t n), const struct handoff *h)
{
	const uint64_t n = CALLS;
	double each[BATCHES];
	uint64_t start;
	int i;

	go(h, n);
	for (i = 0; i < BATCHES; i++) {
		start = now_ns();
		go(h, n);
		each[i] = (double)(now_ns() - start) / (double)n;
	}
	return stats_median(each, BATCHES);
}

/* Of calls that wake somebody the median: a timer may end any of them. */
static int gives_ns(struct sample *s, struct handoff *h, uint64_t n, double *median)
{
	uint64_t *ns = calloc(n, sizeof(*ns)), i;
	double *value = calloc(n, sizeof(*value));
	int err = ns && value ? 0 : -ENOMEM;

	if (!err) {
		handoff_gives(h, ns, n);
		s->ops += n;
		for (i = 0; i < n; i++)
			value[i] = (double)ns[i];
		*median = stats_median(value, n) - (double)s->clock.cost_ns;
	}
	free(ns);
	free(value);
	return err;
}

int parts_measure(struct sample *s, struct handoff *h, uint64_t rounds)
{
	double gives, nobody = each_ns(handoff_wakes, h);
	int err;

	sample_see(s, PART_CALLS, each_ns(handoff_calls, h));
	sample_see(s, PART_WORK, each_ns(handoff_works, h));
	err = gives_ns(s, h, rounds, &gives);
	if (!err)
		sample_see(s, PART_WAKEUP, gives - nobody);
	return err;
}

void parts_evidence(struct note *n, size_t arm, enum oscope_kind kind)
{
	const char *name = n->claim->arm[arm].name;
	double whole = stats_median(n->timed[arm].value, n->timed[arm].n) / 2, direct, rest;
	unsigned int part;

	direct = (double)hist_quantile(&n->counted[arm].sum->direct[kind], 0.5);
	rest = whole - direct;
	for (part = 0; part < PARTS_SEEN; part++)
		rest -= note_seen_mean(n, arm, part);
	note_evidence(n, name, "hand_over_ns", whole);
	note_evidence(n, name, kind == OSCOPE_KIND_SAME_MM ? "direct_same_mm_ns" :
							     "direct_cross_mm_ns", direct);
	if (!isnan(rest))
		note_evidence(n, name, "unexplained_share", rest / whole);
}
