#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on waiting for each other, and on locks that let more than one in or are of files, run for true: outcomes
# and counts, which an emulator does not change.
. ./lib.sh

plan $((TOPIC_CHECKS + 3))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 50 "condvar"
check "condvar holds" verdict sync.condvar HOLDS
check "... a setter between look and wait sleeps for the mutex" is \
	"$(row sync.condvar .evidence.gap_setter_slept) == 1"
check "... and without it does not" is "$(row sync.condvar .evidence.gap_bare_setter_slept) == 0"
finish
