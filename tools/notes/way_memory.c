// SPDX-License-Identifier: GPL-2.0
/* Ways to talk: memory that both have, of three kinds, or that the other lets be read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <unistd.h>

#include "notes/ways.h"

#define SEGMENT_NAME	"/oscope"
#define RING_BYTES	4194304UL	/* of messages, at most */
#define SLOTS_MOST	64U
#define SLOTS_LEAST	2U

enum { SYSV, POSIX, MEMFD };

/* Its number is gone when the last one is: it is marked for that at once. */
static void *sysv_segment(size_t bytes)
{
	int id = shmget(IPC_PRIVATE, bytes, 0600);
	void *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	return at == (void *)-1 ? MAP_FAILED : at;
}

static int segment_file(int kind)
{
	int fd;

	if (kind == MEMFD)
		return memfd_create("oscope", MFD_CLOEXEC);
	fd = shm_open(SEGMENT_NAME, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		shm_unlink(SEGMENT_NAME);
	return fd;
}

static void *file_segment(int kind, size_t bytes)
{
	int fd = segment_file(kind);
	void *at;

	if (fd < 0)
		return MAP_FAILED;
	if (ftruncate(fd, (off_t)bytes)) {
		close(fd);
		return MAP_FAILED;
	}
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return at;
}

static unsigned int slots_of(size_t bytes)
{
	size_t slots = RING_BYTES / 2 / bytes;

	if (slots > SLOTS_MOST)
		return SLOTS_MOST;
	return slots < SLOTS_LEAST ? SLOTS_LEAST : (unsigned int)slots;
}

static int memory_open(struct talk *t)
{
	unsigned int slots = slots_of(t->bytes);
	size_t bytes = slots * t->bytes;
	unsigned char *at;

	at = t->way->memory == SYSV ? sysv_segment(2 * bytes)
				    : file_segment(t->way->memory, 2 * bytes);
	if (at == MAP_FAILED)
		return -errno;
	t->ring[THERE] = at;
	t->ring[BACK] = at + bytes;
	return way_latches(t, t->way->waits, slots);
}

static int memory_send(struct talk *t, int to, const unsigned char *data)
{
	int err = latch_down(&t->room[to]);

	if (err)
		return err;
	memcpy(t->ring[to] + t->sent[to]++ % t->slots * t->bytes, data, t->bytes);
	return latch_up(&t->filled[to]);
}

static int memory_receive(struct talk *t, int from, unsigned char *data)
{
	int err = latch_down(&t->filled[from]);

	if (err)
		return err;
	memcpy(data, t->ring[from] + t->received[from]++ % t->slots * t->bytes, t->bytes);
	return latch_up(&t->room[from]);
}

static int other_open(struct talk *t)
{
	return way_latches(t, t->way->waits, 1);
}

static int other_send(struct talk *t, int to, const unsigned char *data)
{
	int err = latch_down(&t->room[to]);

	if (err)
		return err;
	t->from[to] = data;
	return latch_up(&t->filled[to]);
}

/* Who sent it is who receives in the other direction. */
static int other_receive(struct talk *t, int from, unsigned char *data)
{
	int err = latch_down(&t->filled[from]);
	struct iovec here = { data, t->bytes };
	struct iovec there = { (void *)t->from[from], t->bytes };
	ssize_t n;

	if (err)
		return err;
	n = process_vm_readv(t->pid[!from], &here, 1, &there, 1, 0);
	if (n != (ssize_t)t->bytes)
		return n < 0 ? -errno : -EIO;
	return latch_up(&t->room[from]);
}

#define MEMORY_WAY(_id, _name, _memory, _waits, _calls, _fewer, _spins) \
	static const struct way _id = { \
		.name = (_name), .kind = WAY_MEMORY, .most = WAY_LARGEST, .open = memory_open, \
		.send = memory_send, .receive = memory_receive, .memory = (_memory), \
		.waits = (_waits), .calls = (_calls), .fewer = (_fewer), .spins = (_spins), \
	}; \
	WAY(_id)

MEMORY_WAY(sysv_spin, "sysv-shm-spin", SYSV, LATCH_SPIN, 0, false, true);
MEMORY_WAY(sysv_futex, "sysv-shm-futex", SYSV, LATCH_FUTEX, 4, true, false);
MEMORY_WAY(sysv_event, "sysv-shm-eventfd", SYSV, LATCH_EVENTFD, 8, false, false);
MEMORY_WAY(sysv_semaphore, "sysv-shm-sem", SYSV, LATCH_SYSV, 8, false, false);
MEMORY_WAY(posix_spin, "posix-shm-spin", POSIX, LATCH_SPIN, 0, false, true);
MEMORY_WAY(posix_futex, "posix-shm-futex", POSIX, LATCH_FUTEX, 4, true, false);
MEMORY_WAY(posix_event, "posix-shm-eventfd", POSIX, LATCH_EVENTFD, 8, false, false);
MEMORY_WAY(posix_semaphore, "posix-shm-sem", POSIX, LATCH_POSIX, 4, true, false);
MEMORY_WAY(memfd_spin, "memfd-spin", MEMFD, LATCH_SPIN, 0, false, true);
MEMORY_WAY(memfd_futex, "memfd-futex", MEMFD, LATCH_FUTEX, 4, true, false);
MEMORY_WAY(memfd_event, "memfd-eventfd", MEMFD, LATCH_EVENTFD, 8, false, false);

static const struct way process_vm = {
	.name = "process-vm-readv", .kind = WAY_BYTES, .most = WAY_LARGEST, .buffers = 2,
	.open = other_open, .send = other_send, .receive = other_receive,
	.waits = LATCH_FUTEX, .calls = 6, .fewer = true,
};
WAY(process_vm);
