/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a hand-over between two tasks is made of, each part measured on its own: what is left of the
 * whole is said, not given to any.
 */
#ifndef OSCOPE_NOTES_PARTS_H
#define OSCOPE_NOTES_PARTS_H

#include "notes/handoff.h"
#include "notes/notes.h"

/* The first places of claim->seen: ns a hand-over. */
enum part_seen {
	PART_CALLS,		/* a wake-up call and a wait that find nothing to do */
	PART_WAKEUP,		/* what the wake-up call takes longer if it wakes somebody */
	PART_WORK,		/* on the working set, nobody in between */
	PARTS_SEEN
};

#define PARTS_NAMES \
	[PART_CALLS] = "part_calls_ns", [PART_WAKEUP] = "part_wakeup_ns", \
	[PART_WORK] = "part_work_ns"

#define PARTS_ROUNDS	4096	/* enough of them to have a steady median */

/*
 * Measure these three, with so many rounds at most PARTS_ROUNDS; the handoff has begun, and its
 * whole is measured by now. Its rounds are added to the sample's operations. 0 or -errno.
 */
int parts_measure(struct sample *s, struct handoff *h, uint64_t rounds);

/*
 * As evidence of an arm whose operation is a round trip: the direct cost of its switches, of a
 * kind, which the probes have measured, and the share of a hand-over that is none of the parts.
 */
void parts_evidence(struct note *n, size_t arm, enum oscope_kind kind);

#endif /* OSCOPE_NOTES_PARTS_H */
