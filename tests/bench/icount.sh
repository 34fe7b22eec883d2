#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Instructions that the module adds to a context switch. Runs in a guest whose clock counts
# instructions (vm run --icount --module oscope.ko), where 1 ns is 1 instruction: the same workload
# with the module's probes off and on, interleaved; prints both medians and the difference.
set -eu

sys=/sys/kernel/oscope
loops=${LOOPS:-20000}
rounds=${ROUNDS:-5}

# Nanoseconds, that is instructions, of one switch.
once() {
	perf bench -f simple sched pipe -l "$loops" | awk -v n="$loops" 'END { print $1 * 1e9 / (2 * n) }'
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

once > /dev/null
for ((i = 0; i < rounds; i++)); do
	echo 0 > $sys/enabled
	off+="$(once) "
	echo 1 > $sys/enabled
	on+="$(once) "
done
off=$(tr ' ' '\n' <<< "$off" | grep . | median)
on=$(tr ' ' '\n' <<< "$on" | grep . | median)
awk -v k="$(uname -r)" -v off="$off" -v on="$on" 'BEGIN {
	printf "%s: %.0f instructions a switch without the module, %.0f with it: %.0f added\n",
		k, off, on, on - off }'
