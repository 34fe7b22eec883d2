// SPDX-License-Identifier: GPL-2.0
/* io_uring(7), without a library. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/uring.h"

static void *ring_map(const struct uring *u, size_t bytes, off_t at)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, u->fd, at);
}

static int rings_map(struct uring *u, const struct io_uring_params *p)
{
	u->sq_bytes = p->sq_off.array + p->sq_entries * sizeof(unsigned int);
	u->cq_bytes = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	u->sqe_bytes = p->sq_entries * sizeof(struct io_uring_sqe);
	u->sq = ring_map(u, u->sq_bytes, IORING_OFF_SQ_RING);
	u->cq = ring_map(u, u->cq_bytes, IORING_OFF_CQ_RING);
	u->sqe = ring_map(u, u->sqe_bytes, IORING_OFF_SQES);
	if (u->sq == MAP_FAILED || u->cq == MAP_FAILED || u->sqe == MAP_FAILED)
		return -ENOMEM;
	u->sq_head = (unsigned int *)(u->sq + p->sq_off.head);
	u->sq_tail = (unsigned int *)(u->sq + p->sq_off.tail);
	u->sq_mask = (unsigned int *)(u->sq + p->sq_off.ring_mask);
	u->sq_array = (unsigned int *)(u->sq + p->sq_off.array);
	u->cq_head = (unsigned int *)(u->cq + p->cq_off.head);
	u->cq_tail = (unsigned int *)(u->cq + p->cq_off.tail);
	u->cq_mask = (unsigned int *)(u->cq + p->cq_off.ring_mask);
	u->cqe = (struct io_uring_cqe *)(u->cq + p->cq_off.cqes);
	return 0;
}

int uring_open(struct uring *u, unsigned int entries, unsigned int flags)
{
	struct io_uring_params p;
	int err;

	memset(&p, 0, sizeof(p));
	memset(u, 0, sizeof(*u));
	p.flags = flags;
	u->fd = (int)syscall(SYS_io_uring_setup, entries, &p);
	if (u->fd < 0)
		return -errno;
	err = rings_map(u, &p);
	if (err)
		close(u->fd);
	return err;
}

void uring_close(struct uring *u)
{
	munmap(u->sqe, u->sqe_bytes);
	munmap(u->cq, u->cq_bytes);
	munmap(u->sq, u->sq_bytes);
	close(u->fd);
}

struct io_uring_sqe *uring_entry(struct uring *u)
{
	unsigned int at = u->tail & *u->sq_mask;
	struct io_uring_sqe *e = u->sqe + at;

	if (u->tail - __atomic_load_n(u->sq_head, __ATOMIC_ACQUIRE) > *u->sq_mask)
		return NULL;
	memset(e, 0, sizeof(*e));
	u->sq_array[at] = at;
	u->tail++;
	return e;
}

int uring_enter(struct uring *u, unsigned int done)
{
	unsigned int flags = done ? IORING_ENTER_GETEVENTS : 0, n;
	long ret;

	__atomic_store_n(u->sq_tail, u->tail, __ATOMIC_RELEASE);
	do {
		n = u->tail - __atomic_load_n(u->sq_head, __ATOMIC_ACQUIRE);
		ret = syscall(SYS_io_uring_enter, u->fd, n, done, flags, NULL, 0);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

const struct io_uring_cqe *uring_next(const struct uring *u)
{
	return uring_done(u) ? u->cqe + (*u->cq_head & *u->cq_mask) : NULL;
}

void uring_taken(struct uring *u)
{
	__atomic_store_n(u->cq_head, *u->cq_head + 1, __ATOMIC_RELEASE);
}

int uring_submit_read(struct uring *u, int fd, void *data, size_t bytes, off_t offset)
{
	struct io_uring_sqe *e = uring_entry(u);

	if (!e)
		return -EBUSY;
	e->opcode = IORING_OP_READ;
	e->fd = fd;
	e->addr = (uintptr_t)data;
	e->len = (unsigned int)bytes;
	e->off = (unsigned long long)offset;
	return uring_enter(u, 0);
}

bool uring_done(const struct uring *u)
{
	return __atomic_load_n(u->cq_tail, __ATOMIC_ACQUIRE) != *u->cq_head;
}

ssize_t uring_wait(struct uring *u)
{
	const struct io_uring_cqe *done;
	ssize_t result;
	int err = 0;

	while (!(done = uring_next(u)) && !err)
		err = uring_enter(u, 1);
	if (!done)
		return err;
	result = done->res;
	uring_taken(u);
	return result;
}
