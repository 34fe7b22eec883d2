// SPDX-License-Identifier: GPL-2.0
/* ipc.pipe-relatives: can only parent and child talk through a pipe without a name? */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/strangers.h"

enum { PASSED, TAKEN, OPENED };
enum { GOT, NO_KIN, NOT_HANDED_DOWN };

static const char *const way_names[] = {
	[PASSED] = "SCM_RIGHTS", [TAKEN] = "pidfd_getfd(2)", [OPENED] = "/proc/PID/fd",
};

/* What the two know of each other. */
struct meeting {
	size_t way;
	struct sockaddr_un at;		/* where the one who has the pipe is to be found */
	socklen_t at_bytes;
	pid_t owner, owner_parent, owner_session;
	int fd;				/* its end to write to */
	volatile bool guest_there, open, tried;
	bool no_kin, not_handed_down, got;
};

/* A name that the kernel chooses, in no file system. */
static int listener(struct meeting *m)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	m->at_bytes = sizeof(m->at);
	if (s < 0 || bind(s, (struct sockaddr *)&any, sizeof(any.sun_family)) || listen(s, 1) ||
	    getsockname(s, (struct sockaddr *)&m->at, &m->at_bytes))
		return -errno;
	return s;
}

union fd_message {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void fd_message_init(struct msghdr *msg, struct iovec *iov, union fd_message *c)
{
	memset(msg, 0, sizeof(*msg));
	memset(c, 0, sizeof(*c));
	msg->msg_iov = iov;
	msg->msg_iovlen = 1;
	msg->msg_control = c->bytes;
	msg->msg_controllen = sizeof(c->bytes);
}

static int fd_send(int listening, int fd)
{
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	union fd_message c;
	struct msghdr msg;
	struct cmsghdr *head;
	int s = accept(listening, NULL, NULL);

	fd_message_init(&msg, &iov, &c);
	head = CMSG_FIRSTHDR(&msg);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return s < 0 || sendmsg(s, &msg, 0) != 1 ? -errno : 0;
}

static int fd_receive(const struct meeting *m)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	union fd_message c;
	struct msghdr msg;
	struct cmsghdr *head;
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), fd = -1;

	fd_message_init(&msg, &iov, &c);
	if (s < 0 || connect(s, (const struct sockaddr *)&m->at, m->at_bytes) ||
	    recvmsg(s, &msg, 0) != 1)
		return -errno;
	head = CMSG_FIRSTHDR(&msg);
	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

/* Makes the pipe when the other is there already, and reads what that one has written. */
static int owner_main(void *meeting)
{
	struct meeting *m = meeting;
	struct pollfd end = { .events = POLLIN };
	int p[2], s = listener(m);

	while (!m->guest_there)
		sched_yield();
	if (s < 0 || pipe2(p, O_CLOEXEC))
		return -errno;
	m->owner = getpid();
	m->owner_parent = getppid();
	m->owner_session = getsid(0);
	m->fd = p[1];
	m->open = true;
	if (m->way == PASSED && fd_send(s, p[1]))
		return -EIO;
	while (!m->tried)
		sched_yield();
	end.fd = p[0];
	m->got = poll(&end, 1, 0) > 0 && !kin_hear(p[0]);
	return 0;
}

/* The end to write to, as a descriptor of this process; or -errno. */
static int end_get(const struct meeting *m)
{
	char path[64];
	int fd;

	switch (m->way) {
	case PASSED:
		return fd_receive(m);
	case TAKEN:
		fd = syscall(SYS_pidfd_open, m->owner, 0);
		if (fd >= 0)
			fd = syscall(SYS_pidfd_getfd, fd, m->fd, 0);
		break;
	default:
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", m->owner, m->fd);
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

static int guest_main(void *meeting)
{
	struct meeting *m = meeting;
	int fd;

	m->guest_there = true;
	while (!m->open)
		sched_yield();
	m->no_kin = m->owner != getppid() && m->owner_parent != getpid() &&
		    m->owner_parent != getppid() && m->owner_session != getsid(0);
	m->not_handed_down = fcntl(m->fd, F_GETFD) < 0 && errno == EBADF;
	fd = end_get(m);
	if (fd >= 0)
		kin_tell(fd);
	m->tried = true;
	return 0;
}

static int run(struct sample *s)
{
	struct meeting *m = kin_shared(sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	m->way = s->arm;
	err = strangers(owner_main, guest_main, m);
	sample_see(s, GOT, m->got);
	sample_see(s, NO_KIN, m->no_kin);
	sample_see(s, NOT_HANDED_DOWN, m->not_handed_down);
	s->ops = 1;
	return err;
}

/* The way that did best: one that works is enough. */
static size_t best(const struct note *n)
{
	size_t a, way = PASSED;

	for (a = TAKEN; a <= OPENED; a++) {
		if (note_seen_mean(n, a, GOT) > note_seen_mean(n, way, GOT))
			way = a;
	}
	return way;
}

static void effect(struct note *n)
{
	struct arm_seen got = note_seen(n, best(n), GOT);

	n->effect = stats_share((size_t)got.sum, got.n);
	n->effect_unit = "of samples";
}

/* Those by which it always came, as a list. */
static void ways(const struct note *n, char *list, size_t bytes)
{
	size_t a, at = 0;

	list[0] = 0;
	for (a = PASSED; a <= OPENED; a++) {
		if (note_seen_always(n, a, GOT, 1) && at < bytes)
			at += snprintf(list + at, bytes - at, "%s%s", at ? ", " : "", way_names[a]);
	}
}

static void decide(struct note *n)
{
	char list[96];

	ways(n, list, sizeof(list));
	if (list[0])
		note_verdict(n, VERDICT_FALSE,
			     "strangers wrote to a pipe that was neither made by them nor handed "
			     "down to them, always, by: %s", list);
	else if (n->effect.value <= 0)
		note_verdict(n, VERDICT_HOLDS,
			     "no stranger got a byte through, by none of three ways");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "%s worked in %.0f %% of the samples only",
			     way_names[best(n)], 100 * n->effect.value);
}

static const struct claim pipe_relatives = {
	.id = "ipc.pipe-relatives",
	.topic = "ipc",
	.claim = "Only parent and child can talk through a pipe without a name",
	.claim_zh = "匿名管道只能用于父子进程间通信",
	.how =
		"Two processes of other parents and other sessions: when both are there, one makes "
		"a pipe, and the other gets hold of its end to write to: it is sent through a unix "
		"socket (SCM_RIGHTS), taken by pidfd_getfd(2), or opened as /proc/PID/fd/N; then "
		"it writes a byte. An operation is one such meeting.",
	.gates =
		"Four forks an operation; the two have neither parent nor session in common, and "
		"the second one has no such descriptor before.",
	.rule =
		"FALSE if by one of the ways the byte came in every sample; HOLDS if it never "
		"came; else INCONCLUSIVE HERE, with the share of the best way.",
	.live = "oscope ipc -- PROGRAM; ls -l /proc/PID/fd",
	.op = "meeting",
	.seen = {
		[GOT] = "got", [NO_KIN] = "no_kin", [NOT_HANDED_DOWN] = "not_handed_down",
	},
	.counts = {
		MADE(ALL_ARMS, FORK, STRANGERS_FORKS), SAW(ALL_ARMS, NO_KIN),
		SAW(ALL_ARMS, NOT_HANDED_DOWN),
	},
	.needs_lives = true,
	.arm = {
		[PASSED] = { "passed", run }, [TAKEN] = { "taken", run },
		[OPENED] = { "opened", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(pipe_relatives);
