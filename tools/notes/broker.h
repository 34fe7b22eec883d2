/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Message brokers as an experiment has them: started from the distribution's packages, in a network
 * and on a file system of the sample's own, and gone with it, or with oscope where that takes
 * seconds (broker_house.h); and one way to talk to all of them. A new one is a file with its struct
 * broker_kind, its name below, and a line in the list here. Errors: -errno.
 *
 * A queue here is what gives each message to one of those who ask, and keeps it until then. A topic
 * gives each message to all who listen.
 */
#ifndef OSCOPE_NOTES_BROKER_H
#define OSCOPE_NOTES_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "notes/notes.h"

#define BROKER_TEXT	128	/* a message, with its end */
#define BROKER_DIR	"/tmp"	/* the sample's own file system is there */

/*
 * All of them, and their places in claims' observations and arms; those that are slow to start
 * behind the others, as a sample goes into their networks. The last one only behaves like a
 * broker: what it does is seen, and decides nothing.
 */
#define BROKER_REAL_LIST(x, ...)	\
	x(REDIS, redis, ##__VA_ARGS__)	\
	x(NATS, nats, ##__VA_ARGS__)	\
	x(RABBITMQ, rabbitmq, ##__VA_ARGS__)	\
	x(ACTIVEMQ, activemq, ##__VA_ARGS__)	\
	x(KAFKA, kafka, ##__VA_ARGS__)
#define BROKER_LIST(x, ...)	\
	BROKER_REAL_LIST(x, ##__VA_ARGS__)	\
	x(KAFKA_MOCK, kafka_mock, ##__VA_ARGS__)

#define BROKER_ID(id, name)	BROKER_##id,
enum broker_id { BROKER_LIST(BROKER_ID) BROKERS, BROKERS_REAL = BROKER_KAFKA_MOCK };

/* Names of an observation that is made of each; an arm for each real one, step behind another. */
#define BROKER_SEEN_OF(id, name, first, what) \
	[(first) + BROKER_##id] = (#name "_" what),
#define BROKER_SEEN(first, what) \
	BROKER_LIST(BROKER_SEEN_OF, first, what)
#define BROKER_ARM_OF(id, name, first, step, what, run) \
	[(first) + (step) * BROKER_##id] = { #name what, run },
#define BROKER_ARMS(first, step, what, run) \
	BROKER_REAL_LIST(BROKER_ARM_OF, first, step, what, run)

enum broker_mode { BROKER_QUEUE, BROKER_TOPIC };

/* How it is set up: flags. */
enum broker_how {
	BROKER_PLAIN	= 0,
	BROKER_DURABLE	= 1,		/* what is in a queue is to be on disk */
	BROKER_LIMITED	= 2,		/* there may be some MB, for any queue or receiver */
	BROKER_MQTT	= 4,		/* it is to speak MQTT, too, if it can: broker_mqtt.h */
	BROKER_SPREAD	= 8,		/* several will consume of a queue */
};

/* What a kind can be asked for: flags. */
enum broker_can {
	BROKER_TALKS	= 0,		/* queues and topics: all of them */
	BROKER_KEEPS	= 1,		/* what is durable is on disk */
	BROKER_LIMITS	= 2,		/* queues may have a limit, and it says so */
	BROKER_COSTS	= 4,		/* what it takes is what such a broker takes */
	BROKER_CAN_ALL	= 7,
};

struct broker_kind;

/* One that runs. */
struct broker {
	const struct broker_kind *kind;
	bool durable, limited, mqtt, spread;	/* see enum broker_how */
	pid_t pid;			/* init of a PID namespace; 0: killed, or not known */
	uint32_t serial;		/* of one that samples share: whose queues they are */
	uint32_t host;			/* where it is to be found; 0: on loopback */
};

/* A connection to it. */
struct broker_conn {
	const struct broker *broker;
	int fd;
	void *own;			/* of a kind that has no use for fd */
	bool asked;			/* a mark is on its way back: see get() */
	bool consumes;			/* messages come without being asked for */
	bool stale;			/* one was acknowledged after the mark had been sent */
	char inbox[32];
	uint64_t confirmed, heard;	/* words on what was posted: waited for, and had */
	/* Read and not yet taken: buf[from .. from + have). */
	size_t from, have;
	char buf[8192];
	/* Written and held back until broker_flush(). */
	bool hold;
	size_t held;
	char out[16384];
};

struct broker_kind {
	const char *name, *package;
	const char *program;		/* its path, as the package has it */
	bool (*there)(void);		/* instead of a program */
	uint16_t port;
	unsigned int can;		/* enum broker_can */
	bool slow;			/* to start: one for all samples, broker_house.h */
	bool given;			/* it runs elsewhere: not ours to start and to end */
	/* In its process: exec, with files in BROKER_DIR alone. Returns only where that fails. */
	void (*exec)(const struct broker *b);
	/* After connect(2). -EAGAIN: it is there, and not ready yet. */
	int (*hello)(struct broker_conn *c);
	/* Or all of that, with c->own instead of c->fd, and its end. */
	int (*open)(struct broker_conn *c);
	void (*close)(struct broker_conn *c);
	/* Make a queue, or find it there as it was. */
	int (*queue)(struct broker_conn *c, const char *name);
	/* This connection is to get() messages, of a topic from now on. */
	int (*listen)(struct broker_conn *c, enum broker_mode mode, const char *name);
	/* Send one, without blanks, and do not wait for a word. */
	int (*post)(struct broker_conn *c, enum broker_mode mode, const char *name,
		    const char *text);
	/* The word on what was posted, in order; 0 at once where there is none for this mode. */
	int (*confirm)(struct broker_conn *c, enum broker_mode mode);
	/* All that was posted to a topic has been given to those who listen. */
	int (*settle)(struct broker_conn *c);
	/*
	 * The next one; a queue's is acknowledged. -EAGAIN without wait: there is none, by what the
	 * broker says.
	 */
	int (*get)(struct broker_conn *c, enum broker_mode mode, const char *name,
		   char text[BROKER_TEXT], bool wait);
};

extern const struct broker_kind broker_redis, broker_nats, broker_rabbitmq, broker_activemq;
extern const struct broker_kind broker_kafka, broker_kafka_mock;
extern const struct broker_kind *const broker_kinds[BROKERS];
extern const char *const broker_environment[];	/* for exec */

/* Whether its program is installed. */
bool broker_there(enum broker_id id);
/*
 * For claim->begin, by what brokers have to be able to: no verdict where none of those is there,
 * with the packages' names. From then on until the next claim broker_part() says who takes part.
 */
void broker_begin(struct note *n, unsigned int can);
bool broker_part(enum broker_id id);
/* The same where any can do; and claim->end of whoever began. */
void broker_any(struct note *n);
void broker_end(struct note *n);

/*
 * Once a sample: a network and an empty BROKER_DIR. broker_start() returns when it listens, or has
 * found one that all samples share, in whose network the caller is from then on. broker_crash() is
 * kill -9, and a start with what it has written. broker_kill() ends what is the sample's own.
 */
int broker_place(void);
int broker_start(struct broker *b, enum broker_id id, unsigned int how);
int broker_crash(struct broker *b);
int broker_kill(struct broker *b);
/*
 * All of it: each kind that is there is started in a clean place, and fn is to see what it does
 * with it; an operation for each.
 */
#define BROKER_LEFT_OUT	1		/* fn: it has no part in this sample */
int broker_each(struct sample *s, unsigned int how,
		int (*fn)(struct sample *s, struct broker *b, enum broker_id id));

int broker_connect(struct broker_conn *c, const struct broker *b);
/* A connection to it by another protocol, to be closed by who asks for it: a descriptor. */
int broker_dial(const struct broker *b, uint16_t port);
void broker_close(struct broker_conn *c);
/* Post and confirm. */
int broker_send(struct broker_conn *c, enum broker_mode mode, const char *name, const char *text);

/*
 * For rules: a yes or no of each kind, at first + its id. What is not there has seen nothing, and
 * is left out. broker_judge.c
 */
enum broker_outcomes {
	BROKERS_ALL,			/* each, in every sample */
	BROKERS_SOME,			/* some in every sample, the others in none */
	BROKERS_NONE,			/* none in any */
	BROKERS_MIXED,			/* one at least in some samples, and not in others */
};
enum broker_outcomes broker_outcomes(const struct note *n, size_t arm, unsigned int first);
/* The share of samples that saw yes, of the kind that did least often. */
void broker_effect(struct note *n, size_t arm, unsigned int first);
/* Names of those that always saw this, as "Redis and NATS"; "none". */
const char *broker_names(const struct note *n, size_t arm, unsigned int first, double value,
			 char text[NOTE_TEXT]);
/* Which have seen this, by id: a bit each. */
unsigned int broker_seen(const struct note *n, size_t arm, unsigned int first);
/*
 * To the reason: the packages of those that could have had a part, and had none; and who had one
 * that decides nothing.
 */
void broker_absent(struct note *n, unsigned int can, unsigned int had);
/* What each saw, on average: "Redis 50, NATS 0"; "" where nobody did. */
const char *broker_numbers(const struct note *n, size_t arm, unsigned int first,
			   char text[NOTE_TEXT]);
/* How many have seen anything. */
size_t broker_count(const struct note *n, size_t arm, unsigned int first);

/* In a place of its own: start it and wait until it answers. */
int broker_launch(struct broker *b);

/* For kinds: the bytes of a connection. broker_wire.c */
int broker_write(struct broker_conn *c, const void *data, size_t n);
int broker_put(struct broker_conn *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int broker_flush(struct broker_conn *c);
/* Up to the end of a line, without it; what does not fit is left out. */
int broker_line(struct broker_conn *c, char *line, size_t size);
/* Exactly so many bytes; what does not fit is left out, and text gets an end. */
int broker_bytes(struct broker_conn *c, size_t n, char *text, size_t size);

#endif /* OSCOPE_NOTES_BROKER_H */
