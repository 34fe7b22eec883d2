#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The direct cost of a switch is plausible, and less within one address space than across two.
. ../lib.sh
plan 4

RUNS=9

median() { # NUMBERS...
	printf '%s\n' "$@" | sort -n | sed -n $(($# / 2 + 1))p
}

p50() { # KIND
	json "$TMP/report" "[.rows[] | select(.kind == \"$1\")][0].direct_ns.p50"
}

if emulated; then
	skip_rest_of_plan "times are the emulator's"
fi
# From run to run the medians move by more than the two kinds differ, so both come from the same run
# and the difference within a run is what is compared.
compare() { # UNTIL
	for ((; i < $1; i++)); do
		"$OSCOPE" switch --source bpf --json -o "$TMP/report" -- ./pingpong ring 15000 || break
		sames[i]=$(p50 same_mm)
		crosses[i]=$(p50 cross_mm)
		more[i]=$((crosses[i] - sames[i]))
	done
}
i=0
compare $RUNS
# The difference is small: where so few do not show it, three times as many have to.
[ "$(median "${more[@]}")" -gt 0 ] || { RUNS=$((3 * RUNS)); compare $RUNS; }
same=$(median "${sames[@]}")
cross=$(median "${crosses[@]}")
echo "# direct cost, median of $i medians: same_mm $same ns, cross_mm $cross ns"
echo "# cross_mm less same_mm, ns, by run: ${more[*]}"
check "same_mm between 20 ns and 5 us" is "$same >= 20 && $same <= 5000"
check "cross_mm between 20 ns and 5 us" is "$cross >= 20 && $cross <= 5000"
check "same_mm costs less than cross_mm" is "$i == $RUNS && $(median "${more[@]}") > 0"
check "own time was taken out and is shown" is "$(json "$TMP/report" .totals.own_direct_ns) > 0"
finish
