// SPDX-License-Identifier: GPL-2.0
/* Which ways to talk there are, and what several of them share. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "notes/ways.h"

extern const struct way *const __start_oscope_ways[];
extern const struct way *const __stop_oscope_ways[];

static int compare(const struct way *a, const struct way *b)
{
	return a->kind == b->kind ? strcmp(a->name, b->name) : (int)a->kind - (int)b->kind;
}

static const struct way *next(const struct way *w)
{
	const struct way *const *at, *best = NULL;

	for (at = __start_oscope_ways; at < __stop_oscope_ways; at++) {
		if (w && compare(*at, w) <= 0)
			continue;
		if (!best || compare(*at, best) < 0)
			best = *at;
	}
	return best;
}

const struct way *way_nth(size_t n)
{
	const struct way *w = next(NULL);

	while (w && n--)
		w = next(w);
	return w;
}

int way_write(int fd, const unsigned char *data, size_t bytes)
{
	size_t at = 0;

	while (at < bytes) {
		ssize_t n = write(fd, data + at, bytes - at);

		if (n <= 0)
			return n ? -errno : -EPIPE;
		at += (size_t)n;
	}
	return 0;
}

int way_read(int fd, unsigned char *data, size_t bytes)
{
	size_t at = 0;

	while (at < bytes) {
		ssize_t n = read(fd, data + at, bytes - at);

		if (n <= 0)
			return n ? -errno : -EPIPE;
		at += (size_t)n;
	}
	return 0;
}

int way_fd_send(struct talk *t, int to, const unsigned char *data)
{
	return way_write(t->fd[to][1], data, t->bytes);
}

int way_fd_receive(struct talk *t, int from, unsigned char *data)
{
	return way_read(t->fd[from][0], data, t->bytes);
}

int way_latches(struct talk *t, enum latch_kind kind, unsigned int slots)
{
	int i, err = 0;

	t->slots = slots;
	for (i = 0; i < DIRECTIONS && !err; i++) {
		err = latch_init(&t->filled[i], kind, 0);
		if (!err)
			err = latch_init(&t->room[i], kind, slots);
	}
	return err;
}
