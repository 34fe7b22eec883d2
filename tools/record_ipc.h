/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a recording says of what communicates beside its records: objects and what they are called.
 */
#ifndef OSCOPE_RECORD_IPC_H
#define OSCOPE_RECORD_IPC_H

#include "ipc.h"
#include "out.h"
#include "source.h"
#include "trace_file.h"

/* Zeroed: nothing is told yet. */
struct record_ipc {
	uint64_t mechanisms;		/* that are recorded, a bit each; 0: none */
	struct snapshot snap;		/* the latest look */
	uint64_t looked_ns;
	struct oscope_ipc_object *object;	/* as they were told, by cell */
	bool *exact;
	bool *named;			/* of names: told */
	uint32_t objects;
	bool part;			/* not all records are kept: sums of all are not told */
};

/* Once a second: tell what is new of objects. 0; errors of source_read(), trace_write_*(). */
int record_ipc_poll(struct record_ipc *r, struct source *src, struct trace_writer *w);

/*
 * At the end, before trace_write_end(): all that has changed, and what no record tells. As above.
 */
int record_ipc_end(struct record_ipc *r, const struct ipc_reading *reading,
		   struct trace_writer *w);

/* The report of oscope ipc by everything that it may be by, one after the other. As out_print(). */
int record_ipc_report(struct out *out, const char *source, const struct snapshot *snap);

void record_ipc_free(struct record_ipc *r);

#endif /* OSCOPE_RECORD_IPC_H */
