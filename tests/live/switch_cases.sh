#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cases that tracers get wrong: preemption, idle, short slices, tasks that end.
. ../lib.sh
plan 11

oscope_on() { # ARGS...: report into $TMP/report
	"$OSCOPE" switch --source bpf --json -o "$TMP/report" "$@"
}
value() { json "$TMP/report" "$1"; }

# The two that the first one has made wait for a CPU as long as the scheduler says. Where somebody fires no event when he
# leaves a CPU, who comes then comes unseen, and that wait with him.
waits_agree() {
	jq -r '[.rows[] | select(.task.comm == "spin")] | sort_by(.task.start_ns)[1:][] |
			[.task.tid, .wait_woken_ns + .wait_preempted_ns] | @tsv' "$TMP/report" |
		awk 'NR == FNR { delay[$1] = $5; next }
			{ n++; print "task", $1, "waited", $2, "and not", delay[$1] }
			$2 > 1.02 * delay[$1] + 1e6 || $2 < 0.9 * delay[$1] { bad = 1 }
			$2 > 0.98 * delay[$1] { close_by = 1 }
			END { exit bad || !close_by || n != 2 }' "$TMP/said" -
}
spinners() { ./witness "$TMP/said" "$OSCOPE" switch --source bpf --by task --json -o "$TMP/report" -- ./spin 3 2000; }
check "spinners run" spinners
check "spinners on one CPU: involuntary dominates" is \
	"$(value .totals.involuntary) > 5 * $(value .totals.voluntary)"
check "... and they wait after preemption" is "$(value .totals.wait_preempted_ns.count) > 20"
# 3 spinners, 1 CPU: a slice is followed by about two slices of waiting, or more if others are there, too.
check "... for about twice their slices, at the least" is \
	"$(value '.totals.wait_preempted_ns.mean / .totals.slice_ns.mean') > 1.3"
check "... and as long as the scheduler says" waits_agree

check "sleeps run" oscope_on -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.01; done'
check "sleeping is voluntary" is "$(value .totals.voluntary) >= 20"
check "no wait is longer than the run" is \
	"$(value .totals.wait_woken_ns.max) < $(value .duration_ns)"

check "by task: tasks that ended have their rows" oscope_on --by task -- \
	sh -c './pingpong processes 2000; ./pingpong threads 2000'
check "... whose switches add up to the total" within \
	"$(value '[.rows[].switches] | add')" "$(value .totals.switches)" 0
check "by pair: the two sides hand over to each other" bash -c "
	$OSCOPE switch --source bpf --by pair --json -o $TMP/report -- ./pingpong threads 5000 &&
	jq -e '[.rows[] | select(.count > 4900)] | length == 2' $TMP/report"
finish
