#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cases that tracers get wrong: preemption, idle, short slices, tasks that end.
. ../lib.sh
plan 10

oscope_on() { # ARGS...: report into $TMP/report
	"$OSCOPE" switch --source bpf --json -o "$TMP/report" "$@"
}
value() { json "$TMP/report" "$1"; }

check "spinners run" oscope_on -- ./spin 3 2000
check "spinners on one CPU: involuntary dominates" is \
	"$(value .totals.involuntary) > 5 * $(value .totals.voluntary)"
check "... and they wait after preemption" is "$(value .totals.wait_preempted_ns.count) > 20"
# 3 spinners, 1 CPU: a slice is followed by about two slices of waiting.
check "... for about twice their slices" within \
	"$(value '.totals.wait_preempted_ns.mean / .totals.slice_ns.mean')" 2 0.7

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
