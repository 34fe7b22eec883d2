/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows by placement: what two tasks do to and fro, on each pair of CPUs that the machine has, hot
 * and after these have idled. Each row has samples, counts, gates and an interval of its own; it
 * decides nothing, so that a gate that fails takes away its time and not the claim's verdict.
 */
#ifndef OSCOPE_NOTES_PLACED_H
#define OSCOPE_NOTES_PLACED_H

#include "notes/notes.h"
#include "out.h"

#define PLACED_MOST	(NOTE_PLACED * PLACES * 2)	/* rows that are measured */
#define PLACED_ROWS	(PLACED_MOST + PLACES)		/* ... and said to be lacking */
#define PLACED_GATES	8

/* Of a hand-over from one task to the other, half a round trip. */
enum placed_part {
	PLACED_WHOLE,			/* ns, of the row's median */
	PLACED_CALLS,			/* of what follows: see notes/parts.h */
	PLACED_WAKEUP,
	PLACED_IDLE_EXIT,		/* on two CPUs: from the wake-up to the switch over there */
	PLACED_SWITCH,			/* direct cost, of a kind that it ends with */
	PLACED_WORK,
	PLACED_REST,			/* share of the whole that is none of these; may be < 0 */
	PLACED_PARTS
};

/* What was measured for a row. */
struct placed_raw {
	size_t what;			/* place in claim->placed */
	enum placement place;
	bool idle;
	struct arm_timed timed;
	struct arm_counted counted;
	char failed[NOTE_TEXT];		/* why a sample could not be taken, "" */
};

/* For people and programs. NAN: not known, or not to be told as its gate failed. */
struct placed_row {
	const char *what;		/* NULL: of all, there is no such placement */
	const char *place, *state;	/* state: "hot", "after idle" */
	double cpu;			/* of the second task */
	double median, lo, hi, p99, max; /* ns an operation */
	uint64_t samples;
	double switches, idle_exits, migrations, ipis; /* an operation, counted */
	double part[PLACED_PARTS];
	struct out_pair parts[PLACED_PARTS];	/* those that are known, by name */
	size_t n_parts;
	struct gate gate[PLACED_GATES];
	size_t n_gates;
	bool ok;			/* all gates; false without any */
	char why[NOTE_TEXT];		/* of a row without a time; else what sysfs says */
};

struct note_placed {
	size_t n;
	struct placed_raw raw[PLACED_MOST];
	size_t n_rows;
	struct placed_row row[PLACED_ROWS];
};

/* How many the claim has. */
size_t placed_count(const struct claim *c);
/* The note's, made at the first need. NULL: no memory, or the claim has none. */
struct note_placed *placed_of(struct note *n);
/* The rows, from what was measured and from what the machine has. */
void placed_judge(struct note *n);

/* placed_parts.c: of a row that has a time, where samples measured them. */
void placed_parts(struct placed_row *row, const struct placed_raw *raw);
const char *placed_part_name(enum placed_part part);
size_t placed_parts_of(const struct placed_row *row, struct out_pair to[PLACED_PARTS]);

/*
 * For a claim's run. The second task, before all else: onto its CPU. 0 or -errno.
 */
int place_partner(const struct sample *s);
/*
 * Measure ops, which does n operations, in batches; of a row after idle one operation at a time,
 * each after a pause in which nobody of the two runs. The value is their median, in ns.
 */
void placed_measure(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg);
/* The pause, for who measures by itself. */
void placed_pause(void);

/* Sleeps of a round trip of two that take turns: 2, and the pause's own. */
double placed_sleeps(enum placement place, bool idle);

#endif /* OSCOPE_NOTES_PLACED_H */
