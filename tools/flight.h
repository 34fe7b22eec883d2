/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flight recorder's dumps: what the rings hold at a moment, as a recording of its own, while
 * writers go on.
 *
 * A dump is whole from its begin to its end: it begins where the rings of all CPUs do, or later.
 * Memory: a copy of the rings, made in one go and then written at leisure.
 */
#ifndef OSCOPE_FLIGHT_H
#define OSCOPE_FLIGHT_H

#include "flight_when.h"
#include "ipc.h"
#include "ring.h"
#include "trace_file.h"

/* A descriptor each, of the 1024 that a process may have, beside those of the probes. */
#define FLIGHT_DUMPS_MAX	400U

struct flight_file {
	int fd;				/* -1: it has been written */
	char *path;
	bool whole;			/* gets its name at the end */
	bool made;			/* it was not there before */
};

/* One CPU's part of a dump. */
struct flight_run {
	const struct oscope_slot *slot;
	uint64_t pos;
	uint32_t n;
	uint64_t written;		/* records its ring has taken until the copy was made */
	uint64_t later;			/* ... of these, those that came after the end */
	uint64_t uncopied;		/* ... and those that could not be copied, at most */
};

struct flight {
	const struct ring_reader *rings;
	struct flight_file *file;	/* [0]: that of the end, the others in the order of dumps */
	uint32_t n_files, dumps;	/* dumps written, without that of the end */
	struct oscope_slot *copy;	/* of all rings */
	struct flight_run *run;		/* by CPU */
	struct oscope_identity *first;	/* who was there when it began */
	size_t n_first;
	uint64_t keep_ns;		/* no more than the latest so long, 0: all there is */
	int level;
};

/* What a dump is made of, beside the rings. */
struct flight_dump {
	struct oscope_file_header header;	/* of the whole recording */
	struct oscope_chunk_writer writer;	/* what it cost, and was made for */
	uint64_t lost;				/* that never came to a ring; out: or to the copy */
	const struct oscope_identity *now;	/* who is there */
	size_t n_now;
	const struct ipc_reading *ipc;		/* of these mechanisms, a bit each; 0: of none */
	uint64_t mechanisms;
	uint64_t end_ns;			/* no record later than this */
	uint64_t begin_ns;			/* out: from when on it is whole */
};

/* While there is privilege: open path, and dumps more of them. 0 or -errno, a line printed. */
int flight_open(struct flight *f, const char *path, uint32_t dumps,
		const struct ring_reader *rings);

/* Who was there when it began, of whom a copy is kept. 0 or -ENOMEM, a line printed. */
int flight_identities(struct flight *f, const struct oscope_identity *ids, size_t n);

/* Take the copy. The time it is of is to be taken before that. */
void flight_copy(struct flight *f);

/*
 * Write the copy into the next file, or at the end into that of the end: dump->writer says then
 * what is in it. *path: its name. 0, -EIO or -ENOMEM, a line printed.
 */
int flight_write(struct flight *f, struct flight_dump *dump, bool end, const char **path);

/* Files that were not written are not there, or as they were. */
void flight_close(struct flight *f);

#endif /* OSCOPE_FLIGHT_H */
