// SPDX-License-Identifier: GPL-2.0
/* broker.throughput: do brokers carry many messages a second, against a plain socket? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker_side.h"
#include "notes/kin.h"
#include "notes/tally.h"

#define BYTES		BROKER_SIDE_BYTES
#define AT_ONCE		50	/* messages a write, batched */
#define MESSAGES	500	/* until who hears says that all have come */

/* Arms in pairs, a message a write and many: of a socket, and of each kind of broker. */
enum { EACH, BATCHED, WAYS };
enum { SOCKET, BROKER };
enum { CLIENT_NS, BROKER_NS };

static size_t who(size_t arm)
{
	return arm / WAYS;
}

struct flow {
	struct broker_side side;
	struct heard {
		uint64_t right;		/* in order */
	} *heard;			/* shared */
	pid_t hearer;
	int all_came;
	unsigned int at_once;
};

/* The nth of those that are still to come: the last one is 1. */
static void text_of(char text[BROKER_TEXT], uint64_t nth)
{
	snprintf(text, BROKER_TEXT, "%0*llu", BYTES, (unsigned long long)nth);
}

/* One after the other, until the other one has gone; after the last it says so. */
static void hear_all(struct flow *f, int ready, int all_came)
{
	uint64_t nth, before = 1;
	char text[BROKER_TEXT];
	int err = broker_side_open(&f->side, "flow", "none");

	if (!err)
		err = kin_tell(ready);
	while (!err) {
		err = broker_side_hear(&f->side, text);
		nth = strtoull(text, NULL, 10);
		f->heard->right += !err && (before == 1 || nth + 1 == before);
		before = nth;
		if (!err && nth == 1)
			err = kin_tell(all_came);
	}
	_exit(0);
}

static int socket_send(const struct flow *f, uint64_t from, size_t n)
{
	char all[AT_ONCE * BYTES + BROKER_TEXT];
	size_t i;

	for (i = 0; i < n; i++)
		text_of(&all[i * BYTES], from - i);
	return write(f->side.fd, all, n * BYTES) == (ssize_t)(n * BYTES) ? 0 : -EPIPE;
}

/* A write for all of them, and then their words, where the broker has one for each. */
static int broker_post(struct flow *f, uint64_t from, unsigned int n)
{
	struct broker_conn *c = &f->side.out;
	char text[BROKER_TEXT];
	unsigned int i;
	int err = 0;

	c->hold = true;
	for (i = 0; i < n && !err; i++) {
		text_of(text, from - i);
		err = f->side.broker->kind->post(c, BROKER_TOPIC, f->side.to, text);
	}
	c->hold = false;
	if (!err)
		err = broker_flush(c);
	for (i = 0; i < n && !err; i++)
		err = f->side.broker->kind->confirm(c, BROKER_TOPIC);
	return err;
}

/* n of them, and the word that they have come; what goes wrong shows in what was heard. */
static void messages(void *flow, uint64_t n)
{
	struct flow *f = flow;
	int err = 0;

	while (n && !err) {
		unsigned int some = n < f->at_once ? (unsigned int)n : f->at_once;

		err = f->side.broker ? broker_post(f, n, some) : socket_send(f, n, some);
		n -= some;
	}
	if (!err)
		kin_hear(f->all_came);
}

static int flow_open(struct flow *f, const struct broker *b)
{
	int fd[2] = { -1, -1 }, ready[2], came[2], err = b ? 0 : broker_side_sockets(fd);

	if (err)
		return err;
	if (pipe(ready) || pipe(came))
		return -errno;
	f->side = (struct broker_side){ .broker = b, .fd = fd[0] };
	f->hearer = kin_fork();
	if (!f->hearer) {
		f->side.fd = fd[1];
		close(fd[0]);
		hear_all(f, ready[1], came[1]);
	}
	close(fd[1]);
	close(ready[1]);
	close(came[1]);
	f->all_came = came[0];
	if (f->hearer < 0)
		return f->hearer;
	err = kin_hear(ready[0]);
	return err ? err : broker_side_open(&f->side, "none", "flow");
}

/* CPU time of the two who talk, and the broker's, from now on. */
struct cpu {
	struct tally_account begin[3];
	pid_t pid[3];
	unsigned int n;
};

static int cpu_begin(struct cpu *cpu, const struct flow *f, const struct broker *b)
{
	unsigned int i;
	int err = 0;

	*cpu = (struct cpu){ .pid = { getpid(), f->hearer, b ? b->pid : 0 }, .n = b ? 3 : 2 };
	for (i = 0; i < cpu->n && !err; i++)
		err = tally_account(cpu->pid[i], &cpu->begin[i]);
	return err;
}

static int cpu_see(struct sample *s, const struct cpu *cpu)
{
	double ns[3] = { 0 };
	struct tally_account end;
	unsigned int i;
	int err = 0;

	for (i = 0; i < cpu->n && !err; i++) {
		err = tally_account(cpu->pid[i], &end);
		ns[i] = (double)(end.cpu_ns - cpu->begin[i].cpu_ns);
	}
	sample_see(s, CLIENT_NS, (ns[0] + ns[1]) / (double)s->ops);
	sample_see(s, BROKER_NS, ns[2] / (double)s->ops);
	return err;
}

static int measure(struct sample *s, const struct broker *b)
{
	static struct flow f;
	struct cpu cpu;
	int err;

	f.at_once = s->arm % WAYS == BATCHED ? AT_ONCE : 1;
	f.heard = kin_shared(sizeof(*f.heard));
	err = f.heard ? flow_open(&f, b) : -ENOMEM;
	if (!err)
		err = cpu_begin(&cpu, &f, b);
	if (!err)
		err = sample_measure_long(s, messages, &f, MESSAGES);
	if (!err)
		err = cpu_see(s, &cpu);
	s->turns = f.heard ? f.heard->right : 0;
	if (f.hearer > 0)
		kin_kill(f.hearer, NULL);
	return err;
}

/* One that is not installed has done nothing. */
static int run(struct sample *s)
{
	bool broker = who(s->arm) >= BROKER;
	struct broker b;
	int err;

	if (broker && !broker_there(who(s->arm) - BROKER)) {
		s->value = NAN;
		s->flat = true;
		return 0;
	}
	err = broker_place();
	if (!err && broker)
		err = broker_start(&b, who(s->arm) - BROKER, BROKER_PLAIN);
	if (err)
		return err;
	err = measure(s, broker ? &b : NULL);
	if (broker)
		broker_kill(&b);
	return err;
}

static bool there(const struct note *n, size_t arm)
{
	return n->timed[arm].ops > 0;
}

/* What a message of a broker takes, against a write of its own to a socket. */
static struct interval to_socket(const struct note *n, size_t broker, size_t way)
{
	return note_ratio(n, (int)(WAYS * (BROKER + broker) + way), WAYS * SOCKET + EACH);
}

/* Of the quickest broker, batched. */
static void effect(struct note *n)
{
	size_t i;

	for (i = 0; i < BROKERS; i++) {
		struct interval r;

		if (!there(n, WAYS * (BROKER + i)))
			continue;
		r = to_socket(n, i, BATCHED);
		if (isnan(n->effect.value) || r.value < n->effect.value)
			n->effect = r;
	}
	n->effect_unit = "times the time a message";
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++) {
		const char *arm = n->claim->arm[a].name;

		if (!there(n, a))
			continue;
		note_gate_near(n, arm, "messages that came in order/op", 1, 0,
			       note_per_op(&n->counted[a], n->counted[a].turns));
		note_evidence(n, arm, "messages_per_second",
			      1e9 / stats_median(n->timed[a].value, n->timed[a].n));
	}
}

/* "Redis 21000/s, 340000 batched (2.1 us of CPU each)" */
static size_t tell(const struct note *n, size_t broker, char *text, size_t size)
{
	size_t each = WAYS * (BROKER + broker) + EACH, batched = each + 1;

	return (size_t)snprintf(text, size, "; %s %.0f, %.0f batched (%.1f us of CPU each)",
				broker_kinds[broker]->name,
				1e9 / stats_median(n->timed[each].value, n->timed[each].n),
				1e9 / stats_median(n->timed[batched].value, n->timed[batched].n),
				(note_seen_mean(n, batched, CLIENT_NS) +
				 note_seen_mean(n, batched, BROKER_NS)) / 1e3);
}

static void decide(struct note *n)
{
	unsigned int quick[WAYS] = { 0 }, slow[WAYS] = { 0 }, all = 0;
	char text[NOTE_TEXT] = "";
	size_t i, way, at = 0;

	for (i = 0; i < BROKERS; i++) {
		if (!there(n, WAYS * (BROKER + i)))
			continue;
		all++;
		for (way = 0; way < WAYS; way++) {
			struct interval r = to_socket(n, i, way);

			quick[way] += r.hi < 1;
			slow[way] += r.lo >= 1;
		}
		if (at < sizeof(text))
			at += tell(n, i, text + at, sizeof(text) - at);
	}
	note_verdict(n, quick[EACH] == all ? VERDICT_HOLDS :
		     quick[BATCHED] == all && slow[EACH] == all ? VERDICT_HOLDS_IF :
		     slow[BATCHED] == all ? VERDICT_FALSE : VERDICT_INCONCLUSIVE,
		     "%smessages a second over a socket: %.0f, a write each%s",
		     quick[BATCHED] == all && quick[EACH] < all ? "many go in one write: " : "",
		     1e9 / stats_median(n->timed[0].value, n->timed[0].n), text);
}

static const struct claim throughput = {
	.id = "broker.throughput",
	.topic = "broker",
	.claim = "Brokers such as NATS are high-throughput",
	.claim_zh = "Kafka、NATS 等高吞吐",
	.how =
		"One process sends 64 bytes to another, 500 times before it waits for the word that "
		"all have come: over a TCP connection on loopback, and by a topic of each broker that "
		"is installed, one of the sample's own; all of them on one CPU. In a write each, and "
		"50 in one write. Where the broker has a word for each message, it is waited for, "
		"after each write. Kafka is not among them. An operation is a message.",
	.gates = "All messages came, in the order in which they were sent.",
	.rule =
		"What is held against a broker is a message a write over the socket. With the 95 % "
		"interval of the ratios: HOLDS if all brokers take less time a message even one by "
		"one; HOLDS IF many go in one write, if all do so then and none one by one; FALSE if "
		"none does even then; else INCONCLUSIVE HERE, as without a broker.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "message",
	.value = "ns",
	.seen = { [CLIENT_NS] = "client_cpu_ns", [BROKER_NS] = "broker_cpu_ns" },
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.begin = broker_any,
	.arm = {
		[WAYS * SOCKET + EACH] = { "socket_each", run },
		[WAYS * SOCKET + BATCHED] = { "socket_batched", run },
		[WAYS * (BROKER + BROKER_REDIS) + EACH] = { "redis_each", run },
		[WAYS * (BROKER + BROKER_REDIS) + BATCHED] = { "redis_batched", run },
		[WAYS * (BROKER + BROKER_NATS) + EACH] = { "nats_each", run },
		[WAYS * (BROKER + BROKER_NATS) + BATCHED] = { "nats_batched", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(throughput);
