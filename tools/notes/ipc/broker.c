// SPDX-License-Identifier: GPL-2.0
/* ipc.broker: what does a message through a broker cost, against one through a socket? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker_side.h"
#include "notes/kin.h"
#include "notes/tally.h"

#define BATCH		100	/* round trips */
#define COUNTED_OPS	400	/* more of them, with the system calls counted */
#define BYTES		BROKER_SIDE_BYTES

/* Arms: a socket, and each kind of broker at 1 + its id. */
enum { SOCKET, BROKER };
enum { CLIENT_CALLS, BROKER_CALLS, CLIENT_SWITCHES, BROKER_SWITCHES, CLIENT_NS, BROKER_NS };

/* What it gets goes back, until the other one has gone; that it listens, it says first. */
static void partner(struct broker_side *side, int ready)
{
	char text[BROKER_TEXT];
	int err = broker_side_open(side, "there", "back");

	if (!err)
		err = kin_tell(ready);
	while (!err) {
		err = broker_side_hear(side, text);
		if (!err)
			err = broker_side_say(side, text);
	}
	_exit(0);
}

struct talk {
	struct broker_side side;
	pid_t partner;
	uint64_t right;
};

static void text_of(char text[BROKER_TEXT], uint64_t nth)
{
	snprintf(text, BROKER_TEXT, "%0*llu", BYTES, (unsigned long long)nth);
}

static void rounds(void *arg, uint64_t n)
{
	char text[BROKER_TEXT], back[BROKER_TEXT];
	struct talk *t = arg;

	for (; n; n--) {
		text_of(text, n);
		if (broker_side_say(&t->side, text) || broker_side_hear(&t->side, back))
			return;
		t->right += !strcmp(text, back);
	}
}

static int talk_open(struct talk *t, const struct broker *b)
{
	int fd[2] = { -1, -1 }, ready[2], err = b ? 0 : broker_side_sockets(fd);

	if (!err && pipe(ready))
		err = -errno;
	if (err)
		return err;
	t->side = (struct broker_side){ .broker = b, .fd = fd[0] };
	t->partner = kin_fork();
	if (!t->partner) {
		t->side.fd = fd[1];
		partner(&t->side, ready[1]);
	}
	close(ready[1]);
	err = t->partner < 0 ? t->partner : broker_side_open(&t->side, "back", "there");
	return err ? err : kin_hear(ready[0]);
}

/* 0 and 1 are the two who talk, 2 is the broker; what is theirs and what is the broker's. */
#define PARTIES	3

struct accounts {
	unsigned int n;
	pid_t pid[PARTIES];
	struct tally calls[PARTIES];
	struct tally_account begin[PARTIES];
	double sum[2][3];		/* calls, switches, ns; not all known: NAN */
};

/* Our own calls are counted last, and read first: what is in between is the round trips. */
static int accounts_begin(struct accounts *a, const struct talk *t, const struct broker *b)
{
	unsigned int i;
	int err = 0;

	memset(a, 0, sizeof(*a));
	a->n = b && b->pid ? PARTIES : PARTIES - 1;
	a->pid[0] = getpid();
	a->pid[1] = t->partner;
	a->pid[2] = b ? b->pid : 0;
	for (i = 0; i < a->n && !err; i++)
		err = tally_account(a->pid[i], &a->begin[i]);
	for (i = a->n; i-- > 0;)
		tally_open(&a->calls[i], a->pid[i], TALLY_CALLS);
	return err;
}

static int accounts_end(struct accounts *a)
{
	struct tally_account end;
	unsigned int i;
	uint64_t calls;
	int err = 0;

	for (i = 0; i < a->n; i++)
		a->sum[i == 2][0] += tally_read(&a->calls[i], &calls) ? NAN : (double)calls;
	for (i = 0; i < a->n && !err; i++) {
		const struct tally_account *begin = &a->begin[i];

		err = tally_account(a->pid[i], &end);
		/* Signed: a thread that has ended has taken its own with it. */
		a->sum[i == 2][1] += (double)(int64_t)(end.voluntary + end.involuntary -
						       begin->voluntary - begin->involuntary);
		a->sum[i == 2][2] += (double)(int64_t)(end.cpu_ns - begin->cpu_ns);
		tally_close(&a->calls[i]);
	}
	return err;
}

static void accounts_see(struct sample *s, const struct accounts *a)
{
	unsigned int who, what;

	for (who = 0; who < a->n - 1; who++) {
		for (what = 0; what < 3; what++) {
			if (!isnan(a->sum[who][what]))
				sample_see(s, 2 * what + who, a->sum[who][what] / COUNTED_OPS);
		}
	}
}

/* Some more round trips, which nothing is to be timed of. */
static int count(struct sample *s, struct talk *t, const struct broker *b)
{
	struct accounts a;
	int err = accounts_begin(&a, t, b);

	if (err)
		return err;
	rounds(t, COUNTED_OPS);
	s->ops += COUNTED_OPS;
	err = accounts_end(&a);
	if (!err)
		accounts_see(s, &a);
	return err;
}

static int measure(struct sample *s, const struct broker *b)
{
	static struct talk t;
	int err = talk_open(&t, b);

	if (!err)
		err = sample_measure_long(s, rounds, &t, BATCH);
	if (!err)
		err = count(s, &t, b);
	s->turns = t.right;
	if (t.partner > 0)
		kin_kill(t.partner, NULL);
	return err;
}

/* One that is not installed has done nothing. */
static int run(struct sample *s)
{
	struct broker b;
	int err;

	if (s->arm >= BROKER && !broker_part(s->arm - BROKER)) {
		s->value = NAN;
		s->flat = true;
		return 0;
	}
	err = broker_place();
	if (!err && s->arm >= BROKER)
		err = broker_start(&b, s->arm - BROKER, BROKER_PLAIN);
	if (err)
		return err;
	err = measure(s, s->arm >= BROKER ? &b : NULL);
	if (s->arm >= BROKER)
		broker_kill(&b);
	return err;
}

static bool there(const struct note *n, size_t arm)
{
	return n->timed[arm].ops > 0;
}

/* Of the cheapest broker. */
static void effect(struct note *n)
{
	size_t arm;

	for (arm = BROKER; arm < claim_arms(n->claim); arm++) {
		struct interval i;

		if (!there(n, arm))
			continue;
		i = note_ratio(n, (int)arm, SOCKET);
		if (isnan(n->effect.value) || i.value < n->effect.value)
			n->effect = i;
	}
	n->effect_unit = "times the time a round trip";
}

static void check(struct note *n)
{
	size_t arm;

	for (arm = 0; arm < claim_arms(n->claim); arm++) {
		if (!there(n, arm))
			continue;
		note_gate_near(n, n->claim->arm[arm].name, "right answers/op", 1, 0,
			       note_per_op(&n->counted[arm], n->counted[arm].turns));
		/* One that runs elsewhere is looked at by nobody. */
		if (arm < BROKER || broker_kinds[arm - BROKER]->given)
			continue;
		/* Each of the two messages has come past it. */
		note_gate(n, n->claim->arm[arm].name, "switches of the broker/op", 2, 1.9, 100,
			  note_seen_mean(n, arm, BROKER_SWITCHES));
	}
	note_gate_near(n, "socket", "switches of the two/op", 2, 0.1,
		       note_seen_mean(n, SOCKET, CLIENT_SWITCHES));
	if (note_seen(n, SOCKET, CLIENT_CALLS).n)
		note_gate_near(n, "socket", "system calls of the two/op", 4, 0.1,
			       note_seen_mean(n, SOCKET, CLIENT_CALLS));
}

/* "Redis 4.1 (20.1, 6.0, 45 %)": times, system calls, switches, and how much CPU time is its own */
static size_t tell(const struct note *n, size_t arm, char *text, size_t size)
{
	double client = note_seen_mean(n, arm, CLIENT_NS), own = note_seen_mean(n, arm, BROKER_NS);
	double calls = note_seen_mean(n, arm, CLIENT_CALLS);
	double switches = note_seen_mean(n, arm, CLIENT_SWITCHES);
	char counted[24] = "?", share[24] = "?";

	/* Of one that runs elsewhere nothing is its own. */
	if (!broker_kinds[arm - BROKER]->given) {
		calls += note_seen_mean(n, arm, BROKER_CALLS);
		switches += note_seen_mean(n, arm, BROKER_SWITCHES);
		snprintf(share, sizeof(share), "%.0f %%", 100 * own / (own + client));
	}
	if (calls >= 0)
		snprintf(counted, sizeof(counted), "%.1f", calls);
	return (size_t)snprintf(text, size, "%s %.1f (%s, %.1f, %s)",
				broker_kinds[arm - BROKER]->name,
				note_ratio(n, (int)arm, SOCKET).value, counted, switches, share);
}

static void decide(struct note *n)
{
	unsigned int more = 0, less = 0, all = 0, had = 0;
	char text[NOTE_TEXT] = "";
	size_t arm, at = 0;

	for (arm = BROKER; arm < claim_arms(n->claim); arm++) {
		struct interval i;

		if (!there(n, arm))
			continue;
		i = note_ratio(n, (int)arm, SOCKET);
		all++;
		had |= 1U << (arm - BROKER);
		more += i.lo > 1;
		less += i.hi <= 1;
		if (at && at < sizeof(text))
			at += (size_t)snprintf(text + at, sizeof(text) - at, ", ");
		if (at < sizeof(text))
			at += tell(n, arm, text + at, sizeof(text) - at);
	}
	note_verdict(n, more == all ? VERDICT_HOLDS : less == all ? VERDICT_FALSE :
		     more && more + less == all ? VERDICT_HOLDS_IF : VERDICT_INCONCLUSIVE,
		     "times a socket's round trip of %.0f ns (%.0f system calls, %.1f switches, no "
		     "broker's CPU time): %s", n->timed[SOCKET].median.value,
		     note_seen_mean(n, SOCKET, CLIENT_CALLS),
		     note_seen_mean(n, SOCKET, CLIENT_SWITCHES), text);
	broker_absent(n, BROKER_COSTS, had);
}

static void begin(struct note *n)
{
	broker_begin(n, BROKER_COSTS);
}

static const struct claim broker = {
	.id = "ipc.broker",
	.topic = "ipc",
	.claim = "A message through a broker costs more than one through a socket",
	.claim_zh = "消息中间件：经由中间件的一条消息比套接字更贵",
	.how =
		"Two processes on one CPU send 64 bytes there and back: over a TCP connection on "
		"loopback, and by topics of a broker that runs on the same CPU, one that nothing is "
		"kept of. The broker is one of the sample's own, or of the run's where it takes "
		"seconds to start. After what is timed come 400 more "
		"round trips, of which system calls are counted by the kernel's tracepoint, and "
		"switches and CPU time by the accounts of each process. Kafka takes part where "
		"--kafka tells of one that runs, of which nothing is counted. An operation is a round "
		"trip, which is two messages.",
	.gates =
		"Every answer is what was sent, exactly; over the socket a round trip is 4 system "
		"calls and 2 switches; of a broker that is started here there is a switch for each "
		"message at least.",
	.rule =
		"With the 95 % interval of each broker's ratio to the socket: HOLDS if it is above 1 "
		"for all that are installed; FALSE if for none, each upper end being 1 at most; HOLDS "
		"IF it is one of those named, where each is on one side or the other; else "
		"INCONCLUSIVE HERE, as without a broker.",
	.live = "oscope ipc --by pair -- PROGRAM; oscope switch --by pair -- PROGRAM",
	.op = "round trip",
	.value = "ns",
	.seen = {
		[CLIENT_CALLS] = "client_syscalls", [BROKER_CALLS] = "broker_syscalls",
		[CLIENT_SWITCHES] = "client_switches", [BROKER_SWITCHES] = "broker_switches",
		[CLIENT_NS] = "client_cpu_ns", [BROKER_NS] = "broker_cpu_ns",
	},
	.budget_ns = 40000000000ULL,
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.begin = begin,
	.end = broker_end,
	.arm = {
		[SOCKET] = { "socket", run },
		BROKER_ARMS(BROKER, 1, "", run)
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(broker);
