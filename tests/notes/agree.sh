#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the claims' gates count, counted by others: switches by perf stat and by wait4, of an arm each of ten claims, which
# the seed chooses; system calls by strace, of the arms of one whose calls are counted everywhere.
. ./lib.sh
SAMPLE_OWN=150		# switches that oscope makes for itself: it looks at the machine first, for 200 ms
ENDS=20			# tasks' last switches, which perf does not see
SAMPLE_CALLS=1500	# and calls, dynamic linking included
: "${SEED:=$RANDOM}"
plan 13

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
if emulated; then
	skip_rest_of_plan "three ways to count take minutes in an emulator, and count the same"
	exit
fi
sample() { "$OSCOPE" notes sample "$@"; }
refuses() { # PATTERN WORDS...: exit 2 and one line that matches
	local pattern=$1 out
	shift
	out=$(sample "$@" 2>&1 > /dev/null)
	if [ $? != 2 ] || [ "$(wc -l <<< "$out")" != 1 ] || ! grep -q -- "$pattern" <<< "$out"; then
		echo "$out"
		return 1
	fi
}
check "of no claim" refuses 'which claim'
check "of an arm that is not there: those that are" refuses 'threads, processes' switch.thread-cheaper both
check "with an option of run's" refuses 'for run' switch.thread-cheaper --samples 3 --python /usr/bin/python3
check "by a source: there is none" refuses 'nothing is attached' switch.thread-cheaper --source bpf
unprivileged() { setpriv --reuid 65534 --regid 65534 --clear-groups "$OSCOPE" notes sample switch.thread-cheaper threads --json > "$TMP/one"; }
check "one arm, without any privilege" unprivileged
check "... a row, of operations that it has slept for" test "$(json "$TMP/one" '.rows | length == 1 and
	(.[0] | .arm == "threads" and .operations > 0 and .voluntary > 0)')" = true

# Claims that have a gate on switches an operation, so that it is known how many there are. Not those that make tasks: an
# event of perf's is gone before its task's last switch.
candidates='async.matrix async.single coroutine.cpu coroutine.no-lock ipc.fifo-pipe ipc.shm-threads ipc.thread-process
	parallel.io-bound switch.coroutine switch.coroutine-why switch.indirect switch.thread-cheaper switch.tlb sync.sem-kinds'
mapfile -t chosen < <(tr -s ' \n\t' '\n' <<< "$candidates" | shuf -n 10 --random-source=<(yes "$SEED"))
echo "# seed $SEED: ${chosen[*]}"
check "ten claims" "$OSCOPE" notes run "${chosen[@]}" ipc.mq-list --json --seed 42 --samples 2 --budget 240s -o "$r"
# A line a claim: id, arm, min and max of its gate
json "$r" '[.rows[] | .id as $id | [.gates[] | select(.count | test("^[a-z0-9_]+: (voluntary )?switches/op$"))] | select(length > 0) |
	first | [$id, (.count | sub(": .*"; "")), .min, .max]] | .[] | @tsv' > "$TMP/gates"
gated() {
	diff <(printf '%s\n' "${chosen[@]}" | sort) <(cut -f 1 "$TMP/gates" | sort) && return
	json "$r" '.rows[] | .id + ": " + .reason'
	return 1
}
check "... each with such a gate" gated

counted() { # ID ARM MIN MAX: by perf, all of the sample's tasks
	perf stat -x , -e context-switches -o "$TMP/perf" "$OSCOPE" notes sample "$1" "$2" --json -o "$TMP/sample" < /dev/null || return
	switches=$(awk -F , '$3 ~ /^context-switches/ || $3 == "context-switches" { print $1 }' "$TMP/perf")
	ops=$(json "$TMP/sample" '.rows[0].operations')
	kernel=$(json "$TMP/sample" '.rows[0] | .voluntary + .involuntary')
}
# Another sample than the gate was about, on a machine that has more to do: a twentieth of a switch an operation more.
by_perf() {
	local id arm min max
	while read -r id arm min max; do
		counted "$id" "$arm" || return
		is "$switches >= ($min) * $ops && $switches <= ($max) * $ops + 0.05 * $ops + $SAMPLE_OWN" ||
			{ echo "$id $arm: perf $switches, operations $ops, gate $min to $max"; return 1; }
	done < "$TMP/gates"
}
by_kernel() {
	local id arm
	while read -r id arm _; do
		counted "$id" "$arm" || return
		is "$switches >= $kernel - $ENDS && $switches <= $kernel + $SAMPLE_OWN" || { echo "$id $arm: perf $switches, wait4 $kernel"; return 1; }
	done < "$TMP/gates"
}
check "switches an operation: perf stat counts what the gates allow" by_perf
check "... and in one run perf stat and wait4 the same" by_kernel

# A claim whose arms are one task, so that its calls are counted without a privilege of the kernel's, and one by one.
calls() { # ARM: as strace has them, an operation, against the evidence
	local all
	strace -f -c -o "$TMP/strace" "$OSCOPE" notes sample ipc.mq-list "$1" --json -o "$TMP/sample" || return
	all=$(awk '$NF == "total" { print $4 }' "$TMP/strace")
	ops=$(json "$TMP/sample" '.rows[0].operations')
	each=$(row ipc.mq-list ".evidence.${1}_syscalls_per_op")
	is "$all >= $each * $ops && $all <= $each * $ops + $SAMPLE_CALLS" || { echo "$1: strace $all, operations $ops of $each"; return 1; }
}
for arm in sysv_typed sysv_oldest posix; do
	check "calls an operation: strace counts the same, $arm" calls $arm
done
finish
