// SPDX-License-Identifier: GPL-2.0
/* ipc.rpc: can hosts call each other as if it were a procedure, and what does it cost? */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notes/echo.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/rpc.h"
#include "notes/veth.h"

#define BATCH	200

/* A message there and a result back, or a call; on one host, or between two. */
enum { SOCKET, LOOPBACK, SOCKET_HOSTS, HOSTS };
enum { CALLED, RAN_THERE, NAMESPACES, RAN_ONCE };

struct party {
	size_t arm;
	bool hosts;
	int hear, tell;
	/* Where it serves, and what it has done, in memory that both share. */
	struct where {
		uint16_t port;
		uint64_t calls;
		ino_t ns;
		int err;
	} *there;
	/* Of who calls. */
	pid_t pid;
	int fd;
	struct onc_client *client;
	uint64_t asked, right;
	int lost;			/* why the last one was: none is asked for after it */
};

static int listen_anywhere(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		int err = -errno;

		close(fd);
		return err;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

/* The same procedure, with what it takes to tell it by a message. */
static int serve_raw(int listener, uint64_t *calls)
{
	int fd = accept(listener, NULL, NULL), one = 1;
	struct onc_args a;
	int32_t result;
	ssize_t n;

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		return -errno;
	while ((n = echo_read(fd, &a, sizeof(a))) > 0) {
		result = onc_procedure(&a);
		/* Before who asked can look. */
		++*calls;
		if (write(fd, &result, sizeof(result)) != sizeof(result))
			return -EPIPE;
	}
	return (int)n;
}

static int turn(const struct party *p)
{
	int err = kin_tell(p->tell);

	return err ? err : kin_hear(p->hear);
}

/* On a host of its own: a network of its own, with a cable. */
static int callee_moves(const struct party *p)
{
	int err = own_net();

	if (!err)
		err = turn(p);
	if (!err)
		err = veth_up(0);
	if (!err)
		err = turn(p);
	return err ? err : veth_wait();
}

static int callee(const struct party *p)
{
	int err = p->hosts ? callee_moves(p) : 0, listener;
	struct stat ns;

	if (err)
		return err;
	if (stat("/proc/self/ns/net", &ns))
		return -errno;
	p->there->ns = ns.st_ino;
	listener = listen_anywhere(&p->there->port);
	if (listener < 0)
		return listener;
	err = kin_tell(p->tell);
	if (err)
		return err;
	return p->arm == SOCKET || p->arm == SOCKET_HOSTS ?
		       serve_raw(listener, &p->there->calls) :
		       onc_serve(listener, &p->there->calls);
}

static int plug(const struct party *p)
{
	int err = kin_hear(p->hear);

	if (!err)
		err = veth_make(p->pid, 0);
	if (!err)
		err = kin_tell(p->tell);
	if (!err)
		err = kin_hear(p->hear);
	if (!err)
		err = veth_plug(0);
	return err ? err : kin_tell(p->tell);
}

static int start(struct party *p)
{
	int up[2], down[2], err;

	if (pipe(up) || pipe(down))
		return -errno;
	p->pid = kin_fork();
	if (!p->pid) {
		close(up[0]);
		close(down[1]);
		p->hear = down[0];
		p->tell = up[1];
		p->there->err = callee(p);
		_exit(0);
	}
	close(up[1]);
	close(down[0]);
	p->hear = up[0];
	p->tell = down[1];
	if (p->pid < 0)
		return p->pid;
	err = p->hosts ? plug(p) : 0;
	return err ? err : kin_hear(p->hear);
}

static int reach(struct party *p)
{
	uint32_t host = p->hosts ? VETH_THERE(0) : INADDR_LOOPBACK;

	if (p->arm == SOCKET || p->arm == SOCKET_HOSTS) {
		p->fd = echo_dial(host, p->there->port);
		return p->fd < 0 ? p->fd : 0;
	}
	p->client = onc_connect(host, p->there->port);
	return p->client ? 0 : -EHOSTUNREACH;
}

static int call(struct party *p, const struct onc_args *a, int32_t *result)
{
	ssize_t n;

	if (p->client)
		return onc_call(p->client, a, result);
	if (write(p->fd, a, sizeof(*a)) != sizeof(*a))
		return -EPIPE;
	n = echo_read(p->fd, result, sizeof(*result));
	return n == sizeof(*result) ? 0 : -EPIPE;
}

static void calls(void *arg, uint64_t n)
{
	struct party *p = arg;
	struct onc_args a;
	int32_t result;

	for (; n && !p->lost; n--) {
		memset(a.data, (int)(n % 64), sizeof(a.data));
		a.nth = (int32_t)n;
		p->asked++;
		p->lost = call(p, &a, &result);
		p->right += !p->lost && result == onc_procedure(&a);
	}
}

static void report(struct sample *s, const struct party *p)
{
	struct stat ns;

	s->turns = __atomic_load_n(&p->there->calls, __ATOMIC_SEQ_CST);
	sample_see(s, CALLED, p->asked && p->right == p->asked);
	sample_see(s, RAN_THERE, (double)s->turns);
	/* The one that was lost may have run. */
	sample_see(s, RAN_ONCE, s->turns >= p->right && s->turns <= p->asked);
	if (!stat("/proc/self/ns/net", &ns))
		sample_see(s, NAMESPACES, 1 + (ns.st_ino != p->there->ns));
}

/* That RPC does not get there is an answer; that a socket does not is none. */
static int talk(struct sample *s, struct party *p)
{
	int err = reach(p);

	if (!err)
		return sample_measure_long(s, calls, p, BATCH);
	s->value = NAN;
	s->flat = true;
	return err == -EHOSTUNREACH ? 0 : err;
}

static int run(struct sample *s)
{
	static struct party p;
	int err = onc_load();

	p.arm = s->arm;
	p.hosts = s->arm == SOCKET_HOSTS || s->arm == HOSTS;
	p.there = kin_shared(sizeof(*p.there));
	if (!p.there)
		return -ENOMEM;
	if (!err)
		err = own_net();
	if (!err)
		err = start(&p);
	if (!err)
		err = talk(s, &p);
	if (p.there->err)
		err = p.there->err;
	if (!err)
		report(s, &p);
	if (p.pid > 0)
		kin_kill(p.pid, NULL);
	return err;
}

static void begin(struct note *n)
{
	if (onc_load())
		snprintf(n->blocked, sizeof(n->blocked), "not installed: apt-get install %s",
			 RPC_PACKAGE);
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, LOOPBACK, SOCKET);
	n->effect_unit = "times the time a message and its answer";
}

static void check(struct note *n)
{
	note_gate_syscalls(n, SOCKET, 4, 0.1);
	note_gate_syscalls(n, SOCKET_HOSTS, 4, 0.1);
}

static void decide(struct note *n)
{
	bool here = note_seen_always(n, LOOPBACK, CALLED, 1);
	bool hosts = note_seen_always(n, HOSTS, CALLED, 1);
	struct interval there = note_ratio(n, HOSTS, SOCKET_HOSTS);
	bool times = !n->machine->no_times[0];

	if (here && hosts && times)
		note_verdict(n, VERDICT_HOLDS,
			     "every call had its result, from another host, too; it takes %.2f times "
			     "what the same messages take over a socket (%.2f to %.2f), between hosts "
			     "%.2f times",
			     n->effect.value, n->effect.lo, n->effect.hi, there.value);
	else if (here && hosts)
		note_verdict(n, VERDICT_HOLDS, "every call had its result, from another host, too");
	else if (here && note_seen_mean(n, HOSTS, CALLED) <= 0)
		note_verdict(n, VERDICT_HOLDS_IF, "it is one host: of another one no result came");
	else if (note_seen_mean(n, LOOPBACK, CALLED) <= 0)
		note_verdict(n, VERDICT_FALSE, "calls had no result, or a wrong one");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "all results were right in %.0f %% of the "
			     "samples only", 100 * note_seen_mean(n, HOSTS, CALLED));
}

static const struct claim rpc = {
	.id = "ipc.rpc",
	.topic = "ipc",
	.claim = "RPC lets hosts call each other as procedures",
	.claim_zh = "RPC 远程过程调用：主机间可像过程一样互相调用",
	.how =
		"A procedure of a number and 60 bytes, which adds them up, is called by ONC RPC over "
		"TCP, as libtirpc does it; and the same is asked for with a message over a TCP "
		"socket. Caller and callee are two processes on one CPU: on loopback, and each in a "
		"network namespace of its own with a cable (veth) between, as two hosts. An operation "
		"is a call.",
	.gates =
		"The callee has run the procedure once for each right answer, as it counts itself; hosts "
		"are two namespaces, loopback is one; over a socket a call is 4 system calls.",
	.rule =
		"HOLDS if every call of every sample returned what the procedure gives, on loopback "
		"and from the other host; the reason says how many times the time it takes, against "
		"the socket; HOLDS IF it is one host, where none from the other one did; FALSE if "
		"none did at all; INCONCLUSIVE HERE if samples differ, or libtirpc is not installed.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "call",
	.value = "ns",
	.seen = {
		[CALLED] = "called", [RAN_THERE] = "ran_there", [NAMESPACES] = "namespaces",
		[RAN_ONCE] = "ran_once",
	},
	.counts = {
		SAW(ALL_ARMS, RAN_ONCE),
		SEEN(SOCKET, NAMESPACES, 1), SEEN(LOOPBACK, NAMESPACES, 1),
		SEEN(SOCKET_HOSTS, NAMESPACES, 2), SEEN(HOSTS, NAMESPACES, 2),
	},
	.narrow = 0.05,
	.needs_syscalls = true,
	.begin = begin,
	.arm = {
		[SOCKET] = { "socket", run }, [LOOPBACK] = { "loopback", run },
		[SOCKET_HOSTS] = { "socket_hosts", run }, [HOSTS] = { "hosts", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(rpc);
