/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kafka, by librdkafka: one that runs elsewhere, where it has been given; else the mock cluster
 * that the library has for its tests, which is no Kafka. broker.h has what both are asked.
 */
#ifndef OSCOPE_NOTES_BROKER_KAFKA_H
#define OSCOPE_NOTES_BROKER_KAFKA_H

#include "notes/broker.h"

/* Of notes --kafka: HOST:PORT, several with commas; NULL: none. */
extern const char *kafka_given;

/* In oscope itself, before the first sample of a claim. 0 or -errno. */
int kafka_begin(void);
/* In a sample: the network that oscope is in, and a serial number that nobody else has. */
int kafka_enter(struct broker *b);
/* Behind the last sample: topics of this run's are deleted, in a process of its own. */
void kafka_tidy(void);
/* Topics whose names begin so, at the Kafka there. */
void kafka_delete(const char *at, const char *prefix);

#endif /* OSCOPE_NOTES_BROKER_KAFKA_H */
