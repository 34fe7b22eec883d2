// SPDX-License-Identifier: GPL-2.0
/*
 * The destination of reports: standard output, a file in place, or one that appears when whole.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "out_impl.h"
#include "privilege.h"
#include "whole.h"

/* Whether it is there to be read before its end. */
static bool comes_in_parts(const struct opts *o)
{
	const struct out_report *r = o->cmd && o->cmd->report ? o->cmd->report(o) : NULL;

	return o->interval_ns || (r && r->stream);
}

/*
 * An unnamed file in the directory of path, to be linked there when it is whole. By then there are
 * no capabilities, so it is made without them; where that is refused, it is written in place.
 */
static int open_whole(struct out *out)
{
	struct stat st;
	bool there;
	int fd;

	/* What is there and is no plain file of one name is written in place. */
	there = !lstat(out->path, &st);
	if (comes_in_parts(out->o) || (there && (!S_ISREG(st.st_mode) || access(out->path, W_OK))))
		return -1;
	fd = whole_open(out->path, 0666);
	if (fd >= 0 && there &&
	    (fchown(fd, st.st_uid, st.st_gid) || fchmod(fd, st.st_mode & 07777))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int open_in_place(struct out *out)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	int fd = open(out->path, flags | O_EXCL, 0666);

	out->made = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(out->path, flags | O_TRUNC, 0666);
	return fd;
}

static int open_path(struct out *out)
{
	void *paused = privilege_pause();
	int fd = open_whole(out);

	privilege_resume(paused);
	out->whole = fd >= 0;
	if (fd < 0)
		fd = open_in_place(out);
	if (fd < 0)
		return err_msg(-EIO, "cannot write %s: %s", out->path, strerror(errno));
	out->f = fdopen(fd, "w");
	if (out->f)
		return 0;
	close(fd);
	return err_sys(-ENOMEM, "output");
}

static bool wants_color(const struct out *out)
{
	const char *no = getenv("NO_COLOR");

	if (out->o->color != COLOR_AUTO)
		return out->o->color == COLOR_ALWAYS;
	return out->terminal && !(no && *no);
}

static int name_whole(struct out *out)
{
	return whole_name(fileno(out->f), out->path);
}

/* We who stay behind: end as the reader has ended. */
static void reader_wait(struct out *out, pid_t pid)
{
	int status, code;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			_exit(cmd_exit_status(err_sys(-errno, "waiting for the reader"), false));
	}
	code = WIFEXITED(status) ? WEXITSTATUS(status) :
	       cmd_exit_status(err_msg(-EIO, "reading %s: ended by signal %d", out->o->file,
				       WTERMSIG(status)), false);
	if (!code && name_whole(out))
		code = EXIT_FAILED;
	_exit(code);
}

/*
 * Who reads a recording may name no file (privilege.h). So it goes on as a process of its own, and
 * the output gets its name from us when that has ended well.
 */
static int reader_split(struct out *out)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_sys(-errno, "starting the reader");
	if (pid)
		reader_wait(out, pid);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILED);
	out->whole = false;
	return 0;
}

int out_open(struct out **to, const struct opts *o)
{
	struct out *out = calloc(1, sizeof(*out));
	int err, saved;

	if (!out)
		return err_sys(-ENOMEM, "output");
	out->o = o;
	out->path = o->output;
	if (out->path && !strcmp(out->path, "-")) {
		out->f = stdout;
		out->path = "standard output";
	} else if (out->path) {
		err = open_path(out);
		if (!err && out->whole && o->file)
			err = reader_split(out);
		saved = errno;
		if (err) {
			if (out->f)
				fclose(out->f);
			free(out);
			errno = saved;
			return err;
		}
	} else {
		out->f = o->program ? stderr : stdout;
		out->path = o->program ? "standard error" : "standard output";
	}
	out->terminal = isatty(fileno(out->f));
	out->color = wants_color(out);
	out->ascii = !fmt_utf8();
	*to = out;
	return 0;
}

int out_open_memory(struct out **to, const struct opts *o, char **text, size_t *bytes)
{
	struct out *out = calloc(1, sizeof(*out));

	if (out)
		out->f = open_memstream(text, bytes);
	if (!out || !out->f) {
		free(out);
		return err_sys(-ENOMEM, "output");
	}
	out->o = o;
	out->path = "memory";
	*to = out;
	return 0;
}

FILE *out_file(struct out *out)
{
	out->reports++;
	return out->f;
}

bool out_live(const struct out *out)
{
	return out->terminal && out->o->interval_ns && out->o->format == FORMAT_TEXT;
}

int out_check(struct out *out)
{
	int err;

	if (!fflush(out->f) && !ferror(out->f))
		return 0;
	err = errno;
	clearerr(out->f);
	if (err == EPIPE)
		return -EPIPE;
	if (out->failed)
		return -EIO;
	out->failed = true;
	return err_msg(-EIO, "cannot write %s: %s", out->path, strerror(err));
}

/* What never got a report was not there before. */
static void unmake(const struct out *out)
{
	if (out->made && !out->reports && unlink(out->path))
		verbose_msg("%s stays, empty", out->path);
}

int out_close(struct out *out)
{
	int err;

	if (!out)
		return 0;
	err = out_check(out);
	if (!err && out->whole && out->reports)
		err = name_whole(out);
	unmake(out);
	if (out->f != stdout && out->f != stderr && fclose(out->f) && !err)
		err = err_msg(-EIO, "cannot write %s", out->path);
	free(out);
	return err;
}

int out_with(const struct opts *o, int (*fill)(const struct opts *o, struct out *out))
{
	struct out *out = NULL;
	int err, closed;

	err = out_open(&out, o);
	if (err)
		return err;
	err = fill(o, out);
	closed = out_close(out);
	return err >= 0 && closed ? closed : err;
}
