/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings: what those that write all the time, and flight recorders, have in common.
 */
#ifndef OSCOPE_RECORD_H
#define OSCOPE_RECORD_H

#include "flight_when.h"
#include "lives.h"
#include "out.h"
#include "session.h"
#include "trace_file.h"

/*
 * What -e names, which records that is and of which mechanisms of IPC: one row a group, in the
 * order of the help. The first three are recorded if nothing else is asked for.
 */
#define RECORD_BIT(id)	(1ULL << OSCOPE_REC_##id)
#define RECORD_GROUPS(GROUP) \
	GROUP(switch, RECORD_BIT(SWITCH), 0) \
	GROUP(wake, RECORD_BIT(WAKING) | RECORD_BIT(WAKEUP_NEW) | RECORD_BIT(MIGRATE), 0) \
	GROUP(task, RECORD_BIT(NEWTASK) | RECORD_BIT(EXEC) | RECORD_BIT(EXIT), 0) \
	GROUP(reap, LIVES_RECORDS_REAP, 0) \
	GROUP(spawn, RECORD_BIT(RUN) | RECORD_BIT(SPAWNED) | RECORD_BIT(MEMORY) | \
		     RECORD_BIT(FAULTS), 0) \
	GROUP(args, RECORD_BIT(ARGS) | RECORD_BIT(EXEC), 0) \
	GROUP(state, RECORD_BIT(BLOCKED) | RECORD_BIT(FREE) | RECORD_BIT(REAP) | \
		     RECORD_BIT(WAITED), 0) \
	GROUP(ipc, TRACE_RECORDS_IPC, OSCOPE_IPC_ALL) \
	GROUP(lock, TRACE_RECORDS_IPC, OSCOPE_IPC_BIT(FUTEX) | OSCOPE_IPC_BIT(FILE_LOCK))
#define RECORD_DEFAULT_GROUPS	3

#define RECORD_GROUP_WORD(name, records, mechanisms) " " #name
#define RECORD_GROUP_WORDS	RECORD_GROUPS(RECORD_GROUP_WORD)

struct record_options {
	uint64_t records;		/* bit set of record ids */
	uint64_t mechanisms;		/* ... of what communicates, a bit each; 0: of nothing */
	uint64_t ring_slots;		/* a CPU */
	uint64_t level;			/* of zstd, 0: as it is */
	bool no_direct;
	const char *report, *report_ipc;	/* --report, --report-ipc: files, or NULL */
	bool overwrite;			/* a flight recorder */
	uint64_t keep_ns, after_ns;	/* ... what a dump has at most; after what it is for */
	uint64_t dumps;			/* ... and how many there may be */
	struct flight_when when;
};

/* Of either kind. */
struct recording {
	const struct record_options *options;
	struct oscope_file_header header;
	uint64_t user_ns, system_ns;	/* CPU time of this process when recording began */
	struct opts report_opts, ipc_opts;
	struct out *report;		/* --report, NULL: none */
	struct out *report_ipc;		/* --report-ipc */
};

/* Once the source runs and there is privilege: the header, the live reports' files. 0 or -errno. */
int recording_begin(struct session *s, struct recording *r);

/* CPU time since then into what a file says of its writer. */
void recording_cost(const struct recording *r, struct oscope_chunk_writer *writer);

/* The line that a file is done with: what is in it, how much was lost, what that took. */
void recording_tell(const char *path, const struct oscope_chunk_writer *writer, uint64_t lost);

/* The live reports on the same events, those that are asked for. Errors as out_print(). */
int recording_report(const struct session *s, const struct recording *r,
		     const struct snapshot *snap);

/* Close these. 0, or as out_close(). */
int recording_close(struct recording *r);

/* Record until its end: all that comes, or what there was last. Status as session_run(). */
int record_all(const struct opts *o, const struct record_options *options);
int record_flight(const struct opts *o, const struct record_options *options);

#endif /* OSCOPE_RECORD_H */
