// SPDX-License-Identifier: GPL-2.0
/*
 * Looks for the kernel's memory in what the module and the probes give out: its addresses in every word
 * of 8 bytes, poison of freed or fresh memory in every word of 4, anything behind the end of a name.
 *
 * usage: leaks self-test | stream RECORDS | file RECORDING | areas | addresses < NUMBERS
 *
 * stream: reads so many records of the module. file: all of a recorded file. areas: maps all of the
 * module, and calls every ioctl that answers. addresses: the hexadecimal numbers of standard input are
 * the kernel's; each must be one that we look for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kmod/core/ring.h"
#include "kmod/uapi/oscope.h"

#define STREAM_BYTES	(1 << 18)
#define WAIT_MS		20000

static long found, words, identities;

static void die(const char *what)
{
	fprintf(stderr, "leaks: %s: %s\n", what, strerror(errno));
	exit(2);
}

/*
 * The upper half of the address space, with page tables of five levels too: direct map, vmalloc,
 * areas of CPUs, modules and text of x86. Left out: small negative numbers, and below the text a hole
 * where a 32-bit "none" above another number would lie.
 */
static bool is_address(uint64_t word)
{
	return (word >= 0xff00000000000000ULL && word < 0xffffffff00000000ULL) ||
	       (word >= 0xffffffff80000000ULL && word < 0xfffffffffffff000ULL);
}

/* POISON_INUSE, POISON_FREE and PAGE_POISON of include/linux/poison.h. */
static bool is_poison(uint32_t word)
{
	return word == 0x5a5a5a5a || word == 0x6b6b6b6b || word == 0xaaaaaaaa;
}

static void tell(const char *what, const char *where, size_t offset, uint64_t word)
{
	if (found++ < 20)
		printf("%s: %s at %zu: %016llx\n", where, what, offset, (unsigned long long)word);
}

static void scan(const char *where, const void *at, size_t bytes)
{
	const char *p = at;
	uint64_t word;
	uint32_t half;
	size_t i;

	for (i = 0; i + 8 <= bytes; i += 8) {
		memcpy(&word, p + i, 8);
		if (is_address(word))
			tell("address", where, i, word);
	}
	for (i = 0; i + 4 <= bytes; i += 4) {
		memcpy(&half, p + i, 4);
		if (is_poison(half))
			tell("poison", where, i, half);
	}
	words += bytes / 8;
}

/* A name is followed by zeros to the end of its field. */
static void scan_name(const char *where, const char *name, size_t bytes)
{
	size_t i = strnlen(name, bytes);

	for (; i < bytes; i++) {
		if (name[i])
			tell("rest of a name", where, i, (unsigned char)name[i]);
	}
}

static void scan_identity(const struct oscope_identity *id)
{
	char name[OSCOPE_COMM_LEN];

	memcpy(name, id->comm_lo, 8);
	memcpy(name + 8, id->comm_hi, 8);
	scan_name("identity", name, sizeof(name));
	if (id->flags & ~(OSCOPE_TASK_KTHREAD | OSCOPE_TASK_IDLE))
		tell("unknown flags", "identity", 44, id->flags);
	identities++;
}

/* The words of a record lie between those of 8 bytes, too. */
static void scan_between(const struct oscope_slot *slot)
{
	uint64_t word;

	memcpy(&word, slot->w, sizeof(word));
	if (is_address(word))
		tell("address", "slot", offsetof(struct oscope_slot, w), word);
}

static long scan_slots(const struct oscope_slot *slot, size_t n)
{
	long records = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		scan_between(&slot[i]);
		if (slot[i].head & OSCOPE_HEAD_CONT)
			continue;
		records++;
		if (oscope_head_id(slot[i].head) == OSCOPE_REC_IDENTITY && i + 1 < n)
			scan_identity((const void *)&slot[i]);
	}
	return records;
}

/* A chunk of whole elements; records in it. */
static long scan_chunk(const struct oscope_chunk *chunk)
{
	const struct oscope_identity *id = (const void *)(chunk + 1);
	size_t i;

	if (chunk->kind == OSCOPE_CHUNK_SLOTS)
		return scan_slots((const void *)(chunk + 1),
				  chunk->bytes / sizeof(struct oscope_slot));
	if (chunk->kind == OSCOPE_CHUNK_IDENTITY) {
		for (i = 0; i < chunk->bytes / sizeof(*id); i++)
			scan_identity(&id[i]);
	}
	return 0;
}

/* Chunks as read() gave them; records in them. */
static long scan_chunks(const char *where, const char *at, size_t bytes)
{
	const struct oscope_chunk *chunk;
	long records = 0;

	scan(where, at, bytes);
	for (; bytes >= sizeof(*chunk); at += sizeof(*chunk) + chunk->bytes) {
		chunk = (const void *)at;
		if (chunk->magic != OSCOPE_CHUNK_MAGIC || chunk->bytes + sizeof(*chunk) > bytes) {
			fprintf(stderr, "leaks: not a chunk\n");
			exit(2);
		}
		bytes -= sizeof(*chunk) + chunk->bytes;
		records += scan_chunk(chunk);
	}
	return records;
}

static int device_open(void)
{
	int fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		die(OSCOPE_DEVICE);
	return fd;
}

static void header_check(const struct oscope_file_header *h)
{
	scan("header", h, sizeof(*h));
	scan_name("header: source", h->source, sizeof(h->source));
	scan_name("header: virt", h->virt, sizeof(h->virt));
	scan_name("header: kernel", h->kernel, sizeof(h->kernel));
}

static long stream_scan(long want)
{
	struct pollfd p = { .fd = device_open(), .events = POLLIN };
	char *bytes = malloc(STREAM_BYTES);
	long records = 0;
	ssize_t n;

	if (!bytes || read(p.fd, bytes, STREAM_BYTES) != sizeof(struct oscope_file_header))
		die("the header");
	header_check((const void *)bytes);
	while (records < want) {
		n = read(p.fd, bytes, STREAM_BYTES);
		if (n > 0)
			records += scan_chunks("stream", bytes, n);
		else if (n < 0 && errno != EAGAIN)
			die("read");
		else if (n < 0 && poll(&p, 1, WAIT_MS) != 1)
			die("nothing comes");
	}
	if (ioctl(p.fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_RING_STOP");
	while ((n = read(p.fd, bytes, STREAM_BYTES)) > 0)
		records += scan_chunks("stream", bytes, n);
	free(bytes);
	close(p.fd);
	return records;
}

static long file_scan(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t head = sizeof(struct oscope_file_header);
	struct stat st;
	const char *at;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	at = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED || (size_t)st.st_size < head)
		die(path);
	header_check((const void *)at);
	return scan_chunks("recording", at + head, st.st_size - head);
}

static const void *area_map(int fd, const struct oscope_info *info, enum oscope_area which)
{
	void *at = mmap(NULL, info->area[which].bytes, PROT_READ, MAP_SHARED, fd,
			info->area[which].offset);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static void answers_scan(int fd)
{
	struct oscope_tree_setup tree = { .pidfd = syscall(SYS_pidfd_open, getpid(), 0) };
	struct oscope_counters *sum = malloc(sizeof(*sum));
	struct oscope_tree_read read = { .to = (uintptr_t)sum };

	memset(sum, 0xff, sizeof(*sum));
	if (ioctl(fd, OSCOPE_IOC_TREE, &tree))
		die("OSCOPE_IOC_TREE");
	read.tree = tree.tree;
	usleep(10000);
	if (ioctl(fd, OSCOPE_IOC_TREE_READ, &read))
		die("OSCOPE_IOC_TREE_READ");
	scan("tree setup", &tree, sizeof(tree));
	scan("tree", sum, sizeof(*sum));
	free(sum);
}

static int cmd_areas(void)
{
	struct oscope_ring_setup ring = { .slots = 1 << 14, .records = 0x1fe };
	static const char *const names[OSCOPE_AREAS] = {
		"counters", "tasks", "ring control", "ring data", "ring tail", "ledgers",
		"sums of who is gone", "communication", "objects", "queues", "names", "uses", "pairs",
		"shares",
	};
	const struct oscope_task *task;
	struct oscope_info info;
	int fd = device_open();
	__u32 i;

	if (ioctl(fd, OSCOPE_IOC_RING, &ring))
		die("OSCOPE_IOC_RING");
	memset(&info, 0xff, sizeof(info));
	if (ioctl(fd, OSCOPE_IOC_INFO, &info))
		die("OSCOPE_IOC_INFO");
	scan("info", &info, sizeof(info));
	answers_scan(fd);
	for (i = 0; i < OSCOPE_AREAS; i++)
		scan(names[i], area_map(fd, &info, i), info.area[i].bytes);
	task = area_map(fd, &info, OSCOPE_AREA_TASKS);
	for (i = 0; i < info.area[OSCOPE_AREA_TASKS].count; i++)
		scan_name("task", task[i].comm, sizeof(task[i].comm));
	printf("%ld words of areas and answers, %ld found\n", words, found);
	return found != 0;
}

static int cmd_addresses(void)
{
	unsigned long long word;
	long n = 0, outside = 0;

	while (scanf("%llx", &word) == 1) {
		n++;
		if (!is_address(word) && outside++ < 5)
			printf("%016llx is not looked for\n", word);
	}
	printf("%ld addresses, %ld not looked for\n", n, outside);
	return !n || outside;
}

/* What is planted must be found, and nothing else. */
static void plant(const char *what, long want, const void *word, size_t bytes, size_t at)
{
	struct oscope_slot slot[4] = {
		{ .ts = 0x3fffffffffff, .head = 0xfff00002, .w = { 4194304, 1, 0xffffffff } },
		{ .ts = 1, .head = 0x00100002, .w = { 0, 4194304, 0xffffffff } },
	};
	long before = found;

	if (bytes)
		memcpy((char *)slot + at, word, bytes);
	scan("planted", slot, sizeof(slot));
	if (found - before != want) {
		printf("%s: %ld found, %ld planted\n", what, found - before, want);
		exit(1);
	}
}

static int cmd_self_test(void)
{
	static const uint64_t addresses[] = {
		0xffff888003a4c000, 0xffffc900000bd000, 0xffffea0000012340, 0xffffffff81000000,
		0xffffffffc0a01000, 0xff8c5c8380000000,
	};
	static const uint8_t poisons[] = { 0x5a, 0x6b, 0xaa };
	uint8_t run[4];
	size_t i;

	plant("nothing", 0, NULL, 0, 0);
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		plant("an address", 1, &addresses[i], 8, 8 * i);
	for (i = 0; i < sizeof(poisons); i++) {
		memset(run, poisons[i], sizeof(run));
		plant("poison", 1, run, sizeof(run), 12 + 4 * i);
	}
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct oscope_slot slot = { .head = 0x00100002 };

		found = 0;
		memcpy(slot.w, &addresses[i], sizeof(addresses[i]));
		if (scan_slots(&slot, 1) != 1 || found != 1)
			return 1;
	}
	found = 0;
	scan_name("planted", "name\0\0\0", 8);
	if (found)
		return 1;
	scan_name("planted", "name\0xy", 8);
	return found != 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long records;

	if (argc == 2 && !strcmp(what, "self-test"))
		return cmd_self_test();
	if (argc == 2 && !strcmp(what, "areas"))
		return cmd_areas();
	if (argc == 2 && !strcmp(what, "addresses"))
		return cmd_addresses();
	if (argc == 3 && (!strcmp(what, "stream") || !strcmp(what, "file"))) {
		records = *what == 's' ? stream_scan(atol(argv[2])) : file_scan(argv[2]);
		printf("%ld records, %ld identities, %ld words, %ld found\n", records, identities,
		       words, found);
		return found != 0;
	}
	fprintf(stderr, "usage: leaks self-test | stream RECORDS | file RECORDING | areas | "
		"addresses < NUMBERS\n");
	return 2;
}
