// SPDX-License-Identifier: GPL-2.0
/* ipc.socket-hosts: which sockets reach another host? */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/veth.h"

#define PORT		4711
#define WHERE		"/mnt"
#define SHARED_PATH	WHERE "/shared"
#define APART_DIR	WHERE "/apart"
#define APART_PATH	APART_DIR "/socket"

/* Ways, as places in what was seen; for each but the first whether it works on one host, too. */
enum { INET, ABSTRACT, PATH_SHARED, PATH_APART, WAYS };
enum { LOCAL_ABSTRACT = WAYS, LOCAL_SHARED, LOCAL_APART, TWO_HOSTS };

/* An address of whatever family. */
struct place {
	struct sockaddr_storage at;
	socklen_t bytes;
};

struct meeting {
	struct place place[WAYS];
	int here[2], there[2];		/* pipes, for turns */
	bool reached[WAYS];
	ino_t net, mnt;			/* of the other host */
};

static struct place place_inet(void)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(VETH_HERE(0)),
	};
	struct place p = { .bytes = sizeof(in) };

	memcpy(&p.at, &in, sizeof(in));
	return p;
}

/* First byte 0: in no file system. */
static struct place place_unix(const char *name, size_t bytes)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct place p = { .bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes) };

	memcpy(un.sun_path, name, bytes);
	memcpy(&p.at, &un, sizeof(un));
	return p;
}

static void places(struct meeting *m)
{
	static const char abstract[] = "\0oscope";

	m->place[INET] = place_inet();
	m->place[ABSTRACT] = place_unix(abstract, sizeof(abstract) - 1);
	m->place[PATH_SHARED] = place_unix(SHARED_PATH, sizeof(SHARED_PATH));
	m->place[PATH_APART] = place_unix(APART_PATH, sizeof(APART_PATH));
}

/* A socket that listens there, and whose connections wait in its queue. */
static int listen_at(const struct place *p)
{
	int fd = socket(p->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&p->at, p->bytes) || listen(fd, 4))
		return -errno;
	return fd;
}

/* Whether somebody takes the connection; the word is for who listens. */
static bool reach(const struct place *p, char word)
{
	int fd = socket(p->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there = fd >= 0 && !connect(fd, (const struct sockaddr *)&p->at, p->bytes) &&
		     write(fd, &word, 1) == 1;

	if (fd >= 0)
		close(fd);
	return there;
}

static ino_t namespace_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

/* The other host: with a directory of its own where the first one has one, too. */
static int other_main(struct meeting *m)
{
	int err = own_net(), way;

	if (!err)
		err = own_files(APART_DIR, NULL);
	m->net = namespace_of("/proc/self/ns/net");
	m->mnt = namespace_of("/proc/self/ns/mnt");
	if (err || kin_tell(m->here[1]) || kin_hear(m->there[0]))
		return 1;
	if (veth_up(0) || kin_tell(m->here[1]) || kin_hear(m->there[0]) || veth_wait())
		return 1;
	for (way = INET; way < WAYS; way++)
		m->reached[way] = reach(&m->place[way], (char)('a' + way));
	return 0;
}

/* How many came by a way, and with the right word. */
static int came(int listening, char word)
{
	int fd, n = 0;
	char got;

	while ((fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		n += read(fd, &got, 1) == 1 && got == word;
		close(fd);
	}
	return n;
}

static int listeners_open(const struct meeting *m, int *fd)
{
	int way;

	for (way = INET; way < WAYS; way++) {
		fd[way] = listen_at(&m->place[way]);
		if (fd[way] < 0)
			return fd[way];
	}
	return 0;
}

/* Nothing waits from now on: all who could come have come. */
static int dont_wait(const int *fd)
{
	static const struct timeval moment = { .tv_usec = 1 };
	int way;

	for (way = INET; way < WAYS; way++) {
		if (setsockopt(fd[way], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment)))
			return -errno;
	}
	return 0;
}

static void look(struct sample *s, const struct meeting *m, const int *fd)
{
	bool local[WAYS];
	int way;

	for (way = INET; way < WAYS; way++)
		local[way] = way != INET && reach(&m->place[way], (char)('a' + way));
	for (way = INET; way < WAYS; way++)
		sample_see(s, way, m->reached[way] &&
			   came(fd[way], (char)('a' + way)) == 1 + local[way]);
	sample_see(s, LOCAL_ABSTRACT, local[ABSTRACT]);
	sample_see(s, LOCAL_SHARED, local[PATH_SHARED]);
	sample_see(s, LOCAL_APART, local[PATH_APART]);
	sample_see(s, TWO_HOSTS, m->net != namespace_of("/proc/self/ns/net") &&
		   m->mnt != namespace_of("/proc/self/ns/mnt"));
}

/* By turns, as a cable is made. */
static int cable(const struct meeting *m, pid_t other)
{
	int err = kin_hear(m->here[0]);

	if (!err)
		err = veth_make(other, 0);
	if (!err)
		err = kin_tell(m->there[1]);
	if (!err)
		err = kin_hear(m->here[0]);
	return err ? err : veth_plug(0);
}

static int meet(struct sample *s, struct meeting *m, pid_t other)
{
	int fd[WAYS], err = cable(m, other), ended;

	if (!err)
		err = listeners_open(m, fd);
	if (!err)
		err = kin_tell(m->there[1]);
	/* Who waits for us to tell is killed with us. */
	if (err)
		return err;
	ended = kin_ends_well(other);
	if (!ended)
		ended = dont_wait(fd);
	if (!ended)
		look(s, m, fd);
	s->ops = 1;
	return ended;
}

/* One file system for both, with a directory that the other covers by its own. */
static int run(struct sample *s)
{
	struct meeting *m = kin_shared(sizeof(*m));
	int err = m ? own_net() : -ENOMEM;
	pid_t other;

	if (!err)
		err = own_files(WHERE, NULL);
	if (err)
		return err;
	if (mkdir(APART_DIR, 0700) || pipe(m->here) || pipe(m->there))
		return -errno;
	places(m);
	other = kin_fork();
	if (!other) {
		close(m->here[0]);
		close(m->there[1]);
		_exit(other_main(m));
	}
	if (other < 0)
		return other;
	close(m->here[1]);
	return meet(s, m, other);
}

static void effect(struct note *n)
{
	struct arm_seen inet = note_seen(n, 0, INET);

	n->effect = stats_share((size_t)inet.sum, inet.n);
	n->effect_unit = "of samples";
}

static bool never(const struct note *n, unsigned int way)
{
	return note_seen_mean(n, 0, way) <= 0;
}

static void decide(struct note *n)
{
	bool path = note_seen_always(n, 0, PATH_SHARED, 1);

	if (never(n, INET))
		note_verdict(n, VERDICT_FALSE, "no connection came from the other host");
	else if (!note_seen_always(n, 0, INET, 1))
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "over the network it was reached in %.0f %% of the samples only",
			     100 * n->effect.value);
	else if (never(n, ABSTRACT) && never(n, PATH_APART))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "they are of the inet family: a unix socket without a file never "
			     "reached the other host, one with a file %s where both have its file "
			     "system, never where not", path ? "did" : "did not always");
	else if (note_seen_always(n, 0, ABSTRACT, 1) && note_seen_always(n, 0, PATH_APART, 1))
		note_verdict(n, VERDICT_HOLDS, "all reached it, unix sockets, too");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "unix sockets reached it in some of the samples");
}

static const struct claim socket_hosts = {
	.id = "ipc.socket-hosts",
	.topic = "ipc",
	.claim = "Sockets also reach other hosts",
	.claim_zh = "套接字也可用于不同主机之间的通信",
	.how =
		"Two processes with a network and mounts of their own are joined by a cable (a veth "
		"pair). One listens at an address of the internet, at a name without a file "
		"(abstract), at a path on a file system that both have, and at one on which the "
		"other has a file system of its own. The other tries to connect to each and to "
		"say a word; then the first one does, to its own. An operation is one such meeting.",
	.gates =
		"The two have neither network nor mounts in common; what listens as a unix socket "
		"is reached by its own host; one fork an operation.",
	.rule =
		"FALSE if by the internet no connection came in any sample. If one came in every "
		"sample: HOLDS IF it is of that family, where unix sockets without a file, or with "
		"one elsewhere, never reached it; HOLDS if they always did. Else INCONCLUSIVE HERE.",
	.live = "oscope ipc --by pair -- PROGRAM; ip link; ss -x",
	.op = "meeting",
	.seen = {
		[INET] = "inet", [ABSTRACT] = "abstract", [PATH_SHARED] = "path_shared",
		[PATH_APART] = "path_apart", [LOCAL_ABSTRACT] = "own_abstract",
		[LOCAL_SHARED] = "own_path_shared", [LOCAL_APART] = "own_path_apart",
		[TWO_HOSTS] = "two_hosts",
	},
	.counts = {
		MADE(0, FORK, 1), SAW(0, TWO_HOSTS), SAW(0, LOCAL_ABSTRACT),
		SAW(0, LOCAL_SHARED), SAW(0, LOCAL_APART),
	},
	.placement = "same CPU, two network and mount namespaces",
	.needs_lives = true,
	.arm = { { "hosts", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(socket_hosts);
