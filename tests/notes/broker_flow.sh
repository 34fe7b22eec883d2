#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claim on what a broker does to a sender that is too fast, run for true: who is held back, and who is not.
. ./lib.sh

plan $((TOPIC_CHECKS + 4))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
if ! command -v redis-server > /dev/null || [ ! -x /usr/sbin/nats-server ]; then
	skip_rest_of_plan "redis-server or nats-server is not installed"
	exit
fi
EACH=70 topic broker 80 flow
decided broker.flow "a queue with a limit" verdict broker.flow "HOLDS IF"
for kind in redis nats; do
	check "... $kind: told before all is sent, and taken all without one" is \
		"$(row broker.flow .evidence.queue_limit_${kind}_accepted) < 40000 && \
		$(row broker.flow .evidence.queue_${kind}_accepted) == 40000"
done
check "... Redis: a topic's sender never is" is "$(row broker.flow .evidence.topic_limit_redis_held_back) == 0"
finish
