/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where records are missing: times in which anything may have happened, on any CPU, that nobody
 * has told of.
 */
#ifndef OSCOPE_LOSSES_H
#define OSCOPE_LOSSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/uapi/oscope.h"

/* From the last record of a CPU before it lost some to the first one after that. */
struct loss {
	uint64_t from_ns, to_ns;
};

struct losses {
	struct loss *loss;		/* sorted and apart from each other, once settled */
	size_t n, room;
	bool unsettled;
	struct losses_cpu {
		uint64_t position;	/* of the slot that should come next; 0: any */
		uint64_t last_ns;	/* of its latest record, 0: none */
		uint64_t lost;		/* as told last */
		uint64_t placed;	/* of these: it is known when */
		uint64_t whole_ns;	/* its last record before those that are not placed */
	} *cpu;
	size_t cpus;
};

/*
 * A run of slots of one CPU, as drain() of a source hands them out; slot NULL: they are passed
 * over, with what was lost before them. 0 or -ENOMEM.
 */
int losses_run(struct losses *l, uint32_t cpu, uint64_t pos, const struct oscope_slot *slot,
	       uint32_t n, uint64_t lost);

/* Sort what has come since the last time. */
void losses_settle(struct losses *l);

/* No record follows. Those of `lost` in all that have no known time were lost until now. */
int losses_end(struct losses *l, uint64_t lost, uint64_t end_ns);

/* Settled: the first loss that ends after a time; NULL: none. */
const struct loss *losses_after(const struct losses *l, uint64_t ns);

void losses_free(struct losses *l);

#endif /* OSCOPE_LOSSES_H */
