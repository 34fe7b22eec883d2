#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Births: each is there, of its kind, with what followed; the kernel counts as many.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=20
cases=10
# Some hosts have tasks of their own whose switches fire no event: who comes after one comes unseen.
unseen=3
! emulated || unseen=0 n=8
plan $((6 + 2 * cases))

report() { jq -e "$@" "$TMP/report"; }
kind() { # NAME FILTER of its row
	jq ".rows[] | select(.kind == \"$1\") | $2" "$TMP/report"
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: births" "source not usable here"; done
		continue
	fi
	"$OSCOPE" spawn --source "$s" --json -o "$TMP/report" -- ./births $n
	check "$s: $n of each kind, twice as many forks and vforks" report ".totals | [.forks, .vforks, .clones, .threads,
		.kthreads, .workers] == [2 * $n, 2 * $n, $n, $n, 0, 0]"
	check "$s: as many programs as were executed, and the first" report ".totals.execs == 2 * $n + 1"
	check "$s: as many ends as births, and the first" report ".totals.exits == 6 * $n + 1"
	check "$s: rows are the totals" report '([.rows[].count] | add) == (.totals | .forks + .vforks + .clones +
		.threads + .kthreads + .workers)'
	check "$s: nothing lost" report '.lost.total == 0'
	check "$s: all have run" report '[.rows[] | .count - .first_run_ns.count] | add <= '$unseen
	check "$s: all have ended" report '[.rows[] | select(.count != .lifetime_ns.count)] | length == 0'
	check "$s: those who execute a program do so" is "$(kind fork .exec_ns.count) == $n && $(kind vfork .exec_ns.count) == $n"
	# A maker by vfork waits until its child lets go of the memory, which an exec does before it is done.
	check "$s: each call has its cost, and that of vfork is more than the child's wait to run" is \
		"$(kind fork .cost_ns.count) == 2 * $n && $(kind thread .cost_ns.count) == $n &&
		$(kind vfork .cost_ns.max) > $(kind vfork .first_run_ns.max)"
	check "$s: a child of vfork runs first, and is a third of all who can" report '.totals.child_first > 0.3 and
		.totals.child_first < 1 and (.rows[] | select(.kind == "vfork").child_first) == 1'
done

"$OSCOPE" spawn --by tree --json -o "$TMP/report" -- bash -c './births 1; (./births 1)'
check "tree: a program below its shell, its children below it" report \
	'[.rows[] | select(.depth == 0)] | length == 1'
check "... and what a subshell starts is one deeper" report \
	'([.rows[] | select(.task.comm == "births" and .depth == 1)] | length) >= 1 and ([.rows[].depth] | max) >= 2'
# All that is made while we look, of the whole machine, is what the kernel counts between two looks around it.
processes() { awk '$1 == "processes" { print $2 }' /proc/stat; }
before=$(processes)
"$OSCOPE" spawn --json -o "$TMP/report" -d 1s & tracer=$!
while kill -0 $tracer 2> /dev/null; do ./births 2; done
wait $tracer
after=$(processes)
made=$(jq '.totals | .forks + .vforks + .clones + .threads + .kthreads + .workers' "$TMP/report")
check "no more are made than the kernel counts" is "$made <= $after - $before && $made > 0"
"$OSCOPE" spawn --json -i 20ms -o "$TMP/report" -- bash -c './births 2; sleep 0.2; ./births 2'
check "each report of -i is of the whole trace so far, and says since when" jq -es 'length > 1 and
	([.[].start_ns] | unique | length) == 1 and ([.[].duration_ns] | . == sort) and .[-1].totals.forks >= 8' "$TMP/report"
"$OSCOPE" record -q -e task,spawn -o "$TMP/rec" -- ./births $n
"$OSCOPE" spawn -r "$TMP/rec" --json -o "$TMP/report"
check "a recording says the same" report ".totals.forks == 2 * $n and .totals.exits == 6 * $n + 1 and
	([.rows[].first_run_ns.count] | add) >= 6 * $n - $unseen"
check "text fits 80 columns" bash -c "'$OSCOPE' spawn -o $TMP/text -- ./births 2 && '$OSCOPE' spawn --by tree -o $TMP/tree -- ./births 2 &&
	! grep -E '.{81}' $TMP/text $TMP/tree"
finish
