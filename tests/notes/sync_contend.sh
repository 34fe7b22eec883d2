#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on contention and on what avoids it run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 50 "starve|contention|atomic"
decided sync.starve "starve: an unfair lock that is held most of the time" verdict sync.starve "HOLDS IF"
decided sync.starve "... one of two has next to nothing" is \
	"$(row sync.starve .evidence.plain_long_least_share) < 0.2"
decided sync.starve "... and by tickets its share" is \
	"$(row sync.starve .evidence.ticket_long_least_share) > 0.5"
if [ "$(nproc)" -gt 1 ]; then
	check "contention: one lock for both is found taken" is "$(row sync.contention .evidence.one_found_taken_share) > 0"
else
	skip "contention: one lock for both is found taken" "one CPU"
fi
check "... and one each never is" is "$(row sync.contention .evidence.each_found_taken_share) == 0"
check "atomic: none is lost" is "$(row sync.atomic '.evidence |
	.atomic_right_one_cpu + .atomic_right_two_cpus') == 2"
check "... and nobody sleeps" is "$(row sync.atomic .evidence.atomic_sleeps) == 0"
finish
