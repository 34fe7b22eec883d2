// SPDX-License-Identifier: GPL-2.0
/* Topics that are to leave a Kafka again. */
#include <stdio.h>
#include <string.h>

#include "notes/broker_kafka.h"
#include "notes/broker_kafka_lib.h"

#define PATIENCE_MS	8000
#define MOST_TOPICS	256

static size_t find(struct kafka_client *k, const char *prefix,
		   struct kafka_old_topic *topic[MOST_TOPICS])
{
	const struct kafka_metadata *m;
	size_t n = 0;
	int i;

	if (kafka.metadata(k, 1, NULL, &m, PATIENCE_MS))
		return 0;
	for (i = 0; i < m->topic_cnt && n < MOST_TOPICS; i++) {
		if (!strncmp(m->topics[i].topic, prefix, strlen(prefix)))
			topic[n++] = kafka.DeleteTopic_new(m->topics[i].topic);
	}
	kafka.metadata_destroy(m);
	return n;
}

/* In a process that ends with it: what it has is not given back. */
void kafka_delete(const char *at, const char *prefix)
{
	static struct kafka_old_topic *topic[MOST_TOPICS];
	struct kafka_conf *conf = kafka.conf_new();
	struct kafka_queue *answers;
	struct kafka_client *k;
	char why[128];
	size_t n;

	kafka.conf_set(conf, "bootstrap.servers", at, why, sizeof(why));
	kafka.conf_set(conf, "log_level", "0", why, sizeof(why));
	k = kafka.new(KAFKA_PRODUCER, conf, why, sizeof(why));
	n = k ? find(k, prefix, topic) : 0;
	if (!n)
		return;
	answers = kafka.queue_new(k);
	kafka.DeleteTopics(k, topic, n, NULL, answers);
	kafka.queue_poll(answers, PATIENCE_MS);
}
