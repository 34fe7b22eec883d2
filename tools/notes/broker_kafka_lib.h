/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is used of librdkafka, by its own names without their rd_kafka_: it is loaded when it is
 * wanted, and no header of its is needed to build. Its ABI is that of librdkafka.so.1; where its
 * header is there, a unit test holds these against it.
 */
#ifndef OSCOPE_NOTES_BROKER_KAFKA_LIB_H
#define OSCOPE_NOTES_BROKER_KAFKA_LIB_H

#include <stddef.h>
#include <stdint.h>

enum { KAFKA_PRODUCER = 0, KAFKA_CONSUMER = 1 };
enum { KAFKA_COPY = 2 };		/* msgflags */
enum { KAFKA_QUEUE_FULL = -184 };	/* an error */

struct kafka_conf;
struct kafka_client;
struct kafka_topic;
struct kafka_queue;
struct kafka_event;
struct kafka_new_topic;
struct kafka_old_topic;
struct kafka_mock;

struct kafka_message {
	int err;
	struct kafka_topic *topic;
	int32_t partition;
	void *payload;
	size_t len;
	void *key;
	size_t key_len;
	int64_t offset;
	void *own;
};

struct kafka_partition {
	char *topic;
	int32_t partition;
	int64_t offset;			/* below 0: none */
	void *metadata;
	size_t metadata_size;
	void *opaque;
	int err;
	void *own;
};

struct kafka_partitions {
	int cnt, size;
	struct kafka_partition *elems;
};

struct kafka_topic_metadata {
	char *topic;
	int partition_cnt;
	void *partitions;
	int err;
};

struct kafka_metadata {
	int broker_cnt;
	void *brokers;
	int topic_cnt;
	struct kafka_topic_metadata *topics;
};

typedef void kafka_delivered(struct kafka_client *k, const struct kafka_message *m, void *opaque);

struct kafka_lib {
	struct kafka_conf *(*conf_new)(void);
	int (*conf_set)(struct kafka_conf *conf, const char *name, const char *value, char *why,
			size_t size);
	void (*conf_set_dr_msg_cb)(struct kafka_conf *conf, kafka_delivered *fn);
	void (*conf_set_opaque)(struct kafka_conf *conf, void *opaque);
	struct kafka_client *(*new)(int type, struct kafka_conf *conf, char *why, size_t size);
	void (*destroy)(struct kafka_client *k);
	int (*poll)(struct kafka_client *k, int ms);
	int (*last_error)(void);
	struct kafka_topic *(*topic_new)(struct kafka_client *k, const char *name, void *conf);
	void (*topic_destroy)(struct kafka_topic *t);
	int (*produce)(struct kafka_topic *t, int32_t partition, int flags, void *text,
		       size_t len, const void *key, size_t key_len, void *opaque);
	int (*metadata)(struct kafka_client *k, int all, struct kafka_topic *t,
			const struct kafka_metadata **m, int ms);
	void (*metadata_destroy)(const struct kafka_metadata *m);
	struct kafka_partitions *(*topic_partition_list_new)(int size);
	struct kafka_partition *(*topic_partition_list_add)(struct kafka_partitions *p,
							    const char *topic, int32_t nth);
	void (*topic_partition_list_destroy)(struct kafka_partitions *p);
	int (*subscribe)(struct kafka_client *k, const struct kafka_partitions *p);
	int (*assignment)(struct kafka_client *k, struct kafka_partitions **p);
	int (*assign)(struct kafka_client *k, const struct kafka_partitions *p);
	int (*committed)(struct kafka_client *k, struct kafka_partitions *p, int ms);
	int (*query_watermark_offsets)(struct kafka_client *k, const char *topic,
				       int32_t partition, int64_t *low, int64_t *high, int ms);
	struct kafka_message *(*consumer_poll)(struct kafka_client *k, int ms);
	int (*commit_message)(struct kafka_client *k, const struct kafka_message *m, int async);
	void (*message_destroy)(struct kafka_message *m);
	int (*consumer_close)(struct kafka_client *k);
	struct kafka_queue *(*queue_new)(struct kafka_client *k);
	void (*queue_destroy)(struct kafka_queue *q);
	struct kafka_event *(*queue_poll)(struct kafka_queue *q, int ms);
	void (*event_destroy)(struct kafka_event *e);
	struct kafka_new_topic *(*NewTopic_new)(const char *name, int partitions, int copies,
						char *why, size_t size);
	void (*NewTopic_destroy)(struct kafka_new_topic *t);
	void (*CreateTopics)(struct kafka_client *k, struct kafka_new_topic **t, size_t n,
			     const void *options, struct kafka_queue *q);
	struct kafka_old_topic *(*DeleteTopic_new)(const char *name);
	void (*DeleteTopic_destroy)(struct kafka_old_topic *t);
	void (*DeleteTopics)(struct kafka_client *k, struct kafka_old_topic **t, size_t n,
			     const void *options, struct kafka_queue *q);
	struct kafka_mock *(*handle_mock_cluster)(const struct kafka_client *k);
	const char *(*mock_cluster_bootstraps)(const struct kafka_mock *mock);
};

/* Once it is loaded. */
extern struct kafka_lib kafka;
/* 0, or -ENOPKG: it is not installed, or another one. Once loaded it stays. */
int kafka_load(void);

#endif /* OSCOPE_NOTES_BROKER_KAFKA_LIB_H */
