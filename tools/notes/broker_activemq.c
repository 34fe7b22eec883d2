// SPDX-License-Identifier: GPL-2.0
/*
 * ActiveMQ: its queues and topics, by STOMP 1.2 (stomp.github.io/stomp-specification-1.2.html).
 * What is sent asks for a receipt. Who consumes takes one at a time and acknowledges each.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "notes/broker.h"

#define SETTINGS	BROKER_DIR "/activemq.xml"
#define LINE		512
#define NAME		80
#define JARS		"/usr/share/activemq/lib"
#define LIMITED		"limited"	/* queues and topics that may have 1 MB */
/* What is only in memory is of nobody's use any more when its sample has ended. */
#define USELESS_MS	10000

/*
 * A queue gives its messages on in the thread of whoever brings or acknowledges one
 * (optimizedDispatch), so that what is sent behind an acknowledgment comes behind the message
 * that it makes room for: see get(). No management, no other listener than STOMP's.
 */
static const char settings[] =
"<beans xmlns='http://www.springframework.org/schema/beans'\n"
" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='\n"
" http://www.springframework.org/schema/beans\n"
" http://www.springframework.org/schema/beans/spring-beans-2.0.xsd\n"
" http://activemq.apache.org/schema/core\n"
" http://activemq.apache.org/schema/core/activemq-core.xsd'>\n"
"<broker xmlns='http://activemq.apache.org/schema/core' brokerName='oscope' useJmx='false'\n"
" advisorySupport='false' schedulerSupport='false' dataDirectory='" BROKER_DIR "'>\n"
"<destinationPolicy><policyMap><policyEntries>\n"
"<policyEntry queue='" LIMITED ".>' memoryLimit='1mb' optimizedDispatch='true'>\n"
"<pendingQueuePolicy><vmQueueCursor/></pendingQueuePolicy></policyEntry>\n"
"<policyEntry topic='" LIMITED ".>' memoryLimit='1mb'>\n"
"<pendingSubscriberPolicy><vmCursor/></pendingSubscriberPolicy></policyEntry>\n"
"<policyEntry queue='>' optimizedDispatch='true' expireMessagesPeriod='5000'/>\n"
"</policyEntries></policyMap></destinationPolicy>\n"
"<persistenceAdapter>\n"
"<kahaDB directory='" BROKER_DIR "/kahadb' journalMaxFileLength='8mb'/>\n"
"</persistenceAdapter>\n"
"<systemUsage><systemUsage sendFailIfNoSpace='true'>\n"
"<memoryUsage><memoryUsage limit='128mb'/></memoryUsage>\n"
"<storeUsage><storeUsage limit='96mb'/></storeUsage>\n"
"<tempUsage><tempUsage limit='96mb'/></tempUsage></systemUsage></systemUsage>\n"
"<transportConnectors>\n"
"<transportConnector uri='stomp://127.0.0.1:61613?transport.tcpNoDelay=true'/>\n"
"</transportConnectors></broker></beans>\n";

static const char logging[] =
"log4j.rootLogger=ERROR, out\n"
"log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
"log4j.appender.out.layout=org.apache.log4j.SimpleLayout\n";

static int file_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return -errno;
	fputs(text, f);
	return fclose(f) ? -errno : 0;
}

/* Not the package's script, which reads settings of the machine's. */
static void activemq_exec(const struct broker *b)
{
	if (file_put(SETTINGS, settings) || file_put(BROKER_DIR "/log4j.properties", logging))
		return;
	execle("/usr/bin/java", "java", "-Xms32m", "-Xmx192m", "-XX:+UseSerialGC",
	       "-XX:ActiveProcessorCount=1", "-Dactivemq.home=" BROKER_DIR,
	       "-Dactivemq.base=" BROKER_DIR, "-cp", BROKER_DIR ":" JARS "/*:" JARS "/optional/*",
	       "org.apache.activemq.console.Main", "start", "xbean:file:" SETTINGS, NULL,
	       (char *const *)broker_environment);
}

/* What came: a frame, with those of its headers that are looked at. */
struct stomp {
	char command[16];
	char subscription[16], ack[LINE], message[LINE];
	char text[BROKER_TEXT];
};

static void header_take(struct stomp *f, const char *line)
{
	static const char subscription[] = "subscription:", ack[] = "ack:", message[] = "message:";

	if (!strncmp(line, subscription, sizeof(subscription) - 1))
		snprintf(f->subscription, sizeof(f->subscription), "%.15s",
			 line + sizeof(subscription) - 1);
	else if (!strncmp(line, ack, sizeof(ack) - 1))
		snprintf(f->ack, sizeof(f->ack), "%.*s", LINE - 1, line + sizeof(ack) - 1);
	else if (!strncmp(line, message, sizeof(message) - 1))
		snprintf(f->message, sizeof(f->message), "%.*s", LINE - 1,
			 line + sizeof(message) - 1);
}

/* Up to the byte 0 that ends a frame: texts of ours have none. */
static int body_take(struct broker_conn *c, char text[BROKER_TEXT])
{
	size_t n = 0;
	char byte[2];
	int err;

	while (!(err = broker_bytes(c, 1, byte, sizeof(byte))) && byte[0]) {
		if (n + 1 < BROKER_TEXT)
			text[n++] = byte[0];
	}
	text[n] = 0;
	return err;
}

/* -ENOBUFS: it says that there is no room. */
static int refused(const struct stomp *f)
{
	return strstr(f->message, "Memory Limit") || strstr(f->message, "Usage") ? -ENOBUFS :
										   -EPROTO;
}

/* Between frames there may be ends of lines. */
static int next_of(struct broker_conn *c, struct stomp *f)
{
	char line[LINE];
	int err;

	memset(f, 0, sizeof(*f));
	do
		err = broker_line(c, line, sizeof(line));
	while (!err && !line[0]);
	snprintf(f->command, sizeof(f->command), "%.15s", line);
	while (!err && !(err = broker_line(c, line, sizeof(line))) && line[0])
		header_take(f, line);
	if (!err)
		err = body_take(c, f->text);
	return !err && !strcmp(f->command, "ERROR") ? refused(f) : err;
}

static int await(struct broker_conn *c, const char *command)
{
	struct stomp f;
	int err = next_of(c, &f);

	return !err && strcmp(f.command, command) ? -EPROTO : err;
}

/* A frame in one write. */
#define put(c, fmt, ...) broker_put(c, fmt "%c", ##__VA_ARGS__, 0)

static int activemq_hello(struct broker_conn *c)
{
	int err = put(c, "CONNECT\naccept-version:1.2\nhost:localhost\n\n");

	return err ? err : await(c, "CONNECTED");
}

/* They are made as they are used. */
static int activemq_queue(struct broker_conn *c, const char *name)
{
	return 0;
}

static const char *name_of(const struct broker_conn *c, enum broker_mode mode, const char *name,
			   char to[NAME])
{
	snprintf(to, NAME, "/%s/%s.%.30s.%u", mode == BROKER_QUEUE ? "queue" : "topic",
		 c->broker->limited ? LIMITED : "all", name, c->broker->serial);
	return to;
}

/* Its answer is there before the first message is. */
static int subscribe(struct broker_conn *c, const char *id, const char *to, const char *how)
{
	return put(c, "SUBSCRIBE\nid:%s\ndestination:%s\n%s\n\n", id, to, how);
}

#define ONE_AT_A_TIME \
	"ack:client-individual\nactivemq.prefetchSize:1\nactivemq.dispatchAsync:false"
#define AS_THEY_COME	"ack:auto\nactivemq.dispatchAsync:false"

/* Where a mark of our own comes back: see get(). */
static int inbox(struct broker_conn *c)
{
	snprintf(c->inbox, sizeof(c->inbox), "/topic/mark.%d.%d", getpid(), c->fd);
	return subscribe(c, "mark", c->inbox, AS_THEY_COME);
}

static int mark(struct broker_conn *c)
{
	c->asked = true;
	c->stale = false;
	return put(c, "SEND\ndestination:%s\n\n.", c->inbox);
}

static int activemq_listen(struct broker_conn *c, enum broker_mode mode, const char *name)
{
	char to[NAME];
	int err;

	if (mode == BROKER_QUEUE)
		return 0;
	err = inbox(c);
	if (!err)
		err = subscribe(c, "all", name_of(c, mode, name, to),
				AS_THEY_COME "\nreceipt:listens");
	c->consumes = !err;
	return err ? err : await(c, "RECEIPT");
}

static int activemq_post(struct broker_conn *c, enum broker_mode mode, const char *name,
			 const char *text)
{
	struct timespec now;
	char to[NAME];

	name_of(c, mode, name, to);
	if (c->broker->durable && mode == BROKER_QUEUE)
		return put(c, "SEND\ndestination:%s\npersistent:true\nreceipt:sent\n\n%s", to,
			   text);
	clock_gettime(CLOCK_REALTIME, &now);
	return put(c, "SEND\ndestination:%s\nexpires:%lld\nreceipt:sent\n\n%s", to,
		   (long long)now.tv_sec * 1000 + USELESS_MS, text);
}

static int activemq_confirm(struct broker_conn *c, enum broker_mode mode)
{
	return await(c, "RECEIPT");
}

/* With its receipt it has been given to everybody. */
static int activemq_settle(struct broker_conn *c)
{
	return 0;
}

/*
 * The next message; without wait our own mark may come first, which is behind all that there was
 * when it was sent. An acknowledgment since then has made room for one that may be behind it.
 */
static int activemq_get(struct broker_conn *c, enum broker_mode mode, const char *name,
			char text[BROKER_TEXT], bool wait)
{
	struct stomp f;
	char to[NAME];
	int err = 0;

	if (!c->consumes) {
		err = inbox(c);
		if (!err)
			err = subscribe(c, "all", name_of(c, mode, name, to), ONE_AT_A_TIME);
		c->consumes = !err;
	}
	if (!err && !wait && !c->asked)
		err = mark(c);
	while (!err && !(err = next_of(c, &f))) {
		if (strcmp(f.command, "MESSAGE"))
			return -EPROTO;
		if (!strcmp(f.subscription, "all")) {
			snprintf(text, BROKER_TEXT, "%s", f.text);
			c->stale = true;
			return mode == BROKER_QUEUE ? put(c, "ACK\nid:%s\n\n", f.ack) : 0;
		}
		c->asked = false;
		if (!wait && !(c->stale && mode == BROKER_QUEUE))
			return -EAGAIN;
		err = wait ? 0 : mark(c);
	}
	return err;
}

const struct broker_kind broker_activemq = {
	.name = "ActiveMQ",
	.package = "activemq",
	.program = "/usr/bin/activemq",
	.port = 61613,
	.can = BROKER_CAN_ALL,
	.slow = true,
	.exec = activemq_exec,
	.hello = activemq_hello,
	.queue = activemq_queue,
	.listen = activemq_listen,
	.post = activemq_post,
	.confirm = activemq_confirm,
	.settle = activemq_settle,
	.get = activemq_get,
};
