#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# State of tasks when there is no room for more: none invented, and room comes back. More tasks that end than
# there are rows, while readers hold these: sums keep what the rows of the first ones had.
. ./lib.sh
plan 13

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
unload

load tasks=1024
made=1200
states() { "$OSCOPE" states --source kmod --json -o "$TMP/report" "$@"; }
report() { jq -e "$@" "$TMP/report"; }
ends() { # N: so many have ended, in all intervals, and maybe who made them
	local n
	n=$(jq -s '[.[].rows[] | select(.to == "zombie" or (.from == "running" and .to == "gone")).count] | add' "$TMP/report")
	is "$1 <= $n && $n <= $1 + 1"
}
states --by total -- ../live/multitude storm $made 0
check "$made tasks in 1024 rows: none is lost" report ".lost.total == 0 and .totals.tasks == $made + 1"
check "... their states add up to their time" report '.totals.residual_ns == 0'
check "... of all the kernel's counts are known" report '.rows[0].kernel.nvcsw > '$made
check "... most are in no row any more" report ".totals.ended_tasks >= $made - 1024"
states -- ../live/multitude storm $made 300 > "$TMP/last"
check "by task: rows, and those in no row" report '(.rows | map(select(has("task"))) | length) + .totals.ended_tasks == '$made' + 1'
check "... the last ones to end have theirs" is "$(jq '.rows[].task.tid // empty' "$TMP/report" |
	grep -cxFf "$TMP/last") == 300"
states --by total --matrix -i 20ms -- ../live/multitude storm $made 0
check "in intervals: each ends in one of them" ends $made
# Of the whole system, beside a tree's reader; who was gone before is in neither.
"$OSCOPE" states --source kmod -v --by total --matrix --json -o "$TMP/report" -d 60s 2> "$TMP/err" & reader=$!
until grep -q tracing "$TMP/err"; do kill -0 $reader || break; sleep 0.1; done
"$OSCOPE" states --source kmod --by total --json -o "$TMP/tree" -- ../live/multitude storm $made 0
kill -INT $reader
wait $reader
check "two readers at a time: the tree's is whole" jq -e ".lost.total == 0 and .totals.tasks == $made + 1" "$TMP/tree"
check "... the system's has all of it, too" report '[.rows[] | select(.to == "zombie" or (.from == "running" and .to == "gone")).count] |
	add >= '$made
finish
