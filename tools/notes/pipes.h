/* SPDX-License-Identifier: GPL-2.0 */
/* Pipes as experiments need them: full ones, and what they hold. Errors: -errno. */
#ifndef OSCOPE_NOTES_PIPES_H
#define OSCOPE_NOTES_PIPES_H

#include <stddef.h>

#define PIPE_PIECE_MAX	65536

/*
 * Write pieces of so many bytes, PIPE_PIECE_MAX at most, until there is no room for a whole one:
 * how many went in. The pipe does not block from then on.
 */
long pipe_fill(int fd, size_t piece);
/* Read all that is in it, without waiting for more: bytes. */
long pipe_drain(int fd);
/* The bytes that it has room for, by F_GETPIPE_SZ. */
long pipe_capacity(int fd);
/* Whether a call waits, from now on. 0. */
int pipe_waits(int fd, int waits);

#endif /* OSCOPE_NOTES_PIPES_H */
