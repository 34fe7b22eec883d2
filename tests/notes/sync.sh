#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on locks run for true: outcomes and counts, which an emulator does not change. Those on waiting for each
# other are in sync_waits.sh, on locks that let more than one in in sync_shared.sh, on contention in sync_contend.sh.
. ./lib.sh

plan $((TOPIC_CHECKS + 8))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 50 "race|mutex|deadlock|self|rlock"
check "deadlock holds" verdict sync.deadlock HOLDS
check "self holds" verdict sync.self HOLDS
check "rlock-cure is false" verdict sync.rlock-cure FALSE
check "race holds" verdict sync.race HOLDS
check "... each store over another's loses updates" is \
	"$(row sync.race .evidence.one_cpu_lost) >= $(row sync.race .evidence.one_cpu_stored_over_others)"
check "mutex holds" verdict sync.mutex HOLDS
check "... who comes second sleeps" is "$(row sync.mutex .evidence.contended_futex_sleeps_per_op) > 0"
check "no deadlock is left" test -z "$(pgrep -P $$ oscope)"
finish
