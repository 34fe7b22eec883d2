/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings for other programs: what happened, from the replay to the formats. A format is a file
 * export_<name>.c and a row in cmd_export.c.
 */
#ifndef OSCOPE_EXPORT_H
#define OSCOPE_EXPORT_H

#include <stdio.h>

#include "fmt.h"
#include "out.h"
#include "replay.h"

/* Room for a task's name when it is escaped. */
#define EXPORT_NAME	(4 * OSCOPE_COMM_LEN + 1)

/* Where something happens: a task, or a CPU. */
struct export_lane {
	bool cpu;
	uint32_t number;		/* the tid, or the CPU's */
	uint32_t pid;			/* of a task */
	uint32_t life;			/* of a task: which one of this tid */
};

/* Something that lasts, or if it does not, an instant. */
struct export_slice {
	struct export_lane lane;
	uint64_t from_ns, to_ns;
	bool instant;
	const char *name;		/* escaped, but for quotes */
	uint64_t flow_from, flow_to;	/* an arrow begins or ends here, 0: none */
	bool message;			/* ... of something that was sent; else of a wake-up */
};

enum export_counter { EXPORT_RUNNABLE, EXPORT_SWITCHES, EXPORT_COUNTERS };

/* What is known of a tid. */
struct export_task {
	char comm[OSCOPE_COMM_LEN];
	uint64_t start_ns;
	uint32_t tid, pid, life;
	bool shown;			/* its lane has been described as it is now */
	bool known;			/* somebody has said who it is */
	bool runnable;			/* on a CPU, or waits for one, since the latest gap */
	uint32_t gaps;			/* that there were when that was seen */
	uint64_t woken;			/* arrow of its latest wake-up, 0: it has run since */
	uint64_t ran;			/* ... of the one that it runs by */
};

struct export;

/* A format. All but end() may be NULL; what they write to is e->f. */
struct export_ops {
	void (*begin)(struct export *e);
	/* A lane before its first slice; a task's again when it has another name. */
	void (*lane)(struct export *e, const struct export_lane *lane, const char *name);
	void (*slice)(struct export *e, const struct export_slice *s);
	void (*counter)(struct export *e, enum export_counter which, uint64_t ts, uint64_t value);
	/* A task's span, for those that only add up. 0 or -ENOMEM. */
	int (*span)(struct export *e, const struct export_task *t, enum replay_span span,
		    uint32_t reason, uint64_t ns);
	/* Records as they are. */
	void (*identity)(struct export *e, uint32_t cpu, const struct oscope_identity *id);
	void (*record)(struct export *e, uint32_t cpu, const struct oscope_slot *slot);
	/* ... of what communicates, n slots each. */
	void (*ipc)(struct export *e, uint32_t cpu, const struct oscope_slot *slot, uint32_t n);
	void (*lost)(struct export *e, uint32_t cpu, uint64_t ts, uint64_t n);
	/* 0 or -ENOMEM. */
	int (*end)(struct export *e);
	void (*forget)(struct export *e);	/* what priv has */
	bool binary;
};

extern const struct export_ops export_perfetto, export_chrome, export_folded, export_csv;

struct export {
	FILE *f;
	struct out *out;
	const struct trace_reader *file;
	const struct export_ops *ops;
	struct export_state *state;	/* of export.c */
	struct export_ipc *ipc;		/* of export_ipc.c; NULL: nothing of it was recorded */
	int err;			/* -ENOMEM: something could not be written */
	void *priv;			/* of the format, zeroed */
};

extern const char *const export_counter_names[EXPORT_COUNTERS];

/* Write all of a recording. 0; -EPIPE; else -errno with a line printed. */
int export_write(struct out *out, const struct trace_reader *file, const struct export_ops *ops);

/* What is known of a tid; NULL: nothing, or no memory. Good until the next record. */
const struct export_task *export_task_of(const struct export *e, uint32_t tid);

/* The lane of a task, described if that is due. false: there can be no such task. */
bool export_lane_of(struct export *e, uint32_t tid, struct export_lane *lane);
/* "bash:42"; escaped, but for quotes. */
#define EXPORT_TASK_NAME	(EXPORT_NAME + 12)
void export_task_name(struct export *e, uint32_t tid, char to[EXPORT_TASK_NAME]);
/* The number of an arrow. */
uint64_t export_arrow(struct export *e);

/*
 * export_ipc.c: arrows from who has sent to who has received. begin: 0; -EINVAL, -ENOMEM with a
 * line printed. record: one of n slots; 0 or -ENOMEM.
 */
int export_ipc_begin(struct export *e);
int export_ipc_record(struct export *e, const struct oscope_slot *slot, uint32_t n);
void export_ipc_end(struct export *e);

/* "blocked" and "pipe-read", or what there is. */
const char *export_span_name(enum replay_span span);
const char *export_reason_name(enum replay_span span, uint32_t reason);

#endif /* OSCOPE_EXPORT_H */
