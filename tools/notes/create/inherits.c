// SPDX-License-Identifier: GPL-2.0
/* create.inherits: does a child have its parent's descriptors, environment and directory? */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define MARK	"OSCOPE_NOTE"
#define PLACE	"/proc"
#define OFFSET	7
#define STACK_BYTES	65536
#define KEPT_FD	8		/* a digit, for the shell */
#define GONE_FD	9

enum { FORK, VFORK, THREAD, EXEC };
enum {
	SAME_FILE, OFFSET_COMMON, ENVIRONMENT, DIRECTORY, CLOEXEC_GONE,
	TABLE_SHARED, FS_SHARED, VM_SHARED, HANDLERS_SHARED,
};

/* What the new task finds; in memory that both see. */
struct found {
	double seen[SAMPLE_SEEN];
	pid_t maker;
	int fd;
};

static int same(pid_t a, pid_t b, int type, unsigned long fd)
{
	return syscall(SYS_kcmp, a, b, type, fd, fd) == 0;
}

/* In the new task, of whatever kind. No library call that would write to shared memory. */
static void look(struct found *f)
{
	pid_t self = syscall(SYS_gettid);
	char place[64] = "";
	const char *value;

	f->seen[SAME_FILE] = same(f->maker, self, KCMP_FILE, f->fd);
	f->seen[TABLE_SHARED] = same(f->maker, self, KCMP_FILES, 0);
	f->seen[FS_SHARED] = same(f->maker, self, KCMP_FS, 0);
	f->seen[VM_SHARED] = same(f->maker, self, KCMP_VM, 0);
	f->seen[HANDLERS_SHARED] = same(f->maker, self, KCMP_SIGHAND, 0);
	value = getenv(MARK);
	f->seen[ENVIRONMENT] = value && !strcmp(value, "yes");
	syscall(SYS_getcwd, place, sizeof(place));
	f->seen[DIRECTORY] = !strcmp(place, PLACE);
	lseek(f->fd, OFFSET, SEEK_SET);
}

static void *look_thread(void *found)
{
	look(found);
	return NULL;
}

static int look_vfork(void *found)
{
	look(found);
	return 0;
}

/* What is there to be inherited. */
static int prepare(struct found **f)
{
	*f = kin_shared(sizeof(**f));
	if (!*f)
		return -ENOMEM;
	(*f)->maker = getpid();
	(*f)->fd = memfd_create("note", MFD_CLOEXEC);
	if ((*f)->fd < 0 || ftruncate((*f)->fd, 100) || chdir(PLACE) || setenv(MARK, "yes", 1))
		return -errno;
	/* A kernel without kcmp(2) must not look as if nothing was shared. */
	return syscall(SYS_kcmp, getpid(), getpid(), KCMP_VM, 0, 0) ? -errno : 0;
}

static void report(struct sample *s, const struct found *f)
{
	unsigned int i;

	for (i = SAME_FILE; i <= HANDLERS_SHARED; i++) {
		if (i != CLOEXEC_GONE && i != OFFSET_COMMON)
			sample_see(s, i, f->seen[i]);
	}
	sample_see(s, OFFSET_COMMON, lseek(f->fd, 0, SEEK_CUR) == OFFSET);
	s->ops = 1;
}

static int run_fork(struct sample *s)
{
	struct found *f;
	pid_t pid;
	int err;

	err = prepare(&f);
	if (err)
		return err;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		look(f);
		_exit(0);
	}
	err = kin_wait(pid, NULL);
	report(s, f);
	return err;
}

/* What vfork(2) is to the kernel; with a stack of its own, a library call may be made in it. */
static int run_vfork(struct sample *s)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	struct found *f;
	pid_t pid;
	int err;

	err = prepare(&f);
	if (err)
		return err;
	pid = clone(look_vfork, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, f);
	err = pid < 0 ? -errno : kin_wait(pid, NULL);
	report(s, f);
	return err;
}

static int run_thread(struct sample *s)
{
	struct found *f;
	pthread_t thread;
	int err;

	err = prepare(&f);
	if (!err)
		err = -pthread_create(&thread, NULL, look_thread, f);
	if (err)
		return err;
	err = -pthread_join(thread, NULL);
	report(s, f);
	return err;
}

/* A shell says by its status what is missing: a bit each. */
static void exec_shell(void)
{
	execl("/bin/sh", "sh", "-c",
	      "s=0; test \"$" MARK "\" = yes || s=1; test \"$PWD\" = " PLACE " || s=$((s + 2)); "
	      "true 2> /dev/null <&8 || s=$((s + 4)); true 2> /dev/null <&9 && s=$((s + 8)); "
	      "exit $s", NULL);
	_exit(127);
}

static int run_exec(struct sample *s)
{
	struct found *f;
	int status, err;
	pid_t pid;

	err = prepare(&f);
	if (err)
		return err;
	if (dup2(f->fd, KEPT_FD) < 0 || dup3(f->fd, GONE_FD, O_CLOEXEC) < 0)
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		exec_shell();
	err = kin_wait(pid, &status);
	if (!err && (status & 0x7f || status >> 8 > 15))
		return -ENOENT;
	status >>= 8;
	sample_see(s, ENVIRONMENT, !(status & 1));
	sample_see(s, DIRECTORY, !(status & 2));
	sample_see(s, SAME_FILE, !(status & 4));
	sample_see(s, CLOEXEC_GONE, !(status & 8));
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	const char *table = note_seen_always(n, FORK, TABLE_SHARED, 0) ? "a copy" : "the same";

	note_verdict(n, VERDICT_HOLDS,
		     "all three, across an exec, too, but for what is close-on-exec; a "
		     "child's table is %s, of the same open files: the offset moves for "
		     "both; a thread's is the same table", table);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of forked children with the file %.2f, the environment %.2f, "
		     "the directory %.2f", note_seen_mean(n, FORK, SAME_FILE),
		     note_seen_mean(n, FORK, ENVIRONMENT),
		     note_seen_mean(n, FORK, DIRECTORY));
}

static const struct claim inherits = {
	.id = "create.inherits",
	.topic = "create",
	.claim = "A child inherits descriptors, environment and working directory",
	.claim_zh = "子进程继承文件描述符、环境变量和工作目录",
	.how =
		"A process with an open file, a variable and a directory makes a task by fork, as "
		"vfork does, as a thread, and by fork with an exec of a shell. The new task compares "
		"itself with its maker by kcmp(2), looks for the three, and moves the file's "
		"offset. An operation is one task.",
	.gates =
		"One task of the arm's kind an operation; address spaces are the same for vfork "
		"and threads, not for fork; a thread's table of descriptors is its maker's; the "
		"shell does not have what is close-on-exec.",
	.rule =
		"HOLDS if in every sample the child of fork, of vfork and after exec has the same "
		"open file, the variable and the directory, and fork's moves the parent's offset; "
		"FALSE if one of these never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "ls -l /proc/PID/fd /proc/PID/cwd; oscope spawn --by tree -- PROGRAM",
	.op = "task",
	.seen = {
		[SAME_FILE] = "same_open_file", [OFFSET_COMMON] = "offset_common",
		[ENVIRONMENT] = "environment", [DIRECTORY] = "directory",
		[CLOEXEC_GONE] = "close_on_exec_gone", [TABLE_SHARED] = "table_shared",
		[FS_SHARED] = "fs_shared", [VM_SHARED] = "vm_shared",
		[HANDLERS_SHARED] = "handlers_shared",
	},
	.needed = {
		SAW(FORK, SAME_FILE), SAW(FORK, OFFSET_COMMON), SAW(FORK, ENVIRONMENT),
		SAW(FORK, DIRECTORY), SAW(VFORK, SAME_FILE), SAW(VFORK, ENVIRONMENT),
		SAW(VFORK, DIRECTORY), SAW(EXEC, SAME_FILE), SAW(EXEC, ENVIRONMENT),
		SAW(EXEC, DIRECTORY),
	},
	.counts = {
		MADE(FORK, FORK, 1), MADE(VFORK, VFORK, 1), MADE(THREAD, THREAD, 1),
		MADE(EXEC, FORK, 1),
		/* What comparing says where the answer is known. */
		SEEN(FORK, VM_SHARED, 0), SEEN(VFORK, VM_SHARED, 1), SEEN(THREAD, VM_SHARED, 1),
		SEEN(THREAD, TABLE_SHARED, 1), SEEN(EXEC, CLOEXEC_GONE, 1),
	},
	.needs_lives = true,
	.arm = {
		[FORK] = { "fork", run_fork },
		[VFORK] = { "vfork", run_vfork },
		[THREAD] = { "thread", run_thread },
		[EXEC] = { "exec", run_exec },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(inherits);
