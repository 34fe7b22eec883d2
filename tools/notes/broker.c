// SPDX-License-Identifier: GPL-2.0
/* Brokers of an experiment's own: where they run, how they start and end, who may not be there. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "notes/broker_house.h"
#include "notes/broker_kafka.h"
#include "notes/echo.h"
#include "notes/kin.h"
#include "notes/own.h"
#include "util.h"

#define START_NS	8000000000ULL	/* until it listens; more and it is stuck */
#define SLOW_NS		80000000000ULL	/* the same of one that is slow, on a busy CPU */
#define HEAR_S		4		/* for a broker's answer */
#define HELD_S		1		/* a write that takes longer is held back */

#define BROKER_KIND(id, name)	&broker_##name,
const struct broker_kind *const broker_kinds[BROKERS] = { BROKER_LIST(BROKER_KIND) };

bool broker_there(enum broker_id id)
{
	const struct broker_kind *kind = broker_kinds[id];

	return kind->there ? kind->there() : !access(kind->program, X_OK);
}

/* What brokers have to be able to, for the claim that is at work. */
static unsigned int needed;

bool broker_part(enum broker_id id)
{
	return broker_there(id) && (broker_kinds[id]->can & needed) == needed;
}

/* All start at the same time; who cannot start keeps the claim from being tried. */
static void houses_open(struct note *n)
{
	int err[BROKERS] = { 0 };
	size_t id;

	for (id = 0; id < BROKERS; id++) {
		if (broker_part(id) && broker_kinds[id]->slow)
			err[id] = house_begin(id, n->machine->cpu);
	}
	for (id = 0; id < BROKERS; id++) {
		if (!err[id] && broker_part(id) && broker_kinds[id]->slow)
			err[id] = house_ready(id);
		if (err[id] && !n->blocked[0] && err[id] != -EINTR)
			snprintf(n->blocked, sizeof(n->blocked), "%s could not be started: %s",
				 broker_kinds[id]->name, strerror(-err[id]));
	}
}

void broker_begin(struct note *n, unsigned int can)
{
	char names[NOTE_TEXT] = "";
	size_t i, at = 0;
	int err = kafka_begin();

	needed = can;
	if (err) {
		snprintf(n->blocked, sizeof(n->blocked), "%s could not be started: %s",
			 broker_kafka.name, strerror(-err));
		return;
	}
	house_turns();
	for (i = 0; i < BROKERS_REAL; i++) {
		if (broker_part(i)) {
			houses_open(n);
			return;
		}
		if ((broker_kinds[i]->can & can) == can)
			at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
					       at ? " or " : "", broker_kinds[i]->package);
	}
	snprintf(n->blocked, sizeof(n->blocked), "no broker is here: install %.200s", names);
}

void broker_any(struct note *n)
{
	broker_begin(n, BROKER_TALKS);
}

void broker_end(struct note *n)
{
	houses_rest();
	kafka_tidy();
}

int broker_place(void)
{
	int err = own_net();

	return err ? err : own_files(BROKER_DIR, "size=256m");
}

/* Empty it, for the next one. */
static int clean(void)
{
	return umount(BROKER_DIR) || mount("oscope", BROKER_DIR, "tmpfs", MS_NOSUID | MS_NODEV,
					   "size=256m") ? -errno : 0;
}

const char *const broker_environment[] = { OWN_ENVIRONMENT, NULL };

/* Its words are for nobody, and its descriptors are none of ours. */
static void run(const struct broker *b)
{
	int null = open("/dev/null", O_RDWR), fd;

	for (fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_range(3, ~0U, 0);
	if (!chdir(BROKER_DIR))
		b->kind->exec(b);
	_exit(127);
}

int broker_dial(const struct broker *b, uint16_t port)
{
	const struct timeval patience = { .tv_sec = HEAR_S }, held_back = { .tv_sec = HELD_S };
	int fd = echo_dial(b->host ? b->host : INADDR_LOOPBACK, port), err;

	if (fd < 0)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &held_back, sizeof(held_back))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Until it answers; -ESRCH: who would has ended. */
static int listens(const struct broker *b)
{
	const struct timespec moment = { .tv_nsec = 500000 };
	uint64_t until = now_ns() + (b->kind->slow ? SLOW_NS : START_NS);
	struct broker_conn c;
	int err;

	while ((err = broker_connect(&c, b)) == -ECONNREFUSED || err == -EAGAIN ||
	       (err == -ETIMEDOUT && b->kind->slow)) {
		char state = kin_state(b->pid);

		if (!state || state == 'Z')
			return -ESRCH;
		if (now_ns() > until)
			return -ETIMEDOUT;
		nanosleep(&moment, NULL);
	}
	broker_close(&c);
	return err;
}

int broker_launch(struct broker *b)
{
	int err;

	b->pid = own_init();
	if (!b->pid)
		run(b);
	if (b->pid < 0)
		return b->pid;
	err = listens(b);
	if (err)
		broker_kill(b);
	return err;
}

int broker_start(struct broker *b, enum broker_id id, unsigned int how)
{
	*b = (struct broker){
		.kind = broker_kinds[id], .durable = how & BROKER_DURABLE,
		.limited = how & BROKER_LIMITED, .mqtt = how & BROKER_MQTT,
		.spread = how & BROKER_SPREAD,
	};
	if (b->kind->given)
		return kafka_enter(b);
	return b->kind->slow ? house_enter(b, id) : broker_launch(b);
}

int broker_crash(struct broker *b)
{
	int err;

	if (b->serial)
		return house_crash(b);
	err = broker_kill(b);
	return err ? err : broker_launch(b);
}

/* It takes its consumers seconds to agree on who has what. */
static bool joins(enum broker_id id)
{
	return id == BROKER_KAFKA || id == BROKER_KAFKA_MOCK;
}

int broker_each(struct sample *s, unsigned int how,
		int (*fn)(struct sample *s, struct broker *b, enum broker_id id))
{
	int err = broker_place();
	struct broker b;
	size_t id;

	s->flat = true;
	for (id = 0; id < BROKERS && !err; id++) {
		if (!broker_part(id) || (joins(id) && !house_may(s, id)))
			continue;
		err = broker_start(&b, id, how);
		if (!err)
			err = fn(s, &b, id);
		broker_kill(&b);
		s->ops += err != BROKER_LEFT_OUT;
		if (err < 0)
			snprintf(s->why, sizeof(s->why), "%s: %s", b.kind->name, strerror(-err));
		else
			err = b.kind->slow || b.kind->given ? 0 : clean();
	}
	return err;
}

int broker_kill(struct broker *b)
{
	int err = b->pid > 0 && !b->serial ? kin_kill(b->pid, NULL) : 0;

	b->pid = 0;
	return err;
}

int broker_connect(struct broker_conn *c, const struct broker *b)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->broker = b;
	if (b->kind->open)
		return b->kind->open(c);
	c->fd = broker_dial(b, b->kind->port);
	if (c->fd < 0)
		return c->fd;
	err = b->kind->hello(c);
	if (err)
		broker_close(c);
	return err;
}

void broker_close(struct broker_conn *c)
{
	if (c->own)
		c->broker->kind->close(c);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

int broker_send(struct broker_conn *c, enum broker_mode mode, const char *name, const char *text)
{
	int err = c->broker->kind->post(c, mode, name, text);

	return err ? err : c->broker->kind->confirm(c, mode);
}
