/* SPDX-License-Identifier: GPL-2.0 */
/* Commands to Redis beside those that all brokers have in common. Errors: -errno. */
#ifndef OSCOPE_NOTES_BROKER_REDIS_H
#define OSCOPE_NOTES_BROKER_REDIS_H

#include "notes/broker.h"

#define REDIS_PARTS	8

/* What came back: its strings and numbers one after the other, whatever arrays they were in. */
struct redis_reply {
	size_t n;			/* 0: nil, or an error */
	char part[REDIS_PARTS][BROKER_TEXT];
	char error[BROKER_TEXT];	/* Redis' own words, or "" */
};

int redis_words(struct broker_conn *c, const char *const *word, size_t n);
int redis_reply(struct broker_conn *c, struct redis_reply *r);
int redis_ask(struct broker_conn *c, const char *const *word, size_t n, struct redis_reply *r);
/* 0; -ENOBUFS: its memory is full, as it says; -EPROTO: it refuses for another reason. */
int redis_error(const struct redis_reply *r);

#endif /* OSCOPE_NOTES_BROKER_REDIS_H */
