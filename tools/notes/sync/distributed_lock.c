// SPDX-License-Identifier: GPL-2.0
/* sync.distributed-lock: does a lock that is a key of Redis coordinate nodes? */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "notes/broker.h"
#include "notes/broker_redis.h"
#include "notes/kin.h"
#include "notes/own.h"
#include "notes/veth.h"
#include "util.h"

#define NODES		2
#define TAKES		30		/* of each node */
#define ALONE		50		/* of one, with nobody else */
#define LONG_MS		"60000"
#define SHORT_MS	"40"
#define PATIENCE_NS	4000000000ULL

/* What becomes of the lock: it is given back, or not, as its holder is killed, or is too late. */
enum { HELD, KILLED, NO_TTL, OVERRUN };
enum { EXCLUSIVE, COUNTED, FREED, WAITED_MS, OTHER_KEPT, TAKE_NS, REFUSED, NAMESPACES, GIVEN };

/* What both write in memory that they share, which is how we see and they do not. */
struct board {
	int inside, most;		/* nodes that think they have the lock */
	uint64_t count, takes, refused;
	uint64_t alone_ns;
	double waited_ms;
	ino_t ns[NODES];
	bool freed, other_kept;
	int err[NODES];
};

struct node {
	unsigned int nth;
	size_t arm;
	struct broker at;		/* as this node reaches it */
	struct broker_conn c;
	struct board *board;
	char token[BROKER_TEXT];
	int hear, tell;			/* from and to the sample */
};

#define ASK(n, r, ...) \
	redis_ask(&(n)->c, (const char *const[]){ __VA_ARGS__ }, \
		  sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), r)

/* -EBUSY: somebody has it. redis.io/docs/latest/commands/set */
static int take(struct node *n, const char *ttl_ms)
{
	struct redis_reply r;
	int err;

	err = ttl_ms ? ASK(n, &r, "SET", "lock", n->token, "NX", "PX", ttl_ms) :
		       ASK(n, &r, "SET", "lock", n->token, "NX");
	if (!err)
		err = redis_error(&r);
	return err ? err : r.n ? 0 : -EBUSY;
}

/* Only one's own: who is late must not give back what is another's by now. */
static int give_back(struct node *n, bool *own)
{
	static const char script[] = "if redis.call('get', KEYS[1]) == ARGV[1] then "
				     "return redis.call('del', KEYS[1]) else return 0 end";
	struct redis_reply r;
	int err = ASK(n, &r, "EVAL", script, "1", "lock", n->token);

	if (!err)
		err = redis_error(&r);
	*own = !err && r.n && !strcmp(r.part[0], "1");
	return err;
}

/* There is nothing to sleep on: one asks again. */
static int take_at_last(struct node *n, const char *ttl_ms)
{
	uint64_t until = now_ns() + PATIENCE_NS;
	int err;

	while ((err = take(n, ttl_ms)) == -EBUSY) {
		__atomic_add_fetch(&n->board->refused, 1, __ATOMIC_RELAXED);
		if (now_ns() > until)
			return -ETIMEDOUT;
		sched_yield();
	}
	return err;
}

static void enter(struct board *b)
{
	int inside = __atomic_add_fetch(&b->inside, 1, __ATOMIC_SEQ_CST);

	if (inside > b->most)
		b->most = inside;
}

static void leave(struct board *b)
{
	__atomic_sub_fetch(&b->inside, 1, __ATOMIC_SEQ_CST);
}

/* A read and a write with time in between for the other one, which only the lock keeps out. */
static void work(struct board *b)
{
	uint64_t before = __atomic_load_n(&b->count, __ATOMIC_SEQ_CST);

	enter(b);
	sched_yield();
	__atomic_add_fetch(&b->takes, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&b->count, before + 1, __ATOMIC_SEQ_CST);
	leave(b);
}

static int takes(struct node *n, unsigned int times)
{
	bool own = true;
	int err = 0;

	for (; times && !err; times--) {
		err = take_at_last(n, LONG_MS);
		if (err)
			break;
		work(n->board);
		err = give_back(n, &own);
		if (!err && !own)
			err = -ENOLCK;
	}
	return err;
}

/* First the one alone, then both. */
static int do_held(struct node *n)
{
	uint64_t start = now_ns();
	int err = 0;

	if (!n->nth) {
		err = takes(n, ALONE);
		n->board->alone_ns = now_ns() - start;
	}
	if (!err)
		err = kin_tell(n->tell);
	if (!err)
		err = kin_hear(n->hear);
	return err ? err : takes(n, TAKES);
}

/* Takes it, and is killed while it has it. */
static int do_first(struct node *n)
{
	bool own;
	int err = take(n, n->arm == NO_TTL ? NULL : SHORT_MS);

	if (!err)
		enter(n->board);
	if (!err)
		err = kin_tell(n->tell);
	if (!err)
		err = kin_hear(n->hear);
	/* Too late: the other one has it, and is inside. */
	if (!err)
		err = give_back(n, &own);
	if (!err)
		leave(n->board);
	return err ? err : kin_tell(n->tell);
}

/* A key that never expires is never free: PTTL says so, -1. */
static int expires(struct node *n, bool *ever)
{
	struct redis_reply r;
	int err = ASK(n, &r, "PTTL", "lock");

	if (!err)
		err = redis_error(&r);
	*ever = !err && r.n && strcmp(r.part[0], "-1");
	return err;
}

static int still_own(struct node *n, bool *own)
{
	struct redis_reply r;
	int err = ASK(n, &r, "GET", "lock");

	*own = !err && r.n && !strcmp(r.part[0], n->token);
	return err;
}

/*
 * Comes when the first one has it, or had it until a moment ago, waits until it is free, and stays
 * until it is told to go.
 */
static int do_second(struct node *n)
{
	bool ever = true, got;
	uint64_t start;
	int err = kin_tell(n->tell);

	if (!err)
		err = kin_hear(n->hear);
	start = now_ns();
	if (!err)
		err = take(n, LONG_MS);
	got = !err;
	if (err == -EBUSY) {
		err = expires(n, &ever);
		if (!err && ever) {
			err = take_at_last(n, LONG_MS);
			got = !err;
		}
		if (err == -ETIMEDOUT)	/* it stays taken: that is an answer */
			err = 0;
	}
	n->board->freed = got;
	n->board->waited_ms = (double)(now_ns() - start) / 1e6;
	if (got)
		enter(n->board);
	if (!err)
		err = kin_tell(n->tell);
	if (!err)
		err = kin_hear(n->hear);
	return err || !got ? err : still_own(n, &n->board->other_kept);
}

/* Its word, and then that of the sample. */
static int turn(const struct node *n)
{
	int err = kin_tell(n->tell);

	return err ? err : kin_hear(n->hear);
}

static int node_plug(const struct node *n)
{
	int err = own_net();

	if (!err)
		err = turn(n);
	if (!err)
		err = veth_up(n->nth);
	if (!err)
		err = turn(n);
	return err ? err : veth_wait();
}

static int node_main(struct node *n)
{
	struct stat ns;
	int err = node_plug(n);

	n->at.host = VETH_HERE(n->nth);
	if (!err)
		err = broker_connect(&n->c, &n->at);
	if (!err && !stat("/proc/self/ns/net", &ns))
		n->board->ns[n->nth] = ns.st_ino;
	snprintf(n->token, sizeof(n->token), "node-%u", n->nth);
	if (err)
		return err;
	if (n->arm == HELD)
		return do_held(n);
	return n->nth ? do_second(n) : do_first(n);
}

/* Both nodes as the sample has them. */
struct nodes {
	struct board *board;
	pid_t pid[NODES];
	int hear[NODES], tell[NODES];
};

static int plug(const struct nodes *all, unsigned int nth)
{
	int err = kin_hear(all->hear[nth]);

	if (!err)
		err = veth_make(all->pid[nth], nth);
	if (!err)
		err = kin_tell(all->tell[nth]);
	if (!err)
		err = kin_hear(all->hear[nth]);
	if (!err)
		err = veth_plug(nth);
	return err ? err : kin_tell(all->tell[nth]);
}

static int node_start(struct nodes *all, unsigned int nth, size_t arm, const struct broker *b)
{
	int up[2], down[2];
	struct node *n;

	if (pipe(up) || pipe(down))
		return -errno;
	all->pid[nth] = kin_fork();
	if (!all->pid[nth]) {
		static struct node self;

		n = &self;
		*n = (struct node){ .nth = nth, .arm = arm, .at = *b, .board = all->board };
		n->hear = down[0];
		n->tell = up[1];
		close(up[0]);
		close(down[1]);
		n->board->err[nth] = node_main(n);
		_exit(n->board->err[nth] ? 1 : 0);
	}
	close(up[1]);
	close(down[0]);
	all->hear[nth] = up[0];
	all->tell[nth] = down[1];
	if (all->pid[nth] < 0)
		return all->pid[nth];
	return plug(all, nth);
}

static int both(const struct nodes *all, int (*fn)(int fd), const int *fd)
{
	int err = fn(fd[0]);

	return err ? err : fn(fd[1]);
}

static int end_held(struct nodes *all)
{
	int err = both(all, kin_hear, all->hear);

	if (!err)
		err = both(all, kin_tell, all->tell);
	if (!err)
		err = kin_ends_well(all->pid[0]);
	return err ? err : kin_ends_well(all->pid[1]);
}

/* The second one comes when the first one has it; what becomes of that one is the arm's. */
static int end_first(struct nodes *all, size_t arm)
{
	int err = both(all, kin_hear, all->hear);

	if (!err && arm != OVERRUN) {
		err = kin_kill(all->pid[0], NULL);
		leave(all->board);
	}
	if (!err)
		err = kin_tell(all->tell[1]);
	if (!err)
		err = kin_hear(all->hear[1]);
	if (!err && arm == OVERRUN)
		err = kin_tell(all->tell[0]);
	if (!err && arm == OVERRUN)
		err = kin_hear(all->hear[0]);
	if (!err && arm == OVERRUN)
		err = kin_ends_well(all->pid[0]);
	if (!err)
		err = kin_tell(all->tell[1]);
	return err ? err : kin_ends_well(all->pid[1]);
}

static void report(struct sample *s, const struct board *b)
{
	struct stat own;

	sample_see(s, EXCLUSIVE, b->most <= 1);
	if (!stat("/proc/self/ns/net", &own))
		sample_see(s, NAMESPACES, 1 + (b->ns[0] != own.st_ino) +
			   (b->ns[1] != own.st_ino && b->ns[1] != b->ns[0]));
	if (s->arm == HELD) {
		sample_see(s, GIVEN, (double)b->takes);
		sample_see(s, COUNTED, b->count == b->takes);
		sample_see(s, TAKE_NS, (double)b->alone_ns / ALONE);
		sample_see(s, REFUSED, (double)b->refused);
		return;
	}
	sample_see(s, FREED, b->freed);
	sample_see(s, WAITED_MS, b->waited_ms);
	if (s->arm == OVERRUN)
		sample_see(s, OTHER_KEPT, !b->freed || b->other_kept);
}

static int run(struct sample *s)
{
	struct nodes all = { .board = kin_shared(sizeof(struct board)) };
	struct broker b;
	int err = all.board ? broker_place() : -ENOMEM;

	if (!err)
		err = broker_start(&b, BROKER_REDIS, BROKER_PLAIN);
	if (err)
		return err;
	err = node_start(&all, 0, s->arm, &b);
	if (!err)
		err = node_start(&all, 1, s->arm, &b);
	if (!err)
		err = s->arm == HELD ? end_held(&all) : end_first(&all, s->arm);
	if (all.board->err[0] || all.board->err[1])
		err = all.board->err[0] ? all.board->err[0] : all.board->err[1];
	report(s, all.board);
	s->flat = true;
	s->ops = 1;
	s->turns = !err;
	broker_kill(&b);
	return err;
}

static void begin(struct note *n)
{
	if (!broker_there(BROKER_REDIS))
		snprintf(n->blocked, sizeof(n->blocked), "not installed: apt-get install %s",
			 broker_kinds[BROKER_REDIS]->package);
}

static void yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "never two nodes at once, whether the key expires or not; %.0f us a take",
		     note_seen_mean(n, HELD, TAKE_NS) / 1e3);
}

static void decide(struct note *n)
{
	bool held = note_seen_always(n, HELD, EXCLUSIVE, 1) &&
		    note_seen_always(n, HELD, COUNTED, 1);
	bool late = note_seen_always(n, OVERRUN, EXCLUSIVE, 1);
	bool never = note_seen_mean(n, HELD, EXCLUSIVE) <= 0;
	bool freed = note_seen_always(n, KILLED, FREED, 1);

	if (never || note_seen_mean(n, KILLED, FREED) <= 0)
		note_verdict(n, VERDICT_FALSE, "%s", never ?
			     "both nodes had the lock at once while it was held" :
			     "a killed node's lock was never free again");
	else if (held && freed && late)
		yes(n);
	else if (held && freed && note_seen_mean(n, OVERRUN, EXCLUSIVE) <= 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is held for less than its TTL: then never two nodes at once, %.0f us "
			     "a take and release, and a killed holder's is free after %.0f ms of "
			     SHORT_MS "; past its TTL both had it, and without one a killed "
			     "holder's is%s free",
			     note_seen_mean(n, HELD, TAKE_NS) / 1e3,
			     note_seen_mean(n, KILLED, WAITED_MS),
			     note_seen_mean(n, NO_TTL, FREED) > 0 ? "" : " never");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "both had it at once in %.0f %% of the samples, and past its TTL in %.0f %%",
			     100 * (1 - note_seen_mean(n, HELD, EXCLUSIVE)),
			     100 * (1 - note_seen_mean(n, OVERRUN, EXCLUSIVE)));
}

static const struct claim distributed_lock = {
	.id = "sync.distributed-lock",
	.topic = "sync",
	.claim = "A distributed lock coordinates nodes",
	.claim_zh = "分布式锁可协调多个节点",
	.how =
		"Two nodes, each a process in a network namespace of its own with a cable (veth) to "
		"that of a Redis of the sample's own, take a lock that is a key: SET lock TOKEN NX PX "
		"TTL, given back by a script that deletes it if it has that token. In the first arm "
		"the TTL is a minute; one takes it 50 times alone, then each 30 times, adding 1 to a "
		"number in two steps. In the second its holder is killed, with a TTL of 40 ms, in the "
		"third with none; in the fourth it stays inside until the other one has the lock, and "
		"then gives it back. Who is inside is written to memory that the nodes have in "
		"common. An operation is one such meeting.",
	.gates =
		"The nodes and Redis are in three network namespaces; there were 110 takes, each of "
		"which was given back by who had it; who was too late gave back nothing of the "
		"other's.",
	.rule =
		"HOLDS if never two were inside, in every sample, and all takes were added, whether "
		"the key had expired or not, and a killed holder's was free again; HOLDS IF it is held for less than its TTL, "
		"where both were inside past it; FALSE if they were before it, or a killed holder's "
		"lock stayed taken in spite of its TTL; INCONCLUSIVE HERE if samples differ, or there "
		"is no redis-server.",
	.live = "oscope states --why -- PROGRAM",
	.op = "meeting",
	.seen = {
		[EXCLUSIVE] = "exclusive", [COUNTED] = "counted", [FREED] = "freed",
		[WAITED_MS] = "waited_ms", [OTHER_KEPT] = "other_kept", [TAKE_NS] = "take_ns",
		[REFUSED] = "refused", [NAMESPACES] = "namespaces", [GIVEN] = "takes",
	},
	.needed = { SAW(HELD, EXCLUSIVE), SAW(KILLED, FREED) },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "meetings that went to their end/op"),
		SEEN(HELD, GIVEN, ALONE + NODES * TAKES), SEEN(ALL_ARMS, NAMESPACES, 3),
		SAW(OVERRUN, OTHER_KEPT),
	},
	.needs_lives = true,
	.begin = begin,
	.arm = {
		[HELD] = { "held", run }, [KILLED] = { "killed", run },
		[NO_TTL] = { "no_ttl", run }, [OVERRUN] = { "overrun", run },
	},
	.decide = decide,
};
CLAIM(distributed_lock);
