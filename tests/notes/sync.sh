#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on locks run for true: outcomes, which an emulator does not change.
. ./lib.sh

plan $((TOPIC_CHECKS + 4))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
topic sync 20
check "deadlock holds" verdict sync.deadlock HOLDS
check "self holds" verdict sync.self HOLDS
check "rlock-cure is false" verdict sync.rlock-cure FALSE
check "no deadlock is left" test -z "$(pgrep -P $$ oscope)"
finish
