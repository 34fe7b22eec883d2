// SPDX-License-Identifier: GPL-2.0
/* One claim from start to verdict: both passes, then the judgement. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/placed.h"
#include "notes/timelines.h"
#include "util.h"

/* Of the budget, for the first pass at most; the second takes what it takes. */
#define TIMED_SHARE 0.75

/* The time for the first pass: what the second has taken before is kept for it. */
uint64_t note_timed_ns(const struct note_plan *plan)
{
	uint64_t timed = (uint64_t)(TIMED_SHARE * (double)plan->budget_ns);
	uint64_t left = plan->budget_ns > plan->counted_ns ? plan->budget_ns - plan->counted_ns : 0;

	return timed < left ? timed : left;
}

void note_progress(const struct note *n, const struct note_plan *plan, const char *fmt, ...)
{
	va_list ap;

	if (!plan->progress)
		return;
	fprintf(stderr, "\r\033[K");
	if (fmt) {
		fprintf(stderr, "%s%s: ", plan->where ? plan->where : "", n->claim->id);
		va_start(ap, fmt);
		vfprintf(stderr, fmt, ap);
		va_end(ap);
	}
	fflush(stderr);
}

static void placement(struct note *n)
{
	snprintf(n->placement, sizeof(n->placement), "%s (CPU %d)", claim_placement(n->claim),
		 n->machine->cpu);
}

void note_run(struct note *n, const struct claim *c, const struct note_plan *plan)
{
	uint64_t start = now_ns(), begun, counted;
	const char *source;

	memset(n, 0, sizeof(*n));
	n->claim = c;
	n->machine = plan->machine;
	n->seed = plan->seed;
	placement(n);
	source = note_source(n, plan);
	snprintf(n->source, sizeof(n->source), "%s", source ? source : "none");
	if (source && c->begin)
		c->begin(n);
	/* What has to be there first is not of the time for samples. */
	begun = now_ns();
	/* Times without counts would not be believed: they need not be taken. */
	if (source && !n->blocked[0])
		note_time(n, plan, begun + note_timed_ns(plan));
	if (source && !n->timed[0].n && !n->blocked[0])
		snprintf(n->blocked, sizeof(n->blocked),
			 "no time was left for it: a larger --budget");
	counted = now_ns();
	if (!n->blocked[0] && !note_stop)
		note_count(n, plan);
	n->counted_ns = now_ns() - counted;
	if (!n->blocked[0] && !note_stop)
		note_place(n, plan, begun + plan->budget_ns);
	if (!n->blocked[0] && !note_stop)
		note_timelines(n, plan, begun + plan->budget_ns);
	if (source && c->end)
		c->end(n);
	note_progress(n, plan, NULL);
	n->interrupted = note_stop;
	n->duration_ns = now_ns() - start;
	note_judge(n);
}

void note_free(struct note *n)
{
	size_t a;

	for (a = 0; a < NOTE_ARMS; a++) {
		free(n->counted[a].sum);
		n->counted[a].sum = NULL;
	}
	for (a = 0; n->placed && a < n->placed->n; a++)
		free(n->placed->raw[a].counted.sum);
	free(n->placed);
	n->placed = NULL;
	free(n->timelines);
	n->timelines = NULL;
	free(n->cells);
	n->cells = NULL;
}
