// SPDX-License-Identifier: GPL-2.0
/*
 * librdkafka's mock cluster as one that runs somewhere: says its address, and is there until its
 * standard input ends.
 *
 *   kafka_mock
 */
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static void *lib;

static void *call(const char *name)
{
	void *at = dlsym(lib, name);

	if (!at)
		fprintf(stderr, "kafka_mock: librdkafka has no %s\n", name);
	return at;
}

int main(void)
{
	int (*set)(void *conf, const char *name, const char *value, char *why, size_t size);
	void *(*client)(int type, void *conf, char *why, size_t size) = NULL;
	const char *(*bootstraps)(void *mock);
	void *(*conf_new)(void), *(*mock_of)(void *client), *conf, *k;
	char why[256], byte;

	lib = dlopen("librdkafka.so.1", RTLD_NOW);
	if (!lib)
		return 4;
	conf_new = call("rd_kafka_conf_new");
	set = call("rd_kafka_conf_set");
	client = call("rd_kafka_new");
	mock_of = call("rd_kafka_handle_mock_cluster");
	bootstraps = call("rd_kafka_mock_cluster_bootstraps");
	if (!conf_new || !set || !client || !mock_of || !bootstraps)
		return 4;
	conf = conf_new();
	set(conf, "log_level", "0", why, sizeof(why));
	set(conf, "test.mock.num.brokers", "1", why, sizeof(why));
	k = client(0, conf, why, sizeof(why));
	if (!k || !mock_of(k))
		return 1;
	printf("%s\n", bootstraps(mock_of(k)));
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
