// SPDX-License-Identifier: GPL-2.0
/* py.queue-pipe: do processes of Python talk through Queue and Pipe? */
#include <stdio.h>

#include "notes/notes.h"
#include "notes/said.h"

#define ID		"py.queue-pipe"
#define MESSAGES	2000

enum { PIPE, DUPLEX, QUEUE, SIMPLE, ENDS, THREADS };
enum {
	IN_ORDER, KIND, BYTES, READS, WRITES, FULL_WAITED, FULL_WENT_ON, EMPTY_WAITED,
	EMPTY_WENT_ON,
};

static int run(struct sample *s)
{
	static const char *const how[] = {
		[PIPE] = "pipe", [DUPLEX] = "duplex", [QUEUE] = "queue", [SIMPLE] = "simple",
		[ENDS] = "ends", [THREADS] = "threads",
	};
	char messages[16];
	struct python p = {
		.script = "py/queue_pipe.py",
		.args = { how[s->arm], messages },
		.family = true,
	};

	snprintf(messages, sizeof(messages), "%d", MESSAGES);
	return said_python(s, ID, &p);
}

static double us(const struct note *n, size_t arm)
{
	return stats_median(n->timed[arm].value, n->timed[arm].n) / 1e3;
}

static double each(const struct note *n, size_t arm, unsigned int what)
{
	return note_seen_mean(n, arm, what) / MESSAGES;
}

static void check(struct note *n)
{
	size_t a;

	for (a = PIPE; a <= SIMPLE; a++) {
		note_evidence(n, n->claim->arm[a].name, "reads_per_message", each(n, a, READS));
		note_evidence(n, n->claim->arm[a].name, "writes_per_message", each(n, a, WRITES));
	}
	note_evidence(n, "queue", "to_threads", note_ratio(n, QUEUE, THREADS).value);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "a message of %.0f bytes took %.1f us through a Pipe (%.1f writes, %.1f "
		     "reads), %.1f through a duplex one, which is a pair of sockets, %.1f "
		     "through a Queue, %.1f through a SimpleQueue, %.1f between threads through a "
		     "queue.Queue; put slept when full, get when empty",
		     note_seen_mean(n, PIPE, BYTES), us(n, PIPE), each(n, PIPE, WRITES),
		     each(n, PIPE, READS), us(n, DUPLEX), us(n, QUEUE), us(n, SIMPLE),
		     us(n, THREADS));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which messages came in order by Pipe %.2f, duplex "
		     "%.2f, Queue %.2f, SimpleQueue %.2f; the duplex one alone was of sockets "
		     "%.2f; put waited when full %.2f, get when empty %.2f"
		     "", note_seen_mean(n, PIPE, IN_ORDER),
		     note_seen_mean(n, DUPLEX, IN_ORDER), note_seen_mean(n, QUEUE, IN_ORDER),
		     note_seen_mean(n, SIMPLE, IN_ORDER), note_seen_mean(n, DUPLEX, KIND),
		     note_seen_mean(n, ENDS, FULL_WAITED), note_seen_mean(n, ENDS, EMPTY_WAITED));
}

static const struct claim queue_pipe = {
	.id = ID,
	.topic = "py",
	.claim =
		"Processes of Python talk through Queue and Pipe; a full one and an empty one "
		"block",
	.claim_zh = "多进程通过 Queue 和 Pipe 通信，队列满或空时阻塞",
	.how =
		"A child of multiprocessing sends 2000 numbered messages to its parent on the "
		"same CPU, by Pipe(), in one direction and duplex, by Queue and by SimpleQueue; "
		"each process reads from the kernel how many read(2) and write(2) calls it made. "
		"In its place a thread sends as many through a queue.Queue. "
		"In another arm a child puts a fifth item into a Queue(4), and one gets from an "
		"empty Queue: once it sleeps and has not come back after 20 ms, an item is "
		"taken, or put. An operation is a message, or both ends.",
	.gates =
		"One child, or two, or one thread in its place; all messages received, and those "
		"between threads in order.",
	.rule =
		"HOLDS if in every sample the messages came in order, the duplex Pipe was a pair "
		"of sockets and the other one was not, put waited when full, get when empty, and "
		"both went on after that; FALSE if one of these never was so; else INCONCLUSIVE "
		"HERE, with the share.",
	.live = "oscope ipc --by pair -- python3 PROGRAM",
	.op = "message",
	.value = "ns",
	.seen = {
		[IN_ORDER] = "in_order", [KIND] = "socket_if_duplex", [BYTES] = "bytes",
		[READS] = "reads", [WRITES] = "writes", [FULL_WAITED] = "full_waited",
		[FULL_WENT_ON] = "full_went_on", [EMPTY_WAITED] = "empty_waited",
		[EMPTY_WENT_ON] = "empty_went_on",
	},
	.needed = {
		SAW(PIPE, IN_ORDER), SAW(DUPLEX, IN_ORDER), SAW(QUEUE, IN_ORDER),
		SAW(SIMPLE, IN_ORDER), SAW(ENDS, IN_ORDER), SAW(PIPE, KIND),
		SAW(DUPLEX, KIND), SAW(ENDS, FULL_WAITED), SAW(ENDS, FULL_WENT_ON),
		SAW(ENDS, EMPTY_WAITED), SAW(ENDS, EMPTY_WENT_ON),
	},
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "messages received/op"),
		MADE_ONCE(PIPE, FORK, 2), MADE_ONCE(DUPLEX, FORK, 2), MADE_ONCE(QUEUE, FORK, 2),
		MADE_ONCE(SIMPLE, FORK, 2), MADE_ONCE(ENDS, FORK, 3),
		MADE_ONCE(THREADS, FORK, 1), MADE_ONCE(THREADS, THREAD, 1), SAW(THREADS, IN_ORDER),
	},
	.narrow = 0.2,
	.needs_lives = true,
	.arm = {
		[PIPE] = { "pipe", run }, [DUPLEX] = { "duplex", run }, [QUEUE] = { "queue", run },
		[SIMPLE] = { "simple", run }, [ENDS] = { "ends", run },
		[THREADS] = { "threads", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(queue_pipe);
