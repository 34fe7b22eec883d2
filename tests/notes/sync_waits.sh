#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on waiting for each other run for true: outcomes and counts, which an emulator does not change.
. ./lib.sh

plan $((TOPIC_CHECKS + 11))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 50 "condvar|queue|sem-count"
check "condvar holds" verdict sync.condvar HOLDS
check "... a setter between look and wait sleeps for the mutex" is \
	"$(row sync.condvar .evidence.gap_setter_slept) == 1"
check "... and without it does not" is "$(row sync.condvar .evidence.gap_bare_setter_slept) == 0"
check "queue holds" verdict sync.queue HOLDS
check "... a slow reader makes the writer wait" is \
	"$(row sync.queue .evidence.slow_reader_writer_waits) > $(row sync.queue .evidence.slow_reader_reader_waits)"
check "... and a slow writer the reader" is \
	"$(row sync.queue .evidence.slow_writer_reader_waits) > $(row sync.queue .evidence.slow_writer_writer_waits)"
check "queue-safe: with one reader" verdict sync.queue-safe "HOLDS IF"
check "... none is lost, and none comes twice" is "$(row sync.queue-safe '.evidence |
	.one_lost + .one_twice + .many_lost + .many_twice') == 0"
check "sem-count: the number alone" verdict sync.sem-count "HOLDS IF"
check "... as many as permits" is "$(row sync.sem-count .evidence.crowd_most_inside) == 3"
check "... whoever comes later may be first" is "$(row sync.sem-count .evidence.later_overtaken) > 0"
finish
