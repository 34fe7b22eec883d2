#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An idle machine: who wakes up on an idle CPU makes nobody give way, and a CPU's idle time is nobody's.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=4
plan $((2 * cases))

if [ -z "${OSCOPE_VM_ACCEL-}" ]; then
	skip_rest_of_plan "a machine of our own only is idle"
	exit
fi
naps() { perl -e 'select(undef, undef, undef, 0.02) for 1 .. 50'; }
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: idle" "source not usable here"; done
		continue
	fi
	"$OSCOPE" switch --source "$s" --json --buckets -o "$TMP/report" -d 2s & tracer=$!
	while kill -0 $tracer 2> /dev/null; do naps; done
	wait $tracer
	echo "# $s: $(jq -c '.totals | {from_idle, involuntary, voluntary}' "$TMP/report")"
	check "$s: the machine was idle, and woken up again and again" jq -e '.totals.from_idle > 50' "$TMP/report"
	check "$s: ... which forces nobody off a CPU" jq -e '.totals.involuntary < 0.2 * .totals.from_idle' "$TMP/report"
	check "$s: idle time is no slice" jq -e '.cpus as $cpus | (.totals.slice_ns | .count * .mean) < 0.9 * $cpus * .duration_ns' "$TMP/report"
	check "$s: nothing is in a bucket longer than the run" jq -e '.duration_ns as $most | [.totals[] | objects | .max // 0] |
		length > 2 and all(. < $most)' "$TMP/report"
done
finish
