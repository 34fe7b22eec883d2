// SPDX-License-Identifier: GPL-2.0
/* async.files: does asynchronous I/O suit the reading of files? */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "notes/cold_file.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/uring.h"

enum { EPOLL, URING, THREAD };
enum { REFUSED, READ_WELL, FROM_DEVICE, SUBMIT_SLEPT, NOT_LET };

static char page[4096];

/* What readiness is of a file: always, so that epoll does not take it. */
static int by_epoll(struct sample *s, int file)
{
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0)
		return -errno;
	sample_see(s, REFUSED, epoll_ctl(epoll, EPOLL_CTL_ADD, file, &e) && errno == EPERM);
	s->turns = 1;
	return 0;
}

static int by_uring(struct sample *s, int file)
{
	struct uring u;
	ssize_t n = -EIO;
	long before;
	int err = uring_open(&u, 1, 0);

	sample_see(s, NOT_LET, err != 0);
	s->turns = 1;
	if (err)
		return 0;
	before = kin_sleeps();
	err = uring_submit_read(&u, file, page, sizeof(page), 0);
	sample_see(s, SUBMIT_SLEPT, kin_sleeps() > before);
	if (!err)
		n = uring_wait(&u);
	sample_see(s, READ_WELL, n > 0);
	uring_close(&u);
	return err;
}

static void *reader_main(void *arg)
{
	return cold_file_read(*(int *)arg, 0) ? arg : NULL;
}

static int by_thread(struct sample *s, int file)
{
	pthread_t thread;
	void *well = NULL;
	int err = -pthread_create(&thread, NULL, reader_main, &file);

	if (!err)
		err = -pthread_join(thread, &well);
	sample_see(s, READ_WELL, well ? 1 : 0);
	s->turns = 1;
	return err;
}

static int run(struct sample *s)
{
	static int (*const ways[])(struct sample *s, int file) = { by_epoll, by_uring, by_thread };
	long blocks = cold_file_blocks();
	int file = cold_file(0), err;

	/*
	 * Without a device any regular file will do: it is in memory then, and the reason says so.
	 */
	if (file < 0)
		file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	err = ways[s->arm](s, file);
	s->ops = 1;
	if (s->arm != EPOLL)
		sample_see(s, FROM_DEVICE, cold_file_blocks() > blocks);
	close(file);
	return err;
}

static void decide(struct note *n)
{
	bool uring = note_seen(n, URING, READ_WELL).min > 0 && note_seen(n, URING, READ_WELL).n;
	bool thread = note_seen(n, THREAD, READ_WELL).min > 0;
	double device = note_seen_mean(n, URING, FROM_DEVICE);

	if (!note_seen_always(n, EPOLL, REFUSED, 1) && !note_seen_always(n, EPOLL, REFUSED, 0))
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "epoll takes a file in part of the samples only");
	else if (note_seen_always(n, EPOLL, REFUSED, 0))
		note_verdict(n, VERDICT_HOLDS, "epoll takes a file as it takes a socket");
	else if (uring || thread)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is io_uring or another thread: epoll refuses a file (EPERM); "
			     "%s; handing a read over slept in %.0f %% of the samples, %.0f %% "
			     "read from a device",
			     uring ? "io_uring read it, and another thread did"
			     : "io_uring may not be used here, another thread read it",
			     uring ? 100 * note_seen_mean(n, URING, SUBMIT_SLEPT) : 0,
			     100 * device);
	else
		note_verdict(n, VERDICT_FALSE,
			     "epoll refuses a file, and neither io_uring nor a thread "
			     "read it");
}

static const struct claim files = {
	.id = "async.files",
	.topic = "async",
	.claim = "Asynchronous I/O suits the reading and writing of files",
	.claim_zh = "异步适合文件读写",
	.how =
		"A regular file whose page is not in memory, where its device allows that, is given to "
		"epoll; its first page is read by io_uring, and by another thread. Seen is whether epoll "
		"takes it (EPERM), whether handing the read over slept, and whether a device was read. An "
		"operation is one of these.",
	.gates =
		"No task made with epoll, one thread by a thread; each was tried.",
	.rule =
		"HOLDS if epoll took the file in every sample; if it refused it in every one, HOLDS IF it is "
		"io_uring or another thread, if one of these read it, FALSE if none did; else INCONCLUSIVE "
		"HERE.",
	.live = "oscope states --why -- PROGRAM: file-io",
	.op = "try",
	.seen = {
		[REFUSED] = "refused", [READ_WELL] = "read_well", [FROM_DEVICE] = "from_device",
		[SUBMIT_SLEPT] = "submit_slept", [NOT_LET] = "not_let",
	},
	.needed = { SAW(EPOLL, REFUSED) },
	.counts = {
		COUNT(MADE_ALL, EPOLL, 0), MADE(THREAD, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "tries/op"),
	},
	.needs_lives = true,
	.arm = {
		[EPOLL] = { "epoll", run }, [URING] = { "uring", run },
		[THREAD] = { "thread", run },
	},
	.decide = decide,
};
CLAIM(files);
