// SPDX-License-Identifier: GPL-2.0
/* state.events: do input, sleep, file I/O, send and receive block? */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "notes/cold_file.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define SLEEP_NS	10000000L

enum { LACKING, THERE };
/* The calls; seen of each: whether it slept, and whether it did only if something lacked. */
enum { INPUT, SLEEP, FILE_READ, SEND, RECEIVE, CALLS };
#define SO(call)	(CALLS + (call))

static const struct {
	const char *name;		/* of what its sleeps are told to be for */
	unsigned int reason;
} reasons[CALLS] = {
	[INPUT] = { "tty", OSCOPE_REASON_TTY },
	[SLEEP] = { "sleep", OSCOPE_REASON_SLEEP },
	[FILE_READ] = { "file-io", OSCOPE_REASON_FILE_IO },
	[SEND] = { "unix-send", OSCOPE_REASON_UNIX_SEND },
	[RECEIVE] = { "unix-recv", OSCOPE_REASON_UNIX_RECV },
};

/* What the calls are about. Both processes have all ends. */
struct ends {
	int terminal, keyboard;		/* what is typed there is read here */
	/* The caller has the first. Two, as who waits for data is woken by space, too. */
	int full[2], empty[2];
	volatile int *call;		/* the one that is being made, or next; CALLS: no more */
	bool lacking;
};

static int terminal_open(struct ends *e)
{
	struct termios t;

	e->keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (e->keyboard < 0 || grantpt(e->keyboard) || unlockpt(e->keyboard))
		return -errno;
	e->terminal = open(ptsname(e->keyboard), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (e->terminal < 0 || tcgetattr(e->terminal, &t))
		return -errno;
	cfmakeraw(&t);
	return tcsetattr(e->terminal, TCSANOW, &t) ? -errno : 0;
}

static int ends_open(struct ends *e, bool lacking)
{
	e->lacking = lacking;
	e->call = kin_shared(sizeof(*e->call));
	if (!e->call)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->full) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->empty))
		return -errno;
	return terminal_open(e);
}

/* Send until there is no more space. */
static void fill(int socket)
{
	static char data[4096];

	while (send(socket, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	while (send(socket, data, 1, MSG_DONTWAIT) > 0)
		;
}

static void drain(int socket)
{
	char data[4096];

	while (recv(socket, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
}

/* Give a call what it waits for. */
static void serve(const struct ends *e, int call)
{
	ssize_t n = 1;

	if (call == INPUT)
		n = write(e->keyboard, "x", 1);
	else if (call == SEND)
		drain(e->full[1]);
	else if (call == RECEIVE)
		n = send(e->empty[1], "x", 1, 0);
	if (n != 1)
		_exit(1);
}

/* Another process, for each call that lacks something: once the caller sleeps in it. */
static void server_main(const struct ends *e, pid_t caller)
{
	int call;

	for (call = INPUT; call < CALLS; call++) {
		while (*e->call < call)
			sched_yield();
		while (*e->call == call && kin_state(caller) != 'S')
			sched_yield();
		if (*e->call == call)
			serve(e, call);
	}
	_exit(0);
}

/* What a call needs is there, or is not, before it is made. */
static void prepare(const struct ends *e, int call)
{
	struct pollfd typed = { .fd = e->terminal, .events = POLLIN };

	if (call == SEND && e->lacking)
		fill(e->full[0]);
	if (e->lacking || call == SLEEP || call == SEND)
		return;
	serve(e, call);
	if (call == INPUT)	/* it takes a kernel's thread to get there */
		poll(&typed, 1, -1);
}

static bool call_make(const struct ends *e, int call, int file)
{
	const struct timespec time = { .tv_nsec = SLEEP_NS };
	char byte;

	switch (call) {
	case INPUT:
		return read(e->terminal, &byte, 1) == 1;
	case SLEEP:
		return !clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	case FILE_READ:
		return cold_file_read(file, 0);
	case SEND:
		return send(e->full[0], "x", 1, 0) == 1;
	default:
		return recv(e->empty[0], &byte, 1, 0) == 1;
	}
}

static long voluntary(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u.ru_nvcsw;
}

static void call_see(struct sample *s, const struct ends *e, int call, int file)
{
	long before, blocks = cold_file_blocks();
	bool well, slept;

	prepare(e, call);
	*e->call = call;
	before = voluntary();
	well = call_make(e, call, file);
	slept = voluntary() > before;
	s->turns += well;
	/* A page that no device was read for was in memory, or is of another host. */
	if (call == FILE_READ && e->lacking && cold_file_blocks() == blocks)
		return;
	sample_see(s, call, slept);
	sample_see(s, SO(call), slept == e->lacking);
}

static int run(struct sample *s)
{
	int file = cold_file(0), call, err;
	pid_t caller = getpid(), pid;
	struct ends e;

	err = ends_open(&e, s->arm == LACKING);
	if (err)
		return err;
	*e.call = -1;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		server_main(&e, caller);
	kin_name("caller");
	if (!e.lacking && file >= 0)
		cold_file_read(file, 0);
	for (call = INPUT; call < CALLS; call++) {
		/* There is no time that has come already. */
		if ((call == SLEEP && !e.lacking) || (call == FILE_READ && file < 0))
			continue;
		call_see(s, &e, call, file);
		s->ops++;
	}
	*e.call = CALLS;
	return kin_ends_well(pid);
}

/* Sleeps of the caller in a call, a sample, by the probes. */
static double sleeps(const struct note *n, size_t arm, int call)
{
	const struct arm_counted *c = &n->counted[arm];

	return c->states && c->n ?
	       (double)c->ledger[0].sum.blocked[reasons[call].reason].n / (double)c->n : NAN;
}

static void check(struct note *n)
{
	char name[48];
	int call;

	for (call = 0; call < CALLS; call++) {
		/* The kernel's count, with the reason that the probes tell. */
		snprintf(name, sizeof(name), "%s sleeps/sample", reasons[call].name);
		if (call == FILE_READ) {
			note_evidence(n, "lacking", "file_io_sleeps_per_sample",
				      sleeps(n, LACKING, call));
			continue;
		}
		note_gate_near(n, "lacking", name, 1, 0, sleeps(n, LACKING, call));
		note_gate_near(n, "there", name, 0, 0, sleeps(n, THERE, call));
	}
}

static void decide(struct note *n)
{
	struct arm_seen file = note_seen(n, LACKING, FILE_READ);
	enum note_outcomes o = note_outcomes(n);

	if (o == OUTCOMES_YES)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "data or space is lacking, or time has to pass: then input, sleep, send "
			     "and receive slept, each told as what it was; with data or space none "
			     "did; %s", !file.n ? "no file could be read from a device here" :
			     file.min > 0 ? "a page read from a device slept, one in memory not" :
			     "pages read from a device slept in part of the samples");
	else if (o == OUTCOMES_NO)
		note_verdict(n, VERDICT_FALSE,
			     "a call that lacked what it needs never slept, or one that did not lack "
			     "it always did");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "as it should be in %.0f %% of the samples only",
			     100 * n->effect.value);
}

static const struct claim events = {
	.id = "state.events",
	.topic = "state",
	.claim = "Input, sleep, file I/O, sending and receiving block their caller",
	.claim_zh = "输入、sleep、文件 I/O、发送、接收会引起阻塞",
	.how =
		"A process reads a key from a terminal, sleeps 10 ms, reads a page of a file, sends a "
		"byte through a unix socket and receives one, each of it twice: in one arm without "
		"what the call needs (nothing was typed, the page is on its device only, the socket "
		"is full, or empty), which another process gives once the caller sleeps; in the "
		"other arm it is there before, but for the sleep, which is left out. Whether a call "
		"slept is told by its caller's voluntary switches.",
	.gates =
		"One fork a sample; every call gives what it was asked for; the caller has one sleep "
		"each for tty, sleep, unix-send and unix-recv a sample where something is lacking, "
		"and none where it is there.",
	.rule =
		"HOLDS IF data or space is lacking, if in every sample those calls slept that "
		"lacked something, and no other; a page counts where the kernel has read its "
		"device for it. FALSE if one that lacked something never slept, or one that did "
		"not always did; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "call",
	.seen = {
		[INPUT] = "input_slept", [SLEEP] = "sleep_slept", [FILE_READ] = "file_slept",
		[SEND] = "send_slept", [RECEIVE] = "receive_slept", [SO(INPUT)] = "input_so",
		[SO(SLEEP)] = "sleep_so", [SO(FILE_READ)] = "file_so", [SO(SEND)] = "send_so",
		[SO(RECEIVE)] = "receive_so",
	},
	.tasks = { "caller" },
	.counts = {
		MADE_ONCE(LACKING, FORK, 1), MADE_ONCE(THERE, FORK, 1),
		NAMED(TURNS, LACKING, 1, "calls that gave something/op"),
		NAMED(TURNS, THERE, 1, "calls that gave something/op"),
	},
	.needed = {
		SAW(LACKING, SO(INPUT)), SAW(LACKING, SO(SLEEP)), SAW(LACKING, SO(SEND)),
		SAW(LACKING, SO(RECEIVE)), SAW(THERE, SO(INPUT)), SAW(THERE, SO(SEND)),
		SAW(THERE, SO(RECEIVE)),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { [LACKING] = { "lacking", run }, [THERE] = { "there", run } },
	.check = check,
	.decide = decide,
};
CLAIM(events);
