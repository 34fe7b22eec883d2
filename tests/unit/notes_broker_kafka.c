// SPDX-License-Identifier: GPL-2.0
/* What is used of librdkafka is as its own header has it, where that is there. */
#include <stddef.h>

#include "kselftest_harness.h"

#include "notes/broker_kafka_lib.h"

#if __has_include(<librdkafka/rdkafka.h>)
#include <librdkafka/rdkafka.h>

#define SAME(ours, member, theirs, name)	\
	EXPECT_EQ(offsetof(struct ours, member), offsetof(theirs, name))

TEST(numbers_are_the_header_s)
{
	EXPECT_EQ(KAFKA_PRODUCER, RD_KAFKA_PRODUCER);
	EXPECT_EQ(KAFKA_CONSUMER, RD_KAFKA_CONSUMER);
	EXPECT_EQ(KAFKA_COPY, RD_KAFKA_MSG_F_COPY);
	EXPECT_EQ(KAFKA_QUEUE_FULL, RD_KAFKA_RESP_ERR__QUEUE_FULL);
}

TEST(structures_are_the_header_s)
{
	EXPECT_EQ(sizeof(struct kafka_message), sizeof(rd_kafka_message_t));
	SAME(kafka_message, err, rd_kafka_message_t, err);
	SAME(kafka_message, payload, rd_kafka_message_t, payload);
	SAME(kafka_message, len, rd_kafka_message_t, len);
	SAME(kafka_message, offset, rd_kafka_message_t, offset);
	EXPECT_EQ(sizeof(struct kafka_partition), sizeof(rd_kafka_topic_partition_t));
	SAME(kafka_partition, partition, rd_kafka_topic_partition_t, partition);
	SAME(kafka_partition, offset, rd_kafka_topic_partition_t, offset);
	SAME(kafka_partitions, elems, rd_kafka_topic_partition_list_t, elems);
	EXPECT_EQ(sizeof(struct kafka_topic_metadata), sizeof(struct rd_kafka_metadata_topic));
	SAME(kafka_topic_metadata, partition_cnt, struct rd_kafka_metadata_topic, partition_cnt);
	SAME(kafka_topic_metadata, err, struct rd_kafka_metadata_topic, err);
	SAME(kafka_metadata, topic_cnt, struct rd_kafka_metadata, topic_cnt);
	SAME(kafka_metadata, topics, struct rd_kafka_metadata, topics);
}
#endif

TEST(all_calls_are_there_where_the_library_is)
{
	int err = kafka_load();

	if (err)
		SKIP(return, "librdkafka1 is not installed");
	EXPECT_NE(kafka.new, NULL);
	EXPECT_EQ(kafka_load(), 0);
}

TEST_HARNESS_MAIN
