/* SPDX-License-Identifier: GPL-2.0 */
/* The programs that the probes consist of. A new one is a row of the table in bpf_programs.c. */
#ifndef OSCOPE_BPF_PROGRAMS_H
#define OSCOPE_BPF_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Each program: when it is needed, what it attaches with. Attached in this order: the calibration
 * must run after what it measures, and nothing is counted before everything else is in place.
 */
struct probe_program {
	const char *name;
	const char *tracepoint;		/* must be known to BTF, else the feature is missing */
	uint64_t feature;		/* OSCOPE_FEAT_* that is lost without it */
	uint32_t groups;
	bool reads;			/* through a helper that confidentiality takes away */
	bool ledger;			/* needed for ledgers, too, or only */
	bool rows;			/* needed for rows, too, or only */
	bool iterator;			/* runs when it is read, see bpf_seed.c */
	const char *function;		/* or a kprobe on this, as compilers rename it */
	const char *refused;		/* ... and what to say if there can be none */
	uint64_t records;		/* needed only for these: bit set of record ids */
	uint64_t ipc;			/* needed only for these: OSCOPE_IPC_BIT() */
	uint64_t unless;		/* OSCOPE_FEAT_* that it gives where nothing better does */
};

/* Of a bit set of records. */
#define RECORD(id)	(1ULL << OSCOPE_REC_##id)

extern const struct probe_program probe_programs[];
extern const size_t probe_programs_count;

#endif /* OSCOPE_BPF_PROGRAMS_H */
