#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on many messages run for true: who that sends too fast is held back, and what a message in a batch takes.
. ./lib.sh

plan $((TOPIC_CHECKS + 6))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
SAMPLES=12 EACH=60 topic broker 80 "flow|throughput"
decided broker.flow "a queue with a limit" verdict broker.flow "HOLDS IF"
for kind in redis nats; do
	check "... $kind: told before all is sent, and taken all without one" is \
		"$(row broker.flow .evidence.queue_limit_${kind}_accepted) < 40000 && \
		$(row broker.flow .evidence.queue_${kind}_accepted) == 40000"
done
check "... Redis: a topic's sender never is" is "$(row broker.flow .evidence.topic_limit_redis_held_back) == 0"
for kind in redis nats; do
	decided broker.throughput "throughput: $kind: a batch is quicker than a write each" is \
		"$(row broker.throughput .evidence.${kind}_batched_ns) < $(row broker.throughput .evidence.${kind}_each_ns)"
done
finish
