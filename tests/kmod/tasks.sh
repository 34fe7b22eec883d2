#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# State of tasks when there is no room for more: none invented, and room comes back.
. ./lib.sh
plan 4

threads() { ls -d /proc/[0-9]*/task/* 2> /dev/null | wc -l; }

# Dead tasks go when their last user has let go, a little later; then we have no more than there are.
no_more_than_there_are() {
	local tries have live
	for ((tries = 0; tries < 100; tries++)); do
		have=$(cat $SYS/tasks)
		live=$(threads)
		[ "$have" -gt $((live + 8)) ] || break
		sleep 0.1
	done
	echo "tracked $have, alive $live"
	[ "$have" -le $((live + 8)) ] && [ "$have" -ge $((live - 8)) ]
}

# More tasks than there is room for.
load tasks=1024
coproc CROWD { exec ./crowd 1100; }
pid=$CROWD_PID input=${CROWD[1]}
read -r -t 60 ready <&"${CROWD[0]}"
[ "$ready" = ready ] || echo "# crowd said: $ready"
check "the table is full" is "$(cat $SYS/tasks) == 1024"
hackbench -g 1 -f 5 -l 20 > /dev/null
check "no room: untracked switches are counted" is "$(cat $SYS/untracked) > 0"
kinds=$(for k in to_idle from_idle to_kthread from_kthread kthread_kthread same_mm cross_mm; do
	cell switches total $k; done | wc -l)
check "... and all others go on" is "$kinds == 7 && $(cat $SYS/tasks) <= 1024"
exec {input}>&-
wait "$pid"
check "room comes back" no_more_than_there_are
finish
