// SPDX-License-Identifier: GPL-2.0
/*
 * Timelines on the page: a row a task, a bar where it was on a CPU. Which CPU is told by the bar's
 * place in its row, and by its colour for those who see it.
 */
#include <math.h>
#include <string.h>

#include "notes/html_svg.h"
#include "util.h"

#define CPUS	4		/* lanes of a row; more CPUs share them */
#define LANE	4.0
#define ROW_LEAST 13.0		/* of a name */
#define SPANS	512
#define TASKS	32
#define NAME	14		/* characters */

/* The CPUs that are in it, by number. */
struct lanes {
	size_t n;
	unsigned int cpu[64];
};

static unsigned int cpu_of(const json_t *span)
{
	return (unsigned int)json_integer_value(json_object_get(span, "cpu"));
}

static void lanes_find(struct lanes *l, const json_t *spans)
{
	const json_t *span;
	size_t i, at;

	l->n = 0;
	json_array_foreach(spans, i, span) {
		unsigned int cpu = cpu_of(span);

		for (at = 0; at < l->n && l->cpu[at] < cpu; at++)
			;
		if ((at < l->n && l->cpu[at] == cpu) || l->n == ARRAY_SIZE(l->cpu))
			continue;
		memmove(l->cpu + at + 1, l->cpu + at, (l->n - at) * sizeof(*l->cpu));
		l->cpu[at] = cpu;
		l->n++;
	}
}

static size_t lane_of(const struct lanes *l, unsigned int cpu)
{
	size_t at;

	for (at = 0; at < l->n && l->cpu[at] != cpu; at++)
		;
	return at % CPUS;
}

static double row_height(const struct lanes *l)
{
	return fmax(LANE * (double)(l->n < CPUS ? l->n : CPUS) + 5, ROW_LEAST);
}

/* Every bar of one lane, of all rows: relative strokes are half as long as absolute ones. */
static void lane_draw(struct html *h, const json_t *spans, const struct lanes *l, size_t lane,
		      const struct svg_axis *x)
{
	double pen_x = 0, pen_y = 0;
	const json_t *span;
	bool any = false;
	size_t i;

	json_array_foreach(spans, i, span) {
		double task = member_number(span, "task"), from, to, y;

		if (lane_of(l, cpu_of(span)) != lane || !(task >= 0 && task < TASKS) || i >= SPANS)
			continue;
		from = svg_tenth(svg_place(x, member_number(span, "from_ns")));
		to = svg_tenth(fmax(svg_place(x, member_number(span, "to_ns")), from + 0.3));
		y = svg_tenth(SVG_TOP + row_height(l) * task + LANE * ((double)lane + 0.9));
		if (any)
			html_put(h, "m%g %gh%g", svg_tenth(from - pen_x), svg_tenth(y - pen_y),
				 svg_tenth(to - from));
		else
			html_put(h, "<path class=\"bar t%zu\" d=\"M%g %gh%g", lane, from, y,
				 svg_tenth(to - from));
		any = true;
		pen_x = to;
		pen_y = y;
	}
	if (any)
		html_put(h, "\"/>\n");
}

static void count_say(struct html *h, const char *english, double value)
{
	if (!(value > 0))
		return;
	html_put(h, " ");
	html_say(h, english);
	html_put(h, ": %.0f.", value);
}

static void cpus_say(struct html *h, const struct lanes *l)
{
	size_t i;

	html_put(h, " ");
	html_say(h, "CPUs, in each row from the top");
	for (i = 0; i < l->n; i++)
		html_put(h, "%s %u", i ? "," : ":", l->cpu[i]);
	html_put(h, ".");
}

/* All that the bars say which can be said: for who does not see them, and under the figure. */
static void told(struct html *h, const json_t *t, const struct lanes *l)
{
	char number[HTML_NUMBER];

	html_say(h, "tasks");
	html_put(h, ": %zu, ", json_array_size(json_object_get(t, "tasks")));
	html_say(h, "times on a CPU");
	html_put(h, ": %zu, ", json_array_size(json_object_get(t, "spans")));
	html_number(h, number, member_number(t, "shown_ns"), "ns");
	html_text(h, number);
	html_put(h, " / ");
	html_number(h, number, member_number(t, "whole_ns"), "ns");
	html_text(h, number);
	html_put(h, ".");
	cpus_say(h, l);
	count_say(h, "Times left out", member_number(t, "spans_left_out"));
	count_say(h, "Tasks left out", member_number(t, "tasks_left_out"));
	count_say(h, "Events lost", member_number(t, "lost"));
}

static void timeline_put(struct html *h, const json_t *row, const json_t *t)
{
	const json_t *spans = json_object_get(t, "spans"), *tasks = json_object_get(t, "tasks");
	struct svg_axis x = { .hi = member_number(t, "shown_ns"), .from = SVG_LEFT,
			      .to = SVG_WIDTH - SVG_RIGHT };
	size_t i, n = json_array_size(tasks);
	struct lanes l;
	double bottom;

	n = n < TASKS ? n : TASKS;
	lanes_find(&l, spans);
	if (!n || !l.n || !(x.hi > 0))
		return;
	bottom = SVG_TOP + row_height(&l) * (double)n;
	svg_open(h, bottom + SVG_FOOT, "when its tasks ran", member_text(row, "id"));
	html_put(h, "<desc>");
	html_text(h, member_text(t, "arm"));
	html_put(h, ": ");
	told(h, t, &l);
	html_put(h, "</desc>\n");
	svg_ticks_x(h, &x, bottom, "ns");
	for (i = 0; i < n; i++)
		svg_name(h, SVG_LEFT - 8, SVG_TOP + row_height(&l) * ((double)i + 0.7), SVG_END,
			 json_string_value(json_array_get(tasks, i)) ?: "", NAME);
	for (i = 0; i < CPUS; i++)
		lane_draw(h, spans, &l, i, &x);
	html_put(h, "</svg>\n<figcaption>");
	html_text(h, member_text(t, "arm"));
	html_put(h, ": ");
	html_say(h, "when its tasks ran");
	html_put(h, "; ");
	told(h, t, &l);
	html_put(h, "</figcaption></figure>\n");
}

void html_timelines(struct html *h, const json_t *row)
{
	const json_t *t;
	size_t i;

	json_array_foreach(json_object_get(row, "timelines"), i, t)
		timeline_put(h, row, t);
}
