#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where woken tasks come to a CPU: pairs that are bound to one CPU, and to two, and CPUs that are never idle.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=8
plan $((2 * cases + 6))

if [ "$(nproc)" -lt 2 ]; then
	skip_rest_of_plan "one CPU"
	exit
fi
rounds=2000
! emulated || rounds=300
few=40	# of the program's own start and end
report() { jq -e "$@" "$TMP/report"; }
# count WHERE WAS: wake-ups of this placement; "" for any.
count() { jq --arg cpu "$1" --arg was "$2" '[.rows[] | select(($cpu == "" or .cpu == $cpu) and ($was == "" or .was == $was)).count] |
	add' "$TMP/report"; }
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: placement" "source not usable here"; done
		continue
	fi
	places=("$OSCOPE" states --source "$s" --placement --json -o "$TMP/report" -- ./places)
	"${places[@]}" $rounds 1 1
	check "$s: bound to one CPU: it is the waker's" is "$(count same "") >= $rounds && $(count other "") <= $few"
	check "$s: ... and was busy: its waker ran there" is "$(count same busy) >= $rounds && $(count same idle) <= $few"
	check "$s: nothing is lost, and who is bound is not moved" report '.lost.total == 0 and ([.rows[].moved] | add) <= '$few
	"${places[@]}" $rounds 0 1
	check "$s: bound to two: it is another than the waker's" is "$(count other "") >= $rounds && $(count same "") <= $few"
	check "$s: ... each has a latency" report '(.rows | all(.[]; .count == .wake_latency_ns.count)) and
		(.rows | map(select(.cpu == "other" and .count > 0).wake_latency_ns.p50 > 0) | any)'
	figure "$s: of $(count other "") on the other CPU $(count other idle) found it idle"
	"${places[@]}" $rounds 0 1 busy
	check "$s: with somebody there: it was busy" is "$(count other busy) >= $rounds && $(count other idle) <= $few"
	check "$s: shares are of all" within "$(report '[.rows[].share] | add')" 1 0.001
	if emulated; then	# nobody else is on its CPUs
		"${places[@]}" $rounds 0 1
		check "$s: with nobody there: it was idle" is "$(count other idle) >= $rounds && $(count other busy) <= $rounds"
	else
		skip "$s: with nobody there: it was idle" "others are on this machine's CPUs"
	fi
done
"$OSCOPE" record -q --source bpf -o "$TMP/rec" -- ./places $rounds 0 1 busy
"$OSCOPE" states -r "$TMP/rec" -P --json -o "$TMP/report"
check "a recording tells the same" is "$(count other busy) >= $rounds && $(count other idle) + $(count same "") <= $few"
check "... of as many as waited" is "$(count "" "") == $("$OSCOPE" switch -r "$TMP/rec" --json | jq .totals.wait_woken_ns.count)"
"$OSCOPE" record -q --source bpf -e switch -o "$TMP/rec" -- ./places 10 0 1
"$OSCOPE" states -r "$TMP/rec" -P --json -o "$TMP/report"
check "... one without wake-ups does not" report '.not_captured | index("states") or index("placement")'
check "--placement is not by process" bash -c "'$OSCOPE' states -P -b process -d 1ms 2> '$TMP/err'; [ \$? = 2 ]"
check "... nor with --wakers" bash -c "'$OSCOPE' states -P -W -d 1ms 2> '$TMP/err'; [ \$? = 2 ] && grep -q placement '$TMP/err'"
check "text fits 80 columns" bash -c "'$OSCOPE' states -P -o '$TMP/text' -- ./places 100 0 1 && ! grep -E '.{81}' '$TMP/text'"
finish
