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

	*cpu = (struct cpu){ .pid = { getpid(), f->hearer, b ? b->pid : 0 },
			     .n = b && b->pid ? 3 : 2 };
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
	if (cpu->n > 2 || who(s->arm) < BROKER)
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

	if (broker && !broker_part(who(s->arm) - BROKER)) {
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

	for (i = 0; i < BROKERS_REAL; i++) {
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

static double per_second(const struct note *n, size_t arm)
{
	return 1e9 / stats_median(n->timed[arm].value, n->timed[arm].n);
}

/* "Redis 21000, 340000 (2.1)": a write each, batched, and what a message takes then */
static size_t tell(const struct note *n, size_t broker, char *text, size_t size)
{
	size_t each = WAYS * (BROKER + broker) + EACH, batched = each + 1;
	double own = note_seen_mean(n, batched, BROKER_NS);

	return (size_t)snprintf(text, size, "; %s %.0f, %.0f (%.1f)", broker_kinds[broker]->name,
				per_second(n, each), per_second(n, batched),
				(note_seen_mean(n, batched, CLIENT_NS) +
				 (isnan(own) ? 0 : own)) / 1e3);
}

/* How many brokers take less time a message than the socket, for certain, and how many do not. */
struct quick {
	unsigned int all, had, quick[WAYS], slow[WAYS];
	char names[NOTE_TEXT], text[NOTE_TEXT];
};

static void quick_look(const struct note *n, struct quick *q)
{
	size_t i, way, at = 0, names = 0;

	for (i = 0; i < BROKERS_REAL; i++) {
		if (!there(n, WAYS * (BROKER + i)))
			continue;
		q->all++;
		q->had |= 1U << i;
		for (way = 0; way < WAYS; way++) {
			struct interval r = to_socket(n, i, way);

			q->quick[way] += r.hi < 1;
			q->slow[way] += r.lo >= 1;
			if (way == BATCHED && r.hi < 1 && names < sizeof(q->names))
				names += (size_t)snprintf(q->names + names,
							  sizeof(q->names) - names, "%s%s",
							  names ? ", " : "",
							  broker_kinds[i]->name);
		}
		if (at < sizeof(q->text))
			at += tell(n, i, q->text + at, sizeof(q->text) - at);
	}
}

static enum verdict verdict_of(const struct quick *q)
{
	if (q->quick[EACH] == q->all)
		return VERDICT_HOLDS;
	if (q->slow[BATCHED] == q->all)
		return VERDICT_FALSE;
	if (q->quick[BATCHED] && q->quick[BATCHED] + q->slow[BATCHED] == q->all)
		return VERDICT_HOLDS_IF;
	return VERDICT_INCONCLUSIVE;
}

static void decide(struct note *n)
{
	struct quick q = { 0 };
	enum verdict v;

	quick_look(n, &q);
	v = verdict_of(&q);
	if (v == VERDICT_HOLDS_IF)
		note_verdict(n, v, "many go in one write, by %.50s: messages a second, a write "
			     "each, 50 a write (us of CPU for one then): socket %.0f, %.0f%s",
			     q.names, per_second(n, EACH), per_second(n, BATCHED), q.text);
	else
		note_verdict(n, v, "messages a second, a write each, 50 a write (us of CPU for one "
			     "then): socket %.0f, %.0f%s", per_second(n, EACH),
			     per_second(n, BATCHED), q.text);
	broker_absent(n, BROKER_COSTS, q.had);
}

static void begin(struct note *n)
{
	broker_begin(n, BROKER_COSTS);
}

static const struct claim throughput = {
	.id = "broker.throughput",
	.topic = "broker",
	.claim = "Brokers such as NATS are high-throughput",
	.claim_zh = "Kafka、NATS 等高吞吐",
	.how =
		"One process sends 64 bytes to another, 500 times before it waits for the word that "
		"all have come: over a TCP connection on loopback, and by a topic of each broker that "
		"is installed, one of the sample's own, or of the run's where it takes seconds to "
		"start; all of them on one CPU. In a write each, and 50 in one write. Where the "
		"broker has a word for each message, it is waited for, after each write. Kafka takes "
		"part where --kafka tells of one that runs, whose own CPU time is not counted. An "
		"operation is a message.",
	.gates = "All messages came, in the order in which they were sent.",
	.rule =
		"What is held against a broker is a message a write over the socket. With the 95 % "
		"interval of the ratios: HOLDS if all brokers take less time a message even one by "
		"one; HOLDS IF many go in one write, by one of those named, if each is either "
		"quicker or not then, and one at least is; FALSE if none is; else INCONCLUSIVE "
		"HERE, as without a broker.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "message",
	.value = "ns",
	.seen = { [CLIENT_NS] = "client_cpu_ns", [BROKER_NS] = "broker_cpu_ns" },
	.budget_ns = 60000000000ULL,
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.begin = begin,
	.end = broker_end,
	.arm = {
		[WAYS * SOCKET + EACH] = { "socket_each", run },
		[WAYS * SOCKET + BATCHED] = { "socket_batched", run },
		BROKER_ARMS(WAYS * BROKER + EACH, WAYS, "_each", run)
		BROKER_ARMS(WAYS * BROKER + BATCHED, WAYS, "_batched", run)
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(throughput);
