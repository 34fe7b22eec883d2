// SPDX-License-Identifier: GPL-2.0
/*
 * Kafka: a queue is a topic that is read as one group of consumers, each message committed
 * (acknowledged) when it is taken; it has a partition, or several where several consume, and keeps
 * the order of each. A topic here is one that each reads for itself, from where its end was when it
 * began to listen. What Kafka has is kept, taken or not: whether there is more is asked by offsets.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "notes/broker_kafka.h"
#include "notes/broker_kafka_lib.h"
#include "notes/echo.h"
#include "notes/kin.h"
#include "util.h"

#define NAME		80
#define PARTITIONS	4		/* of a queue for several; what a mock makes of itself */
#define PATIENCE_MS	15000		/* for an answer */
#define CREATE_MS	3000
#define JOIN_MS		20000		/* a group waits some seconds for others who may join */
#define MOMENT_MS	50

const char *kafka_given;

/* What oscope, the mock and samples share. */
static struct {
	uint16_t mock;			/* its port, 0: it has none yet */
} *shared;
static int home = -1;			/* the network that oscope is in */
static uint32_t run;			/* in names of topics: whose they are */

/* A connection: clients that are made when they are wanted. */
struct talk {
	struct kafka_client *out, *in;
	char name[NAME];		/* of a topic of out's */
	struct kafka_topic *topic;
	uint64_t posted;
	int64_t next;			/* to be read of a topic, by its offset */
	bool failed;			/* something that was posted */
};

static uint64_t until(unsigned int ms)
{
	return now_ns() + ms * 1000000ULL;
}

static const char *name_of(const struct broker_conn *c, const char *name, char to[NAME])
{
	snprintf(to, NAME, "oscope.%08x.%08x.%.40s", run, c->broker->serial, name);
	return to;
}

static const char *where(const struct broker *b, char to[NAME])
{
	if (b->kind == &broker_kafka)
		return kafka_given;
	snprintf(to, NAME, "127.0.0.1:%u", __atomic_load_n(&shared->mock, __ATOMIC_ACQUIRE));
	return to;
}

static int set(struct kafka_conf *conf, const char *name, const char *value)
{
	char why[128];

	return kafka.conf_set(conf, name, value, why, sizeof(why)) ? -EINVAL : 0;
}

static struct kafka_client *client_new(int type, struct kafka_conf *conf)
{
	char why[128];

	return kafka.new(type, conf, why, sizeof(why));
}

static void delivered(struct kafka_client *k, const struct kafka_message *m, void *opaque)
{
	struct broker_conn *c = opaque;
	struct talk *t = c->own;

	c->heard++;
	t->failed |= m->err != 0;
}

static int begin_out(struct broker_conn *c)
{
	struct kafka_conf *conf = kafka.conf_new();
	struct talk *t = c->own;
	char to[NAME];

	if (t->out)
		return 0;
	/* Not longer than it takes to have the word on it: nothing is held back by itself. */
	if (set(conf, "bootstrap.servers", where(c->broker, to)) || set(conf, "log_level", "0") ||
	    set(conf, "acks", "all") || set(conf, "linger.ms", "0"))
		return -EINVAL;
	kafka.conf_set_dr_msg_cb(conf, delivered);
	kafka.conf_set_opaque(conf, c);
	t->out = client_new(KAFKA_PRODUCER, conf);
	return t->out ? 0 : -ENOMEM;
}

static int begin_in(struct broker_conn *c, const char *group)
{
	struct kafka_conf *conf = kafka.conf_new();
	struct talk *t = c->own;
	char to[NAME];

	if (set(conf, "bootstrap.servers", where(c->broker, to)) || set(conf, "log_level", "0") ||
	    set(conf, "group.id", group) || set(conf, "enable.auto.commit", "false") ||
	    set(conf, "auto.offset.reset", "earliest") ||
	    set(conf, "partition.assignment.strategy", "roundrobin") ||
	    set(conf, "session.timeout.ms", "6000") || set(conf, "heartbeat.interval.ms", "300") ||
	    set(conf, "fetch.wait.max.ms", "100"))
		return -EINVAL;
	t->in = client_new(KAFKA_CONSUMER, conf);
	return t->in ? begin_out(c) : -ENOMEM;
}

/* Whatever it answers: a topic that is there already is what is wanted. */
static void create(struct kafka_client *k, const char *name, int partitions)
{
	struct kafka_queue *answers = kafka.queue_new(k);
	struct kafka_new_topic *topic;
	struct kafka_event *answer;
	char why[128];

	topic = kafka.NewTopic_new(name, partitions, -1, why, sizeof(why));
	if (topic) {
		kafka.CreateTopics(k, &topic, 1, NULL, answers);
		answer = kafka.queue_poll(answers, CREATE_MS);
		if (answer)
			kafka.event_destroy(answer);
		kafka.NewTopic_destroy(topic);
	}
	kafka.queue_destroy(answers);
}

/* It is there, or is made by being asked for; how many partitions it has, or -errno. */
static int partitions_of(struct kafka_client *k, const char *name)
{
	struct kafka_topic *topic = kafka.topic_new(k, name, NULL);
	uint64_t end = until(PATIENCE_MS);
	const struct kafka_metadata *m;
	int n = 0;

	while (topic && !n && now_ns() < end) {
		if (kafka.metadata(k, 0, topic, &m, PATIENCE_MS))
			continue;
		if (m->topic_cnt == 1 && !m->topics[0].err)
			n = m->topics[0].partition_cnt;
		kafka.metadata_destroy(m);
	}
	if (topic)
		kafka.topic_destroy(topic);
	return n ? n : -EHOSTUNREACH;
}

static int make(const struct broker_conn *c, struct kafka_client *k, const char *name)
{
	int want = c->broker->spread ? PARTITIONS : 1, n;

	/* A mock cannot, and makes what it is asked for. */
	if (c->broker->kind->given)
		create(k, name, want);
	n = partitions_of(k, name);
	return n < 0 ? n : n < want ? -EPROTO : 0;
}

/* The mock of another one that has ended may have had that port, in another network. */
static int kafka_open(struct broker_conn *c)
{
	bool mock = c->broker->kind == &broker_kafka_mock;
	uint16_t port = mock ? __atomic_load_n(&shared->mock, __ATOMIC_ACQUIRE) : 0;
	int fd = mock ? port ? echo_dial(INADDR_LOOPBACK, port) : -EAGAIN : 0;

	if (fd < 0)
		return fd;
	if (mock)
		close(fd);
	c->fd = -1;
	c->own = calloc(1, sizeof(struct talk));
	return c->own ? 0 : -ENOMEM;
}

static void kafka_close(struct broker_conn *c)
{
	struct talk *t = c->own;

	if (!t)
		return;
	if (t->topic)
		kafka.topic_destroy(t->topic);
	if (t->in) {
		kafka.consumer_close(t->in);
		kafka.destroy(t->in);
	}
	if (t->out)
		kafka.destroy(t->out);
	free(t);
	c->own = NULL;
}

/* What is posted to is looked for once. */
static int out_to(struct broker_conn *c, const char *name)
{
	struct talk *t = c->own;
	char own[NAME];
	int err;

	name_of(c, name, own);
	if (t->topic && !strcmp(own, t->name))
		return 0;
	err = begin_out(c);
	if (!err)
		err = make(c, t->out, own);
	if (err)
		return err;
	if (t->topic)
		kafka.topic_destroy(t->topic);
	t->topic = kafka.topic_new(t->out, own, NULL);
	memcpy(t->name, own, sizeof(own));
	return t->topic ? 0 : -ENOMEM;
}

static int kafka_queue(struct broker_conn *c, const char *name)
{
	return out_to(c, name);
}

static int kafka_post(struct broker_conn *c, enum broker_mode mode, const char *name,
		      const char *text)
{
	struct talk *t = c->own;
	int err = out_to(c, name), to;

	if (err)
		return err;
	to = mode == BROKER_QUEUE && c->broker->spread ? (int)(t->posted % PARTITIONS) : 0;
	if (kafka.produce(t->topic, to, KAFKA_COPY, (void *)text, strlen(text), NULL, 0, NULL))
		return kafka.last_error() == KAFKA_QUEUE_FULL ? -ENOBUFS : -EPROTO;
	t->posted++;
	return 0;
}

static int kafka_confirm(struct broker_conn *c, enum broker_mode mode)
{
	uint64_t end = until(PATIENCE_MS);
	struct talk *t = c->own;

	c->confirmed++;
	while (c->heard < c->confirmed && now_ns() < end)
		kafka.poll(t->out, MOMENT_MS);
	if (c->heard < c->confirmed)
		return -ETIMEDOUT;
	return t->failed ? -EPROTO : 0;
}

/* What is confirmed is there for whoever listens. */
static int kafka_settle(struct broker_conn *c)
{
	return 0;
}

/* Until the group has given it its part. */
static int joined(struct talk *t)
{
	uint64_t end = until(JOIN_MS);
	struct kafka_partitions *p;
	int n = 0;

	while (!n && now_ns() < end) {
		if (kafka.assignment(t->in, &p))
			return -EPROTO;
		n = p->cnt;
		kafka.topic_partition_list_destroy(p);
		if (!n)
			usleep(MOMENT_MS * 1000);
	}
	return n ? 0 : -ETIMEDOUT;
}

/* The others may be yet to come, and what they get is given when they have: see get(). */
static int join(struct broker_conn *c, const char *name)
{
	struct kafka_partitions *p = kafka.topic_partition_list_new(1);
	struct talk *t = c->own;
	char own[NAME];
	int err = begin_in(c, name_of(c, name, own));

	if (!err)
		err = make(c, t->out, own);
	kafka.topic_partition_list_add(p, own, -1);
	if (!err && kafka.subscribe(t->in, p))
		err = -EPROTO;
	kafka.topic_partition_list_destroy(p);
	return err;
}

/* Not by in: its broker answers in order, and has a question for messages that waits for them. */
static int end_of(const struct talk *t, const char *topic, int32_t partition, int64_t *first,
		  int64_t *last)
{
	return kafka.query_watermark_offsets(t->out, topic, partition, first, last, PATIENCE_MS) ?
		       -ETIMEDOUT : 0;
}

static int listen_topic(struct broker_conn *c, const char *name)
{
	struct kafka_partitions *p = kafka.topic_partition_list_new(1);
	struct talk *t = c->own;
	int64_t first;
	char own[NAME];
	int err = begin_in(c, name_of(c, name, own));

	if (!err)
		err = make(c, t->out, own);
	if (!err)
		err = end_of(t, own, 0, &first, &t->next);
	kafka.topic_partition_list_add(p, own, 0)->offset = t->next;
	if (!err && kafka.assign(t->in, p))
		err = -EPROTO;
	kafka.topic_partition_list_destroy(p);
	return err;
}

static int kafka_listen(struct broker_conn *c, enum broker_mode mode, const char *name)
{
	return mode == BROKER_QUEUE ? join(c, name) : listen_topic(c, name);
}

/* -EAGAIN: of what the group has given it, all is taken, by what the broker says. */
static int look_queue(const struct talk *t)
{
	struct kafka_partitions *p;
	int64_t first, last;
	int i, err, more = 0;

	if (kafka.assignment(t->in, &p))
		return -EPROTO;
	err = kafka.committed(t->in, p, PATIENCE_MS) ? -ETIMEDOUT : 0;
	for (i = 0; i < p->cnt && !err; i++) {
		const struct kafka_partition *at = &p->elems[i];

		err = end_of(t, at->topic, at->partition, &first, &last);
		more += !err && (at->offset < 0 ? first : at->offset) < last;
	}
	kafka.topic_partition_list_destroy(p);
	return err ? err : more ? 0 : -EAGAIN;
}

static int look_topic(const struct broker_conn *c, const char *name)
{
	const struct talk *t = c->own;
	int64_t first, last;
	char own[NAME];
	int err = end_of(t, name_of(c, name, own), 0, &first, &last);

	return err ? err : t->next < last ? 0 : -EAGAIN;
}

/*
 * -ENOMSG: none has come in a moment. So it is if the group has given the message to another one
 * before it was committed: that one has it then.
 */
static int take(struct talk *t, enum broker_mode mode, char text[BROKER_TEXT])
{
	struct kafka_message *m = kafka.consumer_poll(t->in, MOMENT_MS);
	int err = -ENOMSG;

	/* With an error it is a word on the connection, which is mended behind us. */
	if (m && !m->err && (mode == BROKER_TOPIC || !kafka.commit_message(t->in, m, 0))) {
		snprintf(text, BROKER_TEXT, "%.*s", (int)m->len, (char *)m->payload);
		t->next = m->offset + 1;
		err = 0;
	}
	if (m)
		kafka.message_destroy(m);
	return err;
}

static int kafka_get(struct broker_conn *c, enum broker_mode mode, const char *name,
		     char text[BROKER_TEXT], bool wait)
{
	uint64_t end = until(PATIENCE_MS);
	struct talk *t = c->own;
	int err = t->in ? 0 : kafka_listen(c, mode, name);

	if (err)
		return err;
	do {
		err = mode == BROKER_QUEUE ? joined(t) : 0;
		if (!err && !wait)
			err = mode == BROKER_QUEUE ? look_queue(t) : look_topic(c, name);
		if (!err)
			err = take(t, mode, text);
	} while (err == -ENOMSG && now_ns() < end);
	return err == -ENOMSG ? -ETIMEDOUT : err;
}

static bool kafka_there(void)
{
	return kafka_given && !kafka_load();
}

static bool mock_there(void)
{
	return !kafka_given && !kafka_load();
}

/* A client that has a cluster of one in itself, for as long as it is. */
static void mock_exec(const struct broker *b)
{
	struct kafka_conf *conf = kafka.conf_new();
	const char *at = NULL, *port;
	struct kafka_client *k;

	__atomic_store_n(&shared->mock, 0, __ATOMIC_RELEASE);
	if (set(conf, "test.mock.num.brokers", "1"))
		return;
	k = client_new(KAFKA_PRODUCER, conf);
	if (k && kafka.handle_mock_cluster(k))
		at = kafka.mock_cluster_bootstraps(kafka.handle_mock_cluster(k));
	port = at ? strrchr(at, ':') : NULL;
	if (!port)
		return;
	__atomic_store_n(&shared->mock, (uint16_t)strtoul(port + 1, NULL, 10), __ATOMIC_RELEASE);
	for (;;)
		pause();
}

int kafka_begin(void)
{
	if (!shared)
		shared = kin_shared(sizeof(*shared));
	if (!shared)
		return -ENOMEM;
	if (!run && getrandom(&run, sizeof(run), 0) != sizeof(run))
		return -EIO;
	if (home < 0)
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return home < 0 ? -errno : 0;
}

int kafka_enter(struct broker *b)
{
	if (setns(home, CLONE_NEWNET))
		return -errno;
	return getrandom(&b->serial, sizeof(b->serial), 0) == sizeof(b->serial) ? 0 : -EIO;
}

void kafka_tidy(void)
{
	char prefix[NAME];
	pid_t pid;

	if (!kafka_there())
		return;
	snprintf(prefix, sizeof(prefix), "oscope.%08x.", run);
	pid = kin_fork();
	if (!pid) {
		kafka_delete(kafka_given, prefix);
		_exit(0);
	}
	if (pid > 0)
		kin_wait(pid, NULL);
}

#define KAFKA_CALLS_OF_KIND	\
	.open = kafka_open, .close = kafka_close, .queue = kafka_queue,	\
	.listen = kafka_listen, .post = kafka_post, .confirm = kafka_confirm,	\
	.settle = kafka_settle, .get = kafka_get

const struct broker_kind broker_kafka = {
	.name = "Kafka",
	.package = "librdkafka1 with --kafka",
	.there = kafka_there,
	.can = BROKER_COSTS,
	.given = true,
	KAFKA_CALLS_OF_KIND,
};

const struct broker_kind broker_kafka_mock = {
	.name = "librdkafka's mock",
	.package = "librdkafka1",
	.there = mock_there,
	.can = BROKER_TALKS,
	.slow = true,
	.exec = mock_exec,
	KAFKA_CALLS_OF_KIND,
};
