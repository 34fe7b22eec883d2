#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A program's switches, counted by oscope, against what wait4 says of the same tree.
. ../lib.sh

# Each source: four workloads, 9 cases; one skip for a source that cannot work here.
ROUNDS=${ROUNDS:-50000}
read -ra sources <<< "$(live_sources | xargs)"
plan $((36 * ${#sources[@]} + 2 - ${#sources[@]}))

pipe=(taskset -c 0 perf bench -f simple sched pipe -l "$ROUNDS")
run() { # SOURCE WORKLOAD
	local command
	case $2 in
	perf) command=("${pipe[@]}") ;;
	perf-threads) command=("${pipe[@]}" -T) ;;
	*) command=(./pingpong "$2" "$ROUNDS") ;;
	esac
	"$OSCOPE" switch --source "$1" --json -o "$TMP/report" -- ./rusage "$TMP/kernel" "${command[@]}"
}

# Two switches a round; besides them, tasks are made and end, and each tick (250 a second, in Debian's kernels)
# may let another go first: measured on PREEMPT_RT in an emulator, 80 a second.
two_a_round() { # REPORT
	within "$(json "$1" .totals.switches)" $((2 * ROUNDS)) \
		"$(json "$1" '500 + .duration_ns * 250 / 1e9')"
}

# Each task that takes part may be counted differently by up to two, at its begin and end.
counts() { # SOURCE WORKLOAD EXPECTED-KIND TASKS
	local s=$1 w=$2 kind=$3 may=$((2 * $4)) r=$TMP/report k=$TMP/kernel
	check "$s $w: runs and reports" run "$s" "$w"
	check "$s $w: voluntary = nvcsw" within "$(json "$r" .totals.voluntary)" \
		"$(json "$k" .nvcsw)" $may
	check "$s $w: involuntary = nivcsw" within "$(json "$r" .totals.involuntary)" \
		"$(json "$k" .nivcsw)" $may
	check "$s $w: switches = nvcsw + nivcsw" within "$(json "$r" .totals.switches)" \
		"$(json "$k" '.nvcsw + .nivcsw')" $may
	check "$s $w: two switches a round" two_a_round "$r"
	check "$s $w: kinds partition the events" within "$(json "$r" '[.rows[].count] | add')" \
		"$(json "$r" .totals.events)" 0
	check "$s $w: events = switches + from idle" within "$(json "$r" .totals.events)" \
		"$(json "$r" '.totals.switches + .totals.from_idle')" 0
	check "$s $w: more than 99 % of user switches are $kind" is "$(json "$r" \
		"[.rows[] | select(.kind == \"$kind\")][0].count") > 0.99 * $(json "$r" \
		'[.rows[] | select(.kind == "same_mm" or .kind == "cross_mm").count] | add')"
	check "$s $w: wakings = voluntary" within "$(json "$r" .totals.wakings)" \
		"$(json "$r" .totals.voluntary)" 20
}

for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		skip "$s: counts" "source not usable here"
		continue
	fi
	counts "$s" processes cross_mm 3
	counts "$s" threads same_mm 3
	counts "$s" perf cross_mm 3
	counts "$s" perf-threads same_mm 4
done
finish
