#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A storm of short-lived processes that execute programs: no birth, program or end is missing, in no report; or what
# is missing is counted as lost.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=5
plan $((2 * cases + 1))

at_once=4 n=60
! emulated || n=8
fast=1250	# programs a second: where others were seen to miss ends
each=$((at_once * n))
storm=(bash -c "for i in {1..$at_once}; do ./births $n & done; wait")
made=$((6 * each + at_once)) execs=$((2 * each + at_once))
# whole REPORT FILTER WANTED: that many; or so many less as are counted as lost, though not all of them.
whole() {
	local got lost
	got=$(json "$1" "$2") lost=$(json "$1" .lost.total)
	echo "$got of $3, $lost lost"
	if [ "$lost" = 0 ]; then
		[ "$got" = "$3" ]
	else
		[ "$got" -lt "$3" ] && [ $((got + lost)) -ge "$3" ]
	fi
}
rate=0
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: storm" "source not usable here"; done
		continue
	fi
	"$OSCOPE" spawn --source "$s" --json -o "$TMP/spawn" -- "${storm[@]}"
	check "$s: births: $made" whole "$TMP/spawn" '.totals | .forks + .vforks + .clones + .threads' $made
	check "$s: programs: $execs, and the shell" whole "$TMP/spawn" .totals.execs $((execs + 1))
	check "$s: ends: as many, and the shell's" whole "$TMP/spawn" .totals.exits $((made + 1))
	"$OSCOPE" zombies --source "$s" --by task --json -o "$TMP/zombies" -- "${storm[@]}"
	check "$s: zombies: all but the threads" whole "$TMP/zombies" '[.rows[] | select(.how == "waited")] | length' $((made + 1 - each))
	"$OSCOPE" states --source "$s" --json -o "$TMP/states" -- "${storm[@]}"
	check "$s: ledgers: a row each" whole "$TMP/states" '.rows | length' $((made + 1))
	a=$(jq '.totals.execs * 1e9 / .duration_ns | floor' "$TMP/spawn")
	[ "$a" -le "$rate" ] || rate=$a
done
echo "# $rate programs a second"
if [ "$rate" -ge $fast ]; then
	check "it was a storm: more than $fast programs a second" is "$rate > $fast"
else
	skip "it was a storm: more than $fast programs a second" "this machine came to $rate"
fi
finish
