/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to talk: each mechanism describes itself in a struct way, in a file tools/notes/way_X.c that
 * ends in WAY(it). Two processes then talk by it, one message there and one back, or many there.
 */
#ifndef OSCOPE_NOTES_WAYS_H
#define OSCOPE_NOTES_WAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "notes/latch.h"

#define WAY_LARGEST	1048576UL	/* bytes of a message */

enum way_kind {
	WAY_BYTES,			/* copied by the kernel */
	WAY_COUNT,			/* nothing but that it came */
	WAY_MEMORY,			/* both have it */
};

enum { THERE, BACK, DIRECTIONS };

/* Two that talk: in memory that both have. Who begins sends THERE and receives BACK. */
struct talk {
	const struct way *way;
	size_t bytes;			/* of a message; 0: it carries none */
	pid_t pid[DIRECTIONS];		/* who receives it, by direction */
	/* As the way needs them, made before the other is: [0] is read, [1] is written. */
	int fd[DIRECTIONS][2];
	unsigned char *ring[DIRECTIONS];
	unsigned int slots;		/* messages that the ring has room for */
	uint64_t sent[DIRECTIONS], received[DIRECTIONS];
	const unsigned char *from[DIRECTIONS];	/* in the sender's own memory */
	struct latch filled[DIRECTIONS], room[DIRECTIONS];
};

struct way {
	const char *name;		/* one word */
	enum way_kind kind;
	size_t most;			/* bytes of the largest message */
	unsigned int burst;		/* messages that may be on their way unanswered */
	unsigned int buffers;		/* the sender's, used in turn; 0: one is enough */
	/* By whoever begins, before the other is. What it makes is gone with the two. */
	int (*open)(struct talk *t);
	int (*send)(struct talk *t, int to, const unsigned char *data);
	int (*receive)(struct talk *t, int from, unsigned char *data);
	/* System calls of a small message there and one back; fewer where nobody sleeps. */
	double calls;
	bool fewer;
	bool spins;
	enum latch_kind waits;		/* of WAY_MEMORY, and others as they like */
	int memory;			/* of the file's own */
};

#define WAY(w) \
	static const struct way *const way_##w \
	__attribute__((used, section("oscope_ways"))) = &(w)

/* The nth of them, by kind and name; NULL after the last. */
const struct way *way_nth(size_t n);

/* For ways: all of it, in as many pieces as it takes. */
int way_write(int fd, const unsigned char *data, size_t bytes);
int way_read(int fd, unsigned char *data, size_t bytes);
/* ... send and receive of those by descriptors. */
int way_fd_send(struct talk *t, int to, const unsigned char *data);
int way_fd_receive(struct talk *t, int from, unsigned char *data);
/* ... both latches of both directions, for so many messages. */
int way_latches(struct talk *t, enum latch_kind kind, unsigned int slots);

#endif /* OSCOPE_NOTES_WAYS_H */
