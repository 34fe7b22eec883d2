#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T16: conservation. What is received and what is said to be lost are together all that happened,
# exactly, whoever reads or does not: on the module's ring, on every CPU, and on the probes' ring.
. ../lib.sh
module=${OSCOPE_VM_ACCEL:+yes}		# never on a machine that somebody uses
[ -z "$module" ] || . ./lib.sh
: "${RUNS:=2}" "${EVENTS:=100000}"

# One of these a run of the module, in turn: what is sent, what a full ring does, how it is read.
ways=("rename drop pausing" "switch drop pausing" "rename overwrite pausing" "switch overwrite reading"
	"switch drop stopped" "rename overwrite stopped" "switch overwrite pausing" "rename drop reading"
	"switch drop reading" "rename drop stopped")

# lossy NAME LOST: a run that lost nothing proves nothing of loss; they are counted.
lossy=0
lossy() { [ "$1" -eq 0 ] || lossy=$((lossy + 1)); }

module_run() { # RUN
	local way=${ways[$1 % ${#ways[@]}]} status
	# shellcheck disable=SC2086
	./conserve kmod $way "$EVENTS" > "$TMP/run" 2> "$TMP/err"
	status=$?
	sed "s/^/# $way: /" "$TMP/run"
	[ $status -eq 0 ] || cat "$TMP/err"
	lossy "$(awk '$1 == "lost" { print $2 }' "$TMP/run")"
	return $status
}

# record SOURCE N: "received lost all" of a recording of a storm whose reader stands still meanwhile.
record() {
	"$OSCOPE" record -q --source "$1" -e task --ring 2048 -o "$TMP/rec" -- \
		./conserve storm "$2" pause 2> "$TMP/err" || { cat "$TMP/err" >&2; return 1; }
	./conserve file "$TMP/rec"
}

# A storm of no renames has the records of its processes all the same.
base=$(record bpf 0) || echo "# no base"
base=${base##* }
bpf_run() {
	local received lost all
	read -r received lost all <<< "$(record bpf "$EVENTS")"
	echo "# bpf: $received received + $lost lost; $EVENTS renames and $base of their processes"
	lossy "${lost:-0}"
	[ "$((received + lost))" = $((EVENTS + base)) ] && [ "$all" = $((EVENTS + base)) ]
}

# all_runs COMMAND: says how many of RUNS were exact; all must be.
all_runs() {
	local i exact=0
	lossy=0
	for ((i = 0; i < RUNS; i++)); do
		! "$@" "$i" || exact=$((exact + 1))
	done
	figure "$1: $exact/$RUNS runs of $EVENTS events exact, $lossy with loss"
	[ $exact -eq "$RUNS" ]
}

plan $((2 + (${#module} > 0) * 4))
all_runs bpf_run
check "probes: received + lost = $EVENTS in $RUNS/$RUNS runs" is "$? == 0"
check "... and in at least half of them there was loss" is "2 * $lossy >= $RUNS"
[ "$module" ] || finish

load
all_runs module_run
check "module: received + lost = events on each CPU in $RUNS/$RUNS runs" is "$? == 0"
check "... and in at least half of them there was loss" is "2 * $lossy >= $RUNS"
# Somebody who is killed while reading leaves the ring to the next.
{ timeout -s KILL 0.5 cat /dev/oscope; } > /dev/null 2>&1
check "killed while reading: the next one reads" timeout 20 bash -c 'head -c 100000 /dev/oscope | grep -aq OSCOPE'
check "what the module lost is told" is "$(cat "$SYS/lost") > 0"
finish
