/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All one-slot records of a recorded file, or of the device once its ring has stopped, in order of
 * time, for tests that look at what happened afterwards.
 */
#ifndef OSCOPE_TESTS_TRUST_STREAM_H
#define OSCOPE_TESTS_TRUST_STREAM_H

#include "dev.h"
#include "kmod/core/ring.h"

struct rec {
	__u64 ts, start_ns;		/* start_ns: of an identity, which has no time */
	__u32 id, w[3];
};

struct recs {
	struct rec *rec;
	size_t n;
	__u64 lost;
};

/* All that a descriptor gives until its end. */
static char *stream_slurp(int fd, size_t *bytes)
{
	size_t room = 1 << 20;
	char *at = malloc(room), *more;
	ssize_t n;

	for (*bytes = 0; at && (n = read(fd, at + *bytes, room - *bytes)) > 0; *bytes += n) {
		if (room - *bytes - n >= 65536)
			continue;
		more = realloc(at, room *= 2);
		if (!more)
			die("memory");
		at = more;
	}
	if (!at || n < 0)
		die("reading the records");
	return at;
}

static void recs_add(struct recs *r, const struct oscope_slot *slot)
{
	__u32 id = oscope_head_id(slot->head);
	struct rec *to = &r->rec[r->n];

	if (slot->head & OSCOPE_HEAD_CONT)
		return;
	*to = (struct rec){ .ts = slot->ts, .id = id, .w = { slot->w[0], slot->w[1], slot->w[2] } };
	if (id == OSCOPE_REC_IDENTITY) {
		to->start_ns = slot->ts;
		to->ts = 0;
	}
	r->n++;
}

static int recs_compare(const void *a, const void *b)
{
	const struct rec *x = a, *y = b;

	return x->ts < y->ts ? -1 : x->ts > y->ts;
}

__attribute__((unused)) static struct recs recs_read(int fd)
{
	const struct oscope_chunk_end *end = NULL;
	const struct oscope_chunk *chunk;
	struct recs r = { 0 };
	size_t bytes, at = sizeof(struct oscope_file_header), i;
	char *all = stream_slurp(fd, &bytes);

	r.rec = calloc(bytes / sizeof(struct oscope_slot) + 1, sizeof(*r.rec));
	for (; r.rec && at + sizeof(*chunk) <= bytes; at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)(all + at);
		if (chunk->kind == OSCOPE_CHUNK_END)
			end = (const void *)(chunk + 1);
		if (chunk->kind != OSCOPE_CHUNK_SLOTS)
			continue;
		for (i = 0; i < chunk->bytes / sizeof(struct oscope_slot); i++)
			recs_add(&r, (const struct oscope_slot *)(chunk + 1) + i);
	}
	if (!end)
		die("the stream has no end");
	r.lost = end->lost;
	free(all);
	qsort(r.rec, r.n, sizeof(*r.rec), recs_compare);
	return r;
}

#endif /* OSCOPE_TESTS_TRUST_STREAM_H */
