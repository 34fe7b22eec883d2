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

struct trace_writer {
	int fd;
	const char *path;
	uint64_t bytes, records;
};

/* Create the file (0600, replacing one that is there) and write the header. 0 or -EIO. */
int trace_create(struct trace_writer *w, const char *path, const struct oscope_file_header *header);

/* Append a chunk. Errors: -EIO, a line printed that names the file and why. */
int trace_write_slots(struct trace_writer *w, uint32_t cpu, uint64_t pos,
		      const struct oscope_slot *slots, uint32_t n, uint64_t lost);
int trace_write_identities(struct trace_writer *w, const struct oscope_identity *ids, size_t n);
int trace_write_end(struct trace_writer *w, const struct oscope_chunk_end *end);

/* Close; a delayed write error shows here. 0 or -EIO, a line printed. */
int trace_close(struct trace_writer *w);

#define TRACE_NO_CHUNK	SIZE_MAX

/* A chunk as found: header and what follows it, in the mapped file. */
struct trace_chunk {
	const struct oscope_chunk *head;
	const void *data;
	size_t next;			/* slots: the CPU's next chunk, or TRACE_NO_CHUNK */
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
	struct trace_chunk *chunk;	/* all whole ones, in order */
	size_t n_chunks;
	struct trace_cpu *cpu;		/* header.cpus of them */
	const struct oscope_chunk_end *end;	/* NULL: the writer did not finish */
	bool cut;			/* bytes after the last whole chunk */
};

/*
 * Map a file and look at nothing in it; check what is mapped; or both. 0; -EINVAL (no recording,
 * damaged, ABI unknown), -EIO, -ENOMEM with a line printed that names the file and what is wrong.
 */
int trace_map(struct trace_reader *r, const char *path);
int trace_check(struct trace_reader *r);
int trace_open(struct trace_reader *r, const char *path);
void trace_unmap(struct trace_reader *r);

#endif /* OSCOPE_TRACE_FILE_H */
