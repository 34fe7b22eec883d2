#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Instructions that oscope ipc adds to system calls. Runs in a guest whose clock counts instructions
# (vm run --icount), where 1 ns is 1 instruction: the same calls without a tracer and with the hooks of each
# form; with OSCOPE_KO also with the module, which follows communication or does not. Prints the least of some
# rounds; fails if hooks on functions add half an instruction to a call that they do not concern.
set -eu

n=${CALLS:-100000}
rounds=${ROUNDS:-5}
calls=${O:-build}/tests/bench/calls
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

with() { # HOW: both figures a round
	local run=()
	[[ $1 = nothing || $1 = module* ]] || run=("$OSCOPE" ipc -m pipe --hooks "$1" -o "$out/report" --)
	# Within one trace: what starts it takes long here. What a timer interrupts is in every mean, so the least counts.
	"${run[@]}" sh -c 'for i in $(seq '"$rounds"'); do "$0" '"$n"'; done' "$calls"
}
least() { sort -n | head -n 1; }

followed() { # 0|1
	[ -d /sys/module/oscope ] || insmod "$OSCOPE_KO"
	echo "$1" > /sys/kernel/oscope/ipc
}

for how in nothing function tracepoint ${OSCOPE_KO:+module module-ipc}; do
	[[ $how != module* ]] || followed "$([ "$how" = module ] && echo 0 || echo 1)"
	with "$how" > "$out/$how"
	printf '%s: %s: %s instructions a getppid(), %s a write() and read() of a pipe\n' "$(uname -r)" "$how" \
		"$(cut -d ' ' -f 1 "$out/$how" | least)" "$(cut -d ' ' -f 2 "$out/$how" | least)"
done
added=$(paste <(cut -d ' ' -f 1 "$out/nothing" | least) <(cut -d ' ' -f 1 "$out/function" | least) | awk '{ print $2 - $1 }')
echo "functions add $added to getppid()"
awk -v added="$added" 'BEGIN { exit !(added <= 0.5) }'
