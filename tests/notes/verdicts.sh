#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on switches run for true: verdict and evidence as the schema has them, every gate passed,
# counts that the claims rest on, and the time that it takes.
. ./lib.sh

plan $((TOPIC_CHECKS + 17))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
# Six arms each, of which the slowest takes 10 ms a message.
EACH=12
topic switch 30
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
check "coroutines: decided by counts, under an emulator too" verdict switch.coroutine "HOLDS IF"
if emulated; then
	check "times decide nothing under an emulator" verdict switch.thread-cheaper \
		"INCONCLUSIVE HERE"
else
	check "the clock is known" is "$(row switch.forced .evidence.clock_resolution_ns) > 0"
fi
decided switch.coroutine-state "a coroutine keeps its place and its locals" verdict switch.coroutine-state HOLDS
decided switch.coroutine-state "... at 10^6 resumes" is "$(row switch.coroutine-state .evidence.assembly_wrong) == 0"
decided switch.thread-library "pthreads are tasks of the kernel" verdict switch.thread-library OUTDATED
decided switch.registers "registers are as they were" is "$(row switch.registers .evidence.spinners_wrong) == 0"

# Rows by placement, of which this claim has two for each: no row without a time or a reason, no time without its gates.
rows='.rows[] | select(.id == "switch.thread-cheaper") | .placements[]'
check "each placement is there, or said to be lacking" test "$(json "$r" "[$rows | .placement] | unique |
	map(select(. == \"same CPU\" or . == \"SMT sibling\" or . == \"unpinned\")) | length")" = 3
check "... hot and after idle apart" test "$(json "$r" "[$rows | select(.placement == \"same CPU\") | .state] |
	unique | join(\" \")")" = "after idle hot"
check "... a row has a time with its interval, or says why not" test "$(json "$r" "[$rows |
	select((.why == null) != (.lo != null and .lo <= .median and .median <= .hi))] | length")" = 0
check "... no time without all gates, and each is judged as its numbers say" test "$(json "$r" "[$rows |
	select((.median != null and (.ok | not)) or
	       ([.gates[] | select(.ok != (.measured >= .min and .measured <= .max))] | length > 0))] | length")" = 0
check "... unpinned has its migrations" test "$(json "$r" "[$rows |
	select(.placement == \"unpinned\" and .median != null and .migrations == null)] | length")" = 0
finish
