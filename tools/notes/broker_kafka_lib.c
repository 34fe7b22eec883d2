// SPDX-License-Identifier: GPL-2.0
/* librdkafka, loaded when it is wanted. */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "notes/broker_kafka_lib.h"
#include "util.h"

struct kafka_lib kafka;

#define CALL(name)	{ "rd_kafka_" #name, offsetof(struct kafka_lib, name) }

static const struct {
	const char *name;
	size_t at;
} calls[] = {
	CALL(conf_new), CALL(conf_set), CALL(conf_set_dr_msg_cb), CALL(conf_set_opaque),
	CALL(new), CALL(destroy), CALL(poll), CALL(last_error), CALL(topic_new),
	CALL(topic_destroy), CALL(produce), CALL(metadata), CALL(metadata_destroy),
	CALL(topic_partition_list_new), CALL(topic_partition_list_add),
	CALL(topic_partition_list_destroy), CALL(subscribe), CALL(assignment), CALL(assign),
	CALL(committed), CALL(query_watermark_offsets), CALL(consumer_poll),
	CALL(commit_message), CALL(message_destroy), CALL(consumer_close), CALL(queue_new),
	CALL(queue_destroy), CALL(queue_poll), CALL(event_destroy), CALL(NewTopic_new),
	CALL(NewTopic_destroy), CALL(CreateTopics), CALL(DeleteTopic_new),
	CALL(DeleteTopic_destroy), CALL(DeleteTopics), CALL(handle_mock_cluster),
	CALL(mock_cluster_bootstraps),
};
_Static_assert(ARRAY_SIZE(calls) == sizeof(struct kafka_lib) / sizeof(void *),
	       "all of them are loaded");

int kafka_load(void)
{
	static void *lib;
	static bool all = true;
	size_t i;

	if (lib)
		return all ? 0 : -ENOPKG;
	lib = dlopen("librdkafka.so.1", RTLD_NOW);
	if (!lib)
		return -ENOPKG;
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		void *call = dlsym(lib, calls[i].name);

		all &= !!call;
		memcpy((char *)&kafka + calls[i].at, &call, sizeof(call));
	}
	return all ? 0 : -ENOPKG;
}
