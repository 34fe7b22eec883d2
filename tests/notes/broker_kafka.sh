#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kafka, by librdkafka: its mock is seen and decides nothing; what is given is talked to where it runs, and is judged.
# There is no Kafka here: the given one is a mock, too, in a process of its own.
. ./lib.sh

claims=(broker.offline broker.p2p-pubsub)
plan 14

kafka_run() { # OPTION...
	"$OSCOPE" notes run "${claims[@]}" --json --seed 42 --samples 12 --budget 200s "$@" -o "$r"
}

# of_row ID FILTER: of a claim's row it is true.
of_row() {
	test "$(row "$1" "$2")" = true || row "$1" '.reason, .evidence'
	test "$(row "$1" "$2")" = true
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
if [ -n "${SAMPLES-}" ]; then
	skip_rest_of_plan "four minutes: make check-full has them"
	exit
fi
coproc mock { ./kafka_mock; }
if ! read -r address <&"${mock[0]}"; then
	skip_rest_of_plan "librdkafka1 is not installed"
	exit
fi
# came NAME: what its queue and its topic keep for who comes later, and what reaches a group and each of three.
came() {
	decided broker.offline "$1: its queue keeps all 50, its topic none" of_row broker.offline \
		".evidence | .queue_$1_came == 50 and .topic_$1_came == 0"
	decided broker.p2p-pubsub "$1: one copy for the group, or one for each of three" of_row broker.p2p-pubsub \
		".evidence | .point_to_point_$1_copies == 1 and .published_$1_copies == 3"
}
check "run with none given" kafka_run
came kafka_mock
decided broker.offline "... it is named as what it is" of_row broker.offline \
	'.reason | test("not judged.*no Kafka: librdkafka.s mock")'
decided broker.offline "... and what it lacks is" of_row broker.offline '.reason | test("librdkafka1 with --kafka")'
check "no Kafka is in the evidence" none '.evidence | keys[] | select(test("_kafka_[^m]"))'
check "run with one given" kafka_run --kafka "$address"
came kafka
decided broker.offline "... it is one of those that decide" of_row broker.offline '.reason | test("Kafka")'
check "no mock is in the evidence" none '.evidence | keys[] | select(test("kafka_mock"))'
check "nobody at the address: said, with its name" bash -c "'$OSCOPE' notes run broker.offline --json --samples 12 \
	--budget 60s --kafka 127.0.0.1:1 -o '$r' && jq -e '.rows[0].reason | test(\"Kafka: \")' '$r'"
check "--kafka is for run" bash -c "! '$OSCOPE' notes list --kafka x:1 2> '$TMP/refused'"
check "... and says so" grep -q -- "--kafka is for run" "$TMP/refused"
eval "exec ${mock[1]}>&-"
finish
