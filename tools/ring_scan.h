/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking at rings that nobody consumes: each record where it lies, in the order of time, while
 * writers go on and may overtake.
 */
#ifndef OSCOPE_RING_SCAN_H
#define OSCOPE_RING_SCAN_H

#include "ring.h"

struct ring_scan {
	const struct ring_reader *ring;
	struct scan_cursor {
		uint64_t pos;		/* of the slot below, or of the next one */
		struct oscope_slot slot;
		bool ready;		/* there is a slot */
		bool gap;		/* something was overtaken before it */
	} *at;				/* one a CPU */
	uint64_t skipped;		/* slots that were overwritten before they were looked at */
};

/* From what the rings hold now on. The ring stays the caller's. 0 or -ENOMEM, a line printed. */
int ring_scan_open(struct ring_scan *s, const struct ring_reader *ring);

/*
 * Hand out each record of one slot that is not younger than until_ns. gap: what this CPU said
 * before it is not complete. Ends early where take() returns other than 0, which is given back.
 */
int ring_scan(struct ring_scan *s, uint64_t until_ns,
	      int (*take)(void *arg, uint32_t cpu, const struct oscope_slot *slot, bool gap),
	      void *arg);

void ring_scan_close(struct ring_scan *s);

#endif /* OSCOPE_RING_SCAN_H */
