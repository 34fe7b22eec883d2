/* SPDX-License-Identifier: GPL-2.0 */
/* io_uring(7), without a library: entries handed over together, and what has come of them. */
#ifndef OSCOPE_NOTES_URING_H
#define OSCOPE_NOTES_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct uring {
	int fd;
	char *sq, *cq;			/* rings, as the kernel shares them */
	size_t sq_bytes, cq_bytes, sqe_bytes;
	struct io_uring_sqe *sqe;
	unsigned int tail;		/* of the entries that are filled in */
	unsigned int *sq_head, *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_cqe *cqe;
};

/*
 * For so many at a time; flags: IORING_SETUP_..., or 0. 0 or -errno: -ENOSYS, -EPERM: the kernel
 * has none, or does not let us; -EINVAL: it does not know the flags.
 */
int uring_open(struct uring *u, unsigned int entries, unsigned int flags);
void uring_close(struct uring *u);
/* Many at a time. */
/* An entry to fill in, of zeros; it goes with the next uring_enter(). NULL: all are taken. */
struct io_uring_sqe *uring_entry(struct uring *u);
/* Hand over what was filled in, and sleep until so many are done. 0 or -errno. */
int uring_enter(struct uring *u, unsigned int done);
/* The oldest that is done and not taken yet, without asking the kernel; NULL: there is none. */
const struct io_uring_cqe *uring_next(const struct uring *u);
void uring_taken(struct uring *u);

/* One at a time. */
/* Hand a read over; offset -1: where the descriptor is. Returns at once. 0 or -errno. */
int uring_submit_read(struct uring *u, int fd, void *data, size_t bytes, off_t offset);
/* Whether it is done, without asking the kernel. */
bool uring_done(const struct uring *u);
/* Sleep until it is; what read(2) would have returned, or -errno. */
ssize_t uring_wait(struct uring *u);

#endif /* OSCOPE_NOTES_URING_H */
