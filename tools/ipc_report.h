/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope ipc, from a reading of a source that follows what communicates. */
#ifndef OSCOPE_IPC_REPORT_H
#define OSCOPE_IPC_REPORT_H

#include "ipc.h"
#include "out.h"
#include "source.h"

enum ipc_by {
	IPC_BY_MECHANISM, IPC_BY_PAIR, IPC_BY_OBJECT, IPC_BY_TASK, IPC_BY_OP, IPC_BY_SHARE, IPC_BYS
};

const struct out_report *ipc_report(enum ipc_by by);

/* Print one report of snap. Errors as out_print(). */
int ipc_print(struct out *out, enum ipc_by by, const char *source, const struct snapshot *snap);

/* The same as a graph of pairs. */
int ipc_graph(struct out *out, enum out_graph_kind kind, const char *source,
	      const struct snapshot *snap);

/* ipc_pairs.c: rows by pair, most messages first; allocated, NULL without memory. */
struct ipc_pair_row {
	struct out_task from, to;
	uint64_t messages, bytes, uncertain, wakes, send_wake_ns, wake_run_ns;
	uint32_t mechanism;
	const char *certainty;
	char object[IPC_NAME_MAX];
};

extern const struct out_table ipc_pair_table;
struct ipc_pair_row *ipc_pair_rows(const struct snapshot *snap, size_t *n);

/* ipc_share.c: rows by segment and process, the largest segment first; as above. */
extern const struct out_table ipc_share_table;
extern const size_t ipc_share_stride;
void *ipc_share_rows(const struct snapshot *snap, size_t *n);

/* Of a segment: how large it is, how much of that was touched, how many processes have had it. */
struct ipc_segment {
	uint64_t bytes, resident, processes;
};

/* NOT_CAPTURED, all of it, if it is none. */
struct ipc_segment ipc_segment(const struct ipc_reading *r, uint32_t object);

/* A task by its number; one that does not pass the filter has no row, and is asked for its name. */
struct out_task ipc_task(const struct snapshot *snap, uint32_t tid);
/* What a task is called now, as /proc has it; false: it is not there. */
bool ipc_ask_name(uint32_t tid, char comm[OSCOPE_COMM_LEN]);

#endif /* OSCOPE_IPC_REPORT_H */
