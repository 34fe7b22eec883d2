// SPDX-License-Identifier: GPL-2.0
/* Arms in another language: their process, what it says, and how it ends. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/foreign.h"
#include "notes/kin.h"
#include "notes/own.h"
#include "util.h"

#define LIMIT_MS	8000	/* within that of a sample, so that the script is named */
#define SAID_BYTES	16384
#define FILE_MOST	(64U << 20)	/* that a script may write, each */
#define EXEC_FAILED	127	/* as a shell would say */

/* What it is given and what comes back, as files in memory: whoever ends leaves nothing. */
struct files {
	int script, said, errors;
};

__attribute__((format(printf, 4, 5)))
static int explain(char *why, size_t size, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return err;
}

static struct foreign_number *number_find(struct foreign_number *numbers, const char *name)
{
	struct foreign_number *n;

	for (n = numbers; n->name; n++) {
		if (!strcmp(n->name, name))
			return n;
	}
	return NULL;
}

/* Decimal digits, perhaps after a minus: nothing else that strtoll(3) would take. */
static bool integer(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-');
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return !errno && !*end;
}

static int line_parse(char *line, struct foreign_number *numbers, char *why, size_t size)
{
	char *blank = strchr(line, ' ');
	struct foreign_number *n;
	int64_t value;

	if (!blank || !integer(blank + 1, &value))
		return explain(why, size, -EPROTO, "said '%.60s', which is no name and integer",
			       line);
	*blank = '\0';
	n = number_find(numbers, line);
	if (!n || n->said)
		return explain(why, size, -EPROTO, "said %.60s %s", line,
			       n ? "twice" : "which nobody asked for");
	n->value = value;
	n->said = true;
	return 0;
}

int foreign_parse(char *text, struct foreign_number *numbers, char *why, size_t size)
{
	struct foreign_number *n;
	char *end;
	int err = 0;

	for (; *text && !err; text = end + 1) {
		end = strchr(text, '\n');
		if (!end)
			return explain(why, size, -EPROTO, "said '%.60s' without an end of line",
				       text);
		*end = '\0';
		err = line_parse(text, numbers, why, size);
	}
	for (n = numbers; n->name && !err; n++) {
		if (!n->said)
			err = explain(why, size, -EPROTO, "did not say %s", n->name);
	}
	return err;
}

static int memory_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void files_close(struct files *f)
{
	const int fd[] = { f->script, f->said, f->errors };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		if (fd[i] >= 0)
			close(fd[i]);
	}
}

static int files_open(struct files *f, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	f->script = memory_file("script");
	f->said = memory_file("said");
	f->errors = memory_file("errors");
	if (f->script < 0 || f->said < 0 || f->errors < 0) {
		files_close(f);
		return -EMFILE;
	}
	n = write(f->script, text, len);
	if (n == (ssize_t)len)
		return 0;
	files_close(f);
	return n < 0 ? -errno : -EIO;
}

static int pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* What was written to a file, up to size - 1 bytes; -EFBIG: there is more. */
static int file_take(int fd, char *to, size_t size)
{
	ssize_t n = pread(fd, to, size - 1, 0);
	char more;

	if (n < 0)
		return -errno;
	to[n] = '\0';
	return pread(fd, &more, 1, n) > 0 ? -EFBIG : 0;
}

/* The last of what was written to a file, as much as fits. */
static void end_take(int fd, char *to, size_t size)
{
	off_t len = lseek(fd, 0, SEEK_END);
	off_t from = len < (off_t)size ? 0 : len - (off_t)size + 1;
	ssize_t n = pread(fd, to, size - 1, from);

	to[n < 0 ? 0 : n] = '\0';
}

/* The last line that says anything. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	const char *nl;

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	nl = strrchr(text, '\n');
	return nl ? nl + 1 : text;
}

/* Places of its own for what its processes leave. */
static int family_places(void)
{
	int err = own_files("/dev/shm", NULL);

	if (err)
		return err;
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ? -errno : 0;
}

static int descriptors(const struct files *files)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(files->said, STDOUT_FILENO) < 0 ||
	    dup2(files->errors, STDERR_FILENO) < 0 || fcntl(files->script, F_SETFD, 0) < 0)
		return -errno;
	return 0;
}

static void arguments(const char **argv, const struct foreign *f, const char *script)
{
	size_t n = 0, i;

	for (i = 0; f->argv[i]; i++)
		argv[n++] = f->argv[i];
	argv[n++] = script;
	for (i = 0; f->args[i]; i++)
		argv[n++] = f->args[i];
	argv[n] = NULL;
}

/*
 * Nothing of who runs us goes along: settings of interpreters and proxies are in the environment,
 * and the current directory may be anybody's. Nor may a script say more than there is memory for.
 */
static int surroundings(void)
{
	const struct rlimit most = { FILE_MOST, FILE_MOST };

	return chdir("/") || setrlimit(RLIMIT_FSIZE, &most) ? -errno : 0;
}

/* The script has the same path for processes that it makes, if these have its /proc. */
static void interpreter(const struct foreign *f, const struct files *files)
{
	const char *const environment[] = {
		OWN_ENVIRONMENT, f->family ? "TMPDIR=/dev/shm" : NULL, NULL
	};
	const char *argv[2 * FOREIGN_ARGS + 2];
	char script[48];
	int err = f->family ? family_places() : 0;

	if (!err)
		err = surroundings();
	if (!err)
		err = descriptors(files);
	if (err)
		dprintf(files->errors, "no place for it: %s\n", strerror(-err));
	if (err)
		_exit(EXEC_FAILED);
	snprintf(script, sizeof(script), "/proc/%s/fd/%d", f->family ? "1" : "self",
		 files->script);
	arguments(argv, f, script);
	execve(argv[0], (char *const *)argv, (char *const *)environment);
	dprintf(files->errors, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXEC_FAILED);
}

/* Until it has ended, or for as long as it may take. 0, -ETIMEDOUT with it killed, or -errno. */
static int ended_in_time(pid_t pid, int *status)
{
	struct pollfd fd = { .fd = pidfd(pid), .events = POLLIN };
	int n, err = 0;

	if (fd.fd < 0)
		return kin_kill(pid, status);
	do
		n = poll(&fd, 1, LIMIT_MS);
	while (n < 0 && errno == EINTR);
	close(fd.fd);
	if (n <= 0) {
		err = kin_kill(pid, status);
		return err ? err : -ETIMEDOUT;
	}
	return kin_wait(pid, status);
}

static int failed(struct sample *s, const struct foreign *f, int status, int errors)
{
	char text[SAID_BYTES];

	end_take(errors, text, sizeof(text));
	if (WIFSIGNALED(status))
		return explain(s->why, sizeof(s->why), -EPROTO, "%s: killed by signal %d",
			       f->script, WTERMSIG(status));
	return explain(s->why, sizeof(s->why), -EPROTO, "%s: exit %d: %s", f->script,
		       WEXITSTATUS(status), last_line(text));
}

static int take_said(struct sample *s, const struct foreign *f, int fd,
		     struct foreign_number *numbers)
{
	char text[SAID_BYTES], why[128];
	int err = file_take(fd, text, sizeof(text));

	if (err)
		return explain(s->why, sizeof(s->why), err, "%s: what it said: %s", f->script,
			       strerror(-err));
	err = foreign_parse(text, numbers, why, sizeof(why));
	return err ? explain(s->why, sizeof(s->why), err, "%s: %s", f->script, why) : 0;
}

static int run_files(struct sample *s, const struct foreign *f, const struct files *files,
		     struct foreign_number *numbers)
{
	pid_t pid = f->family ? own_init() : kin_fork();
	int status = 0, err;

	if (!pid)
		interpreter(f, files);
	if (pid < 0)
		return explain(s->why, sizeof(s->why), pid, "%s: no process for it: %s", f->script,
			       strerror(-pid));
	err = ended_in_time(pid, &status);
	if (err)
		return explain(s->why, sizeof(s->why), err, "%s: it did not end: %s", f->script,
			       strerror(-err));
	return status ? failed(s, f, status, files->errors) : take_said(s, f, files->said, numbers);
}

int foreign_run(struct sample *s, const struct foreign *f, struct foreign_number *numbers)
{
	const char *text = foreign_script(f->script);
	struct files files;
	int err;

	if (!text)
		return explain(s->why, sizeof(s->why), -ENOENT, "%s: no such script in this tool",
			       f->script);
	err = files_open(&files, text);
	if (err)
		return err;
	err = run_files(s, f, &files, numbers);
	files_close(&files);
	return err;
}
