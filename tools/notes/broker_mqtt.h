/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of MQTT 3.1.1 (OASIS standard) as it takes to send and to hear messages that nothing is
 * kept of (QoS 0): the second protocol of a broker that has one of its own. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_BROKER_MQTT_H
#define OSCOPE_NOTES_BROKER_MQTT_H

#include "notes/broker.h"

#define BROKER_MQTT_PORT	1883

/* A connection to the same broker by MQTT, under a name that no other one has. */
int mqtt_connect(struct broker_conn *c, const struct broker *b, const char *name);
/* It hears this topic from now on. */
int mqtt_listen(struct broker_conn *c, const char *topic);
int mqtt_post(struct broker_conn *c, const char *topic, const char *text);
/* All that was posted has come to the broker. */
int mqtt_settle(struct broker_conn *c);
/* The next one. */
int mqtt_get(struct broker_conn *c, char text[BROKER_TEXT]);

#endif /* OSCOPE_NOTES_BROKER_MQTT_H */
