#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on semaphores, buffers and structures without one lock run for true; and no semaphore is left.
. ./lib.sh

plan $((TOPIC_CHECKS + 8))

names() { ls /dev/shm/sem.there /dev/shm/sem.back 2> /dev/null; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 60 "sem-kinds|buffer|lock-free"
decided sync.sem-kinds "sem-kinds: there are both" verdict sync.sem-kinds HOLDS
decided sync.sem-kinds "... one has a name" is "$(row sync.sem-kinds '.evidence |
	.named_processes_names - .unnamed_processes_names') == 2"
check "no name is left" test -z "$(names)"
decided sync.buffer "buffer: memory or waits" verdict sync.buffer HOLDS
decided sync.buffer "... who puts waits for room" is "$(row sync.buffer .evidence.bounded_waits) > 0"
decided sync.buffer "... and never where there is no end" is "$(row sync.buffer .evidence.unbounded_waits) == 0"
decided sync.lock-free "lock-free: never slept in the ring" is "$(row sync.lock-free \
	'.evidence.ring_free_futex_sleeps_per_op') == 0"
if emulated; then
	skip "... which one thread alone is quicker with" "times mean nothing here"
else
	decided sync.lock-free "... which one thread alone is quicker with" is \
		"$(row sync.lock-free .evidence.ring_alone_gain) > 1"
fi
finish
