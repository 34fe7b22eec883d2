// SPDX-License-Identifier: GPL-2.0
/*
 * The tasks that are there already: the task iterator tells who they are, and marks members.
 */
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "../kmod/uapi/oscope_ipc.h"
#include "bpf_probes.h"
#include "bpf_refused.h"
#include "oscope.skel.h"
#include "util.h"

/* Read all that the iterator writes: whole identities. */
static int seed_read(int fd, struct oscope_identity **ids, size_t *n)
{
	size_t have = 0, room = 0;
	char *buf = NULL, *grown;
	ssize_t got;

	for (;;) {
		if (room - have < sizeof(**ids)) {
			room = room ? 2 * room : 65536;
			grown = realloc(buf, room);
			if (!grown)
				goto no_memory;
			buf = grown;
		}
		got = read(fd, buf + have, room - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(buf);
			return err_sys(-errno, "reading the tasks that are there");
		}
		if (!got)
			break;
		have += got;
	}
	*ids = (void *)buf;
	*n = have / sizeof(**ids);
	return 0;

no_memory:
	free(buf);
	return err_sys(-ENOMEM, "reading the tasks that are there");
}

/* Until here tasks could be met that had no state yet: nothing was known of their waits. */
static void untracked_forget(struct bpf_probes *p)
{
	struct cpu_block *b = p->area[AREA_CPUS].at;
	uint32_t i;

	for (i = 0; i < p->cpus; i++)
		__atomic_store_n(&b[i].counters.untracked, 0, __ATOMIC_RELAXED);
}

/* A file of the iterator, which runs when it is read. fd or -errno with a line printed. */
static int iterator_open(struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link));

	return fd < 0 ? bpf_refused(err_sys(-errno, "running the task iterator")) : fd;
}

static int seed_run(struct bpf_probes *p, struct bpf_link *link, struct oscope_identity **ids,
		    size_t *n)
{
	int fd = iterator_open(link), err;

	if (fd < 0)
		return fd;
	probes_globals(p)->seeding = 1;
	err = seed_read(fd, ids, n);
	probes_globals(p)->seeding = 0;
	close(fd);
	if (!err)
		untracked_forget(p);
	return err;
}

/* Of iterators that write nothing. */
static int seed_silently(struct bpf_probes *p, struct bpf_link *link)
{
	struct oscope_identity *none = NULL;
	size_t n;
	int err = seed_run(p, link, &none, &n);

	free(none);
	return err;
}

/* Who has shared memory; a program's tree has none yet. Others have what is known then. */
static int seed_shares(struct bpf_probes *p)
{
	struct bpf_link *link;
	int err;

	if (p->config.inherit == INHERIT_TREE || !(p->config.ipc & OSCOPE_IPC_SEGMENTS))
		return 0;
	link = bpf_program__attach_iter(p->skel->progs.seed_ipc_shares, NULL);
	if (!link)
		return bpf_refused(err_sys(-errno, "attaching the iterator of mapped memory"));
	probes_globals(p)->ipc_seeded = 0;
	err = seed_silently(p, link);
	probes_globals(p)->ipc_seeded = 1;
	if (!err && p->config.filter)
		err = seed_silently(p, link);
	bpf_link__destroy(link);
	return err;
}

/* The objects of calls that tasks are in, and of memory they share; members are marked by now. */
static int seed_ipc(struct bpf_probes *p)
{
	struct bpf_link *link = bpf_program__attach_iter(p->skel->progs.seed_ipc, NULL);
	int err;

	if (!link)
		return bpf_refused(err_sys(-errno, "attaching the task iterator"));
	err = seed_silently(p, link);
	bpf_link__destroy(link);
	return err ? err : seed_shares(p);
}

/* For later on, when nothing may be opened any more. */
static int censuses_open(struct bpf_probes *p, struct bpf_link *link)
{
	int fd;

	p->census = calloc(p->censuses ? p->censuses : 1, sizeof(*p->census));
	if (!p->census)
		return err_sys(-ENOMEM, "the task iterator");
	while (p->n_census < p->censuses) {
		fd = iterator_open(link);
		if (fd < 0)
			return fd;
		p->census[p->n_census++] = fd;
	}
	return 0;
}

int probes_seed(struct bpf_probes *p, struct oscope_identity **ids, size_t *n)
{
	struct bpf_link *link;
	int err;

	*ids = NULL;
	*n = 0;
	link = bpf_program__attach_iter(p->skel->progs.seed_tasks, NULL);
	if (!link)
		return bpf_refused(err_sys(-errno, "attaching the task iterator"));
	err = seed_run(p, link, ids, n);
	if (!err && p->config.ipc_pair_mask)
		err = seed_ipc(p);
	if (!err && p->config.records)
		err = censuses_open(p, link);
	bpf_link__destroy(link);
	return err;
}

int probes_census(struct bpf_probes *p, struct oscope_identity **ids, size_t *n)
{
	int fd, err;

	*ids = NULL;
	*n = 0;
	if (!p->n_census)
		return 0;
	fd = p->census[--p->n_census];
	err = seed_read(fd, ids, n);
	close(fd);
	return err;
}
