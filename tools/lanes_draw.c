// SPDX-License-Identifier: GPL-2.0
/*
 * Lanes drawn: a line a task, or a CPU.
 */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "lanes.h"
#include "util.h"

#define LABEL		20		/* columns of a lane's name */
#define WHY		18		/* ... of what stands behind a task's */
#define LETTERS		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define COLORS		6

static const struct {
	const char *mark, *ascii, *color, *what;
} states[SEGMENT_STATES] = {
	[SEGMENT_UNKNOWN] = { "?", "?", "\033[35m", "unknown" },
	[SEGMENT_NEW] = { "n", "n", "\033[36m", "being made" },
	[SEGMENT_RUNNING] = { "█", "#", "\033[32m", "running" },
	[SEGMENT_WOKEN] = { "w", "w", "\033[33m", "ready, woken" },
	[SEGMENT_PREEMPTED] = { "p", "p", "\033[31m", "ready, preempted" },
	[SEGMENT_BLOCKED] = { "·", ".", "\033[34m", "blocked" },
	[SEGMENT_STOPPED] = { "s", "s", "\033[36m", "stopped" },
};

static void mark(const struct out_canvas *c, const char *color, const char *text)
{
	if (c->color)
		fprintf(c->to, "%s%s\033[0m", color, text);
	else
		fputs(text, c->to);
}

/* A part of the cell that it ran, while it slept for the rest. */
static const char *part_mark(double share, bool ascii)
{
	static const char *const eighth[] = {
		"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
	};
	int n = share * 8;

	if (ascii)
		return share < 0.5 ? ":" : "#";
	return eighth[n < 8 ? n : 7];
}

static void cell_draw(const struct out_canvas *c, const float *ns)
{
	float sum = 0;
	int most = SEGMENT_GONE, s;

	for (s = 0; s < SEGMENT_GONE; s++) {
		sum += ns[s];
		if (ns[s] > 0 && (most == SEGMENT_GONE || ns[s] > ns[most]))
			most = s;
	}
	if (most == SEGMENT_GONE)
		fputc(' ', c->to);
	else if (ns[SEGMENT_RUNNING] > 0 &&
		 (most == SEGMENT_RUNNING || most == SEGMENT_BLOCKED || most == SEGMENT_STOPPED))
		mark(c, states[SEGMENT_RUNNING].color,
		     part_mark(ns[SEGMENT_RUNNING] / sum, c->ascii));
	else
		mark(c, states[most].color, c->ascii ? states[most].ascii : states[most].mark);
}

static uint32_t cells_shown(const struct lanes *l)
{
	uint64_t n = (l->to_ns - l->from_ns + l->cell_ns - 1) / l->cell_ns;

	return n < l->cells ? n : l->cells;
}

static void label(const struct out_canvas *c, const struct out_task *t)
{
	char name[4 * OSCOPE_COMM_LEN + 1], text[LABEL + 1];
	int room;

	fmt_escape(name, sizeof(name), t->comm, sizeof(t->comm), true);
	room = LABEL - snprintf(NULL, 0, ":%u", t->tid);
	snprintf(text, sizeof(text), "%.*s:%u", room, name, t->tid);
	fprintf(c->to, "%-*s ", LABEL, text);
}

/* What most of the time was spent on that it did not run. */
static const char *why(const struct lane *lane)
{
	uint64_t most = lane->state[SEGMENT_WOKEN];
	const char *name = most ? "woken" : "";
	int i;

	if (lane->state[SEGMENT_PREEMPTED] > most) {
		most = lane->state[SEGMENT_PREEMPTED];
		name = "preempted";
	}
	for (i = 0; i < OSCOPE_REASONS; i++) {
		if (lane->reason[i] > most) {
			most = lane->reason[i];
			name = segment_reason_name(SEGMENT_BLOCKED, i);
		}
	}
	return name;
}

static uint64_t lane_ns(const struct lane *lane)
{
	uint64_t sum = 0;
	int s;

	for (s = 0; s < SEGMENT_STATES; s++)
		sum += lane->state[s];
	return sum;
}

static int by_running(const void *a, const void *b)
{
	const struct lane *x = *(const struct lane *const *)a, *y = *(const struct lane *const *)b;

	if (x->state[SEGMENT_RUNNING] != y->state[SEGMENT_RUNNING])
		return x->state[SEGMENT_RUNNING] > y->state[SEGMENT_RUNNING] ? -1 : 1;
	return x->task.tid < y->task.tid ? -1 : x->task.tid > y->task.tid;
}

static int by_first(const void *a, const void *b)
{
	const struct lane *x = *(const struct lane *const *)a, *y = *(const struct lane *const *)b;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Those that have segments, who ran longest first. Freed by the caller; NULL without memory. */
static const struct lane **lanes_sorted(const struct lanes *l, size_t *n)
{
	const struct lane **lane = calloc(l->n + 1, sizeof(struct lane *));
	size_t i;

	*n = 0;
	for (i = 0; lane && i < l->n; i++) {
		if (l->lane[i].used)
			lane[(*n)++] = &l->lane[i];
	}
	if (lane)
		qsort(lane, *n, sizeof(struct lane *), by_running);
	return lane;
}

static void axis_draw(const struct lanes *l, const struct out_canvas *c)
{
	char from[FMT_LEN], to[FMT_LEN], cell[FMT_LEN];
	int cells = cells_shown(l), gap;

	fmt_ns(from, l->from_ns - l->start_ns);
	fmt_ns(to, l->to_ns - l->start_ns);
	gap = cells - (int)strlen(from) - (int)strlen(to);
	fprintf(c->to, "%-*s %s%*s%s\n", LABEL, fmt_ns(cell, l->cell_ns), from, gap > 1 ? gap : 1,
		"", to);
}

static void tasks_draw(const struct lanes *l, const struct out_canvas *c,
		       const struct lane **lane, size_t n)
{
	uint32_t cells = cells_shown(l), at;
	size_t shown = n < l->rows ? n : l->rows, i;
	int s;

	qsort(lane, shown, sizeof(struct lane *), by_first);
	for (i = 0; i < shown; i++) {
		uint64_t ns = lane_ns(lane[i]);

		label(c, &lane[i]->task);
		for (at = 0; at < cells; at++)
			cell_draw(c, &lane[i]->cell[(size_t)at * SEGMENT_STATES]);
		fprintf(c->to, " %3.0f%% %s\n",
			100.0 * lane[i]->state[SEGMENT_RUNNING] / (ns ? ns : 1), why(lane[i]));
	}
	if (shown < n)
		fprintf(c->to, "... and %zu more that ran for less (--rows)\n", n - shown);
	fputc('\n', c->to);
	for (s = 0; s < SEGMENT_GONE; s++) {
		mark(c, states[s].color, c->ascii ? states[s].ascii : states[s].mark);
		fprintf(c->to, " %s%s", states[s].what, s < SEGMENT_GONE - 1 ? "   " : "\n");
	}
	fputs("behind: share of the time that it ran, and what most of the rest was for\n", c->to);
}

/* Letters: those who ran longest have one of their own. */
static char letter_of(const struct lanes *l, const struct lane **lane, size_t n, uint32_t task)
{
	size_t i;

	for (i = 0; i < n && i < strlen(LETTERS); i++) {
		if (lane[i] == &l->lane[task])
			return LETTERS[i];
	}
	return '+';
}

static void cpu_cell_draw(const struct lanes *l, const struct out_canvas *c,
			  const struct lane_cpu *cpu, uint32_t at, const struct lane **lane,
			  size_t n)
{
	static const char *const colors[COLORS] = {
		"\033[32m", "\033[33m", "\033[34m", "\033[35m", "\033[36m", "\033[31m"
	};
	uint64_t from = l->from_ns + at * l->cell_ns;
	const struct loss *loss = losses_after(l->losses, from);
	char text[2] = "";

	if (loss && loss->from_ns < from + l->cell_ns) {
		mark(c, states[SEGMENT_UNKNOWN].color, "?");
	} else if (!cpu->cell || !cpu->cell[at].task) {
		fputs(c->ascii ? "." : "·", c->to);
	} else {
		text[0] = letter_of(l, lane, n, cpu->cell[at].task - 1);
		mark(c, colors[(strchr(LETTERS "+", text[0]) - LETTERS) % COLORS], text);
	}
}

static void cpus_draw(const struct lanes *l, const struct out_canvas *c, const struct lane **lane,
		      size_t n)
{
	uint32_t cells = cells_shown(l), at;
	char name[LABEL + 1], ns[FMT_LEN];
	size_t i;

	for (i = 0; i < l->cpus; i++) {
		if (!l->cpu[i].cell)
			continue;
		snprintf(name, sizeof(name), "cpu %u", (uint32_t)i);
		fprintf(c->to, "%-*s ", LABEL, name);
		for (at = 0; at < cells; at++)
			cpu_cell_draw(l, c, &l->cpu[i], at, lane, n);
		fputc('\n', c->to);
	}
	fprintf(c->to, "\n%s nothing of it runs   ? unknown   + others\n", c->ascii ? "." : "·");
	for (i = 0; i < n && i < strlen(LETTERS) && lane[i]->state[SEGMENT_RUNNING]; i++) {
		fprintf(c->to, "%c ", LETTERS[i]);
		label(c, &lane[i]->task);
		fprintf(c->to, "%s\n", fmt_ns(ns, lane[i]->state[SEGMENT_RUNNING]));
	}
}

int lanes_columns(int width, bool by_cpu)
{
	int columns = width - LABEL - 1 - (by_cpu ? 0 : WHY);

	return columns > 10 ? columns : 10;
}

void lanes_draw(const void *arg, const struct out_canvas *canvas)
{
	const struct lanes *l = arg;
	size_t n;
	const struct lane **lane = lanes_sorted(l, &n);

	if (!lane || !n) {
		fputs("nothing ran or waited then\n", canvas->to);
		free(lane);
		return;
	}
	axis_draw(l, canvas);
	if (l->by_cpu)
		cpus_draw(l, canvas, lane, n);
	else
		tasks_draw(l, canvas, lane, n);
	free(lane);
}
