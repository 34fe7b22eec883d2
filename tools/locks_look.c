// SPDX-License-Identifier: GPL-2.0
/*
 * Who waits for which lock now: a look at each task of a scope, and from there at whoever has what
 * it waits for.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "locks.h"
#include "map.h"
#include "util.h"

const char *const lock_kind_names[LOCK_KINDS] = {
	[LOCK_FUTEX] = "futex",
	[LOCK_MUTEX] = "mutex",
	[LOCK_ROBUST] = "robust-mutex",
	[LOCK_PI] = "pi-mutex",
	[LOCK_JOIN] = "join",
	[LOCK_FLOCK] = "flock",
	[LOCK_FCNTL] = "fcntl",
	[LOCK_SEMAPHORE] = "semaphore",
};

static enum lock_kind futex_kind(uint64_t op)
{
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
		return LOCK_FUTEX;
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return LOCK_PI;
	}
	return LOCK_NONE;
}

enum lock_kind lock_call_kind(const struct proc_call *call)
{
	switch (call->nr) {
	case SYS_futex:
		return futex_kind(call->arg[1]);
	case SYS_futex_waitv:
		return LOCK_FUTEX;
	case SYS_flock:
		return LOCK_FLOCK;
	case SYS_fcntl:
		return call->arg[1] == F_SETLKW || call->arg[1] == F_OFD_SETLKW ? LOCK_FCNTL :
			LOCK_NONE;
	case SYS_semop:
	case SYS_semtimedop:
		return LOCK_SEMAPHORE;
	}
	return LOCK_NONE;
}

/* Calls of 32-bit programs have other numbers, and locks another layout: none is understood. */
static bool is_foreign(pid_t pid)
{
	char path[PROC_PATH];
	unsigned char ident[5];
	bool known;
	int fd;

	fd = open(proc_path(path, pid, 0, "exe"), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	known = read(fd, ident, sizeof(ident)) == sizeof(ident) && ident[4] == 2;
	close(fd);
	return !known;
}

void lock_fill(struct locks *l, struct lock_task *t)
{
	t->wait.kind = lock_call_kind(&t->call);
	switch (t->wait.kind) {
	case LOCK_FLOCK:
	case LOCK_FCNTL:
		lock_file(l, t);
		break;
	case LOCK_SEMAPHORE:
		lock_semaphore(l, t);
		break;
	default:
		lock_futex(l, t);
	}
}

static struct out_task owner_of(const struct lock_wait *w)
{
	struct out_task owner = { .tid = w->owner, .pid = w->owner_pid };
	struct proc_stat st;

	if (!w->owner || !proc_stat(owner.pid, owner.tid, &st))
		return (struct out_task){ .tid = UINT32_MAX };
	owner.start_ns = proc_start_ns(&st);
	memcpy(owner.comm, st.comm, sizeof(owner.comm));
	return owner;
}

/* One task. Who is not in the same call when its switches are known does not wait. */
static int task_look(struct locks *l, pid_t pid, pid_t tid, bool asked)
{
	struct lock_task t = { .asked = asked, .next = LOCKS_NOBODY,
			       .who = { .tid = tid, .pid = pid } };
	struct proc_call first;
	struct proc_stat st;
	int err = proc_call(pid, tid, &first);

	l->looked += asked;
	if (err == -EACCES)
		l->unreadable += asked;
	if (err || lock_call_kind(&first) == LOCK_NONE || is_foreign(pid))
		return 0;
	if (!proc_switches(pid, tid, &t.switches) || proc_call(pid, tid, &t.call) ||
	    !proc_call_same(&first, &t.call) || !proc_stat(pid, tid, &st))
		return 0;
	t.who.start_ns = proc_start_ns(&st);
	memcpy(t.who.comm, st.comm, sizeof(t.who.comm));
	t.cpu = st.cpu;
	lock_fill(l, &t);
	t.owner = owner_of(&t.wait);
	err = array_room(&l->task, &l->room, l->n, sizeof(*l->task));
	if (!err)
		l->task[l->n++] = t;
	return err;
}

/* All threads of a process. -ESRCH: it is not there. */
static int process_look(struct locks *l, pid_t pid, bool asked)
{
	char path[PROC_PATH];
	int tid, err = 0;
	DIR *dir = opendir(proc_path(path, pid, 0, "task"));

	if (!dir)
		return errno == ENOMEM || errno == EMFILE || errno == ENFILE ? -errno : -ESRCH;
	while (!err && (tid = proc_next(dir)) >= 0)
		err = task_look(l, pid, tid, asked);
	closedir(dir);
	return err;
}

/* Whether pid descends from root; parents come from a reading of all processes. */
static bool descends(const struct map *place, const pid_t *parent, pid_t pid, pid_t root)
{
	size_t at, steps;

	for (steps = 0; pid > 1 && steps <= place->n; steps++) {
		at = map_find(place, pid);
		if (at == MAP_FULL)
			return false;
		pid = parent[at];
		if (pid == root)
			return true;
	}
	return false;
}

/* Process numbers with their parents. 0 or -errno. */
static int parents_read(struct map *place, pid_t **parent)
{
	DIR *dir = opendir("/proc");
	struct proc_stat st;
	size_t room = 0, at;
	int pid, err = 0;

	if (!dir)
		return -errno;
	while (!err && (pid = proc_next(dir)) >= 0) {
		if (!proc_stat(pid, 0, &st))
			continue;
		at = map_place(place, pid);
		err = at == MAP_FULL ? -ENOMEM :
		      array_room(parent, &room, at, sizeof(**parent));
		if (!err)
			(*parent)[at] = st.parent;
	}
	closedir(dir);
	return err;
}

int locks_descendants(pid_t root, pid_t **pids, size_t *n)
{
	struct map place = { 0 };
	pid_t *parent = NULL;
	int err = parents_read(&place, &parent);
	size_t i;

	*n = 0;
	*pids = calloc(place.n + 1, sizeof(**pids));
	if (!*pids)
		err = -ENOMEM;
	for (i = 0; !err && i < place.n; i++) {
		if (!root || descends(&place, parent, place.key[i], root))
			(*pids)[(*n)++] = place.key[i];
	}
	map_free(&place);
	free(parent);
	return err;
}

/* Everybody but us, or who descends from root. */
static int system_look(struct locks *l, pid_t root)
{
	pid_t *pids = NULL;
	size_t n, i;
	int err = locks_descendants(root, &pids, &n);

	for (i = 0; !err && i < n; i++) {
		if (pids[i] == getpid())
			continue;
		err = process_look(l, pids[i], true);
		if (err == -ESRCH)
			err = 0;
	}
	free(pids);
	return err ? err_sys(err, "reading /proc") : 0;
}

static int pids_look(struct locks *l, const struct locks_scope *s)
{
	size_t i;
	int err;

	for (i = 0; i < s->n_pids; i++) {
		err = process_look(l, s->pids[i], true);
		if (err)
			return err_sys(err, "process %d", s->pids[i]);
	}
	return 0;
}

/* Processes that have what somebody waits for, and so on from there. */
static int owners_look(struct locks *l)
{
	struct map known = { 0 };
	size_t i, before;
	int err = 0;

	for (i = 0; i < l->n && !err; i++) {
		if (map_place(&known, l->task[i].who.pid) == MAP_FULL)
			err = -ENOMEM;
	}
	for (i = 0; i < l->n && !err; i++) {
		pid_t pid = l->task[i].wait.owner_pid;

		before = known.n;
		if (!pid)
			continue;
		if (map_place(&known, pid) == MAP_FULL)
			err = -ENOMEM;
		else if (known.n > before)
			err = process_look(l, pid, false);
		if (err == -ESRCH)
			err = 0;
	}
	map_free(&known);
	return err ? err_sys(err, "reading /proc") : 0;
}

static void look_forget(struct locks *l)
{
	l->n = 0;
	l->n_cycles = 0;
	l->looked = 0;
	l->unreadable = 0;
	free(l->cache->number);
	free(l->cache->line);
	memset(l->cache, 0, sizeof(*l->cache));
}

int locks_look(struct locks *l, const struct locks_scope *s)
{
	uint64_t begin = now_ns();
	int err;

	if (!l->cache)
		l->cache = calloc(1, sizeof(*l->cache));
	if (!l->cache)
		return err_sys(-ENOMEM, "looking at locks");
	look_forget(l);
	err = s->n_pids ? pids_look(l, s) : system_look(l, s->tree);
	if (!err)
		err = owners_look(l);
	if (!err && locks_cycles(l))
		err = err_sys(-ENOMEM, "looking at locks");
	l->ns = now_ns();
	l->took_ns = l->ns - begin;
	return err;
}

void locks_free(struct locks *l)
{
	if (l->cache)
		look_forget(l);
	free(l->cache);
	free(l->task);
	free(l->cycle);
	memset(l, 0, sizeof(*l));
}

size_t locks_proved(const struct locks *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->n_cycles; i++)
		n += l->cycle[i].proved;
	return n;
}
