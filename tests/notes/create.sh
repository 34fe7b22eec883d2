#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on making tasks run for true: outcomes and counts; what rests on times may come out either
# way on a busy machine, and has its gates all the same.
. ./lib.sh

plan $((TOPIC_CHECKS + 14))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
topic create 30
for claim in inherits stdio-copy unit main-thread parent-child; do
	check "$claim holds" verdict "create.$claim" HOLDS
done
check "fork copies no data before it is written" verdict create.copies-all FALSE
check "... and one page at each first write" within \
	"$(row create.copies-all .evidence.fork_faults_per_page_written)" 1 0.1
check "nine threads of a process get more than one of another" verdict create.cpu-share FALSE
check "a thread needs more than a control block" verdict create.why FALSE
check "a spawn is one vfork" is "$(row create.thread-cheaper .evidence.spawn_vforks_per_op) == 1"
check "a pool is made once" is "$(json "$r" '.rows[] | select(.id == "create.pool") | .gates[] |
	select(.count == "process_pool: forks/sample") | .measured') == 4"
check "the largest parent that forks is said" is "$(row create.fork-grows .evidence.largest_mib) >= 64"
if emulated; then
	skip "a pool costs less than a process for each short job" "times are an emulator's"
	check "times decide nothing under an emulator" verdict create.thread-cheaper \
		"INCONCLUSIVE HERE"
else
	check "a pool costs less than a process for each short job" is \
		"$(row create.pool .evidence.process_to_pool_10us) > 1.1"
	check "a fork costs more than a thread" is "$(row create.thread-cheaper \
		'.evidence.fork_ns > .evidence.thread_ns' | sed 's/true/1/; s/false/0/') == 1"
fi
finish
