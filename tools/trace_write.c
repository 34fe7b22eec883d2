// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded files, written chunk by chunk.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../kmod/core/ring.h"
#include "trace_file.h"
#include "trace_pack.h"
#include "util.h"

/* Write all of both parts. A signal or a short write only means another round. */
static int write_all(struct trace_writer *w, struct iovec *iov, int n)
{
	while (n) {
		ssize_t got = writev(w->fd, iov, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_msg(-EIO, "cannot write %s: %s", w->path, strerror(errno));
		w->bytes += got;
		while (n && (size_t)got >= iov->iov_len) {
			got -= iov->iov_len;
			iov++;
			n--;
		}
		if (n) {
			iov->iov_base = (char *)iov->iov_base + got;
			iov->iov_len -= got;
		}
	}
	return 0;
}

/* A file that is there keeps its mode when it is cut: others could read what comes. */
int trace_private(int fd, const char *path)
{
	struct stat st;
	int err = fstat(fd, &st);

	if (!err && S_ISREG(st.st_mode) && st.st_mode & 077)
		err = fchmod(fd, 0600);
	return err ? err_msg(-EIO, "cannot keep %s from other readers: %s", path,
			     strerror(errno)) : 0;
}

static int packer_make(struct trace_writer *w, uint32_t cpus, int level)
{
	w->cpus = cpus;
	w->pending = calloc(cpus, sizeof(*w->pending));
	if (!w->pending)
		return err_sys(-ENOMEM, "packing records");
	w->packer = trace_packer_new(level);
	return w->packer ? 0 : -ENOMEM;
}

static void packer_free(struct trace_writer *w)
{
	uint32_t i;

	for (i = 0; w->pending && i < w->cpus; i++)
		free(w->pending[i].slot);
	free(w->pending);
	w->pending = NULL;
	trace_packer_free(w->packer);
	w->packer = NULL;
}

int trace_begin(struct trace_writer *w, int fd, const char *path,
		const struct oscope_file_header *header, int level)
{
	struct iovec iov = { (void *)header, sizeof(*header) };
	int err;

	memset(w, 0, sizeof(*w));
	w->path = path;
	w->fd = fd;
	err = level ? packer_make(w, header->cpus, level) : 0;
	return err ? err : write_all(w, &iov, 1);
}

int trace_create(struct trace_writer *w, const char *path, const struct oscope_file_header *header,
		 int level)
{
	int fd, err;

	memset(w, 0, sizeof(*w));
	w->path = path;
	w->fd = -1;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return err_msg(-EIO, "cannot write %s: %s", path, strerror(errno));
	err = trace_private(fd, path);
	if (!err)
		return trace_begin(w, fd, path, header, level);
	close(fd);
	return err;
}

static int write_chunk(struct trace_writer *w, struct oscope_chunk *head, const void *data)
{
	struct iovec iov[2] = {
		{ head, sizeof(*head) },
		{ (void *)data, head->bytes },
	};

	head->magic = OSCOPE_CHUNK_MAGIC;
	return write_all(w, iov, 2);
}

/* Whether a reader that wants what is after it needs none of it. */
static bool is_plain(const struct oscope_slot *slot, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (TRACE_WHO >> (slot[i].head & OSCOPE_HEAD_ID) & 1)
			return false;
	}
	return true;
}

/* Write what waits of a CPU. */
static int pending_write(struct trace_writer *w, uint32_t cpu)
{
	struct trace_pending *p = &w->pending[cpu];
	struct oscope_packed packed = { .slots = p->n };
	struct oscope_chunk head = {
		.magic = OSCOPE_CHUNK_MAGIC,
		.kind = OSCOPE_CHUNK_PACKED,
		.cpu = cpu,
		.position = p->position,
		.lost = p->lost,
	};
	struct iovec iov[3] = { { &head, sizeof(head) }, { &packed, sizeof(packed) } };
	uint64_t first_ns, last_ns;
	const void *data;
	size_t bytes, filled;
	int err;

	if (!p->n)
		return 0;
	err = trace_pack(w->packer, p->slot, p->n, &data, &bytes, &filled);
	if (err)
		return err;
	trace_times(p->slot, p->n, &first_ns, &last_ns);
	packed.first_ns = first_ns;
	packed.last_ns = last_ns;
	if (is_plain(p->slot, p->n))
		head.kind = OSCOPE_CHUNK_PLAIN;
	p->n = 0;
	packed.bytes = bytes;
	head.bytes = sizeof(packed) + filled;
	iov[2] = (struct iovec){ (void *)data, filled };
	return write_all(w, iov, 3);
}

int trace_write_old(struct trace_writer *w, uint64_t now_ns)
{
	uint32_t cpu;
	int err = 0;

	for (cpu = 0; w->packer && !err && cpu < w->cpus; cpu++) {
		if (w->pending[cpu].n && now_ns - w->pending[cpu].since_ns > TRACE_WAITS_NS)
			err = pending_write(w, cpu);
	}
	return err;
}

/* Add slots to those that wait; those of a CPU follow each other, or begin anew. */
static int slots_wait(struct trace_writer *w, uint32_t cpu, uint64_t pos,
		      const struct oscope_slot *slots, uint32_t n, uint64_t lost)
{
	struct trace_pending *p = &w->pending[cpu];
	uint32_t some;
	int err = 0;

	if (!p->slot)
		p->slot = calloc(OSCOPE_PACKED_SLOTS, sizeof(*p->slot));
	if (!p->slot)
		return err_sys(-ENOMEM, "packing records");
	if (p->n && (pos != p->position + p->n || lost != p->lost))
		err = pending_write(w, cpu);
	for (; !err && n; n -= some, slots += some, pos += some) {
		if (!p->n) {
			p->position = pos;
			p->lost = lost;
			p->since_ns = now_ns();
		}
		some = OSCOPE_PACKED_SLOTS - p->n < n ? OSCOPE_PACKED_SLOTS - p->n : n;
		memcpy(p->slot + p->n, slots, some * sizeof(*slots));
		p->n += some;
		if (p->n == OSCOPE_PACKED_SLOTS)
			err = pending_write(w, cpu);
	}
	return err;
}

int trace_write_slots(struct trace_writer *w, uint32_t cpu, uint64_t pos,
		      const struct oscope_slot *slots, uint32_t n, uint64_t lost)
{
	struct oscope_chunk head = {
		.kind = OSCOPE_CHUNK_SLOTS,
		.cpu = cpu,
		.bytes = n * sizeof(*slots),
		.position = pos,
		.lost = lost,
	};
	uint32_t i;

	for (i = 0; i < n; i++)
		w->records += !(slots[i].head & OSCOPE_HEAD_CONT);
	if (w->packer)
		return slots_wait(w, cpu, pos, slots, n, lost);
	return write_chunk(w, &head, slots);
}

int trace_write_identities(struct trace_writer *w, const struct oscope_identity *ids, size_t n)
{
	struct oscope_chunk head = {
		.kind = OSCOPE_CHUNK_IDENTITY,
		.bytes = n * sizeof(*ids),
	};

	return n ? write_chunk(w, &head, ids) : 0;
}

int trace_write_ipc(struct trace_writer *w, enum oscope_chunk_kind kind, const void *data,
		    size_t bytes)
{
	struct oscope_chunk head = { .kind = kind, .bytes = bytes };

	return bytes ? write_chunk(w, &head, data) : 0;
}

static int all_pending_write(struct trace_writer *w)
{
	uint32_t cpu;
	int err = 0;

	for (cpu = 0; w->packer && !err && cpu < w->cpus; cpu++)
		err = pending_write(w, cpu);
	return err;
}

int trace_write_writer(struct trace_writer *w, struct oscope_chunk_writer *writer)
{
	struct oscope_chunk head = { .kind = OSCOPE_CHUNK_WRITER, .bytes = sizeof(*writer) };
	int err = all_pending_write(w);

	writer->records = w->records;
	/* With what follows: this chunk, and the end. */
	writer->bytes = w->bytes + 2 * sizeof(head) + sizeof(*writer) +
			sizeof(struct oscope_chunk_end);
	return err ? err : write_chunk(w, &head, writer);
}

int trace_write_end(struct trace_writer *w, const struct oscope_chunk_end *end)
{
	struct oscope_chunk head = { .kind = OSCOPE_CHUNK_END, .bytes = sizeof(*end) };
	int err = all_pending_write(w);

	return err ? err : write_chunk(w, &head, end);
}

int trace_close(struct trace_writer *w)
{
	int err = 0;

	if (w->fd >= 0 && close(w->fd))
		err = err_sys(-errno, "writing %s", w->path);
	packer_free(w);
	w->fd = -1;
	return err;
}
