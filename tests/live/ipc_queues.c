// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_queues sysv|mq MESSAGES BYTES PATTERN...: tasks that send to each other through message
 * queues, each under a name of its own, one pattern after the other. Queues hold 8 messages. They
 * are called by the first two letters of the pattern and a number, "/on.0", or the key of these
 * three bytes; they belong into an IPC namespace that goes when all is over. The pattern:
 *
 *   oneway        a sends to b; stranger is the same
 *   ring          a to b, b to c, c to a: each message goes all the way round
 *   fanin         in0 to in7 send to out, all at once
 *   share         a sends to out0 to out3, a quarter each, all at once
 *   idle          a sends to b, while idle0 to idle4 have the queue and do nothing
 *   backandforth  a sends to b, which answers, on one CPU
 *   order         a, b and c send, one after the other; d, e and f receive, one after the other
 *   types         a and b send a type each, at once; c and d receive a type each (sysv)
 *   many          in0 to in3 send to out0 to out3 what these take in any way; who has got how many
 *                 from whom is told in lines "FROM TO MESSAGES", by what is in the messages
 *   full          a has to wait for 0.3 s, since b does not receive
 *   nothing       seven that would have to wait to receive; as many as there is room for, and one more
 *   status        five looks at what descriptors say, and a message (mq)
 *   copies        five looks at what is there, one with too little room, and one that cuts it (sysv)
 *   removed       b sleeps, and there is no queue any more (sysv)
 *   unread        a message whose memory nobody has touched, and one that has been (sysv)
 *   leave         one message stays there
 *   left          one is sent after it, both are received; and one more, which is, too
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "queues.h"

static void oneway(void)
{
	int q = queue_make(0);

	if (!child_make("b", -1)) {
		receive_all(q, messages, 0);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	send_all(q, 1);
}

static void ring(void)
{
	int q[3] = { queue_make(0), queue_make(1), queue_make(2) }, i;
	unsigned int n;

	for (i = 0; i < 3; i++) {
		if (child_letter(i))
			continue;
		for (n = 0; n < messages; n++) {
			if (!i)
				queue_send(q[0], 1 + n % 3);
			queue_receive(q[(i + 2) % 3], 0, 0);
			if (i)
				queue_send(q[i], 1 + n % 3);
		}
		exit(0);
	}
}

static void fanin(void)
{
	int q = queue_make(0), i;

	for (i = 0; i < 8; i++) {
		if (child_make("in", i))
			continue;
		send_all(q, 1 + i % 3);
		exit(0);
	}
	prctl(PR_SET_NAME, "out");
	receive_all(q, 8 * messages, -3);
}

static void share(void)
{
	int q = queue_make(0), i;

	for (i = 0; i < 4; i++) {
		if (child_make("out", i))
			continue;
		receive_all(q, messages / 4, 0);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	send_all(q, 1);
}

/* They end with the gate, which nobody writes to. */
static void idle(void)
{
	int q = queue_make(0), gate[2], i;
	char byte;

	if (pipe(gate))
		fail("pipe");
	for (i = 0; i < 5; i++) {
		if (child_make("idle", i))
			continue;
		close(gate[1]);
		exit(read(gate[0], &byte, 1) ? 1 : 0);
	}
	if (!child_make("b", -1)) {
		close(gate[1]);
		receive_all(q, messages, 0);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	send_all(q, 1);
	close(gate[1]);
}

static void backandforth(void)
{
	int there = queue_make(0), back = queue_make(1);
	cpu_set_t one;
	unsigned int i;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (!child_make("b", -1)) {
		for (i = 0; i < messages; i++) {
			queue_receive(there, 0, 0);
			queue_send(back, 1);
		}
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	for (i = 0; i < messages; i++) {
		queue_send(there, 1);
		queue_receive(back, 0, 0);
	}
}

/* Types 3, 2, 1: the lowest, any but 3, the first. Priorities 3, 9, 5: as the kernel has them. */
static void order(void)
{
	static const struct {
		int type, priority;
		long want;
		int flags;
	} turn[3] = { { 3, 3, -2, 0 }, { 2, 9, 3, MSG_EXCEPT }, { 1, 5, 0, 0 } };
	int q = queue_make(0), i;

	for (i = 0; i < 6; i++) {
		if (child_letter(i)) {
			children_wait();
			continue;
		}
		if (i < 3)
			queue_send(q, sysv ? turn[i].type : turn[i].priority);
		else
			queue_receive(q, turn[i - 3].want, turn[i - 3].flags);
		exit(0);
	}
}

static void types(void)
{
	int q = queue_make(0), i;

	for (i = 0; i < 4; i++) {
		if (child_letter(i))
			continue;
		if (i < 2)
			send_all(q, 1 + i);
		else
			receive_all(q, messages, i - 1);
		exit(0);
	}
}

/* Whoever has a ticket takes one, in one of the ways by which any will do. */
static void many_receive(int q, int out, unsigned int *ticket)
{
	static const struct {
		long want;
		int flags;
	} way[] = { { 0, 0 }, { -9, 0 }, { 99, MSG_EXCEPT } };
	unsigned int from[4] = { 0 }, i;

	while (__atomic_fetch_add(ticket, 1, __ATOMIC_RELAXED) < 4 * messages) {
		i = (*ticket + out) % 3;
		queue_receive(q, way[i].want, way[i].flags);
		from[message.text[0] & 3]++;
	}
	for (i = 0; i < 4; i++)
		dprintf(STDOUT_FILENO, "in%u out%d %u\n", i, out, from[i]);
	exit(0);
}

static void many(void)
{
	unsigned int *ticket = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				    -1, 0), n;
	int q = queue_make(0), i;

	for (i = 0; i < 4; i++) {
		if (!child_make("out", i))
			many_receive(q, i, ticket);
		if (child_make("in", i))
			continue;
		message.text[0] = i;
		for (n = 0; n < messages; n++)
			queue_send(q, 1 + (n + i) % 4);
		exit(0);
	}
}

static void full(void)
{
	int q = queue_make(0);
	pid_t a = child_make("a", -1);

	if (!a) {
		send_all(q, 1);
		exit(0);
	}
	prctl(PR_SET_NAME, "b");
	asleep_wait(a, sysv ? __NR_msgsnd : __NR_mq_timedsend);
	usleep(300000);
	receive_all(q, messages, 0);
}

static void nothing(void)
{
	int q = sysv ? sysv_make(0) : mq_make(0, O_NONBLOCK), i;

	for (i = 0; i < 7; i++) {
		if (queue_try_receive(q, 0, IPC_NOWAIT) >= 0 || errno != (sysv ? ENOMSG : EAGAIN))
			fail("receive");
	}
	for (i = 0; i < ROOM; i++) {
		if (queue_try_send(q, 1, IPC_NOWAIT))
			fail("send");
	}
	if (!queue_try_send(q, 1, IPC_NOWAIT) || errno != EAGAIN)
		fail("send");
	receive_all(q, ROOM, 0);
}

static void status(void)
{
	int q = queue_make(0), i;
	char text[256];

	for (i = 0; i < 5; i++) {
		if (pread(q, text, sizeof(text), 0) <= 0 || (!i && read(q, text, sizeof(text)) <= 0))
			fail("read");
	}
	queue_send(q, 1);
	queue_receive(q, 0, 0);
}

static void copies(void)
{
	int q = queue_make(0), i;

	queue_send(q, 1);
	for (i = 0; i < 5; i++) {
		if (queue_try_receive(q, 0, MSG_COPY | IPC_NOWAIT) != bytes && errno != ENOSYS)
			fail("MSG_COPY");
	}
	if (msgrcv(q, &message, bytes / 2, 0, 0) >= 0 || errno != E2BIG)
		fail("E2BIG");
	if (msgrcv(q, &message, bytes / 2, 0, MSG_NOERROR) != bytes / 2)
		fail("MSG_NOERROR");
}

static void removed(void)
{
	int q = queue_make(0);
	pid_t b = child_make("b", -1);

	if (!b)
		exit(queue_try_receive(q, 0, 0) < 0 && errno == EIDRM ? 0 : 1);
	asleep_wait(b, __NR_msgrcv);
	msgctl(q, IPC_RMID, NULL);
}

/* What nobody has touched is in no page table yet, where only the kernel brings it. */
static void unread(void)
{
	int q = queue_make(0), fd = memfd_create("message", 0);
	void *untouched;

	message.type = 1;
	if (fd < 0 || write(fd, &message, sizeof(message)) != sizeof(message))
		fail("memfd_create");
	untouched = mmap(NULL, sizeof(message), PROT_READ, MAP_PRIVATE, fd, 0);
	if (untouched == MAP_FAILED || msgsnd(q, untouched, bytes, 0))
		fail("msgsnd");
	queue_receive(q, 0, 0);
	queue_send(q, 1);
	queue_receive(q, 0, 0);
}

static void leave(void)
{
	queue_send(queue_make(0), 1);
}

static void left(void)
{
	int q = queue_make(0), i;

	for (i = 0; i < 2; i++)
		queue_send(q, 1);
	receive_all(q, 3, 0);
	queue_send(q, 1);
	receive_all(q, 1, 0);
}

static const struct {
	const char *name;
	void (*play)(void);
} patterns[] = {
	{ "oneway", oneway }, { "ring", ring }, { "fanin", fanin }, { "share", share },
	{ "idle", idle }, { "backandforth", backandforth }, { "order", order }, { "types", types },
	{ "many", many }, { "full", full }, { "nothing", nothing }, { "status", status },
	{ "copies", copies }, { "removed", removed }, { "unread", unread }, { "leave", leave },
	{ "left", left }, { "stranger", oneway },
};

/* Each pattern has a child of its own, with its children. */
static void play(void)
{
	size_t i;

	if (child_make("a", -1))
		return;
	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (strcmp(pattern, patterns[i].name))
			continue;
		patterns[i].play();
		children_wait();
		exit(0);
	}
	error(2, 0, "no pattern %s", pattern);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 5 || (strcmp(argv[1], "sysv") && strcmp(argv[1], "mq")) ||
	    atoi(argv[3]) > BYTES_MAX)
		error(2, 0, "usage: ipc_queues sysv|mq MESSAGES BYTES PATTERN...");
	sysv = !strcmp(argv[1], "sysv");
	messages = atoi(argv[2]);
	bytes = atoi(argv[3]);
	memset(&message, 0, sizeof(message));
	for (i = 4; i < argc; i++) {
		pattern = argv[i];
		play();
		children_wait();
	}
	return 0;
}
