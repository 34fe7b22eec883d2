#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# More tasks than rows: those of who is gone go to others, sums keep what they had, memory is what it was;
# and as many tasks at a time as a machine may have.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=7
plan $((2 * cases + 9))

made=100000 rows=() threads=20000
if emulated; then
	made=1200 rows=(--tasks 1024) threads=500
fi
last=300
forks() { awk '$1 == "processes" { print $2 }' /proc/stat; }
report() { jq -e "$@" "$TMP/report"; }
sum='(.new_ns + .running_ns + .ready_woken_ns + .ready_preempted_ns + (([.blocked_ns[]] | add) // 0) + .stopped_ns +
	.zombie_ns + .unobserved_ns)'
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: many tasks" "source not usable here"; done
		continue
	fi
	[ "$s" = bpf ] || rows=()
	before=$(forks)
	"$OSCOPE" states --source "$s" "${rows[@]}" --by total --json -o "$TMP/report" -- ./multitude storm $made 0
	after=$(forks)
	figure "$s: $(jq -c '[.totals.tasks, .totals.ended_tasks, .lost.total]' "$TMP/report") tasks, in no row, lost"
	check "$s: $made short-lived tasks: none is lost" report '.lost.total == 0'
	check "$s: ... all are counted, and who made them" report ".totals.tasks == $made + 1 and .rows[0].tasks == $made + 1"
	check "$s: ... by the kernel, too" is "$((after - before)) >= $made + 1"
	check "$s: ... their states add up to their time" report ".totals.residual_ns == 0 and (.rows[0] | $sum == .lifetime_ns)"
	check "$s: ... of all that have ended the kernel's counts are known" report '.rows[0].kernel |
		.nvcsw > '$made' and has("utime_ns")'
	"$OSCOPE" states --source "$s" "${rows[@]}" --by total --matrix -i 20ms --json -o "$TMP/report" -- ./multitude storm $made 0
	ends=$(jq -s '[.[].rows[] | select(.to == "zombie" or (.from == "running" and .to == "gone")).count] | add' "$TMP/report")
	check "$s: ... in intervals: each ends in one of them, maybe their maker" is "$made <= $ends && $ends <= $made + 1"
	"$OSCOPE" states --source "$s" --by process --json -o "$TMP/report" -- ./multitude threads $threads > "$TMP/said"
	check "$s: $threads tasks at a time: none is lost" report '.lost.total == 0 and .totals.residual_ns == 0 and
		[.rows[].tasks] == ['"$(cat "$TMP/said")"' + 1]'
done

# A small table, so that it is used over and over. Natively the dead keep their rows until their last trace goes:
# in one as small as can be there would be too many at times.
made=24000 tasks=16384
if emulated; then
	made=1500 tasks=1024
fi
"$OSCOPE" states --source bpf --tasks $tasks --json -o "$TMP/report" -- ./multitude storm $made $last > "$TMP/last"
check "by task: rows, and those in no row, are all tasks" report '(.rows | map(select(has("task"))) | length <= '$tasks') and
	(.rows | map(select(has("task"))) | length) + .totals.ended_tasks == '$made' + 1 and .lost.total == 0'
check "... who has no row is one row" report '.rows | map(select(has("task") | not)) | length == 1 and
	.[0].lifetime_ns > 0 and .[0].running_ns > 0'
check "... the last ones to end have theirs" is "$(jq '.rows[].task.tid // empty' "$TMP/report" |
	grep -cxFf "$TMP/last") == $last"
check "... and it adds up" report "[.rows[] | $sum - .lifetime_ns | select(. != 0)] == []"
"$OSCOPE" switch --source bpf --by task --tasks $tasks --json -o "$TMP/report" -- ./multitude storm $made 0
check "switch: rows are all switches" is "$(jq '[.rows[].switches] | add' "$TMP/report") == $(jq .totals.switches "$TMP/report")"
check "... also those of who has no row" report '[.rows[] | select(has("task") | not).switches > 400] == [true]'

# What all maps of a run take, as the kernel accounts it.
maps_bytes() { cat /proc/"$1"/fdinfo/* 2> /dev/null | awk '$1 == "memlock:" { n += $2 } END { print n + 0 }'; }
mkfifo "$TMP/there" "$TMP/go" "$TMP/done"
"$OSCOPE" states --source bpf --tasks $tasks --by total --json -o "$TMP/report" -- \
	bash -c 'echo there > '"$TMP/there"'; read -r line < '"$TMP/go"'; ./multitude storm '$made' 0; echo done > '"$TMP/done"'
		read -r line < '"$TMP/go" & pid=$!
read -r < "$TMP/there"
before=$(maps_bytes $pid)
echo > "$TMP/go"
read -r < "$TMP/done"
after=$(maps_bytes $pid)
echo > "$TMP/go"
wait $pid
check "memory of the maps: what it was" is "$before > 0 && $before == $after"
check "--tasks: a power of two" bash -c "'$OSCOPE' states --tasks 1000 -d 1ms 2> '$TMP/err'; [ \$? = 2 ] && grep -q 1024 '$TMP/err'"
"$OSCOPE" record -q --source bpf -o "$TMP/rec" -- true
check "--tasks: not of a recording" bash -c "'$OSCOPE' states -r '$TMP/rec' --tasks 1024 2> '$TMP/err'; [ \$? = 2 ]"
finish
