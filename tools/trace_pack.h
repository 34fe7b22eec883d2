/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots of one CPU, packed: what a chunk of kind OSCOPE_CHUNK_PACKED holds. Each field is told as
 * the difference to what was to be expected, a byte of all of them beside the other bytes, and the
 * whole goes through zstd, with a checksum.
 *
 * What is packed here are the slots as they are, bit by bit; of what they mean only guesses are
 * made, which cost room if they are wrong.
 */
#ifndef OSCOPE_TRACE_PACK_H
#define OSCOPE_TRACE_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "../kmod/uapi/oscope.h"

struct trace_packer;
struct trace_unpacker;

/* level: of zstd, 1 to TRACE_PACK_LEVEL_MAX. NULL: no memory, a line printed. */
#define TRACE_PACK_LEVEL_MAX	19
struct trace_packer *trace_packer_new(int level);
void trace_packer_free(struct trace_packer *p);

/*
 * n slots, 1 to OSCOPE_PACKED_SLOTS. *data, until the next call, how many bytes it has, and how
 * many with what fills it up: as OSCOPE_PACKED_FILLED() has it. 0 or -EIO, a line printed.
 */
int trace_pack(struct trace_packer *p, const struct oscope_slot *slots, uint32_t n,
	       const void **data, size_t *bytes, size_t *filled);

/* NULL: no memory, a line printed. */
struct trace_unpacker *trace_unpacker_new(void);
void trace_unpacker_free(struct trace_unpacker *u);

/* n slots as they were given to trace_pack(). 0; -EINVAL, without a line: it is damaged. */
int trace_unpack(struct trace_unpacker *u, const void *data, size_t bytes,
		 struct oscope_slot *slots, uint32_t n);

#endif /* OSCOPE_TRACE_PACK_H */
