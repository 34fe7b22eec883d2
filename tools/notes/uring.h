/* SPDX-License-Identifier: GPL-2.0 */
/* One read at a time through io_uring(7), without a library. Errors: -errno. */
#ifndef OSCOPE_NOTES_URING_H
#define OSCOPE_NOTES_URING_H

#include <stddef.h>
#include <sys/types.h>

struct uring {
	int fd;
	char *sq, *cq;			/* rings, as the kernel shares them */
	size_t sq_bytes, cq_bytes, sqe_bytes;
	void *sqe;
	unsigned int *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	void *cqe;
};

/* -ENOSYS, -EPERM: the kernel has none, or does not let us. */
int uring_open(struct uring *u);
void uring_close(struct uring *u);
/* Hand a read over; offset -1: where the descriptor is. Returns at once. */
int uring_submit_read(struct uring *u, int fd, void *data, size_t bytes, off_t offset);
/* Whether it is done, without asking the kernel. */
int uring_done(const struct uring *u);
/* Sleep until it is; what read(2) would have returned, or -errno. */
ssize_t uring_wait(struct uring *u);

#endif /* OSCOPE_NOTES_URING_H */
