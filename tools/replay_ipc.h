/* SPDX-License-Identifier: GPL-2.0 */
/* What communicates, of a recording: the tables of the probes, filled from records. */
#ifndef OSCOPE_REPLAY_IPC_H
#define OSCOPE_REPLAY_IPC_H

#include "../kmod/core/ipc_record.h"
#include "ipc.h"
#include "map.h"
#include "replay_tasks.h"
#include "trace_file.h"

struct replay_ipc {
	const struct trace_reader *file;
	struct replay_tasks *asked;	/* whose filter calls have to pass; NULL: there is none */
	struct oscope_file_ipc says;	/* the latest that the file says of them */
	struct oscope_ipc_cpu sum;
	struct oscope_ipc_object *object;	/* by number - 1 */
	bool *exact;
	struct map uses, pairs, callers;
	struct oscope_ipc_use *use;	/* by place in uses */
	struct oscope_ipc_pair *pair;
	size_t use_room, pair_room;
};

/* Whether a recording has any of it. */
bool replay_has_ipc(const struct trace_reader *file);
/* Which mechanisms, a bit each: as far as the file says. */
uint64_t replay_ipc_mechanisms(const struct trace_reader *file);

/* r is zeroed. 0, -EINVAL (damaged) or -ENOMEM, a line printed; undone by replay_ipc_free(). */
int replay_ipc_open(struct replay_ipc *r, const struct trace_reader *file);
/* A whole record of n slots of a CPU, of OSCOPE_REC_IPC_*. Errors as above. */
int replay_ipc_record(struct replay_ipc *r, uint32_t cpu, const struct oscope_slot *slot,
		      uint32_t n);
/* All that was found as a reading, *to made anew. 0 or -ENOMEM, a line printed. */
int replay_ipc_reading(struct replay_ipc *r, struct ipc_reading **to);
void replay_ipc_free(struct replay_ipc *r);

/* Objects and their names alone: a reading without sums. Errors as replay_ipc_open(). */
int replay_ipc_objects(const struct trace_reader *file, struct ipc_reading **to);

#endif /* OSCOPE_REPLAY_IPC_H */
