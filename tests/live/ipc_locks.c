// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_locks ROUNDS PATTERN...: locks of a file, one pattern after the other, each by tasks that are
 * called by its name and a letter, "turns.a". The file is below $TMPDIR and called by the pattern.
 *
 *   flock, fcntl, ofd   a, b and c hand a lock on, round and round: who has it waits for the next
 *                       to sleep for it, and gives it back
 *   close     a closes the file when b sleeps for it
 *   end       a ends when b sleeps for it
 *   down      a makes an exclusive lock a shared one when b sleeps for that
 *   herd      b and c sleep for it when a gives it back
 *   killed    b sleeps for it and gets a signal, for which it does not have it; and a second time
 *   free      a takes it and gives it back, so many times; so many times b is refused it
 *   other     a asks so many times for something else by fcntl(2)
 *   asleep    none: until the task of that number, ROUNDS, sleeps for a lock
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"

struct told {
	volatile int holder;		/* whose turn it is to have the lock, + 1 */
	volatile pid_t pid[3];
};

static unsigned int rounds;
static const char *pattern;
static struct told *told;
static char path[256];

static void fail(const char *what)
{
	error(1, errno, "%s: %s", pattern, what);
}

static int file_open(void)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	if (fd < 0)
		fail(path);
	return fd;
}

/* By the way that the pattern is called by, else flock(2). type: F_RDLCK, F_WRLCK, F_UNLCK. */
static int lock_try(int fd, int type)
{
	struct flock how = { .l_type = type, .l_whence = SEEK_SET };

	if (!strcmp(pattern, "fcntl"))
		return fcntl(fd, F_SETLKW, &how);
	if (!strcmp(pattern, "ofd"))
		return fcntl(fd, F_OFD_SETLKW, &how);
	return flock(fd, type == F_UNLCK ? LOCK_UN : type == F_RDLCK ? LOCK_SH : LOCK_EX);
}

static void lock(int fd, int type)
{
	if (lock_try(fd, type))
		fail("lock");
}

/* Until it sleeps for a lock. */
static void asleep_for_lock(pid_t pid)
{
	while (!asleep_in(pid, __NR_flock) && !asleep_in(pid, __NR_fcntl))
		sched_yield();
}

static pid_t child_make(int letter)
{
	char name[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	snprintf(name, sizeof(name), "%s.%c", pattern, "abc"[letter]);
	prctl(PR_SET_NAME, name);
	told->pid[letter] = getpid();
	return 0;
}

static void holder_wait(int letter)
{
	while (told->holder != letter + 1)
		sched_yield();
}

static void play_turns(void)
{
	int letter, fd;
	unsigned int i;

	for (letter = 0; letter < 3; letter++) {
		if (child_make(letter))
			continue;
		fd = file_open();
		for (i = 0; i < rounds; i++) {
			/* The next one begins to wait when this one has it. */
			if (letter || i)
				holder_wait((letter + 2) % 3);
			lock(fd, F_WRLCK);
			told->holder = letter + 1;
			if (letter < 2 || i < rounds - 1) {
				while (!told->pid[(letter + 1) % 3])
					sched_yield();
				asleep_for_lock(told->pid[(letter + 1) % 3]);
			}
			lock(fd, F_UNLCK);
		}
		exit(0);
	}
}

/* b, and c, when a has the lock: they want one of that type. */
static void others(int n, int type)
{
	int letter, fd;

	for (letter = 1; letter <= n; letter++) {
		if (child_make(letter))
			continue;
		fd = file_open();
		holder_wait(0);
		lock(fd, type);
		lock(fd, F_UNLCK);
		exit(0);
	}
}

/* a has it, and b and c sleep for it. Returns in a. */
static int first(int n)
{
	int fd, letter;

	if (child_make(0))
		return -1;
	fd = file_open();
	lock(fd, F_WRLCK);
	told->holder = 1;
	for (letter = 1; letter <= n; letter++) {
		while (!told->pid[letter])
			sched_yield();
		asleep_for_lock(told->pid[letter]);
	}
	return fd;
}

static void play_close(void)
{
	int fd;

	others(1, F_WRLCK);
	fd = first(1);
	if (fd < 0)
		return;
	close(fd);
	exit(0);
}

static void play_end(void)
{
	others(1, F_WRLCK);
	if (first(1) >= 0)
		_exit(0);
}

static void play_down(void)
{
	int fd;

	others(1, F_RDLCK);
	fd = first(1);
	if (fd < 0)
		return;
	lock(fd, F_RDLCK);
	exit(0);
}

static void play_herd(void)
{
	int fd;

	others(2, F_WRLCK);
	fd = first(2);
	if (fd < 0)
		return;
	lock(fd, F_UNLCK);
	exit(0);
}

static void nothing(int sig)
{
	(void)sig;
}

static void play_killed(void)
{
	const struct sigaction action = { .sa_handler = nothing };
	int fd;

	if (!child_make(1)) {
		sigaction(SIGUSR1, &action, NULL);
		fd = file_open();
		holder_wait(0);
		if (!lock_try(fd, F_WRLCK) || errno != EINTR)
			fail("lock");
		told->holder = 2;
		lock(fd, F_WRLCK);
		exit(0);
	}
	fd = first(1);
	if (fd < 0)
		return;
	kill(told->pid[1], SIGUSR1);
	holder_wait(1);
	asleep_for_lock(told->pid[1]);
	lock(fd, F_UNLCK);
	exit(0);
}

static void play_free(void)
{
	unsigned int i;
	int fd;

	if (!child_make(0)) {
		fd = file_open();
		for (i = 0; i < rounds; i++) {
			lock(fd, F_WRLCK);
			lock(fd, F_UNLCK);
		}
		lock(fd, F_WRLCK);
		told->holder = 1;
		holder_wait(1);
		exit(0);
	}
	if (child_make(1))
		return;
	fd = file_open();
	holder_wait(0);
	for (i = 0; i < rounds; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
			fail("flock");
	}
	told->holder = 2;
	exit(0);
}

static void play_other(void)
{
	unsigned int i;
	int fd;

	if (child_make(0))
		return;
	fd = file_open();
	for (i = 0; i < rounds; i++) {
		if (fcntl(fd, F_GETFL) < 0)
			fail("fcntl");
	}
	exit(0);
}

static void play_asleep(void)
{
	asleep_for_lock(rounds);
}

static const struct {
	const char *name;
	void (*play)(void);
} patterns[] = {
	{ "flock", play_turns }, { "fcntl", play_turns }, { "ofd", play_turns },
	{ "close", play_close }, { "end", play_end }, { "down", play_down }, { "herd", play_herd },
	{ "killed", play_killed }, { "free", play_free }, { "other", play_other },
	{ "asleep", play_asleep },
};

static void play(void)
{
	void (*play_it)(void) = NULL;
	int status, bad = 0;
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!strcmp(pattern, patterns[i].name))
			play_it = patterns[i].play;
	}
	if (!play_it)
		error(2, 0, "no pattern %s", pattern);
	snprintf(path, sizeof(path), "%s/%s", getenv("TMPDIR") ? : "/tmp", pattern);
	memset(told, 0, sizeof(*told));
	play_it();
	while (wait(&status) > 0)
		bad |= status;
	unlink(path);
	if (bad)
		error(1, 0, "%s: a child has failed", pattern);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3)
		error(2, 0, "usage: ipc_locks ROUNDS PATTERN...");
	rounds = atoi(argv[1]);
	pattern = argv[0];
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		fail("memory");
	for (i = 2; i < argc; i++) {
		pattern = argv[i];
		play();
	}
	return 0;
}
