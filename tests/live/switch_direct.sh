#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The direct cost of a switch is plausible, and less within one address space than across two.
. ../lib.sh
plan 4

median() { # WORKLOAD KIND
	"$OSCOPE" switch --source bpf --json -o "$TMP/report" -- ./pingpong "$1" 30000 &&
		json "$TMP/report" "[.rows[] | select(.kind == \"$2\")][0].direct_ns.p50"
}

if emulated; then
	skip_rest_of_plan "times are the emulator's"
fi
# Interleaved, medians of medians: one run may meet a disturbance.
for i in 1 2 3; do
	sames[i]=$(median threads same_mm)
	crosses[i]=$(median processes cross_mm)
done
same=$(printf '%s\n' "${sames[@]}" | sort -n | sed -n 2p)
cross=$(printf '%s\n' "${crosses[@]}" | sort -n | sed -n 2p)
echo "# direct cost, median of 3 medians: same_mm $same ns, cross_mm $cross ns"
check "same_mm between 20 ns and 5 us" is "$same >= 20 && $same <= 5000"
check "cross_mm between 20 ns and 5 us" is "$cross >= 20 && $cross <= 5000"
check "same_mm costs less than cross_mm" is "$same < $cross"
check "own time was taken out and is shown" is "$(json "$TMP/report" .totals.own_direct_ns) > 0"
finish
