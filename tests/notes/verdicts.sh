#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every claim run for true: verdict and evidence as the schema has them, every gate passed, counts that
# the claims rest on, and the time that it takes.
. ../lib.sh

r=$TMP/run
verdicts='HOLDS HOLDS_IF OUTDATED FALSE UNDEFINED INCONCLUSIVE_HERE VOID'
plan 18

row() { # ID FILTER
	json "$r" ".rows[] | select(.id == \"$1\") | $2"
}

none() { # FILTER: of all rows, none is left
	is "$(json "$r" "[.rows[] | $1] | length") == 0"
}

known_verdicts() {
	local v
	json "$r" '.rows[].verdict' | tr ' ' _ | while read -r v; do
		[[ " $verdicts " == *" $v "* ]] || { echo "$v"; return 1; }
	done
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
start=$SECONDS
check "run all" "$OSCOPE" notes run all --json --seed 42 -o "$r"
took=$((SECONDS - start))
check "within a minute" is "$took <= 60"
check "schema oscope.notes/1" test "$(json "$r" .schema)" = oscope.notes/1
check "a row a claim" test "$(json "$r" '.rows | length')" = \
	"$("$OSCOPE" notes list --json | jq '.rows | length')"
check "verdicts are of the seven" known_verdicts
check "every verdict has its reason" none 'select(.reason == "" or .reason == null)'
if is "$(json "$r" '.rows[0].evidence | .cpu_busy_share + .cpu_steal_share') > 0.1" > /dev/null; then
	skip "none is VOID" "others use this CPU"
else
	check "none is VOID" none 'select(.verdict == "VOID") | .reason'
fi
check "every gate is judged as its numbers say" none \
	'.gates[] | select(.ok != (.measured >= .min and .measured <= .max))'
check "a decided claim has an effect inside its interval" none \
	'select(.verdict != "INCONCLUSIVE HERE") |
	 select((.effect.lo <= .effect.value and .effect.value <= .effect.hi) | not)'
check "evidence is numbers, with the seed" none \
	'.evidence | select(.seed != 42 or ([.[] | type] | unique) != ["number"])'
for arm in threads processes; do
	check "$arm: two switches a round trip" within \
		"$(row switch.thread-cheaper .evidence.${arm}_switches_per_op)" 2 0.02
	check "$arm: the kernel counts the same where nothing is attached" within \
		"$(row switch.thread-cheaper .evidence.${arm}_timed_switches_per_op)" 2 0.02
done
check "assembly makes no system call a switch" within \
	"$(row switch.coroutine .evidence.assembly_syscalls_per_op)" 0 0.01
check "glibc's ucontext makes one" within \
	"$(row switch.coroutine .evidence.ucontext_syscalls_per_op)" 1 0.01
check "coroutines: decided by counts, under an emulator too" test \
	"$(row switch.coroutine .verdict)" = "HOLDS IF"
if emulated; then
	check "times decide nothing under an emulator" test \
		"$(row switch.thread-cheaper .verdict)" = "INCONCLUSIVE HERE"
else
	check "the clock is known" is "$(row switch.forced .evidence.clock_resolution_ns) > 0"
fi
finish
