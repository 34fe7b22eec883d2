#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on asynchronous and non-blocking work run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=10
topic async 25
decided async.same "the four of synchronous and blocking are four" verdict async.same FALSE
decided async.notify "who asks over and over uses the CPU" is \
	"$(row async.notify .evidence.asking_cpu_ns) > 2 * $(row async.notify .evidence.epoll_cpu_ns)"
decided async.notify "... readiness is not completion" is "$(row async.notify .evidence.epoll_data_there) == 0"
decided async.files "epoll takes no file" verdict async.files "HOLDS IF"
decided async.switches "a stream brings parts" is "$(row async.switches .evidence.loop_partial_reads) > 0"
decided async.switches "... packets do not" is "$(row async.switches .evidence.packets_partial_reads) == 0"
check "every answer was the one to its request" none \
	'.gates[] | select((.count | test("right answers")) and (.ok | not))'
finish
