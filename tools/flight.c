// SPDX-License-Identifier: GPL-2.0
/*
 * A flight recorder's dumps.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../kmod/core/ring.h"
#include "flight.h"
#include "privilege.h"
#include "record_ipc.h"
#include "util.h"
#include "whole.h"

#define BATCH_SLOTS	4096U

/* What is there stays as it is until something is written to it. */
static int open_in_place(struct flight_file *file)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;

	file->fd = open(file->path, flags | O_EXCL, 0600);
	file->made = file->fd >= 0;
	if (file->fd < 0 && errno == EEXIST)
		file->fd = open(file->path, flags, 0600);
	if (file->fd < 0)
		return err_msg(-EIO, "cannot write %s: %s", file->path, strerror(errno));
	return trace_private(file->fd, file->path);
}

static int file_open(struct flight_file *file, const char *path)
{
	struct stat st;

	file->fd = -1;
	file->path = strdup(path);
	if (!file->path)
		return err_sys(-ENOMEM, "flight recorder");
	if (lstat(path, &st) || S_ISREG(st.st_mode))
		file->fd = whole_open(path, 0600);
	file->whole = file->fd >= 0;
	return file->whole ? 0 : open_in_place(file);
}

/* Nothing of what was there shall be behind what comes. */
static int file_empty(const struct flight_file *file)
{
	struct stat st;

	if (file->whole || file->made || fstat(file->fd, &st) || !S_ISREG(st.st_mode) ||
	    !ftruncate(file->fd, 0))
		return 0;
	return err_msg(-EIO, "cannot write %s: %s", file->path, strerror(errno));
}

static int files_open(struct flight *f, const char *path, uint32_t dumps)
{
	char name[4096];
	int err;

	err = file_open(&f->file[f->n_files++], path);
	while (!err && f->n_files <= dumps) {
		snprintf(name, sizeof(name), "%s.%u", path, f->n_files);
		err = file_open(&f->file[f->n_files++], name);
	}
	return err;
}

static size_t copy_bytes(const struct ring_reader *rings)
{
	return ((size_t)rings->cpus << rings->order) * sizeof(struct oscope_slot);
}

int flight_open(struct flight *f, const char *path, uint32_t dumps, const struct ring_reader *rings)
{
	void *paused;
	int err;

	f->rings = rings;
	f->file = calloc(dumps + 1, sizeof(*f->file));
	f->run = calloc(rings->cpus, sizeof(*f->run));
	/* It is there before the first copy: who waits for memory meanwhile is overtaken. */
	f->copy = mmap(NULL, copy_bytes(rings), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (f->copy == MAP_FAILED)
		f->copy = NULL;
	if (!f->file || !f->run || !f->copy)
		return err_sys(-ENOMEM, "flight recorder: a copy of the rings");
	/* They get their names when there are no capabilities any more. */
	paused = privilege_pause();
	err = files_open(f, path, dumps);
	privilege_resume(paused);
	return err;
}

int flight_identities(struct flight *f, const struct oscope_identity *ids, size_t n)
{
	f->first = malloc(n ? n * sizeof(*ids) : 1);
	if (!f->first)
		return err_sys(-ENOMEM, "flight recorder");
	memcpy(f->first, ids, n * sizeof(*ids));
	f->n_first = n;
	return 0;
}

void flight_copy(struct flight *f)
{
	uint64_t room = 1ULL << f->rings->order;
	struct oscope_slot *to = f->copy;
	uint32_t cpu;
	int n;

	for (cpu = 0; cpu < f->rings->cpus; cpu++, to += room) {
		struct flight_run *run = &f->run[cpu];

		memset(run, 0, sizeof(*run));
		run->written = ring_written(f->rings, cpu);
		n = ring_copy(f->rings, cpu, to, &run->slot, &run->pos);
		if (n < 0)
			run->uncopied = run->written < room ? run->written : room;
		else
			run->n = n;
	}
}

/* Without what came after the end. Who is who is said before the record that it belongs to. */
static void run_end(struct flight_run *run, uint64_t end_ns)
{
	uint32_t n = run->n, i;

	for (i = run->n; i > 0; i--) {
		if (!oscope_has_time(run->slot[i - 1].head))
			continue;
		if (run->slot[i - 1].ts <= end_ns)
			break;
		n = i - 1;
	}
	run->later = ring_records(run->slot + n, run->n - n);
	run->n = n;
}

/* The time of its first record, if others gave way to it; else 0. */
static uint64_t run_begin(const struct flight *f, const struct flight_run *run)
{
	uint32_t i;

	if (!run->n || run->pos == 1ULL << f->rings->order)
		return 0;
	for (i = 0; i < run->n; i++) {
		if (oscope_has_time(run->slot[i].head))
			return run->slot[i].ts;
	}
	return 0;
}

/* Without what came before; who is who by then is said before the first record. */
static void run_cut(struct flight_run *run, uint64_t begin_ns)
{
	uint32_t first = 0, i;

	for (i = 0; i < run->n; i++) {
		if (!oscope_has_time(run->slot[i].head))
			continue;
		if (run->slot[i].ts >= begin_ns)
			break;
		first = i + 1;
	}
	run->slot += first;
	run->pos += first;
	run->n -= first;
}

/* All CPUs' parts from the same time on. Returns that time. */
static uint64_t runs_choose(struct flight *f, const struct flight_dump *dump)
{
	uint64_t begin = dump->header.start_ns, ns;
	uint32_t cpu;

	if (f->keep_ns && dump->end_ns - begin > f->keep_ns)
		begin = dump->end_ns - f->keep_ns;
	for (cpu = 0; cpu < f->rings->cpus; cpu++) {
		run_end(&f->run[cpu], dump->end_ns);
		ns = run_begin(f, &f->run[cpu]);
		begin = ns > begin ? ns : begin;
	}
	for (cpu = 0; cpu < f->rings->cpus; cpu++)
		run_cut(&f->run[cpu], begin);
	return begin;
}

/*
 * Who had which number when it begins: who is there now, and who was there at first. Of two of one
 * number, the later one only if it was there by then: the rings tell of what came after.
 */
static int names_write(const struct flight *f, struct trace_writer *w,
		       const struct flight_dump *dump, uint64_t begin_ns)
{
	struct oscope_identity *ids = calloc(f->n_first + dump->n_now + 1, sizeof(*ids));
	struct map tids = { 0 };
	size_t n = 0, place, i;
	int err = ids ? 0 : -ENOMEM;

	for (i = 0; !err && i < f->n_first + dump->n_now; i++) {
		const struct oscope_identity *id = i < f->n_first ? &f->first[i] :
						   &dump->now[i - f->n_first];

		place = map_place(&tids, id->tid);
		if (place == MAP_FULL)
			err = -ENOMEM;
		else if (place == n)
			ids[n++] = *id;
		else if (id->start_ns == ids[place].start_ns || id->start_ns <= begin_ns)
			ids[place] = *id;
	}
	map_free(&tids);
	err = err ? err_sys(err, "writing %s", w->path) : trace_write_identities(w, ids, n);
	free(ids);
	return err;
}

static int runs_write(const struct flight *f, struct trace_writer *w)
{
	uint32_t cpu, at, n;
	int err = 0;

	for (cpu = 0; cpu < f->rings->cpus; cpu++) {
		const struct flight_run *run = &f->run[cpu];

		for (at = 0; !err && at < run->n; at += n) {
			n = run->n - at < BATCH_SLOTS ? run->n - at : BATCH_SLOTS;
			err = trace_write_slots(w, cpu, run->pos + at, run->slot + at, n, 0);
		}
	}
	return err;
}

/* Objects, whatever has been told of them before: it went into another file. */
static int objects_write(struct trace_writer *w, const struct flight_dump *dump)
{
	struct record_ipc told = { .mechanisms = dump->mechanisms, .part = true };
	int err = record_ipc_end(&told, dump->ipc, w);

	record_ipc_free(&told);
	return err;
}

static int dump_write(struct flight *f, struct trace_writer *w, struct flight_dump *dump,
		      struct flight_file *file)
{
	struct oscope_file_header h = dump->header;
	struct oscope_chunk_end end = { .end_ns = dump->end_ns };
	uint64_t uncopied = 0;
	uint32_t cpu;
	int fd = file->fd, err = file_empty(file);

	if (err)
		return err;
	dump->begin_ns = runs_choose(f, dump);
	h.start_ns = dump->begin_ns;
	h.realtime_ns += h.start_ns - dump->header.start_ns;
	file->fd = -1;
	err = trace_begin(w, fd, file->path, &h, f->level);
	if (!err)
		err = names_write(f, w, dump, h.start_ns);
	if (!err)
		err = runs_write(f, w);
	for (cpu = 0; cpu < f->rings->cpus; cpu++) {
		end.events += f->run[cpu].written - f->run[cpu].later;
		uncopied += f->run[cpu].uncopied;
	}
	/* What has been taken meanwhile is in the copy, and not in the count. */
	if (end.events < w->records + uncopied)
		end.events = w->records + uncopied;
	dump->writer.overwritten = end.events - w->records - uncopied;
	dump->lost += uncopied;
	end.lost = dump->lost;
	if (!err)
		err = objects_write(w, dump);
	if (!err)
		err = trace_write_writer(w, &dump->writer);
	return err ? err : trace_write_end(w, &end);
}

int flight_write(struct flight *f, struct flight_dump *dump, bool at_end, const char **path)
{
	struct flight_file *file = &f->file[at_end ? 0 : f->dumps + 1];
	struct trace_writer w = { .fd = -1 };
	int fd = file->fd, err, closed;

	*path = file->path;
	if (!at_end)
		f->dumps++;
	err = dump_write(f, &w, dump, file);
	if (!err && file->whole)
		err = whole_name(fd, file->path);
	closed = trace_close(&w);
	return err ? err : closed;
}

void flight_close(struct flight *f)
{
	uint32_t i;

	for (i = 0; f->file && i < f->n_files; i++) {
		struct flight_file *file = &f->file[i];

		if (file->fd >= 0 && file->made && unlink(file->path))
			verbose_msg("%s stays, empty", file->path);
		if (file->fd >= 0)
			close(file->fd);
		free(file->path);
	}
	free(f->file);
	free(f->run);
	if (f->copy)
		munmap(f->copy, copy_bytes(f->rings));
	free(f->first);
	memset(f, 0, sizeof(*f));
	f->file = NULL;
}
