// SPDX-License-Identifier: GPL-2.0
/*
 * A recording again, with its slots packed as oscope record does it, or not: what a file of
 * mktrace says must come out of either.
 *
 * usage: repack FROM TO LEVEL
 */
#include <stdlib.h>
#include <string.h>

#include "trace_file.h"
#include "util.h"

static int chunk_copy(struct trace_reader *from, const struct trace_chunk *chunk,
		      struct trace_slots *room, struct trace_writer *to)
{
	const struct oscope_chunk *head = chunk->head;
	const struct oscope_slot *slot;
	int err;

	if (head->kind == OSCOPE_CHUNK_IDENTITY)
		return trace_write_identities(to, chunk->data,
					      head->bytes / sizeof(struct oscope_identity));
	if (head->kind == OSCOPE_CHUNK_END)
		return trace_write_end(to, chunk->data);
	if (!chunk->slots)
		return trace_write_ipc(to, head->kind, chunk->data, head->bytes);
	slot = trace_slots(from, chunk, room, &err);
	return slot ? trace_write_slots(to, head->cpu, head->position, slot, chunk->slots,
					head->lost) : err;
}

int main(int argc, char **argv)
{
	struct trace_slots room = { 0 };
	struct trace_reader from;
	struct trace_writer to;
	size_t i;
	int err;

	if (argc != 4)
		return 2;
	err = trace_open(&from, argv[1]);
	if (err)
		return 1;
	err = trace_create(&to, argv[2], &from.header, atoi(argv[3]));
	for (i = 0; !err && i < from.n_chunks; i++)
		err = chunk_copy(&from, &from.chunk[i], &room, &to);
	err = trace_close(&to) || err;
	trace_slots_free(&room);
	trace_unmap(&from);
	return err != 0;
}
