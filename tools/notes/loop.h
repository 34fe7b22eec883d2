/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A loop of coroutines in one thread: the switch of coro.h, a queue of those that are ready,
 * timers, and epoll for descriptors. The loop enters the kernel only when a coroutine asks it to,
 * or when none is ready. A process may have one loop at a time; after fork(2) a child may have its
 * own.
 */
#ifndef OSCOPE_NOTES_LOOP_H
#define OSCOPE_NOTES_LOOP_H

#include <stdint.h>
#include <sys/types.h>

/* Room for so many coroutines, each with a stack of so many bytes. 0 or -errno. */
int loop_begin(unsigned int coroutines, size_t stack_bytes);
/* One more, which is ready. 0 or -errno: no room is -ENOSPC. It ends when fn returns. */
int loop_add(void (*fn)(void *arg), void *arg);
/* Until all have ended, or one has called loop_stop(). 0, or -errno of epoll_wait(2). */
int loop_run(void);
void loop_end(void);
/* All of it: so many coroutines that do the same, until all have ended. 0 or -errno. */
int loop_all(unsigned int coroutines, size_t stack_bytes, void (*fn)(void *arg));

/*
 * In a coroutine: give way to the others that are ready; until so much time has passed; until the
 * descriptor can be read, which is then one of the loop's. 0 or -errno.
 */
void loop_yield(void);
void loop_sleep(uint64_t ns);
int loop_readable(int fd);
/* As read(2) of a descriptor with O_NONBLOCK, but the coroutine waits, not its thread. */
ssize_t loop_read(int fd, void *data, size_t bytes);
void loop_stop(void);

/* Switches that were made, there and back. */
uint64_t loop_switches(void);

#endif /* OSCOPE_NOTES_LOOP_H */
