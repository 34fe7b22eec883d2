#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T16: conservation. What is received and what is said to be lost are together all that happened,
# exactly, whoever reads or does not: on the module's ring and on the probes', on every CPU.
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

# record N CPUS: what 'conserve file' says of a recording by the probes, of a storm of N on these CPUs
# whose reader stands still meanwhile.
record() {
	"$OSCOPE" record -q -z 0 --source bpf -e task --ring 2048 -o "$TMP/rec" -- \
		taskset -c "$2" ./conserve storm "$1" pause 2> "$TMP/err" || { cat "$TMP/err" >&2; return 1; }
	./conserve file "$TMP/rec"
}

# A storm of no renames has the records of its processes all the same: as many of them as CPUs.
cpus=$(taskset -cp $$ | sed 's/.*: //')
mapfile -t each < <(awk -v RS=, -F - '{ for (c = $1 + 0; c <= $NF + 0; c++) print c }' <<< "$cpus")
base_of() { record 0 "$1" | awk 'NR == 1 { print $3 }'; }
base_all=$(base_of "$cpus")
base_one=$(base_of "${each[0]}")

# cpus_exact BASE CPU...: each of these CPUs has received and lost its share of the events, to be exact
# if it is one; the others have nothing but the processes' records; and nothing is over. What a CPU loses
# behind its last chunk only the total at the end can tell: no more than that may be missing, and of the last
# records of a storm that has ended these are a few.
cpus_exact() {
	local base=$1
	shift
	awk -v n="$EVENTS" -v base="$base" -v on="$*" '
		BEGIN { k = split(on, cpu, " "); near = k > 1 ? 3 : 0 }	# phases, each shared out
		NR == 1 { total_lost = $2 }
		NR > 1 { got[$1] = $2 + $3; others += got[$1]; all += got[$1]; lost += $3 }
		END {
			behind = total_lost - lost
			for (i = 1; i <= k; i++) {
				others -= g = got[cpu[i]] + 0
				bad += g < n / k - near - behind || g > n / k + near + base
			}
			exit bad || others > base || all + behind != n + base || behind < 0 || behind > base
		}'
}

# Every other run is on all CPUs, those between are on one, on each in turn.
bpf_run() { # RUN
	local received lost all on=$cpus base=$base_all among=("${each[@]}")
	if [ $(($1 % 2)) = 1 ]; then
		on=${each[$1 / 2 % ${#each[@]}]} base=$base_one
		among=("$on")
	fi
	record "$EVENTS" "$on" > "$TMP/run" || return
	read -r received lost all < "$TMP/run"
	echo "# bpf, CPUs $on: $received received + $lost lost; $EVENTS renames and $base of their processes"
	sed 1d "$TMP/run" | awk '{ print "#   CPU " $1 ": " $2 " received + " $3 " lost" }'
	lossy "${lost:-0}"
	[ "$((received + lost))" = $((EVENTS + base)) ] && [ "$all" = $((EVENTS + base)) ] &&
		cpus_exact "$base" "${among[@]}" < "$TMP/run"
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
check "probes: received + lost = $EVENTS, on each CPU its own, in $RUNS/$RUNS runs" is "$? == 0"
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
