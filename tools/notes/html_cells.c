// SPDX-License-Identifier: GPL-2.0
/* The cells of a table on the page: round trips by way, throughput by size, and all in figures. */
#include <math.h>
#include <string.h>

#include "notes/html_svg.h"
#include "util.h"

#define ROW	14.0		/* of a way */
#define NAME	16		/* characters */
#define LEFT	(SVG_LEFT + 32)	/* of names, which are longer than those of arms */
#define BYTES	64.0		/* of a message, whose round trips are drawn */

/* What a figure draws of which cells. */
struct drawing {
	const char *placement, *title, *caption, *unit;
	const char *value, *lo, *hi;
	bool all_sizes;
};

static bool drawn(const struct drawing *d, const json_t *cell)
{
	double bytes = member_number(cell, "bytes");

	return !strcmp(member_text(cell, "placement"), d->placement) &&
	       member_number(cell, d->value) > 0 &&
	       (d->all_sizes || fabs(bytes - BYTES) < 0.5 || bytes < 0.5);
}

static const char *way_before(const json_t *cells, const struct drawing *d, size_t i)
{
	while (i--) {
		if (drawn(d, json_array_get(cells, i)))
			return member_text(json_array_get(cells, i), "way");
	}
	return "";
}

/* How many rows it has: cells of one way follow each other. The axis, by the way. */
static size_t rows_of(const json_t *cells, const struct drawing *d, struct svg_axis *x)
{
	double lo = INFINITY, hi = -INFINITY;
	const json_t *cell;
	size_t i, n = 0;

	json_array_foreach(cells, i, cell) {
		double v = member_number(cell, d->value);

		if (!drawn(d, cell))
			continue;
		n += strcmp(way_before(cells, d, i), member_text(cell, "way")) != 0;
		lo = fmin(lo, d->lo ? fmin(v, member_number(cell, d->lo)) : v);
		hi = fmax(hi, d->hi ? fmax(v, member_number(cell, d->hi)) : v);
	}
	if (n)
		svg_axis_set(x, lo, hi);
	return n;
}

/* A mark, with its interval if it has one. */
static void cell_draw(struct html *h, const struct drawing *d, const struct svg_axis *x,
		      const json_t *cell, double y)
{
	double at = svg_place(x, member_number(cell, d->value));

	html_put(h, "<path class=\"mid\" d=\"M%g %gv8\"/>\n", svg_tenth(at), svg_tenth(y - 4));
	if (d->lo && member_number(cell, d->lo) <= member_number(cell, d->hi))
		html_put(h, "<path class=\"l0 bars\" d=\"M%g %gH%g\"/>\n",
			 svg_tenth(svg_place(x, member_number(cell, d->lo))), svg_tenth(y),
			 svg_tenth(svg_place(x, member_number(cell, d->hi))));
}

static void drawing_put(struct html *h, const json_t *row, const struct drawing *d)
{
	const json_t *cells = json_object_get(row, "cells"), *cell;
	struct svg_axis x = { .from = LEFT, .to = SVG_WIDTH - SVG_RIGHT };
	size_t n = rows_of(cells, d, &x), i, at = 0;
	double bottom = SVG_TOP + (double)n * ROW;

	if (!n)
		return;
	svg_open(h, bottom + SVG_FOOT, d->title, member_text(row, "id"));
	svg_ticks_x(h, &x, bottom, d->unit);
	json_array_foreach(cells, i, cell) {
		const char *way = member_text(cell, "way");

		if (!drawn(d, cell))
			continue;
		if (strcmp(way_before(cells, d, i), way)) {
			at++;
			svg_name(h, LEFT - 8, SVG_TOP + ROW * ((double)at - 0.2), SVG_END, way,
				 NAME);
		}
		cell_draw(h, d, &x, cell, SVG_TOP + ROW * ((double)at - 0.5));
	}
	html_put(h, "</svg>\n<figcaption>");
	html_say(h, d->title);
	html_text(h, ". ");
	html_say(h, d->caption);
	html_put(h, "</figcaption></figure>\n");
}

#define TRIPS	"Medians with their 95 % intervals, of 64 bytes or of none."
#define THROUGH \
	"Each point is a size, from the smallest to the largest that the way carries; one way."

static const struct drawing drawings[] = {
	{ "same", "Round trip by way, one CPU", TRIPS, "ns", "rt_ns", "rt_lo", "rt_hi", false },
	{ "cross", "Round trip by way, two CPUs", TRIPS, "ns", "rt_ns", "rt_lo", "rt_hi", false },
	{ "same", "Throughput by size, one CPU", THROUGH, "MB/s", "mb_per_s", NULL, NULL, true },
	{ "cross", "Throughput by size, two CPUs", THROUGH, "MB/s", "mb_per_s", NULL, NULL, true },
};

static void cell_row(struct html *h, const json_t *cell)
{
	static const struct {
		const char *key, *unit;
	} columns[] = {
		{ "bytes", "" }, { "rank", "" }, { "rt_ns", "ns" }, { "one_ns", "ns" },
		{ "mb_per_s", "" }, { "cpu_ns", "ns" }, { "switches", "" }, { "calls", "" },
	};
	size_t i;

	html_row(h, member_text(cell, "way"));
	html_cell(h, "td", html_said(h, member_text(cell, "placement")));
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		html_number_cell(h, cell, columns[i].key, columns[i].unit);
}

void html_cells(struct html *h, const json_t *row)
{
	static const char *const headings[] = {
		"Way", "Where", "Bytes", "Rank", "Round trip", "One way", "MB/s", "CPU", "Switches",
		"Calls", NULL,
	};
	const json_t *cells = json_object_get(row, "cells"), *cell;
	size_t i;

	if (!json_array_size(cells))
		return;
	for (i = 0; i < ARRAY_SIZE(drawings); i++)
		drawing_put(h, row, &drawings[i]);
	html_put(h, "<details><summary>");
	html_say(h, "All cells");
	html_put(h, " (%zu)</summary>\n", json_array_size(cells));
	html_scroll(h, "All cells");
	html_put(h, "<table class=\"n\">");
	html_headings(h, headings);
	json_array_foreach(cells, i, cell)
		cell_row(h, cell);
	html_put(h, "</table></div></details>\n");
}
