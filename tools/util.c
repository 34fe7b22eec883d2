// SPDX-License-Identifier: GPL-2.0
/* Messages, facts about the machine, and the nearest name to a mistyped one. */
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "fmt.h"
#include "parse.h"
#include "util.h"

bool verbose;
bool quiet;

#define LINE_LEN 1024

/* One write for the whole line, so that lines of two processes do not mix. */
static void say(int err, const char *fmt, va_list ap)
{
	char raw[LINE_LEN], safe[4 * LINE_LEN + 1], line[sizeof(safe) + 128];
	const char *why = err ? strerror(-err) : "";
	ssize_t done;
	int len;

	vsnprintf(raw, sizeof(raw), fmt, ap);
	fmt_escape(safe, sizeof(safe), raw, strlen(raw), !fmt_utf8());
	len = snprintf(line, sizeof(line), "oscope: %s%s%s\n", safe, err ? ": " : "", why);
	fflush(stdout);
	done = write(STDERR_FILENO, line, len);
	(void)done;	/* nowhere left to complain */
}

int err_msg(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(0, fmt, ap);
	va_end(ap);
	return err;
}

int err_sys(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(err, fmt, ap);
	va_end(ap);
	return err;
}

void warn_msg(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	say(0, fmt, ap);
	va_end(ap);
}

void verbose_msg(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	say(0, fmt, ap);
	va_end(ap);
}

static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (!verbose || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(stderr, fmt, ap);
}

void libbpf_quiet(void)
{
	libbpf_set_print(print_libbpf);
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

const char *kernel_release(void)
{
	static struct utsname name;

	if (!name.release[0])
		uname(&name);
	return name.release;
}

static sigset_t inherited_mask;
static struct sigaction inherited_pipe;

void inherited_save(void)
{
	sigprocmask(SIG_SETMASK, NULL, &inherited_mask);
	sigaction(SIGPIPE, NULL, &inherited_pipe);
}

void inherited_restore(void)
{
	sigaction(SIGPIPE, &inherited_pipe, NULL);
	sigprocmask(SIG_SETMASK, &inherited_mask, NULL);
}

uint32_t cpus_possible(void)
{
	char line[4096];
	const char *last;

	/* "0-3,8-11": numbers may have gaps, so the last one counts, not how many there are. */
	if (file_line("/sys/devices/system/cpu/possible", line, sizeof(line)) <= 0)
		return 0;
	last = line + strcspn(line, "\n");
	while (last > line && last[-1] >= '0' && last[-1] <= '9')
		last--;
	return strtoul(last, NULL, 10) + 1;
}

int cpus_known(uint32_t *cpus)
{
	*cpus = cpus_possible();
	return *cpus ? 0 : err_msg(-EIO, "the CPUs of this machine cannot be read");
}

uint32_t cpus_online(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? n : 1;
}

int file_line(const char *path, char *buf, size_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;
	int err = 0;

	buf[0] = '\0';
	if (fd < 0)
		return -errno;
	len = read(fd, buf, bytes - 1);
	if (len < 0)
		err = -errno;
	close(fd);
	if (err)
		return err;
	buf[len] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return strlen(buf);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

#define WORD_LEN 64

/* Insertions, deletions and replacements between two words (Levenshtein), cut at WORD_LEN. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_LEN + 1], i, j, n = strnlen(b, WORD_LEN), above, diagonal;

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1] && i <= WORD_LEN; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

const char *nearest_name(const char *word, const char *const *names)
{
	size_t best = strlen(word) / 3 + 2, d;
	const char *nearest = NULL;

	for (; *names; names++) {
		d = distance(word, *names);
		/* The start of a name is meant, however much is left out. */
		if (word[0] && word[1] && !strncmp(word, *names, strlen(word)))
			d = 1;
		if (d < best && d < strlen(*names)) {
			best = d;
			nearest = *names;
		}
	}
	return nearest;
}
