/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded files: a header, then chunks (uapi/oscope.h). Readable up to the last whole chunk
 * whatever ended the writer. Files are untrusted input: every length and id is checked.
 */
#ifndef OSCOPE_TRACE_FILE_H
#define OSCOPE_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/uapi/oscope.h"

struct trace_packer;
struct trace_unpacker;

/* Records of what communicates, and what there is of it beside them. */
#define TRACE_RECORDS_IPC \
	(1ULL << OSCOPE_REC_IPC_CALL | 1ULL << OSCOPE_REC_IPC_PAIR)

/* Slots of a CPU that are not written yet: packed they go by many. */
struct trace_pending {
	struct oscope_slot *slot;	/* room for OSCOPE_PACKED_SLOTS */
	uint32_t n;
	uint64_t position, lost;	/* as of a chunk */
	uint64_t since_ns;		/* when the oldest came, CLOCK_MONOTONIC */
};

struct trace_writer {
	int fd;
	const char *path;
	uint64_t bytes, records;
	struct trace_packer *packer;	/* NULL: slots are written as they are */
	struct trace_pending *pending;	/* cpus of them */
	uint32_t cpus;
};

/*
 * Create the file (0600, replacing one that is there) and write the header. level: how hard slots
 * are packed, of zstd, 0: not at all. 0, -EIO or -ENOMEM, a line printed.
 */
int trace_create(struct trace_writer *w, const char *path, const struct oscope_file_header *header,
		 int level);
/* The same into an empty file that is open for writing, which is ours to close from then on. */
int trace_begin(struct trace_writer *w, int fd, const char *path,
		const struct oscope_file_header *header, int level);
/* A file that was there is for its owner only from then on. 0 or -EIO, a line printed. */
int trace_private(int fd, const char *path);

/*
 * Append a chunk. Packed slots wait until there are enough of them. Errors: -EIO, -ENOMEM, a line
 * printed that names the file and why.
 */
int trace_write_slots(struct trace_writer *w, uint32_t cpu, uint64_t pos,
		      const struct oscope_slot *slots, uint32_t n, uint64_t lost);
int trace_write_identities(struct trace_writer *w, const struct oscope_identity *ids, size_t n);
/* Before the end: how many records and bytes there are is filled in, and given back. */
int trace_write_writer(struct trace_writer *w, struct oscope_chunk_writer *writer);
int trace_write_end(struct trace_writer *w, const struct oscope_chunk_end *end);
/* One of OSCOPE_CHUNK_IPC*; nothing if it is empty. */
int trace_write_ipc(struct trace_writer *w, enum oscope_chunk_kind kind, const void *data,
		    size_t bytes);

/* What has waited for longer than this is written, too. Errors as above. */
#define TRACE_WAITS_NS	1000000000ULL
int trace_write_old(struct trace_writer *w, uint64_t now_ns);

/* Close, without what waits; a delayed write error shows here. 0 or -EIO, a line printed. */
int trace_close(struct trace_writer *w);

#define TRACE_NO_CHUNK	SIZE_MAX

/* Records that say who there is: what is behind a chunk without them does not need it. */
#define TRACE_WHO	(1ULL << OSCOPE_REC_IDENTITY | 1ULL << OSCOPE_REC_EXIT | \
			 1ULL << OSCOPE_REC_EXEC)

/* A chunk as found: header and what follows it, in the mapped file. */
struct trace_chunk {
	const struct oscope_chunk *head;
	const void *data;
	size_t next;			/* slots: the CPU's next chunk, or TRACE_NO_CHUNK */
	uint32_t slots;			/* how many, packed or not */
	bool skip;			/* outside of the window: not to be read */
};

/* The slots of one CPU: indices of chunks, or TRACE_NO_CHUNK. */
struct trace_cpu {
	size_t first, last;
};

struct trace_reader {
	const char *path;
	struct oscope_file_header header;
	const unsigned char *at;
	size_t bytes;
	bool borrowed;			/* at[] is somebody else's */
	struct trace_chunk *chunk;	/* all whole ones, in order */
	size_t n_chunks;
	struct trace_cpu *cpu;		/* header.cpus of them */
	const struct oscope_chunk_end *end;	/* NULL: the writer did not finish */
	const struct oscope_chunk_writer *writer;	/* NULL: ... or knew of no such thing */
	/* Window, CLOCK_MONOTONIC: no record before, none from then on; 0: no such bound. */
	uint64_t from_ns, to_ns;
	struct oscope_identity *who;	/* who is there at its begin; NULL: as chunks say */
	size_t n_who;
	bool cut;			/* bytes after the last whole chunk */
	bool told;			/* that something lacks */
};

/*
 * Map a file and look at nothing in it; check what is mapped; or both. 0; -EINVAL (no recording,
 * damaged, ABI unknown), -EIO, -ENOMEM with a line printed that names the file and what is wrong.
 */
int trace_map(struct trace_reader *r, const char *path);
/* Instead of mapping a file: its bytes, aligned to 8, which are to stay until trace_unmap(). */
void trace_borrow(struct trace_reader *r, const char *path, const void *at, size_t bytes);
int trace_check(struct trace_reader *r);
int trace_open(struct trace_reader *r, const char *path);
void trace_unmap(struct trace_reader *r);

/*
 * trace_window.c: from now on the recording is what it holds from from_ns to to_ns after its start,
 * 0: to its end. Chunks outside are not unpacked, but for those before it that say who is who. What
 * a task did before the window is not known in it. 0; -EINVAL (it ends before that, or is damaged)
 * or -ENOMEM, a line printed.
 */
int trace_window(struct trace_reader *r, uint64_t from_ns, uint64_t to_ns);

/* When it ends, or its window does; last_ns: of its last record, where nobody says. */
uint64_t trace_end_ns(const struct trace_reader *r, uint64_t last_ns);
/* ... the last record's time, as the index says. */
uint64_t trace_index_end_ns(const struct trace_reader *r);
/* Records lost on a CPU in the window, as its chunks say. */
uint64_t trace_lost(const struct trace_reader *r, uint32_t cpu);
/* What of the losses has no place among the records, and comes after them. */
uint64_t trace_lost_last(const struct trace_reader *r);

/* One at a time uses it. Zeroed: nothing is there yet. */
struct trace_slots {
	struct trace_unpacker *unpacker;
	struct oscope_slot *room;	/* of OSCOPE_PACKED_SLOTS */
};

/*
 * The slots of a chunk that has some, until the next call with the same room. NULL: it is damaged
 * (*err -EINVAL) or there is no memory (-ENOMEM), a line printed.
 */
const struct oscope_slot *trace_slots(const struct trace_reader *r, const struct trace_chunk *chunk,
				      struct trace_slots *to, int *err);
void trace_slots_free(struct trace_slots *to);

/*
 * Who was there at the start, or when the window begins, in runs: start with *i = 0. False: no
 * more.
 */
bool trace_identities(const struct trace_reader *r, size_t *i, const struct oscope_identity **ids,
		      size_t *n);

/* The first and the last time that records say; 0, 0: none says any. */
void trace_times(const struct oscope_slot *slot, uint32_t n, uint64_t *first, uint64_t *last);
/* The time of a chunk's last record, as it says; 0: it has none. */
uint64_t trace_last_ns(const struct trace_chunk *chunk);

/* Say, once, that what was reported is not all there was. */
void trace_tell(struct trace_reader *r);

#endif /* OSCOPE_TRACE_FILE_H */
