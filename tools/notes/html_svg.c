// SPDX-License-Identifier: GPL-2.0
/*
 * Figures of the page, as SVG: what the samples of each arm are, and how arms go along a sweep.
 * Coordinates are those of a box 360 wide, so that text can be read on a phone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "notes/html_impl.h"
#include "notes/html_svg.h"
#include "notes/stats.h"
#include "util.h"

#define ROW		40.0	/* of an arm */
#define SWEEP		180.0	/* height of a sweep's plot */
#define ARMS		8
#define SAMPLES		512	/* of an arm, that are drawn */
#define POINTS		32	/* of a sweep */
#define LINES		3	/* ways to draw one */
#define LOG_FROM	30.0	/* times from least to most: then the axis is logarithmic */
#define TICKS		3
#define DOTS_X		361	/* places of dots: beside each other, and above */
#define DOT_MIDDLE	6
#define DOT_ROWS	(2 * DOT_MIDDLE + 1)
#define NAME_MOST	40	/* characters */

double svg_place(const struct svg_axis *a, double v)
{
	double share;

	if (a->log)
		share = log(v / a->lo) / log(a->hi / a->lo);
	else
		share = (v - a->lo) / (a->hi - a->lo);
	return a->from + fmin(fmax(share, 0), 1) * (a->to - a->from);
}

void svg_axis_set(struct svg_axis *a, double lo, double hi)
{
	lo = fmax(fmin(lo, 1e300), -1e300);
	hi = fmax(fmin(hi, 1e300), -1e300);
	a->log = lo > 0 && hi / lo > LOG_FROM;
	if (a->log) {
		a->lo = lo / 1.1;
		a->hi = hi * 1.1;
		return;
	}
	a->lo = lo - 0.05 * (hi - lo);
	a->hi = hi + 0.05 * (hi - lo);
	if (a->hi > a->lo)
		return;
	a->lo = lo - fabs(lo) * 0.1 - 1;
	a->hi = lo + fabs(lo) * 0.1 + 1;
}

/* 1, 2 or 5 times a power of ten, at most v. */
static double round_step(double v)
{
	double power = pow(10, floor(log10(v))), times = v / power;

	return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
}

/* Where a tick is, the how-manieth; NAN: there is no other. */
static double tick_at(const struct svg_axis *a, int i)
{
	double step, at;

	if (a->log) {
		step = fmax(1, floor(log10(a->hi / a->lo) / TICKS));
		at = pow(10, ceil(log10(a->lo)) + i * step);
	} else {
		step = round_step((a->hi - a->lo) / TICKS);
		at = (ceil(a->lo / step) + i) * step;
		/* What is 0 but for the arithmetic. */
		at = fabs(at) < step / 1e6 ? 0 : at;
	}
	return at <= a->hi && i < 3 * TICKS ? at : NAN;
}

double svg_tenth(double v)
{
	return round(v * 10) / 10;
}

static void svg_text(struct html *h, double x, double y, const char *text)
{
	html_put(h, "<text x=%g y=%g>", svg_tenth(x), svg_tenth(y));
	html_text(h, text);
	html_put(h, "</text>\n");
}

void svg_name(struct html *h, double x, double y, enum svg_anchor anchor, const char *name,
	      size_t most)
{
	char cut[4 * NAME_MOST + 4];
	size_t len = strlen(name), at = 0, chars, n;

	for (chars = 0; chars < most && at < len; chars++) {
		n = fmt_utf8_len(name + at, len - at);
		at += n ? n : 1;
	}
	snprintf(cut, sizeof(cut), "%.*s%s", (int)at, name, at < len ? "\xe2\x80\xa6" : "");
	if (anchor == SVG_MIDDLE)
		html_put(h, "<g class=\"middle\">");
	svg_text(h, x, y, cut);
	if (anchor == SVG_MIDDLE)
		html_put(h, "</g>");
}

void svg_ticks_x(struct html *h, const struct svg_axis *a, double y, const char *unit)
{
	char number[HTML_NUMBER];
	double at, x;
	int i;

	html_put(h, "<path class=\"axis\" d=\"M%g %gH%g", svg_tenth(a->from), svg_tenth(y),
		 svg_tenth(a->to));
	for (i = 0; at = tick_at(a, i), isfinite(at); i++)
		html_put(h, "M%g %gV%g", svg_tenth(svg_place(a, at)), SVG_TOP, svg_tenth(y + 3));
	html_put(h, "\"/>\n<g class=\"tick middle\">\n");
	for (i = 0; at = tick_at(a, i), isfinite(at); i++) {
		x = svg_place(a, at);
		html_number(h, number, at, unit);
		svg_text(h, fmin(x, SVG_WIDTH - 22), y + 15, number);
	}
	html_put(h, "</g>\n");
}

static void ticks_y(struct html *h, const struct svg_axis *a, double x, const char *unit)
{
	char number[HTML_NUMBER];
	double at;
	int i;

	html_put(h, "<path class=\"axis\" d=\"");
	for (i = 0; at = tick_at(a, i), isfinite(at); i++)
		html_put(h, "M%g %gH%g", svg_tenth(x), svg_tenth(svg_place(a, at)),
			 SVG_WIDTH - SVG_RIGHT);
	html_put(h, "\"/>\n<g class=\"tick\">\n");
	for (i = 0; at = tick_at(a, i), isfinite(at); i++) {
		html_number(h, number, at, unit);
		svg_text(h, x - 6, svg_place(a, at) + 4, number);
	}
	html_put(h, "</g>\n");
}

void svg_open(struct html *h, double height, const char *title, const char *id)
{
	h->ids++;
	html_put(h, "<figure>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
		 "aria-labelledby=\"f%u\">\n<title id=\"f%u\">", SVG_WIDTH, height, h->ids,
		 h->ids);
	html_text(h, id);
	html_text(h, ": ");
	html_say(h, title);
	html_put(h, "</title>\n");
}

static void svg_close(struct html *h, const char *caption)
{
	html_put(h, "</svg>\n");
	html_element(h, "figcaption", html_said(h, caption));
	html_put(h, "</figure>\n");
}

/* The samples of an arm that can be drawn. */
static size_t samples_of(const json_t *arm, double v[SAMPLES])
{
	const json_t *sample;
	size_t i, n = 0;

	json_array_foreach(json_object_get(arm, "samples"), i, sample) {
		if (json_is_number(sample) && n < SAMPLES)
			v[n++] = json_number_value(sample);
	}
	return n;
}

/*
 * A row of dots, from x 0 on: those beside each other are one stroke, as a unit is less than half a
 * dot. *x, *y: where the pen is; negative: nowhere yet.
 */
static void dots_row(struct html *h, const bool there[DOTS_X], int row, int *x, int *y)
{
	int from, to;

	for (from = 0; from < DOTS_X; from = to + 1) {
		to = from;
		if (!there[from])
			continue;
		while (to + 1 < DOTS_X && there[to + 1])
			to++;
		if (*x < 0)
			html_put(h, "M%d %dh%d", from, row, to - from);
		else
			html_put(h, "m%d %dh%d", from - *x, row - *y, to - from);
		*x = to;
		*y = row;
	}
}

/*
 * Each sample is a dot, a little above or below its neighbours; those far away are squares. By
 * place, not in their order, which makes the path short.
 */
static void dots(struct html *h, const struct svg_axis *a, const double *v, size_t n, double y,
		 bool outliers)
{
	double far = stats_far(v, n), median = stats_median(v, n);
	bool there[DOT_ROWS][DOTS_X] = { 0 }, any = false;
	int x, row, pen_x = -1, pen_y = -1;
	size_t i;

	for (i = 0; i < n; i++) {
		x = (int)lround(svg_place(a, v[i]));
		if ((fabs(v[i] - median) > far) != outliers || x < 0 || x >= DOTS_X)
			continue;
		there[i * 7 % DOT_ROWS][x] = true;
		any = true;
	}
	if (!any)
		return;
	html_put(h, "<path class=\"%s\" d=\"", outliers ? "far" : "dots");
	for (row = 0; row < DOT_ROWS; row++)
		dots_row(h, there[row], (int)lround(y) + row - DOT_MIDDLE, &pen_x, &pen_y);
	html_put(h, "\"/>\n");
}

static void arm_draw(struct html *h, const struct svg_axis *a, const json_t *arm, double y)
{
	double v[SAMPLES], p25 = member_number(arm, "p25"), p75 = member_number(arm, "p75");
	double median = member_number(arm, "median"), lo = member_number(arm, "lo");
	double hi = member_number(arm, "hi");
	size_t n = samples_of(arm, v);

	svg_name(h, SVG_LEFT - 8, y + 4, SVG_END, member_text(arm, "arm"), 14);
	if (p25 <= p75)
		html_put(h, "<rect class=\"box\" x=\"%g\" y=\"%g\" width=\"%g\" "
			 "height=\"20\"/>\n", svg_tenth(svg_place(a, p25)), svg_tenth(y - 10),
			 svg_tenth(fmax(svg_place(a, p75) - svg_place(a, p25), 1)));
	dots(h, a, v, n, y, false);
	dots(h, a, v, n, y, true);
	if (isnan(median))
		return;
	html_put(h, "<path class=\"mid\" d=\"M%g %gv28", svg_tenth(svg_place(a, median)),
		 svg_tenth(y - 14));
	if (lo <= hi)
		html_put(h, "M%g %gv4m0-2H%gm0-2v4", svg_tenth(svg_place(a, lo)),
			 svg_tenth(y + 12), svg_tenth(svg_place(a, hi)));
	html_put(h, "\"/>\n");
}

/* The least and the most of all samples; whether there is any. */
static bool range_of(const json_t *arms, double *lo, double *hi)
{
	double v[SAMPLES];
	const json_t *arm;
	size_t i, s, n;

	*lo = INFINITY;
	*hi = -INFINITY;
	json_array_foreach(arms, i, arm) {
		n = samples_of(arm, v);
		for (s = 0; s < n; s++) {
			*lo = fmin(*lo, v[s]);
			*hi = fmax(*hi, v[s]);
		}
	}
	return *lo <= *hi;
}

void html_distributions(struct html *h, const json_t *row)
{
	const json_t *arms = json_object_get(row, "arms"), *arm;
	size_t i, n = json_array_size(arms);
	struct svg_axis x = { .from = SVG_LEFT, .to = SVG_WIDTH - SVG_RIGHT };
	double lo, hi, bottom;

	n = n < ARMS ? n : ARMS;
	if (!range_of(arms, &lo, &hi))
		return;
	svg_axis_set(&x, lo, hi);
	bottom = SVG_TOP + (double)n * ROW;
	svg_open(h, bottom + SVG_FOOT, "samples of each arm", member_text(row, "id"));
	svg_ticks_x(h, &x, bottom, member_text(json_array_get(arms, 0), "unit"));
	json_array_foreach(arms, i, arm) {
		if (i < n)
			arm_draw(h, &x, arm, SVG_TOP + ROW * ((double)i + 0.45));
	}
	svg_close(h, x.log ? "Each dot is a sample, squares are outliers; box: the middle half; "
		  "line: the median; bar below: its 95 % interval. The axis is logarithmic." :
		  "Each dot is a sample, squares are outliers; box: the middle half; line: the "
		  "median; bar below: its 95 % interval.");
}

/* A point of a sweep. */
struct point {
	const char *line;
	double at, median, lo, hi;
};

static size_t points_of(const json_t *row, struct point to[POINTS])
{
	const json_t *arm;
	size_t i, n = 0;

	json_array_foreach(json_object_get(row, "arms"), i, arm) {
		struct point p = {
			member_text(arm, "line"), member_number(arm, "at"),
			member_number(arm, "median"), member_number(arm, "lo"),
			member_number(arm, "hi"),
		};

		if (n < POINTS && isfinite(p.at) && isfinite(p.median))
			to[n++] = p;
	}
	return n;
}

static void axes_of(const struct point *p, size_t n, struct svg_axis *x, struct svg_axis *y)
{
	double x_lo = INFINITY, x_hi = -INFINITY, y_lo = 0, y_hi = -INFINITY;
	size_t i;

	for (i = 0; i < n; i++) {
		x_lo = fmin(x_lo, p[i].at);
		x_hi = fmax(x_hi, p[i].at);
		y_lo = fmin(y_lo, fmin(p[i].median, p[i].lo));
		y_hi = fmax(y_hi, fmax(p[i].median, p[i].hi));
	}
	svg_axis_set(x, x_lo, x_hi);
	svg_axis_set(y, y_lo, y_hi);
}

/* The points of one line, those from the first of them on; k: how it is drawn. */
static void line_draw(struct html *h, const struct point *p, size_t n, const struct svg_axis *x,
		      const struct svg_axis *y, int k)
{
	size_t i, last = 0;
	bool any = false;

	html_put(h, "<path class=\"l%d\" d=\"", k);
	for (i = 0; i < n; i++) {
		if (strcmp(p[i].line, p->line))
			continue;
		html_put(h, "%c%g %g", any ? 'L' : 'M', svg_tenth(svg_place(x, p[i].at)),
			 svg_tenth(svg_place(y, p[i].median)));
		any = true;
		last = i;
	}
	html_put(h, "\"/>\n<path class=\"l%d bars\" d=\"", k);
	for (i = 0; i < n; i++) {
		if (strcmp(p[i].line, p->line) || !(p[i].lo <= p[i].hi))
			continue;
		html_put(h, "M%g %gh6m-3 0V%gm-3 0h6", svg_tenth(svg_place(x, p[i].at) - 3),
			 svg_tenth(svg_place(y, p[i].lo)), svg_tenth(svg_place(y, p[i].hi)));
	}
	html_put(h, "\"/>\n");
	svg_name(h, svg_place(x, p[last].at), svg_place(y, p[last].median) - 8, SVG_END,
		 html_said(h, p->line), 24);
}

static bool is_first(const struct point *p, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++) {
		if (!strcmp(p[j].line, p[i].line))
			return false;
	}
	return true;
}

void html_sweep(struct html *h, const json_t *row)
{
	struct svg_axis x = { .from = SVG_LEFT - 20, .to = SVG_WIDTH - SVG_RIGHT };
	struct svg_axis y = { .from = SVG_TOP + SWEEP, .to = SVG_TOP + 10 };
	struct point p[POINTS];
	const char *along = member_text(row, "along");
	size_t i, n = points_of(row, p);
	int k = 0;

	if (!*along || n < 2)
		return;
	axes_of(p, n, &x, &y);
	svg_open(h, SVG_TOP + SWEEP + 2 * SVG_FOOT, "medians along the sweep",
		 member_text(row, "id"));
	ticks_y(h, &y, x.from, member_text(json_array_get(json_object_get(row, "arms"), 0),
					   "unit"));
	svg_ticks_x(h, &x, y.from, "");
	for (i = 0; i < n; i++) {
		if (is_first(p, i))
			line_draw(h, p + i, n - i, &x, &y, k++ % LINES);
	}
	svg_name(h, (x.from + x.to) / 2, SVG_TOP + SWEEP + SVG_FOOT + 10, SVG_MIDDLE,
		 html_said(h, along), NAME_MOST);
	svg_close(h, "Each point is the median of an arm, with its 95 % interval.");
}
