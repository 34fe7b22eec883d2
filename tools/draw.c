// SPDX-License-Identifier: GPL-2.0
/* Histograms drawn with block characters, one row a power of two. */
#include <inttypes.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "draw.h"
#include "fmt.h"
#include "hist.h"

#define ROWS (OSCOPE_HIST_MAX_BITS + 1)

/* Row 0 holds 0, row r holds 2^(r-1) .. 2^r - 1. */
static void merge_rows(const struct oscope_hist *h, uint64_t row[ROWS])
{
	uint32_t i;
	uint64_t low;

	memset(row, 0, ROWS * sizeof(*row));
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		low = oscope_hist_low(i);
		row[low ? oscope_log2(low) + 1 : 0] += h->bucket[i];
	}
}

static char *bound(char buf[FMT_LEN], uint32_t r)
{
	return fmt_ns(buf, r ? 1ULL << (r - 1) : 0);
}

/* value / most of width cells, in eighths of a cell where the terminal can show them. */
static void draw_bar(FILE *to, uint64_t value, uint64_t most, int width, bool ascii)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	uint64_t n = (uint64_t)((double)value / (double)most * width * 8 + 0.5);

	if (value && !n)
		n = 1;
	if (ascii) {
		for (n = (n + 7) / 8; n; n--)
			fputc('#', to);
		return;
	}
	for (; n >= 8; n -= 8)
		fputs("█", to);
	fputs(eighth[n], to);
}

/* What all rows share: the largest, the room for counts and for bars. */
struct scale {
	uint64_t most;
	int digits, cells;
	bool ascii;
};

static struct scale scale_of(uint64_t most, int width, bool ascii)
{
	int digits = snprintf(NULL, 0, "%" PRIu64, most), cells;

	if (digits < 10)
		digits = 10;
	cells = width - digits - 22;
	return (struct scale){ most, digits, cells > 1 ? cells : 1, ascii };
}

static void draw_row(FILE *to, uint32_t r, uint64_t value, const struct scale *s)
{
	char low[FMT_LEN], high[FMT_LEN];

	bound(low, r);
	bound(high, r + 1);
	if (r == ROWS - 1)
		strcpy(high, "more");
	fprintf(to, "  %7s .. %-7s %*" PRIu64 " ", low, high, s->digits, value);
	draw_bar(to, value, s->most, s->cells, s->ascii);
	fputc('\n', to);
}

static void draw_head(FILE *to, const char *title, const struct hist_stats *s)
{
	char min[FMT_LEN], p50[FMT_LEN], p90[FMT_LEN], p99[FMT_LEN], max[FMT_LEN];

	if (!s->count) {
		fprintf(to, "%s: none\n", title);
		return;
	}
	fprintf(to, "%s: min %s, p50 %s, p90 %s, p99 %s, max %s\n", title, fmt_ns(min, s->min),
		fmt_ns(p50, s->p50), fmt_ns(p90, s->p90), fmt_ns(p99, s->p99),
		fmt_ns(max, s->max));
}

void draw_hist(FILE *to, const char *title, const struct oscope_hist *h, int width, bool ascii)
{
	uint64_t row[ROWS], most = 0;
	uint32_t r, first = ROWS, last = 0;
	struct hist_stats stats;
	struct scale scale;

	hist_stats(h, &stats);
	draw_head(to, title, &stats);
	merge_rows(h, row);
	for (r = 0; r < ROWS; r++) {
		if (!row[r])
			continue;
		if (first == ROWS)
			first = r;
		last = r;
		if (row[r] > most)
			most = row[r];
	}
	scale = scale_of(most, width, ascii);
	for (r = first; r <= last && r < ROWS; r++)
		draw_row(to, r, row[r], &scale);
}
