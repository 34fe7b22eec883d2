// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded files, read: mapped and checked as a whole; what is packed is unpacked chunk by chunk.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../kmod/core/ipc_record.h"
#include "../kmod/core/ring.h"
#include "trace_file.h"
#include "trace_pack.h"
#include "util.h"

#define CPUS_MAX	8192U

static int header_check(struct trace_reader *r)
{
	struct oscope_file_header *h = &r->header;

	if (!r->at || r->bytes < sizeof(*h))
		return err_msg(-EINVAL, "%s: not a recording of oscope (too short)", r->path);
	memcpy(h, r->at, sizeof(*h));
	if (h->magic != OSCOPE_FILE_MAGIC)
		return err_msg(-EINVAL, "%s: not a recording of oscope", r->path);
	if (h->abi < OSCOPE_ABI_FILE_MIN || h->abi > OSCOPE_ABI)
		return err_msg(-EINVAL, "%s: recorded with ABI %u, this oscope reads ABI %u to %u",
			       r->path, h->abi, OSCOPE_ABI_FILE_MIN, OSCOPE_ABI);
	if (h->bytes != sizeof(*h) || !h->cpus || h->cpus > CPUS_MAX)
		return err_msg(-EINVAL, "%s: damaged header", r->path);
	h->source[sizeof(h->source) - 1] = 0;
	h->virt[sizeof(h->virt) - 1] = 0;
	h->kernel[sizeof(h->kernel) - 1] = 0;
	return 0;
}

static int chunk_refuse(const struct trace_reader *r, const struct oscope_chunk *c)
{
	return err_msg(-EINVAL, "%s: damaged at byte %zu", r->path,
		       (size_t)((const unsigned char *)c - r->at));
}

static bool is_packed(const struct oscope_chunk *c)
{
	return c->kind == OSCOPE_CHUNK_PACKED || c->kind == OSCOPE_CHUNK_PLAIN;
}

static bool packed_sane(const struct oscope_chunk *c)
{
	const struct oscope_packed *packed = (const void *)(c + 1);

	return packed->slots && packed->slots <= OSCOPE_PACKED_SLOTS &&
	       c->bytes - sizeof(*packed) == OSCOPE_PACKED_FILLED((size_t)packed->bytes,
								  packed->slots);
}

/* Whether a chunk's own numbers can be true. */
static bool chunk_sane(const struct trace_reader *r, const struct oscope_chunk *c)
{
	if (c->magic != OSCOPE_CHUNK_MAGIC)
		return false;
	switch (c->kind) {
	case OSCOPE_CHUNK_SLOTS:
		return c->cpu < r->header.cpus && c->bytes &&
		       c->bytes % sizeof(struct oscope_slot) == 0;
	case OSCOPE_CHUNK_PACKED:
	case OSCOPE_CHUNK_PLAIN:
		return c->cpu < r->header.cpus && c->bytes % sizeof(uint64_t) == 0 &&
		       c->bytes > sizeof(struct oscope_packed);
	case OSCOPE_CHUNK_IDENTITY:
	case OSCOPE_CHUNK_IPC_OTHER:
		return c->bytes % sizeof(struct oscope_identity) == 0;
	case OSCOPE_CHUNK_END:
		return c->bytes == sizeof(struct oscope_chunk_end);
	case OSCOPE_CHUNK_IPC:
		return c->bytes == sizeof(struct oscope_file_ipc);
	case OSCOPE_CHUNK_IPC_OBJECT:
		return c->bytes % sizeof(struct oscope_file_object) == 0;
	case OSCOPE_CHUNK_IPC_NAME:
		return c->bytes % sizeof(struct oscope_file_name) == 0;
	case OSCOPE_CHUNK_IPC_SYMBOL:
		return c->bytes % sizeof(struct oscope_file_symbol) == 0;
	case OSCOPE_CHUNK_IPC_SHARE:
		return c->bytes % sizeof(struct oscope_ipc_share) == 0;
	case OSCOPE_CHUNK_WRITER:
		return c->bytes == sizeof(struct oscope_chunk_writer);
	default:
		return false;
	}
}

/* The chunk that comes next in the list is this CPU's latest. */
static void cpu_append(struct trace_reader *r, uint32_t cpu)
{
	struct trace_cpu *c = &r->cpu[cpu];

	if (c->last == TRACE_NO_CHUNK)
		c->first = r->n_chunks;
	else
		r->chunk[c->last].next = r->n_chunks;
	c->last = r->n_chunks;
}

static uint32_t chunk_slots(const struct oscope_chunk *head)
{
	if (is_packed(head))
		return ((const struct oscope_packed *)(head + 1))->slots;
	return head->kind == OSCOPE_CHUNK_SLOTS ? head->bytes / sizeof(struct oscope_slot) : 0;
}

static int chunk_keep(struct trace_reader *r, const struct oscope_chunk *head)
{
	uint32_t slots = chunk_slots(head);
	struct trace_chunk *grown;

	if ((r->n_chunks & (r->n_chunks - 1)) == 0) {
		size_t room = r->n_chunks ? 2 * r->n_chunks : 1;

		grown = realloc(r->chunk, room * sizeof(*grown));
		if (!grown)
			return err_sys(-ENOMEM, "reading %s", r->path);
		r->chunk = grown;
	}
	r->chunk[r->n_chunks] = (struct trace_chunk){
		.head = head, .data = head + 1, .next = TRACE_NO_CHUNK, .slots = slots,
	};
	if (slots)
		cpu_append(r, head->cpu);
	if (head->kind == OSCOPE_CHUNK_END)
		r->end = (const void *)(head + 1);
	if (head->kind == OSCOPE_CHUNK_WRITER)
		r->writer = (const void *)(head + 1);
	r->n_chunks++;
	return 0;
}

static int cpus_make(struct trace_reader *r)
{
	uint32_t i;

	r->cpu = calloc(r->header.cpus, sizeof(*r->cpu));
	if (!r->cpu)
		return err_sys(-ENOMEM, "reading %s", r->path);
	for (i = 0; i < r->header.cpus; i++)
		r->cpu[i] = (struct trace_cpu){ TRACE_NO_CHUNK, TRACE_NO_CHUNK };
	return 0;
}

/* Find all whole chunks. Everything in the file is a multiple of 8 bytes, so they are aligned. */
static int chunks_find(struct trace_reader *r)
{
	size_t off = sizeof(r->header);
	int err;

	while (r->bytes - off >= sizeof(struct oscope_chunk)) {
		const struct oscope_chunk *c = (const void *)(r->at + off);

		if (!chunk_sane(r, c) || r->end)
			return chunk_refuse(r, c);
		off += sizeof(*c);
		if (c->bytes > r->bytes - off) {
			r->cut = true;
			return 0;
		}
		if (is_packed(c) && !packed_sane(c))
			return chunk_refuse(r, c);
		err = chunk_keep(r, c);
		if (err)
			return err;
		off += c->bytes;
	}
	r->cut = off != r->bytes;
	return 0;
}

/* Somebody cut the file that is mapped, as a new recording of the same name does. */
static void file_shrank(int sig)
{
	static const char line[] = "oscope: the recording was changed while it was read\n";

	_exit(write(STDERR_FILENO, line, sizeof(line) - 1) < 0 ? 2 : 1);
}

int trace_map(struct trace_reader *r, const char *path)
{
	struct stat st;
	int fd;

	memset(r, 0, sizeof(*r));
	r->path = path;
	/* Nobody shall keep us waiting at a FIFO. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_msg(-EIO, "cannot read %s: %s", path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_msg(-EINVAL, "%s: not a file", path);
	}
	r->bytes = st.st_size;
	sigaction(SIGBUS, &(struct sigaction){ .sa_handler = file_shrank }, NULL);
	if (r->bytes) {
		r->at = mmap(NULL, r->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
		if (r->at == MAP_FAILED)
			r->at = NULL;
	}
	close(fd);
	return r->bytes && !r->at ? err_sys(-EIO, "reading %s", path) : 0;
}

void trace_borrow(struct trace_reader *r, const char *path, const void *at, size_t bytes)
{
	memset(r, 0, sizeof(*r));
	r->path = path;
	r->at = at;
	r->bytes = bytes;
	r->borrowed = true;
}

int trace_check(struct trace_reader *r)
{
	int err;

	err = header_check(r);
	if (!err)
		err = cpus_make(r);
	if (!err)
		err = chunks_find(r);
	if (err)
		trace_unmap(r);
	return err;
}

int trace_open(struct trace_reader *r, const char *path)
{
	int err = trace_map(r, path);

	return err ? err : trace_check(r);
}

void trace_unmap(struct trace_reader *r)
{
	if (r->at && !r->borrowed)
		munmap((void *)r->at, r->bytes);
	free(r->chunk);
	free(r->cpu);
	free(r->who);
	r->who = NULL;
	r->at = NULL;
	r->chunk = NULL;
	r->cpu = NULL;
	r->n_chunks = 0;
}

const struct oscope_slot *trace_slots(const struct trace_reader *r, const struct trace_chunk *chunk,
				      struct trace_slots *to, int *err)
{
	const struct oscope_packed *packed = chunk->data;

	*err = 0;
	if (chunk->head->kind == OSCOPE_CHUNK_SLOTS)
		return chunk->data;
	if (!to->unpacker)
		to->unpacker = trace_unpacker_new();
	if (to->unpacker && !to->room) {
		to->room = malloc(OSCOPE_PACKED_SLOTS * sizeof(*to->room));
		if (!to->room)
			err_sys(-ENOMEM, "reading %s", r->path);
	}
	if (!to->unpacker || !to->room)
		*err = -ENOMEM;
	else if (trace_unpack(to->unpacker, packed + 1, packed->bytes, to->room, packed->slots))
		*err = chunk_refuse(r, chunk->head);
	return *err ? NULL : to->room;
}

void trace_slots_free(struct trace_slots *to)
{
	trace_unpacker_free(to->unpacker);
	free(to->room);
	memset(to, 0, sizeof(*to));
}

bool trace_identities(const struct trace_reader *r, size_t *i, const struct oscope_identity **ids,
		      size_t *n)
{
	if (r->who) {
		*ids = r->who;
		*n = r->n_who;
		return !(*i)++;
	}
	for (; *i < r->n_chunks; (*i)++) {
		if (r->chunk[*i].head->kind != OSCOPE_CHUNK_IDENTITY)
			continue;
		*ids = r->chunk[*i].data;
		*n = r->chunk[(*i)++].head->bytes / sizeof(**ids);
		return true;
	}
	return false;
}

void trace_times(const struct oscope_slot *slot, uint32_t n, uint64_t *first, uint64_t *last)
{
	uint32_t i;

	*first = 0;
	*last = 0;
	for (i = 0; i < n; i++) {
		if (!oscope_has_time(slot[i].head))
			continue;
		if (!*first || slot[i].ts < *first)
			*first = slot[i].ts;
		if (slot[i].ts > *last)
			*last = slot[i].ts;
	}
}

uint64_t trace_last_ns(const struct trace_chunk *chunk)
{
	const struct oscope_packed *packed = chunk->data;
	const struct oscope_slot *slot = chunk->data;
	uint32_t i;

	if (chunk->head->kind != OSCOPE_CHUNK_SLOTS)
		return packed->last_ns;
	for (i = chunk->slots; i > 0; i--) {
		if (oscope_has_time(slot[i - 1].head))
			return slot[i - 1].ts;
	}
	return 0;
}

void trace_tell(struct trace_reader *r)
{
	if (r->told)
		return;
	r->told = true;
	if (r->cut)
		warn_msg("%s: cut short: reported up to its last whole chunk", r->path);
	else if (!r->end)
		warn_msg("%s: has no end, its writer did not finish: reported as far as it goes",
			 r->path);
}
