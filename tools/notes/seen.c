// SPDX-License-Identifier: GPL-2.0
/* What samples observed: taken together over an arm, as gates, and as the outcome of a claim. */
#include <math.h>

#include "notes/notes.h"

static void seen_merge(struct arm_seen *to, const struct arm_seen *more)
{
	if (!more->n)
		return;
	to->min = to->n ? fmin(to->min, more->min) : more->min;
	to->max = to->n ? fmax(to->max, more->max) : more->max;
	to->sum += more->sum;
	to->n += more->n;
}

void arm_seen_add(struct arm_seen *seen, const struct sample *s)
{
	unsigned int what;

	for (what = 0; what < SAMPLE_SEEN; what++) {
		double value = s->seen[what];
		struct arm_seen one = { 1, value, value, value };

		if (s->seen_mask >> what & 1)
			seen_merge(&seen[what], &one);
	}
}

struct arm_seen note_seen(const struct note *n, size_t arm, unsigned int what)
{
	struct arm_seen seen = n->timed[arm].seen[what];

	seen_merge(&seen, &n->counted[arm].seen[what]);
	return seen;
}

double note_seen_mean(const struct note *n, size_t arm, unsigned int what)
{
	struct arm_seen seen = note_seen(n, arm, what);

	return seen.n ? seen.sum / (double)seen.n : NAN;
}

bool note_seen_always(const struct note *n, size_t arm, unsigned int what, double value)
{
	struct arm_seen seen = note_seen(n, arm, what);

	return seen.n && seen.n == n->timed[arm].n + n->counted[arm].n && seen.min >= value &&
	       seen.max <= value;
}

/* The least of what the claim needs, as yes and no. */
static struct arm_seen least(const struct note *n)
{
	const struct claim_count *first = n->claim->needed, *c;
	struct arm_seen low = { 0 };

	for (c = first; c->of; c++) {
		struct arm_seen seen = note_seen(n, c->arm, c->what);

		if (c == first || seen.sum * (double)low.n < low.sum * (double)seen.n || !seen.n)
			low = seen;
		if (!low.n)
			break;
	}
	return low;
}

void note_effect(struct note *n)
{
	struct arm_seen low;

	if (n->claim->effect) {
		n->claim->effect(n);
		return;
	}
	low = least(n);
	n->effect = stats_share((size_t)low.sum, low.n);
	n->effect_unit = "of samples";
}

enum note_outcomes note_outcomes(const struct note *n)
{
	struct arm_seen low = least(n);

	if (!low.n || low.max <= 0)
		return OUTCOMES_NO;
	return low.min >= 1 ? OUTCOMES_YES : OUTCOMES_MIXED;
}

void note_gate_seen(struct note *n, size_t arm, unsigned int what, double expected)
{
	struct arm_seen seen = note_seen(n, arm, what);
	double off = fabs(seen.min - expected) > fabs(seen.max - expected) ? seen.min : seen.max;

	note_gate(n, n->claim->arm[arm].name, n->claim->seen[what], expected, expected, expected,
		  seen.n == n->timed[arm].n + n->counted[arm].n && seen.n ? off : NAN);
}
