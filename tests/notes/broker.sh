#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on brokers run for true, with those that are installed: counts of messages, which are exact; and nothing of
# a broker is left, nor is one that runs here disturbed.
. ./lib.sh
. ./lib_brokers.sh

plan $((TOPIC_CHECKS + 9 + 3 * ${#kinds[@]}))

servers() { # of ours and everybody's, by what they were started with
	cat /proc/[0-9]*/comm 2> /dev/null | grep -cE '^(redis-server|nats-server|beam.smp|epmd|java)'
}

# until_servers OP NUMBER: there are, -gt, or no more than, -le, so many
until_servers() {
	local until=$((SECONDS + 20))
	while ! test "$(servers)" "$1" "$2"; do
		[ $SECONDS -lt $until ] || { echo "$(servers) servers"; return 1; }
	done
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
servers_before=$(servers)
SAMPLES=12 EACH=60 topic broker 75 "offline|p2p|persist|decouple|protocol"
check "offline: what is queued waits" verdict broker.offline "HOLDS IF"
for kind in "${kinds[@]}"; do
	of_kind "$kind" "... $kind: all 50 by the queue, none by the topic" is \
		"$(row broker.offline ".evidence.queue_${kind}_came") == 50 && \
		$(row broker.offline ".evidence.topic_${kind}_came") == 0"
done
check "p2p-pubsub holds" verdict broker.p2p-pubsub HOLDS
for kind in "${kinds[@]}"; do
	of_kind "$kind" "... $kind: one copy, or three" is \
		"$(row broker.p2p-pubsub ".evidence.point_to_point_${kind}_copies") == 1 && \
		$(row broker.p2p-pubsub ".evidence.published_${kind}_copies") == 3"
done
check "persist: durable and confirmed" verdict broker.persist "HOLDS IF"
for kind in "${kinds[@]}"; do
	of_kind "$kind" "... $kind: 50 of them, and none otherwise" is \
		"$(row broker.persist ".evidence.durable_${kind}_there") == 50 && \
		$(row broker.persist ".evidence.memory_${kind}_there") == 0 && \
		$(row broker.persist ".evidence.unconfirmed_${kind}_there") == 0"
done
check "decouple holds" verdict broker.decouple HOLDS
decided broker.protocol "protocol: by NATS' own and by MQTT" verdict broker.protocol HOLDS
check "... all 30, each way" is "$(row broker.protocol '.evidence |
	[.own_to_other_came, .other_to_own_came, .other_to_other_came] | add') == 90"
check "as many servers run as before" test "$(servers)" = "$servers_before"
"$OSCOPE" notes run broker.offline --budget 60s > /dev/null 2>&1 &
run=$!
check "one more runs in the middle of a claim" until_servers -gt "$servers_before"
kill -9 $run
wait $run 2> /dev/null
check "... and none after kill -9" until_servers -le "$servers_before"
finish
