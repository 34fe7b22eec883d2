#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on semaphores, shared memory and signals run for true: outcomes and counts, which an emulator does not
# change; and no segment or semaphore is left. Those on costs are in ipc_cost.sh.
. ./lib.sh

plan $((TOPIC_CHECKS + 12))

left() { cat /proc/sysvipc/{sem,shm} | wc -l; ls -d /dev/shm/oscope-note* 2> /dev/null; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
left_before=$(left)
EACH=45 topic ipc 50 "sem|shm-(size|sync)|signal|thread-signal"
check "sem-sync holds" verdict ipc.sem-sync HOLDS
check "... POSIX: no system call up and down" within \
	"$(row ipc.sem-sync .evidence.posix_free_syscalls_per_op)" 0 0.05
check "... System V: two" within "$(row ipc.sem-sync .evidence.sysv_free_syscalls_per_op)" 2 0.05
check "shm-size: POSIX" verdict ipc.shm-size "HOLDS IF"
check "shm-sync holds" verdict ipc.shm-sync HOLDS
check "... without a lock updates are lost" is "$(row ipc.shm-sync .evidence.without_lost) > 0"
check "... with it none is" is "$(row ipc.shm-sync .evidence.with_lost) == 0"
check "signal holds" verdict ipc.signal HOLDS
check "... one plain one of many is kept" is "$(row ipc.signal .evidence.blocked_plain_came) == 1"
check "... and each real-time one" is "$(row ipc.signal .evidence.blocked_queued_came) == 100"
check "thread-signal holds" verdict ipc.thread-signal HOLDS
check "nothing is left" test "$(left)" = "$left_before"
finish
