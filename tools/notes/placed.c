// SPDX-License-Identifier: GPL-2.0
/* Rows by placement, from what was measured to what is told. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "notes/cpus.h"
#include "notes/placed.h"
#include "util.h"

#define LOST_MAX	0.001	/* of all events */
#define SLEEPS_SLACK	0.02	/* of the sleeps of an operation */
#define SPARE		12	/* switches of a sample around its operations */
#define MOVES		4	/* migrations of a sample: each task to its CPU, and two to spare */
#define THERE_MIN	0.9	/* of the switches: on the CPUs; the start may be elsewhere */
#define EACH_MIN	0.1	/* ... on each of them */
#define IDLED		0.9	/* exits from idle, an operation: the pause did let a CPU idle */
#define ALONE		0.5	/* ... a sleep: nobody else had the CPUs meanwhile */
#define EXITS_MOST	100	/* no bound: more of them are no harm */
#define PAUSE_NS	1000000L
#define PAUSES		16	/* operations of a sample after idle */
#define HOT_TRY		16	/* operations to see how long one takes */
#define HOT_OPS		4096	/* of a batch, at most */
#define HOT_BATCH_NS	300000	/* that a batch takes at least, if it has not as many */
#define HOT_BATCHES	16
#define HOT_MOST_NS	20000000ULL

size_t placed_count(const struct claim *c)
{
	size_t n = 0;

	while (n < NOTE_PLACED && c->placed[n].run)
		n++;
	return n;
}

struct note_placed *placed_of(struct note *n)
{
	if (!n->placed && placed_count(n->claim))
		n->placed = calloc(1, sizeof(*n->placed));
	return n->placed;
}

int place_partner(const struct sample *s)
{
	cpu_set_t one;

	if (s->place == PLACE_UNPINNED)
		return 0;
	CPU_ZERO(&one);
	CPU_SET(s->partner_cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

void placed_pause(void)
{
	const struct timespec t = { .tv_nsec = PAUSE_NS };

	nanosleep(&t, NULL);
}

/* Of one operation, or many in a row, in ns without the clock's own. */
static double timed(const struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg,
		    uint64_t n)
{
	uint64_t start = now_ns();

	ops(arg, n);
	return (double)(now_ns() - start) - (double)s->clock.cost_ns;
}

/*
 * Batches as of any sample, but few, and none is begun when they have taken long: on a CPU that
 * others want each operation waits for it, and arms would grow and warm up for minutes.
 */
static void measure_hot(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	uint64_t deadline = now_ns() + HOT_MOST_NS;
	double each = timed(s, ops, arg, HOT_TRY) / HOT_TRY, ns[HOT_BATCHES];
	size_t i;

	s->ops = HOT_TRY;
	s->batch_ops = HOT_TRY;
	while (s->batch_ops < HOT_OPS && (double)s->batch_ops * each < HOT_BATCH_NS)
		s->batch_ops *= 2;
	for (i = 0; i < HOT_BATCHES && (!i || now_ns() < deadline); i++) {
		ns[i] = timed(s, ops, arg, s->batch_ops) / (double)s->batch_ops;
		s->ops += s->batch_ops;
	}
	/* The first half warms up, where there is another one. */
	s->value = i < HOT_BATCHES ? stats_median(ns, i)
				   : stats_median(ns + HOT_BATCHES / 2, HOT_BATCHES / 2);
	s->flat = i == HOT_BATCHES;
}

static void measure_idle(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	double ns[PAUSES];
	int i;

	for (i = 0; i < PAUSES; i++) {
		placed_pause();
		ns[i] = timed(s, ops, arg, 1);
	}
	s->value = stats_median(ns, PAUSES);
	s->ops = PAUSES;
	s->batch_ops = 1;
	s->flat = true;
}

void placed_measure(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	if (s->idle)
		measure_idle(s, ops, arg);
	else
		measure_hot(s, ops, arg);
}

double placed_sleeps(enum placement place, bool idle)
{
	return idle ? 3 : 2;
}

static void gate(struct placed_row *row, const char *count, double expected, double min, double max,
		 double measured)
{
	struct gate *g = &row->gate[row->n_gates++];

	snprintf(g->count, sizeof(g->count), "%s: %s", row->what, count);
	g->expected = expected;
	g->min = min;
	g->max = max;
	g->measured = measured;
	g->ok = measured >= min && measured <= max;
	row->ok = row->ok && g->ok;
}

/* Where the tasks were, by the probes: the placement is what was asked for, or there is no row. */
static void gate_place(struct placed_row *row, const struct placed_raw *raw)
{
	const struct arm_counted *c = &raw->counted;
	double all = (double)(c->sum->voluntary + c->sum->involuntary);
	bool apart = raw->place != PLACE_SAME_CPU;

	if (raw->place == PLACE_UNPINNED)
		return;
	gate(row, "switches on its CPUs, share", 1, THERE_MIN, 1,
	     (double)(c->at_cpu + (apart ? c->at_partner : 0)) / all);
	if (apart)
		gate(row, "switches on the second CPU, share", 0.5, EACH_MIN, 1 - EACH_MIN,
		     (double)c->at_partner / all);
	if (c->features & OSCOPE_FEAT_MIGRATE)
		gate(row, "migrations/sample", 1, 0, MOVES,
		     (double)c->sum->migrations / (double)c->n);
}

/*
 * On one CPU each wait is a sleep, and who is pushed off it may not have to. On two whoever comes
 * late finds that it need not sleep: at most so many.
 */
static void gate_sleeps(struct placed_row *row, const struct placed *of,
			const struct placed_raw *raw)
{
	const struct arm_counted *c = &raw->counted;
	double expected = of->sleeps(raw->place, raw->idle);
	double max = (1 + SLEEPS_SLACK) * expected + SPARE * (double)c->n / (double)c->ops;
	double min = 0;

	if (raw->place == PLACE_SAME_CPU)
		min = (1 - SLEEPS_SLACK) * expected - 2 * note_per_op(c, c->sum->involuntary);
	gate(row, "voluntary switches/op", expected, min, max, note_per_op(c, c->sum->voluntary));
}

static void gates(struct placed_row *row, const struct placed *of, const struct placed_raw *raw)
{
	const struct arm_counted *c = &raw->counted;

	row->ok = true;
	gate(row, "lost events, share", 0, 0, LOST_MAX,
	     c->sum->events ? (double)c->lost / (double)c->sum->events : NAN);
	gate(row, "turns/op", 1, 1, 1, note_per_op(c, c->turns));
	gate_sleeps(row, of, raw);
	gate_place(row, raw);
	if (raw->idle)
		gate(row, "idle exits/op", 1, IDLED, EXITS_MOST, row->idle_exits);
	/* A CPU that others have does not idle when the task sleeps: its time is theirs. */
	else if (raw->place != PLACE_SAME_CPU && raw->place != PLACE_UNPINNED)
		gate(row, "idle exits/sleep", 1, ALONE, EXITS_MOST,
		     (double)c->sum->kind[OSCOPE_KIND_FROM_IDLE] / (double)c->sum->voluntary);
}

static const struct gate *gate_failed(const struct placed_row *row)
{
	size_t i;

	for (i = 0; i < row->n_gates; i++) {
		if (!row->gate[i].ok)
			return &row->gate[i];
	}
	return NULL;
}

static void times(struct placed_row *row, const struct note *n, const struct arm_timed *t)
{
	struct stats_samples s = { .a = t->value, .n = t->n, .block = NOTE_BLOCK };
	struct interval i = stats_median_interval(&s, STATS_95, n->seed);

	if (isnan(i.lo)) {
		snprintf(row->why, sizeof(row->why),
			 "%zu samples have no interval: a larger --budget", t->n);
		return;
	}
	row->median = i.value;
	row->lo = i.lo;
	row->hi = i.hi;
	row->p99 = stats_quantile(t->value, t->n, 0.99);
	row->max = stats_max(t->value, t->n);
}

/* Why there is no time whatever was measured, "" if nothing keeps it from being told. */
static void refuse(struct placed_row *row, const struct note *n, const struct placed_raw *raw)
{
	const struct arm_counted *c = &raw->counted;
	const struct gate *failed = gate_failed(row);

	if (raw->failed[0])
		snprintf(row->why, sizeof(row->why), "%s", raw->failed);
	else if (!c->counted)
		snprintf(row->why, sizeof(row->why), "no time was left for it: a larger --budget");
	else if (raw->place == PLACE_UNPINNED && !(c->features & OSCOPE_FEAT_MIGRATE))
		snprintf(row->why, sizeof(row->why),
			 "not captured: migrations, without which it means nothing");
	else if (failed)
		snprintf(row->why, sizeof(row->why), "%s: measured %.4g, expected %.4g",
			 failed->count, failed->measured, failed->expected);
	else if (n->machine->no_times[0])
		snprintf(row->why, sizeof(row->why), "%s", n->machine->no_times);
}

static const struct placed_row none = {
	.cpu = NAN, .median = NAN, .lo = NAN, .hi = NAN, .p99 = NAN, .max = NAN,
	.switches = NAN, .idle_exits = NAN, .migrations = NAN, .ipis = NAN,
	.part = { NAN, NAN, NAN, NAN, NAN, NAN, NAN },
};

static void row_judge(struct placed_row *row, const struct note *n, const struct placed_raw *raw)
{
	const struct placed *of = &n->claim->placed[raw->what];
	const struct arm_counted *c = &raw->counted;

	*row = none;
	row->what = of->name;
	row->place = place_name(raw->place);
	row->state = raw->idle ? "after idle" : "hot";
	row->samples = raw->timed.n;
	if (raw->place != PLACE_UNPINNED)
		row->cpu = n->machine->place[raw->place].cpu;
	if (c->counted) {
		row->switches = note_per_op(c, c->sum->voluntary + c->sum->involuntary);
		row->idle_exits = note_per_op(c, c->sum->kind[OSCOPE_KIND_FROM_IDLE]);
		if (c->features & OSCOPE_FEAT_MIGRATE)
			row->migrations = note_per_op(c, c->sum->migrations);
		/* The machine's own are others', too. */
		if (c->ipis_by == IPIS_TREE)
			row->ipis = c->ipis;
		gates(row, of, raw);
	}
	refuse(row, n, raw);
	if (row->why[0])
		return;
	times(row, n, &raw->timed);
	placed_parts(row, raw);
	row->n_parts = placed_parts_of(row, row->parts);
}

/* What this machine does not have is said, once. */
static void rows_lacking(struct note *n)
{
	struct note_placed *p = n->placed;
	struct placed_row *row;
	enum placement at;

	for (at = 0; at < PLACES; at++) {
		if (n->machine->place[at].cpu >= 0 || !n->machine->place[at].why[0])
			continue;
		row = &p->row[p->n_rows++];
		*row = none;
		row->place = place_name(at);
		snprintf(row->why, sizeof(row->why), "%s", n->machine->place[at].why);
	}
}

void placed_judge(struct note *n)
{
	struct note_placed *p = n->placed;
	size_t i;

	if (!p)
		return;
	p->n_rows = 0;
	for (i = 0; i < p->n; i++)
		row_judge(&p->row[p->n_rows++], n, &p->raw[i]);
	rows_lacking(n);
}
