#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on many messages run for true: who that sends too fast is held back, and what a message in a batch takes.
. ./lib.sh
. ./lib_brokers.sh

plan $((TOPIC_CHECKS + 2 + 2 * ${#kinds[@]}))

# Others who have the CPU may be why it is not.
batch_quicker() {
	case $(row broker.throughput .reason) in
	*--budget | *"could not be taken"*) crowded || emulated ;;
	*) is "$(row broker.throughput ".evidence.${1}_batched_ns") < $(row broker.throughput ".evidence.${1}_each_ns")" ;;
	esac
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
# A broker that waits a second for the CPU holds nobody back, and looks as if it did.
held_alike() {
	case $(row broker.flow .reason) in
	*"in some samples, and not in others"*) crowded ;;
	*) false ;;
	esac
}

SAMPLES=12 EACH=80 topic broker 110 "flow|throughput"
if held_alike; then
	skip "a queue with a limit" "others have the CPU"
	of_kind() { skip "$2" "others have the CPU"; }
else
	decided broker.flow "a queue with a limit" verdict broker.flow "HOLDS IF"
fi
for kind in "${kinds[@]}"; do
	of_kind "$kind" "... $kind: told before all is sent, and taken all without one" is \
		"$(row broker.flow ".evidence.queue_limit_${kind}_accepted") < 40000 && \
		$(row broker.flow ".evidence.queue_${kind}_accepted") == 40000"
done
. ./lib_brokers.sh
check "... Redis: a topic's sender never is" is "$(row broker.flow .evidence.topic_limit_redis_held_back) == 0"
for kind in "${kinds[@]}"; do
	of_kind "$kind" "throughput: $kind: a batch is quicker than a write each" batch_quicker "$kind"
done
finish
