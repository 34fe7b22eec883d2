#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claim on a lock that nodes have in common, run for true: outcomes, and exact counts.
. ./lib.sh

plan $((TOPIC_CHECKS + 6))

links() { wc -l < /proc/net/dev; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
links_before=$(links)
EACH=60 topic sync 70 distributed
check "it is held for less than its TTL" verdict sync.distributed-lock "HOLDS IF"
check "... no take of both was lost" is "$(row sync.distributed-lock .evidence.held_takes) == 110 && \
	$(row sync.distributed-lock .evidence.held_counted) == 1"
check "... a killed holder's is free after its TTL" is \
	"$(row sync.distributed-lock .evidence.killed_waited_ms_max) >= 20"
check "... and never without one" is "$(row sync.distributed-lock .evidence.no_ttl_freed) == 0"
check "... past it both have it" is "$(row sync.distributed-lock .evidence.overrun_exclusive) == 0"
check "no cable is left" test "$(links)" = "$links_before"
finish
