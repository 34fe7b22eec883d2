#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A kernel that preempts itself, with many more tasks than CPUs, which are moved in their calls: each row has what its task
# has done and nothing else. Each task's messages have a size of its own, so half of another's call, or a call under
# another's name, is a wrong sum.
# What is mounted here goes with the test.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -m "$0" "$@"
. ../lib.sh
tasks=12 rounds=1000
! emulated || tasks=8 rounds=25
sums=("pipe write" "pipe read" "tcp send" "tcp receive" "unix-seqpacket send" "posix-mq send" "signal send" "signal receive" "futex wake")
pairs=(pipe tcp signal unix-seqpacket posix-mq)
plan $((1 + 3 * 2 + ${#sums[@]} + ${#pairs[@]} + 5 + 3))

[ -e /sys/kernel/debug/sched ] || mount -t debugfs none /sys/kernel/debug 2> /dev/null
mode=/sys/kernel/debug/sched/preempt
before=$(sed -nE 's/.*\(([a-z]+)\).*/\1/p' $mode 2> /dev/null)
# Of a machine that is not the tests' own nobody changes how it preempts.
if [ "${OSCOPE_VM_ACCEL-}" ] && [ "$before" ] && echo full 2> /dev/null > $mode; then
	trap 'echo "$before" > $mode; rm -rf "$TMP"' EXIT
	check "the kernel preempts itself" grep -qF "(full)" $mode
else
	skip "the kernel preempts itself" "it is not told to here: as it is, ${before:-unknown}"
fi

trace() { # SOURCE BY MECHANISMS
	"$OSCOPE" ipc --source "$1" --by "$2" -m "$3" --json -o "$TMP/report" -- ./ipc_crowd $tasks $rounds
	status=$?
}
# Rows of the crowd, once: what is on the left as "WHO MECHANISM OP COUNT MESSAGES BYTES", or "FROM TO MECHANISM MESSAGES BYTES CERTAINTY".
rows_read() {
	jq -r '.rows[] | if .from then select(.from.comm | startswith("crowd.")) | [.from.comm, .to.comm, .mechanism, .messages, .bytes, .certainty]
		else select(.task.comm | startswith("crowd.")) | [.task.comm, .mechanism, .op, .count, .messages, .bytes] end | @tsv' "$TMP/report" | tr '\t' ' ' > "$TMP/rows"
}
# task_sums MECHANISM OP: one row for each task; who receives a stream gets it in pieces as they come
task_sums() {
	local i of bytes count
	for ((i = 0; i < tasks; i++)); do
		of=$i count=$rounds
		[[ $2 != re* ]] || of=$(((i + tasks - 1) % tasks))
		bytes=$((rounds * (40 + 8 * of)))
		[[ $1 != signal && $1 != futex ]] || bytes=0
		case $1 in
		futex) echo "crowd.$i $((rounds + i)) 0 0" ;;
		*) [[ $1 != signal && $2 = re* ]] && echo "crowd.$i $bytes" || echo "crowd.$i $count $count $bytes" ;;
		esac
	done | sort
}
by_task() { # MECHANISM OP
	diff <(task_sums "$1" "$2") <(awk -v m="$1" -v op="$2" -v piecemeal="$([[ $1 != signal && $2 = re* ]] && echo 1)" '
		$1 != "crowd.in" && $2 == m && $3 == op { print piecemeal ? $1 " " $6 : $1 " " $4 " " $5 " " $6 }' "$TMP/rows" | sort)
}
# by_pair MECHANISM: to the next, or all to one
by_pair() {
	local i to bytes
	diff <(for ((i = 0; i < tasks; i++)); do
		to=$(((i + 1) % tasks))
		[[ $1 != unix-seqpacket && $1 != posix-mq ]] || to=in
		bytes=$((rounds * (40 + 8 * i)))
		[ "$1" != signal ] || bytes=0
		echo "crowd.$i crowd.$to $rounds $bytes exact"
	done | sort) <(awk -v m="$1" '$3 == m { print $1, $2, $4, $5, $6 }' "$TMP/rows" | sort)
}
whole() { jq -e '.lost.total == 0 and .totals.unpaired_share == 0 and '$status' == 0' "$TMP/report"; }
# by SOURCE SUMS PAIRS MECHANISMS: names of arrays
by() {
	local source=$1 mechanisms=$4 of m op
	local -n all_sums=$2 all_pairs=$3
	trace "$source" task "$mechanisms"
	rows_read
	check "$source: $tasks tasks, $rounds rounds: they end well, nothing lost, all is paired" whole
	for of in "${all_sums[@]}"; do
		read -r m op <<< "$of"
		check "$source: $m: $op: each task has its own calls, and all of them" by_task "$m" "$op"
	done
	trace "$source" pair "$mechanisms"
	rows_read
	check "$source: again, by pair: nothing lost" whole
	for m in "${all_pairs[@]}"; do
		check "$source: $m: each edge has what its sender has sent, for certain" by_pair "$m"
	done
	check "$source: ... and there is no other" is "$(wc -l < "$TMP/rows") == ${#all_pairs[@]} * $tasks"
}
by bpf sums pairs pipe,tcp,unix-seqpacket,posix-mq,signal,futex
if ! live_sources | grep -qx kmod; then
	skip_rest_of_plan "kmod: not usable here"
	exit
fi
was=$(< /sys/kernel/oscope/ipc)
echo 1 > /sys/kernel/oscope/ipc
# shellcheck disable=SC2034 # by their names
kmod_sums=("${sums[@]:0:5}") kmod_pairs=(pipe tcp unix-seqpacket)
by kmod kmod_sums kmod_pairs pipe,tcp,unix-seqpacket
echo "$was" > /sys/kernel/oscope/ipc
finish
