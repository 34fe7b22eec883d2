/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of all CPUs in the order of time, for reports that follow what happened instead of
 * counting it.
 *
 * Each CPU's records come in order, those of two CPUs do not: they are kept until nothing older
 * can come.
 */
#ifndef OSCOPE_EVENTS_H
#define OSCOPE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/core/ipc_record.h"

struct event {
	uint64_t ts;			/* CLOCK_MONOTONIC; an identity's: of the next record */
	uint64_t seq;			/* order of arrival */
	uint32_t id, flags;
	uint32_t w[3];
	uint32_t cpu;			/* not an identity's */
	union {
		struct oscope_identity who;	/* of an identity */
		/* Of what communicates: w[0] is who has called or received, w[1] who has sent. */
		struct oscope_call_told call;
		struct oscope_pair_told pair;
	};
};

struct events {
	uint64_t wanted;		/* bit set of record ids; others are passed over */
	struct event *event;
	size_t n, room;
	uint64_t seq;
	struct events_cpu {
		bool begun;		/* the first slot of an identity has come */
		struct oscope_identity half;
		/* Whole ones that say no time: they belong before the next record of the CPU. */
		struct oscope_identity *untimed;
		size_t n, room;
		/* Slots of one of what communicates that have come, of how many; 0: none. */
		struct oscope_slot part[OSCOPE_IPC_SLOTS];
		uint32_t have, want;
	} *cpu;
	size_t cpus;
};

/* Take n slots of one CPU, as drain() of a source hands them out. 0 or -ENOMEM, a line printed. */
int events_add(struct events *e, uint32_t cpu, const struct oscope_slot *slot, uint32_t n);

/*
 * Hand out, in order, what is not younger than until_ns, and forget it. 0, or what take() gave
 * back.
 */
int events_take(struct events *e, uint64_t until_ns,
		int (*take)(void *arg, const struct event *event), void *arg);

void events_free(struct events *e);

#endif /* OSCOPE_EVENTS_H */
