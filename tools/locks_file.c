// SPDX-License-Identifier: GPL-2.0
/*
 * Locks on files (flock(2), fcntl(2)), by /proc/locks; and SysV semaphores.
 *
 * A lock of fcntl(2) is a process's, and only that one gives it back. One of flock(2) is an open
 * file's: whoever has that open, by inheritance or passed on, may give it back. The owner that
 * /proc/locks names is a process; which of its threads gives the lock back, nobody can tell, so the
 * only one if it has only one.
 */
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "locks.h"
#include "map.h"
#include "util.h"

/* A line of /proc/locks: a lock, and behind it those that wait for it. */
struct lock_line {
	uint64_t id, dev, ino;
	bool waits;
	enum lock_kind kind;
	pid_t pid;			/* -1: an open file's, of F_OFD_SETLK */
};

/* "1: -> FLOCK  ADVISORY  WRITE 42 fe:00:1234 0 EOF", and spaces before the arrow. */
static bool line_parse(const char *text, struct lock_line *to)
{
	unsigned int major, minor;
	char type[16];
	const char *at;
	int used = 0;

	memset(to, 0, sizeof(*to));
	if (sscanf(text, "%" SCNu64 ": %n", &to->id, &used) != 1 || !used)
		return false;
	at = text + used;
	to->waits = !strncmp(at, "-> ", 3);
	if (sscanf(at + (to->waits ? 3 : 0), "%15s %*s %*s %d %x:%x:%" SCNu64, type, &to->pid,
		   &major, &minor, &to->ino) != 5)
		return false;
	to->dev = makedev(major, minor);
	to->kind = !strcmp(type, "FLOCK") ? LOCK_FLOCK :
		   !strcmp(type, "POSIX") || !strcmp(type, "OFDLCK") ? LOCK_FCNTL : LOCK_NONE;
	return true;
}

static void lines_read(struct locks_cache *c)
{
	FILE *f = fopen("/proc/locks", "re");
	struct lock_line parsed;
	char line[256];
	size_t room = 0;

	c->lines_read = true;
	c->n_lines = 0;
	free(c->line);
	c->line = NULL;
	while (f && fgets(line, sizeof(line), f)) {
		if (!line_parse(line, &parsed))
			continue;
		if (array_room(&c->line, &room, c->n_lines, sizeof(*c->line)))
			break;
		c->line[c->n_lines++] = parsed;
	}
	if (f)
		fclose(f);
}

/*
 * The lock that a process waits for with a call of that kind on that file. Some file systems tell
 * stat(2) other numbers than /proc/locks: then by the only one that it waits for.
 */
static const struct lock_line *holder_find(const struct locks_cache *c, pid_t pid,
					   enum lock_kind kind, const struct stat *st)
{
	const struct lock_line *holder = NULL, *only = NULL;
	size_t i, n = 0;

	for (i = 0; i < c->n_lines; i++) {
		const struct lock_line *line = &c->line[i];

		if (!line->waits)
			holder = line;
		if (!line->waits || !holder || line->kind != kind || line->id != holder->id ||
		    (line->pid != pid && line->pid != -1))
			continue;
		if (line->ino == st->st_ino && line->dev == st->st_dev)
			return holder;
		n += line->pid == pid;
		only = holder;
	}
	return n == 1 ? only : NULL;
}

static int threads_of(pid_t pid)
{
	struct proc_stat st;

	return proc_stat(pid, 0, &st) ? st.threads : 0;
}

/* A process is the owner: by its first thread, for sure if that is the only one. */
static void owner_process(struct lock_wait *w, pid_t pid)
{
	int threads = pid > 0 ? threads_of(pid) : 0;

	w->gone = pid > 0 && !threads;
	if (!threads)
		return;
	w->owner = pid;
	w->owner_pid = pid;
	w->sure = threads == 1;
}

void lock_file(struct locks *l, struct lock_task *t)
{
	char path[PROC_PATH], file[32];
	const struct lock_line *holder;
	struct stat st;
	ssize_t len;

	snprintf(file, sizeof(file), "fd/%d", (int)t->call.arg[0]);
	proc_path(path, t->who.pid, t->who.tid, file);
	if (stat(path, &st))
		return;
	len = readlink(path, t->wait.name, sizeof(t->wait.name) - 1);
	if (len > 0)
		t->wait.name[len] = 0;
	t->wait.dev = st.st_dev;
	t->wait.ino = st.st_ino;
	if (!l->cache->lines_read)
		lines_read(l->cache);
	holder = holder_find(l->cache, t->who.pid, t->wait.kind, &st);
	if (holder)
		owner_process(&t->wait, holder->pid);
}

/* Whether a descriptor of a process is of the open file that has a lock of that owner. */
static bool descriptor_has(pid_t pid, int fd, pid_t owner)
{
	char path[PROC_PATH], file[32], line[256], type[16];
	bool found = false;
	int by;
	FILE *f;

	snprintf(file, sizeof(file), "fdinfo/%d", fd);
	f = fopen(proc_path(path, pid, 0, file), "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "lock: %*d: %15s %*s %*s %d", type, &by) == 2 &&
			!strcmp(type, "FLOCK") && by == owner;
	if (f)
		fclose(f);
	return found;
}

static bool process_has(pid_t pid, const struct lock_wait *w)
{
	char path[PROC_PATH], file[32];
	struct stat st;
	bool found = false;
	DIR *dir;
	int fd;

	dir = opendir(proc_path(path, pid, 0, "fd"));
	/* Whose descriptors are not to be seen may have it. */
	if (!dir)
		return errno != ENOENT && errno != ESRCH;
	while (!found && (fd = proc_next(dir)) >= 0) {
		snprintf(file, sizeof(file), "fd/%d", fd);
		found = !stat(proc_path(path, pid, 0, file), &st) && st.st_dev == w->dev &&
			st.st_ino == w->ino && descriptor_has(pid, fd, w->owner_pid);
	}
	closedir(dir);
	return found;
}

bool lock_file_shared(const struct lock_wait *w)
{
	DIR *dir = opendir("/proc");
	bool found = !dir;
	int pid;

	while (!found && (pid = proc_next(dir)) >= 0)
		found = pid != w->owner_pid && process_has(pid, w);
	if (dir)
		closedir(dir);
	return found;
}

static bool same_ipc(pid_t pid)
{
	struct stat mine, other;
	char path[PROC_PATH];

	return !stat("/proc/self/ns/ipc", &mine) &&
	       !stat(proc_path(path, pid, 0, "ns/ipc"), &other) &&
	       mine.st_dev == other.st_dev && mine.st_ino == other.st_ino;
}

/* Who has operated on it last has taken it, perhaps: never for sure. */
void lock_semaphore(struct locks *l, struct lock_task *t)
{
	struct lock_wait *w = &t->wait;
	struct sembuf op;
	pid_t pid;
	int id = t->call.arg[0];

	(void)l;
	w->timed = t->call.nr == SYS_semtimedop && t->call.arg[3];
	snprintf(w->name, sizeof(w->name), "semid %d", id);
	if (!lock_memory(t->who.pid, t->call.arg[1], &op, sizeof(op)))
		return;
	snprintf(w->name, sizeof(w->name), "semid %d #%u", id, op.sem_num);
	if (t->call.arg[2] != 1 || op.sem_op >= 0 || !same_ipc(t->who.pid))
		return;
	pid = semctl(id, op.sem_num, GETPID);
	/* Who has had it last and waits for it now waits for somebody else. */
	if (pid <= 0 || pid == (pid_t)t->who.pid)
		return;
	owner_process(w, pid);
	w->sure = false;
}
