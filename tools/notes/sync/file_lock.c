// SPDX-License-Identifier: GPL-2.0
/* sync.file-lock: does a lock of a file keep other processes off it? */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"

#define PLACE	"/tmp"
#define NAME	PLACE "/oscope-note"

#define RECORD	64		/* bytes, appended by halves */
#define RECORDS	2		/* of each of the two */

/* What the second one does; the first locks as it says, unless there are none. */
enum { NONE, FLOCK, FCNTL, UNASKED, INHERITED, KINDS };
/* Of each kind: records that are whole at the end, and how often the second one slept. */
#define WHOLE(kind)	(2UL * (kind))
#define WAITED(kind)	(2UL * (kind) + 1)
enum { DAMAGED_WITHOUT = 2 * KINDS, KEPT_OFF };

static const struct {
	const char *name;		/* of the second one */
	bool first_flock, second_flock, fcntl;
} kinds[KINDS] = {
	[NONE] = { "none" },
	[FLOCK] = { "flock", true, true },
	[FCNTL] = { "fcntl", .fcntl = true },
	[UNASKED] = { "unasked", true },
	[INHERITED] = { "inherited", true, true },
};

struct turns {
	volatile int halves, seconds;	/* records that the first has half, and the second all of */
};

static int lock(int fd, bool by_flock, bool by_fcntl)
{
	struct flock all = { .l_type = F_WRLCK };

	if (by_flock && flock(fd, LOCK_EX))
		return -errno;
	return by_fcntl && fcntl(fd, F_SETLKW, &all) ? -errno : 0;
}

static int unlock(int fd, bool by_flock, bool by_fcntl)
{
	struct flock all = { .l_type = F_UNLCK };

	if (by_flock && flock(fd, LOCK_UN))
		return -errno;
	return by_fcntl && fcntl(fd, F_SETLK, &all) ? -errno : 0;
}

/* Half a record, at so many bytes. */
static int half(int fd, char letter, off_t at)
{
	char bytes[RECORD / 2];

	memset(bytes, letter, sizeof(bytes));
	return pwrite(fd, bytes, sizeof(bytes), at) == sizeof(bytes) ? 0 : -EIO;
}

/* One after the other, each when the first one has written half of one. */
static void second_main(int kind, int fd, struct turns *t)
{
	int i;

	kin_name(kinds[kind].name);
	if (kind != INHERITED)
		fd = open(NAME, O_RDWR | O_CLOEXEC);
	for (i = 0; i < RECORDS; i++) {
		off_t end;

		while (t->halves <= i)
			sched_yield();
		if (lock(fd, kinds[kind].second_flock, kinds[kind].fcntl))
			_exit(1);
		end = lseek(fd, 0, SEEK_END);
		if (half(fd, 'b', end) || half(fd, 'b', end + RECORD / 2) ||
		    unlock(fd, kinds[kind].second_flock, kinds[kind].fcntl))
			_exit(1);
		t->seconds++;
	}
	_exit(0);
}

/* Each in two halves; between them the other one comes, and writes its own, or sleeps. */
static int first_append(int kind, int fd, struct turns *t, pid_t second, long *waited)
{
	int i, err = 0;

	for (i = 0; i < RECORDS && !err; i++) {
		off_t end;

		err = lock(fd, kinds[kind].first_flock, kinds[kind].fcntl);
		end = lseek(fd, 0, SEEK_END);
		if (!err)
			err = half(fd, 'a', end);
		t->halves++;
		while (t->seconds <= i && kin_state(second) != 'S')
			sched_yield();
		*waited += t->seconds <= i;
		if (!err)
			err = half(fd, 'a', end + RECORD / 2);
		if (!err)
			err = unlock(fd, kinds[kind].first_flock, kinds[kind].fcntl);
		while (!err && t->seconds <= i)
			sched_yield();
	}
	return err;
}

/* Records of one letter, of all that were appended. */
static long whole_records(int fd)
{
	char record[RECORD], wanted[RECORD];
	long whole = 0;
	off_t at;

	for (at = 0; pread(fd, record, RECORD, at) == RECORD; at += RECORD) {
		memset(wanted, record[0], RECORD);
		whole += !memcmp(record, wanted, RECORD);
	}
	return whole;
}

static int pair(struct sample *s, int kind)
{
	struct turns *t = kin_shared(sizeof(*t));
	long waited = 0;
	int fd, err;
	pid_t pid;

	if (!t)
		return -ENOMEM;
	fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	pid = kin_fork();
	if (!pid)
		second_main(kind, fd, t);
	if (pid < 0) {
		close(fd);
		return pid;
	}
	err = first_append(kind, fd, t, pid, &waited);
	if (!err)
		err = kin_ends_well(pid);
	s->turns += !err;
	sample_see(s, WHOLE(kind), (double)whole_records(fd));
	sample_see(s, WAITED(kind), (double)waited);
	close(fd);
	return err;
}

static int run(struct sample *s)
{
	int err = own_files(PLACE, NULL), kind;

	for (kind = NONE; kind < KINDS && !err; kind++)
		err = pair(s, kind);
	if (err)
		return err;
	sample_see(s, DAMAGED_WITHOUT, s->seen[WHOLE(NONE)] < 2 * RECORDS);
	sample_see(s, KEPT_OFF, s->seen[WHOLE(FLOCK)] == 2 * RECORDS &&
		   s->seen[WHOLE(FCNTL)] == 2 * RECORDS);
	s->ops = 1;
	return 0;
}

static void check(struct note *n)
{
	size_t kind;

	for (kind = NONE; kind < KINDS; kind++)
		note_gate_waits(n, 0, kind, OSCOPE_REASON_FILE_LOCK, WAITED(kind));
}

static void say_yes(struct note *n)
{
	double unasked = note_seen_mean(n, 0, WHOLE(UNASKED));
	double inherited = note_seen_mean(n, 0, WHOLE(INHERITED));

	if (unasked >= 2 * RECORDS && inherited >= 2 * RECORDS)
		note_verdict(n, VERDICT_HOLDS,
			     "of %d records that two appended, %.1f were whole without a lock, and "
			     "all with flock, with fcntl, and whoever did not ask for it",
			     2 * RECORDS, note_seen_mean(n, 0, WHOLE(NONE)));
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "each of them asks for it, of an open file of its own: of %d records "
			     "that two appended, %.1f were whole without a lock, and all with flock "
			     "and with fcntl; with flock %.1f where one did not ask, %.1f where both "
			     "had the same open file", 2 * RECORDS,
			     note_seen_mean(n, 0, WHOLE(NONE)), unasked, inherited);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "of %d records that two appended, %.1f were whole without a lock, %.1f with "
		     "flock, %.1f with fcntl", 2 * RECORDS, note_seen_mean(n, 0, WHOLE(NONE)),
		     note_seen_mean(n, 0, WHOLE(FLOCK)), note_seen_mean(n, 0, WHOLE(FCNTL)));
}

static const struct claim file_lock = {
	.id = "sync.file-lock",
	.topic = "sync",
	.claim = "A process lock keeps other processes off the same file",
	.claim_zh = "进程锁防止多个进程同时操作同一文件",
	.how =
		"Two processes append two records each to a file, in two writes at its end. Between "
		"the two of each the first one lets the other come, until that has written its "
		"own, or sleeps. So without a lock, with flock(2), with fcntl(2); with flock that "
		"the other does not ask for; and with flock of one open file that both have by "
		"fork. An operation is all five.",
	.gates =
		"Five processes made an operation, which all end well; by the probes the second ones "
		"slept for file-lock as often as was seen.",
	.rule =
		"If in every sample records were damaged without a lock, and none with flock or "
		"fcntl: HOLDS if none was where one did not ask for it or both had the same open "
		"file; else HOLDS IF each asks for it, of one of its own. FALSE if one of the "
		"first never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason file-lock; cat /proc/locks",
	.op = "file",
	.seen = {
		[WHOLE(NONE)] = "none_whole", [WAITED(NONE)] = "none_waited",
		[WHOLE(FLOCK)] = "flock_whole", [WAITED(FLOCK)] = "flock_waited",
		[WHOLE(FCNTL)] = "fcntl_whole", [WAITED(FCNTL)] = "fcntl_waited",
		[WHOLE(UNASKED)] = "unasked_whole", [WAITED(UNASKED)] = "unasked_waited",
		[WHOLE(INHERITED)] = "inherited_whole", [WAITED(INHERITED)] = "inherited_waited",
		[DAMAGED_WITHOUT] = "damaged_without", [KEPT_OFF] = "kept_off",
	},
	.tasks = {
		[NONE] = "none", [FLOCK] = "flock", [FCNTL] = "fcntl", [UNASKED] = "unasked",
		[INHERITED] = "inherited",
	},
	.needed = { SAW(0, DAMAGED_WITHOUT), SAW(0, KEPT_OFF) },
	.counts = {
		MADE(0, FORK, KINDS), NAMED(TURNS, 0, KINDS, "pairs that ended well/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "files", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(file_lock);
