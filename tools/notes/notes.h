/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Claims of the notes as experiments: a claim is one file, tools/notes/<topic>/<claim>.c, that
 * describes itself in a struct claim and ends in CLAIM(it); nothing else to edit.
 *
 * An experiment has arms: the same operation done in different ways. The harness runs each arm many
 * times, each time in a fresh process, twice over: timed with nothing attached, then counted with
 * the probes attached. From both come the effect, the gates and the verdict. A verdict is computed
 * from a struct note and nothing else, so that tests can feed any numbers.
 */
#ifndef OSCOPE_NOTES_H
#define OSCOPE_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes/arm_ledger.h"
#include "notes/arm_lives.h"
#include "notes/cells.h"
#include "notes/ipis.h"
#include "notes/places.h"
#include "notes/preflight.h"
#include "notes/sample.h"
#include "notes/stats.h"
#include "source.h"

#define NOTE_ARMS	16
#define NOTE_SAMPLES	512	/* an arm */
#define NOTE_GATES	96
#define NOTE_EVIDENCE	576
#define NOTE_TEXT	320
#define CLAIM_COUNTS	14	/* the last one ends the list */
#define CLAIM_NEEDED	12	/* the same */
#define NOTE_PLACED	2
#define NOTE_BLOCK	2	/* samples of an arm in a block: ABBA has each twice */

enum verdict {
	VERDICT_HOLDS,
	VERDICT_HOLDS_IF,	/* the reason says under which condition */
	VERDICT_OUTDATED,	/* true once; the reason says since when not */
	VERDICT_FALSE,
	VERDICT_UNDEFINED,	/* the words need fixing first */
	VERDICT_INCONCLUSIVE,	/* cannot be decided here; the reason says why */
	VERDICT_VOID,		/* a gate failed: the experiment did not do what it claims */
	VERDICTS,
};

/* "HOLDS", "HOLDS IF" ..., as claims and documentation spell it. */
const char *verdict_name(enum verdict v);

struct note;

struct arm {
	const char *name;		/* one word: it goes into names of evidence */
	int (*run)(struct sample *s);	/* in a fresh process that may do anything; 0 or -errno */
	bool single;			/* one task: ptrace may count its system calls */
	const char *line;		/* claim->along: the line that it is a point of */
	double at;			/* ... and where */
};

/*
 * What two tasks do to and fro, to be shown by placement: a row for each that the machine has, hot
 * and after its CPUs have idled. Its unit is ns, whatever the claim's own is.
 */
struct placed {
	const char *name;		/* one word */
	/*
	 * As an arm's. The second task calls place_partner(), and placed_measure() does the rest.
	 * Of several the sample's arm says which.
	 */
	int (*run)(struct sample *s);
	/* Sleeps of both, an operation; on two CPUs, where one may be too late for it, at most. */
	double (*sleeps)(enum placement place, bool idle);
};

/*
 * A count that a claim rests on: what of is there, in which arm, and how often exactly. A list of
 * them ends with the first that is of nothing.
 */
enum claim_count_of {
	COUNT_END,
	/* An operation, by the counted pass. */
	COUNT_MADE,			/* tasks; what: enum oscope_birth */
	COUNT_MADE_ALL,			/* ... of whatever kind */
	COUNT_ENDED,			/* processes */
	COUNT_ZOMBIES,			/* ... that were one */
	COUNT_WAITED,			/* ... that were let go by a wait */
	COUNT_KILLED,			/* ... by a signal */
	COUNT_INHERITED,		/* ... whose parent had not made them */
	COUNT_TURNS,			/* what the experiment itself counts */
	/* A sample. */
	COUNT_MADE_ONCE,		/* as MADE */
	COUNT_SEEN,			/* what: a place in claim->seen; of both passes */
};

#define ALL_ARMS	NOTE_ARMS	/* one after the other */

struct claim_count {
	enum claim_count_of of;
	size_t arm;
	unsigned int what;
	double expected;
	const char *name;		/* NULL: as the others of this kind are called */
};

#define MADE(_arm, _kind, _n)		{ COUNT_MADE, _arm, OSCOPE_BIRTH_##_kind, _n }
#define MADE_ONCE(_arm, _kind, _n)	{ COUNT_MADE_ONCE, _arm, OSCOPE_BIRTH_##_kind, _n }
#define SEEN(_arm, _what, _value)	{ COUNT_SEEN, _arm, _what, _value }
#define SAW(_arm, _what)		SEEN(_arm, _what, 1)
#define COUNT(_of, _arm, _n)		{ COUNT_##_of, _arm, 0, _n }
#define NAMED(_of, _arm, _n, _name)	{ COUNT_##_of, _arm, 0, _n, _name }

struct claim {
	const char *id;			/* "topic.claim" */
	const char *topic;
	const char *claim, *claim_zh;
	const char *how;		/* the experiment */
	const char *gates;		/* what must have been counted, in words */
	const char *rule;		/* how the numbers decide, in words */
	const char *live;		/* oscope commands that show it */
	const char *op;			/* one operation: "round trip" */
	const char *along;		/* arms differ in how much of this; NULL: in kind */
	/*
	 * What a sample's value is, as evidence is named: "ns". NULL: it has none, all that counts
	 * is what it saw.
	 */
	const char *value;
	const char *seen[SAMPLE_SEEN];	/* names of what a sample may observe, a word each */
	/* needs_states: names that tasks give themselves (kin_name()), to have ledgers of each. */
	const char *tasks[ARM_LEDGERS];
	/* Gates: counts that must be so, or the experiment did not do what it claims. */
	struct claim_count counts[CLAIM_COUNTS];
	/* Yeses and noes that it needs all of: its effect is the one that was seen least. */
	struct claim_count needed[CLAIM_NEEDED];
	const char *placement;		/* where it runs, and how; NULL: "same CPU" */
	/* A table of ways to talk: sizes of messages, 0 at the end; see cells.h. */
	size_t sizes[CELL_SIZES];
	uint64_t budget_ns;		/* that it takes, if nothing is said; 0: as most */
	uint64_t sample_ns;		/* no sample takes longer; 0: as most */
	double narrow;			/* enough: half the interval against the effect; 0: 1 % */
	bool needs_times;		/* the verdict rests on times: none under an emulator */
	bool needs_syscalls;		/* count system calls too */
	bool needs_lives;		/* follow who is made and who ends, too */
	bool needs_states;		/* keep what tasks sleep for, too */
	bool unwaited;			/* nobody waits for some: the kernel's sum lacks them */
	struct arm arm[NOTE_ARMS];	/* as many as have something to run */
	struct placed placed[NOTE_PLACED]; /* the same; evidence that decides nothing */
	/* Before any sample: n->blocked says what is missing here. NULL: nothing can be. */
	void (*begin)(struct note *n);
	void (*end)(struct note *n);	/* Behind the last one, however that came. NULL: nothing */
	/* Fill in note->effect (and evidence of its own), from the samples; NULL: by needed. */
	void (*effect)(struct note *n);
	/* note_gate() for each count that must be right beside these; NULL: there is none. */
	void (*check)(struct note *n);
	/*
	 * The rule: note_verdict() once. Called only when every gate is passed. NULL: yes() where
	 * all that is needed always came, no() where something never did; between them it is
	 * inconclusive, "in 40 % of the samples only", or in other words than "in".
	 */
	void (*decide)(struct note *n);
	void (*yes)(struct note *n);
	void (*no)(struct note *n);
	const char *mixed;
};

#define CLAIM(c) \
	static const struct claim *const claim_##c \
	__attribute__((used, section("oscope_claims"))) = &(c)

/* All claims, sorted by id: claim_next(NULL) is the first, NULL after the last. */
const struct claim *claim_next(const struct claim *c);
const struct claim *claim_find(const char *id);
size_t claim_arms(const struct claim *c);
const char *claim_placement(const struct claim *c);
/* The id nearest to a mistyped one, or NULL. */
const char *claim_nearest(const char *id);

/* One observation over the samples of an arm. */
struct arm_seen {
	size_t n;			/* samples that made it */
	double min, max, sum;
};

/* The first pass of one arm. */
struct arm_timed {
	size_t n;			/* samples, whole blocks only */
	double value[NOTE_SAMPLES];
	struct interval median;		/* of value, by note_judge() */
	uint64_t ops, turns;		/* over all samples */
	uint64_t voluntary, involuntary; /* the kernel's counts (wait4) over all samples */
	uint64_t minor_faults, major_faults; /* the same: of whole processes, their start too */
	uint64_t loop_voluntary;	/* ... within the loops alone */
	double share;			/* mean of the samples' own */
	size_t not_flat;		/* samples whose warm-up did not end flat */
	size_t negative;		/* batches shorter than the clock's own cost */
	uint64_t batch_ops;		/* of the last sample */
	struct arm_seen seen[SAMPLE_SEEN];
};

/* The second pass of one arm. */
struct arm_counted {
	bool counted;			/* else nothing below is known */
	size_t n;			/* samples */
	double value;			/* median, as disturbed by the probes */
	uint64_t ops, turns;
	uint64_t seconds_ns;		/* that the probes were on it */
	struct oscope_counters *sum;	/* of the arm's process tree */
	uint64_t features;
	uint64_t lost;
	uint64_t at_cpu, at_partner;	/* switches of the sum on the samples' CPUs */
	uint64_t kernel_switches;	/* nvcsw + nivcsw of the tree by wait4 */
	uint64_t loop_voluntary;
	double syscalls;		/* an operation; NAN: not counted */
	const char *syscalls_by;	/* "tracepoint", "ptrace", NULL */
	double ipis;			/* to other CPUs, an operation; NAN: not counted */
	enum ipis_by ipis_by;		/* whose they are */
	struct moved moved;		/* bytes, over all samples */
	struct arm_seen seen[SAMPLE_SEEN];
	struct arm_lives lives;		/* needs_lives */
	bool states;			/* needs_states: the next two are known */
	uint64_t blocked[OSCOPE_REASONS]; /* sleeps of the tree, by what for */
	struct arm_ledger ledger[ARM_LEDGERS]; /* of the tasks of each name in claim->tasks */
};

struct gate {
	char count[64];			/* what is counted, with the arm */
	double expected, min, max, measured;
	bool ok;
};

struct evidence {
	char name[48];
	double value;
};

/* One run of one claim, and what came of it. */
struct note {
	const struct claim *claim;
	const struct preflight *machine;
	uint64_t seed;
	struct arm_timed timed[NOTE_ARMS];
	struct arm_counted counted[NOTE_ARMS];
	char source[8];			/* that counts, "none" */
	char blocked[NOTE_TEXT];	/* why there can be no verdict here, "" if there can */
	bool interrupted;
	struct note_cells *cells;	/* of a claim with sizes */
	struct note_placed *placed;	/* of a claim with some; NULL: there are no rows */
	struct note_timelines *timelines; /* the same */
	struct interval effect;
	const char *effect_unit;
	struct gate gate[NOTE_GATES];
	size_t n_gates;
	struct evidence evidence[NOTE_EVIDENCE];
	size_t n_evidence;
	char placement[96];
	enum verdict verdict;
	char reason[NOTE_TEXT];
	uint64_t duration_ns, counted_ns;	/* in all, and of the second pass */
};

/* How to run. */
struct note_plan {
	const struct preflight *machine;
	uint64_t seed;
	size_t samples;			/* an arm exactly; 0: NOTE_SAMPLES_MIN and until narrow */
	uint64_t budget_ns;		/* for the whole claim */
	uint64_t counted_ns;		/* that the second pass of others has taken */
	const char *source;		/* "bpf", "kmod", NULL: the first usable */
	bool progress;			/* on stderr */
	const char *where;		/* before it: how far the run is; NULL: nothing */
};

#define NOTE_SAMPLES_MIN	30

/* Of the budget, the time that is for the first pass. */
uint64_t note_timed_ns(const struct note_plan *plan);

/*
 * Run both passes and judge. An experiment that cannot be done here is no error but a verdict. n is
 * filled in whole and must be freed with note_free(); n->interrupted says that a signal ended it
 * early (note_stop).
 */
void note_run(struct note *n, const struct claim *c, const struct note_plan *plan);
void note_free(struct note *n);

/* Set by a signal: end what runs, judge by what there is. */
extern volatile int note_stop;

/* Pass 1 and pass 2, for note_run(). What keeps an experiment from being done: n->blocked. */
void note_time(struct note *n, const struct note_plan *plan, uint64_t deadline_ns);
void note_count(struct note *n, const struct note_plan *plan);
/* The source that pass 2 will use, NULL: none can work here, and n->blocked says why. */
const char *note_source(struct note *n, const struct note_plan *plan);
/* The rows by placement, in what both passes have left of the plan's budget. */
void note_place(struct note *n, const struct note_plan *plan, uint64_t deadline_ns);
/* System calls an operation by ptrace, where the tracepoint may not be used. 0 or -errno. */
int note_count_ptrace(struct note *n, size_t arm);
/* What became of a sample's observations: added to those of the others. */
void arm_seen_add(struct arm_seen *seen, const struct sample *s);
/* On stderr, when the plan wants it: what is being done, then nothing. */
void note_progress(const struct note *n, const struct note_plan *plan, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Compute effect, evidence, gates and verdict from the passes' numbers alone. */
void note_judge(struct note *n);

/*
 * For claims.
 */
/* A count that must lie in min..max; expected is what is printed. NAN measured: not ok. */
void note_gate(struct note *n, const char *arm, const char *count, double expected, double min,
	       double max, double measured);
/* expected +- tolerance, both an operation. */
void note_gate_near(struct note *n, const char *arm, const char *count, double expected,
		    double tolerance, double measured);
/* System calls an operation; no gate where they could not be counted. */
void note_gate_syscalls(struct note *n, size_t arm, double expected, double tolerance);
/* Every sample, of both passes, has seen exactly this. */
void note_gate_seen(struct note *n, size_t arm, unsigned int what, double expected);
/*
 * A task of the claim's slept for this as often, by the probes, as samples saw that it waited:
 * whoever did not wait voids nothing. Of arms whose samples are one operation.
 */
void note_gate_waits(struct note *n, size_t arm, size_t task, enum oscope_reason reason,
		     unsigned int what);
/*
 * Waits for a condition that samples have counted, what, were as many futex sleeps by the probes,
 * an operation: one in 20 may be over before it slept, and after each one may sleep for the mutex,
 * too. Who names the tasks. Of arms whose samples are one operation.
 */
void note_gate_cond_waits(struct note *n, size_t arm, const char *who, unsigned int what,
			  double sleeps);
/* What the claim lists in its counts. */
void note_gate_counts(struct note *n);
/* Gates that hold for each counted arm: nothing lost, and the probes agree with the kernel. */
void note_gate_counting(struct note *n);
void note_evidence(struct note *n, const char *arm, const char *name, double value);
void note_verdict(struct note *n, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* An observation over all samples of an arm, those of both passes. */
struct arm_seen note_seen(const struct note *n, size_t arm, unsigned int what);
/* Their mean: of yes and no, the share of yes. NAN: none made it. */
double note_seen_mean(const struct note *n, size_t arm, unsigned int what);
/* Whether each sample made an observation, and it was this one. */
bool note_seen_always(const struct note *n, size_t arm, unsigned int what, double value);

/* How yeses and noes came out, of those that a claim needs all of. */
enum note_outcomes {
	OUTCOMES_YES,			/* every sample saw all of them */
	OUTCOMES_NO,			/* one at least was never seen */
	OUTCOMES_MIXED,			/* seen by some samples, and not by others */
};

/*
 * The effect of a claim, from its numbers or from what it needs: the share of samples that saw what
 * was seen least, with the interval of stats_share().
 */
void note_effect(struct note *n);
enum note_outcomes note_outcomes(const struct note *n);

/* Samples of arms a and b, or of a alone with b < 0, for the functions of stats.h. */
struct stats_samples note_samples(const struct note *n, int a, int b);
/* Of these, with their 95 % intervals: a / b, and the median of a. */
struct interval note_ratio(const struct note *n, int a, int b);
struct interval note_median(const struct note *n, int a);
/* An operation's share of a count of the second pass. */
double note_per_op(const struct arm_counted *c, uint64_t count);
/* Sleeps of tasks of a name in claim->tasks, by its place there, an operation. NAN: not known. */
double note_sleeps(const struct note *n, size_t arm, size_t task, enum oscope_reason reason);
/* The part of the experiment's CPU that others use, if that is much; else 0. */
double note_crowded(const struct note *n);
/* nvcsw + nivcsw an operation in the first pass, where nothing is attached. */
double note_timed_switches(const struct arm_timed *t);
/* The part of all events of an arm that is of one kind, 0..1. */
double note_kind_share(const struct arm_counted *c, enum oscope_kind kind);

#endif /* OSCOPE_NOTES_H */
