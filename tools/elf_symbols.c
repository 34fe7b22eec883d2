// SPDX-License-Identifier: GPL-2.0
/*
 * What variable of a program or library lies at an offset of its file. Files are anybody's: what is
 * not there, or not as it should be, has no symbols.
 */
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_symbols.h"
#include "util.h"

#define FILES_MAX	64
#define SEGMENTS_MAX	16
#define SYMBOLS_MAX	(1U << 20)

struct symbol {
	uint64_t offset, size;
	char *name;
};

struct file {
	uint64_t ino;
	struct symbol *symbol;		/* by offset */
	size_t n;
};

/* What has been read, symbols or not. */
static struct file files[FILES_MAX];
static size_t n_files;

struct reader {
	Elf *elf;
	GElf_Phdr segment[SEGMENTS_MAX];	/* that are loaded, and can be written */
	size_t segments, room;
	struct file *to;
};

static void segments_read(struct reader *r)
{
	size_t n = 0, i;
	GElf_Phdr *p;

	if (elf_getphdrnum(r->elf, &n))
		return;
	for (i = 0; i < n && r->segments < SEGMENTS_MAX; i++) {
		p = gelf_getphdr(r->elf, i, &r->segment[r->segments]);
		if (p && p->p_type == PT_LOAD && (p->p_flags & PF_W))
			r->segments++;
	}
}

/* From an address to the offset, as if zeros at the end of a segment were in the file, too. */
static bool offset_of(const struct reader *r, uint64_t address, uint64_t *offset)
{
	size_t i;

	for (i = 0; i < r->segments; i++) {
		const GElf_Phdr *p = &r->segment[i];

		if (address >= p->p_vaddr && address - p->p_vaddr < p->p_memsz) {
			*offset = address - p->p_vaddr + p->p_offset;
			return true;
		}
	}
	return false;
}

static void symbol_add(struct reader *r, const GElf_Sym *s, const char *name)
{
	struct file *to = r->to;
	struct symbol *more;
	uint64_t offset;

	if (GELF_ST_TYPE(s->st_info) != STT_OBJECT || !s->st_size || s->st_shndx == SHN_UNDEF ||
	    !name || !name[0] || to->n >= SYMBOLS_MAX || !offset_of(r, s->st_value, &offset))
		return;
	if (to->n == r->room) {
		r->room = r->room ? 2 * r->room : 256;
		more = realloc(to->symbol, r->room * sizeof(*more));
		if (!more)
			return;
		to->symbol = more;
	}
	to->symbol[to->n] = (struct symbol){ offset, s->st_size, strdup(name) };
	if (to->symbol[to->n].name)
		to->n++;
}

/* Returns whether there was such a table. */
static bool table_read(struct reader *r, uint32_t type)
{
	Elf_Scn *scn = NULL;
	bool found = false;
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Sym s;
	int i;

	while ((scn = elf_nextscn(r->elf, scn))) {
		if (!gelf_getshdr(scn, &header) || header.sh_type != type)
			continue;
		found = true;
		data = elf_getdata(scn, NULL);
		for (i = 0; data && gelf_getsym(data, i, &s); i++)
			symbol_add(r, &s, elf_strptr(r->elf, header.sh_link, s.st_name));
	}
	return found;
}

static int by_offset(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void symbols_read(struct file *to, int fd)
{
	struct reader r = { .to = to };

	if (elf_version(EV_CURRENT) == EV_NONE)
		return;
	r.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!r.elf)
		return;
	if (elf_kind(r.elf) == ELF_K_ELF) {
		segments_read(&r);
		if (!table_read(&r, SHT_SYMTAB))
			table_read(&r, SHT_DYNSYM);
	}
	elf_end(r.elf);
	if (to->n)
		qsort(to->symbol, to->n, sizeof(*to->symbol), by_offset);
}

/* A file that is what it was, -1: there is none. */
static int file_open(const char *path, uint64_t ino)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_ino == ino)
		return fd;
	close(fd);
	return -1;
}

static struct file *file_find(const char *path, uint64_t ino)
{
	struct file *f;
	size_t i;
	int fd;

	for (i = 0; i < n_files; i++) {
		if (files[i].ino == ino)
			return &files[i];
	}
	if (n_files == FILES_MAX)
		return NULL;
	f = &files[n_files++];
	f->ino = ino;
	fd = file_open(path, ino);
	if (fd < 0)
		return f;
	symbols_read(f, fd);
	close(fd);
	return f;
}

bool elf_symbol(const char *path, uint64_t ino, uint64_t offset, char *to, size_t bytes)
{
	struct file *f = file_find(path, ino);
	size_t low = 0, high = f ? f->n : 0;
	const struct symbol *s;
	uint64_t rest;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (f->symbol[mid].offset <= offset)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return false;
	s = &f->symbol[low - 1];
	rest = offset - s->offset;
	if (rest >= s->size)
		return false;
	if (rest)
		snprintf(to, bytes, "%s+0x%llx", s->name, (unsigned long long)rest);
	else
		snprintf(to, bytes, "%s", s->name);
	return true;
}
