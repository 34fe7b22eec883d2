// SPDX-License-Identifier: GPL-2.0
/*
 * Redis: a stream with one group of consumers is a queue, a channel is a topic. What is sent are
 * arrays of bulk strings, and what comes back is one value of RESP2 each
 * (redis.io/docs/latest/develop/reference/protocol-spec).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker.h"
#include "notes/broker_redis.h"

#define LINE	256

static void redis_exec(const struct broker *b)
{
	/* It is in a network of its own: whoever gets there is one of ours. */
	execle(b->kind->program, "redis-server", "--bind", "0.0.0.0", "--protected-mode", "no",
	       "--port", "6379",
	       "--dir", BROKER_DIR, "--daemonize", "no", "--save", "",
	       "--appendonly", b->durable ? "yes" : "no", "--appendfsync", "always",
	       "--maxmemory", b->limited ? "3mb" : "0", "--maxmemory-policy", "noeviction",
	       "--client-output-buffer-limit",
	       b->limited ? "pubsub 1mb 1mb 0" : "pubsub 0 0 0", NULL,
	       (char *const *)broker_environment);
}

/* A value's parts, flattened; depth is bounded by what is asked for here. */
static int value(struct broker_conn *c, struct redis_reply *r)
{
	char line[LINE], *text = r->part[r->n < REDIS_PARTS ? r->n : REDIS_PARTS - 1];
	int err = broker_line(c, line, sizeof(line));
	long n;

	if (err)
		return err;
	if (line[0] == '-') {
		snprintf(r->error, sizeof(r->error), "%.*s", (int)sizeof(r->error) - 1, line + 1);
		return 0;
	}
	n = strtol(line + 1, NULL, 10);
	if (line[0] == '*') {
		while (n-- > 0 && !err)
			err = value(c, r);
		return err;
	}
	if (line[0] == '$' && n < 0)
		return 0;
	if (line[0] == '$') {
		err = broker_bytes(c, (size_t)n, text, BROKER_TEXT);
		if (!err)
			err = broker_line(c, line, sizeof(line));
	} else {
		snprintf(text, BROKER_TEXT, "%.*s", BROKER_TEXT - 1, line + 1);
	}
	r->n++;
	return err;
}

int redis_reply(struct broker_conn *c, struct redis_reply *r)
{
	memset(r, 0, sizeof(*r));
	return value(c, r);
}

int redis_ask(struct broker_conn *c, const char *const *word, size_t n, struct redis_reply *r)
{
	int err = redis_words(c, word, n);

	return err ? err : redis_reply(c, r);
}

int redis_words(struct broker_conn *c, const char *const *word, size_t n)
{
	char line[1024];
	size_t i, at;

	at = (size_t)snprintf(line, sizeof(line), "*%zu\r\n", n);
	for (i = 0; i < n && at < sizeof(line); i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, "$%zu\r\n%s\r\n",
				       strlen(word[i]), word[i]);
	return at < sizeof(line) ? broker_put(c, "%s", line) : -EMSGSIZE;
}

#define WORDS(c, ...) \
	redis_words(c, (const char *const[]){ __VA_ARGS__ }, \
		    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static int answered(struct broker_conn *c)
{
	struct redis_reply r;
	int err = redis_reply(c, &r);

	return !err && r.error[0] ? redis_error(&r) : err;
}

int redis_error(const struct redis_reply *r)
{
	if (!r->error[0])
		return 0;
	return strncmp(r->error, "OOM", 3) ? -EPROTO : -ENOBUFS;
}

static int redis_hello(struct broker_conn *c)
{
	struct redis_reply r;
	int err = WORDS(c, "PING");

	if (!err)
		err = redis_reply(c, &r);
	return !err && !strncmp(r.error, "LOADING", 7) ? -EAGAIN : err;
}

/* The group is there already after a restart, which is an error to Redis and none here. */
static int redis_queue(struct broker_conn *c, const char *name)
{
	struct redis_reply r;
	int err = WORDS(c, "XGROUP", "CREATE", name, "all", "0", "MKSTREAM");

	if (!err)
		err = redis_reply(c, &r);
	return err || !strncmp(r.error, "BUSYGROUP", 9) ? err : redis_error(&r);
}

static int redis_listen(struct broker_conn *c, enum broker_mode mode, const char *name)
{
	int err;

	if (mode == BROKER_QUEUE)
		return 0;
	err = WORDS(c, "SUBSCRIBE", name);
	return err ? err : answered(c);
}

static int redis_post(struct broker_conn *c, enum broker_mode mode, const char *name,
		      const char *text)
{
	return mode == BROKER_QUEUE ? WORDS(c, "XADD", name, "*", "m", text) :
				      WORDS(c, "PUBLISH", name, text);
}

static int redis_confirm(struct broker_conn *c, enum broker_mode mode)
{
	return answered(c);
}

/* Its answer to a PUBLISH comes after that has been given to everybody. */
static int redis_settle(struct broker_conn *c)
{
	return 0;
}

/* stream, id, field, text */
static int get_queued(struct broker_conn *c, const char *name, char text[BROKER_TEXT], bool wait)
{
	struct redis_reply r;
	int err;

	err = wait ? WORDS(c, "XREADGROUP", "GROUP", "all", c->inbox, "COUNT", "1", "BLOCK", "0",
			   "STREAMS", name, ">") :
		     WORDS(c, "XREADGROUP", "GROUP", "all", c->inbox, "COUNT", "1", "STREAMS",
			   name, ">");
	if (!err)
		err = redis_reply(c, &r);
	if (!err)
		err = redis_error(&r);
	if (err)
		return err;
	if (r.n != 4)
		return r.n ? -EPROTO : -EAGAIN;
	snprintf(text, BROKER_TEXT, "%s", r.part[3]);
	err = WORDS(c, "XACK", name, "all", r.part[1]);
	return err ? err : answered(c);
}

/* "message", channel, text; or what comes back of a PING, behind all that there was. */
static int get_published(struct broker_conn *c, char text[BROKER_TEXT], bool wait)
{
	struct redis_reply r;
	int err = 0;

	if (!wait && !c->asked) {
		err = WORDS(c, "PING");
		c->asked = true;
	}
	while (!err && !(err = redis_reply(c, &r)) && !(err = redis_error(&r))) {
		if (r.n == 3 && !strcmp(r.part[0], "message")) {
			snprintf(text, BROKER_TEXT, "%s", r.part[2]);
			return 0;
		}
		if (strcmp(r.part[0], "pong"))
			return -EPROTO;
		c->asked = false;
		if (!wait)
			return -EAGAIN;
	}
	return err;
}

static int redis_get(struct broker_conn *c, enum broker_mode mode, const char *name,
		     char text[BROKER_TEXT], bool wait)
{
	if (mode == BROKER_TOPIC)
		return get_published(c, text, wait);
	/* A consumer has a name in its group. */
	if (!c->inbox[0])
		snprintf(c->inbox, sizeof(c->inbox), "consumer-%d-%d", getpid(), c->fd);
	return get_queued(c, name, text, wait);
}

const struct broker_kind broker_redis = {
	.name = "Redis",
	.package = "redis-server",
	.program = "/usr/bin/redis-server",
	.port = 6379,
	.can = BROKER_CAN_ALL,
	.exec = redis_exec,
	.hello = redis_hello,
	.queue = redis_queue,
	.listen = redis_listen,
	.post = redis_post,
	.confirm = redis_confirm,
	.settle = redis_settle,
	.get = redis_get,
};
