#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Filters: what passes is of the tasks and CPUs that were asked for, and all of them are there.
. ../lib.sh
plan 17
workers=()
trap 'kill "${workers[@]}" 2> /dev/null; [ ! -d "${group:-}" ] || rmdir "$group"
	[ ! -d "$TMP/cgroup" ] || umount "$TMP/cgroup"; rm -rf "$TMP"' EXIT

# Two processes that hand over to each other on CPU 0 until they are ended, a thousand times a second at
# most: four tasks that never rest would keep everybody else from that CPU. In an emulator even these take most of it.
rest=1000
! emulated || rest=20000
worker_start() { # OPTION... of setpriv
	local i
	setpriv --pdeathsig KILL "$@" ./pingpong processes 2000000000 0 $rest &
	workers+=($!)
	for ((i = 0; i < 600; i++)); do
		child=$(pgrep -P $!) && return 0
		sleep 0.1
	done
	return 1
}
chmod 711 "$TMP"
worker_start
mine=$! mine_child=$child
worker_start --reuid 65534 --regid 65534 --clear-groups
theirs=$! theirs_child=$child

# tids that a report by task has, sorted.
tids() { jq -r '[.rows[] | select(.switches > 0) | .task.tid] | sort | join(" ")' "$TMP/report"; }
by_task() { "$OSCOPE" switch --source bpf --by task --json -d 300ms -o "$TMP/report" "$@"; }
# only NAME "TID..." FILTER...: exactly these tids.
only() {
	local name=$1 want
	want=$(tr ' ' '\n' <<< "$2" | sort -n | paste -sd ' ')
	shift 2
	by_task "$@"
	check "$name" is "\"$(tids)\" == \"$want\""
}
only "-p: the threads of one process" "$mine" -p "$mine"
only "-p: of two" "$mine $theirs" -p "$mine,$theirs"
only "-t: one thread" "$mine_child" -t "$mine_child"
only "-u: tasks of one user" "$theirs $theirs_child" -u 65534
only "-p and -u: both must hold" "$theirs" -p "$mine,$theirs" -u 65534
by_task -c pingpong
check "-c: tasks of one name" is "\"$(tids)\" == \"$(tr ' ' '\n' <<< "$mine $mine_child $theirs $theirs_child" |
	sort -n | paste -sd ' ')\""
check "... and no other name" jq -e '[.rows[].task.comm] | unique == ["pingpong"]' "$TMP/report"

# A task that has one name when it comes and another when it leaves: how long it was here is not known, since
# a recording would not know it; but where it was made to go and came back under the name that counts.
(
	exec {never}<> <(:)
	while kill -0 $$ 2> /dev/null; do	# no longer than this test, whatever ends it
		echo -n theirs > /proc/$BASHPID/comm
		read -rt 0.005 -u $never
		echo -n ours > /proc/$BASHPID/comm
		read -rt 0.005 -u $never
	done
) & renamed=$!
workers+=("$renamed")
by_task -c theirs -p $renamed -d 1s
kill $renamed
check "-c: a task under two names" jq -e '.totals | .voluntary > 5 and .slice_ns.count <= .involuntary' "$TMP/report"

# What the kernel counted for the process around the trace is at least what we saw in it. It may be much
# more: attaching the probes takes time.
switched() { awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$1/status"; }
before=$(switched "$mine")
by_task -p "$mine"
after=$(switched "$mine")
check "-p: no more than the kernel counted meanwhile" is \
	"$(json "$TMP/report" .totals.switches) <= $after - $before &&
	 $(json "$TMP/report" .totals.switches) > 0"

"$OSCOPE" switch --source bpf --by cpu --json -d 300ms -o "$TMP/report" -C 0
check "-C: one CPU" jq -e '[.rows[] | select(.events > 0) | .cpu] == [0]' "$TMP/report"
"$OSCOPE" switch --source bpf --json -d 300ms -o "$TMP/report" -C 0 -p "$mine"
check "-C and -p: both must hold" is "$(json "$TMP/report" .totals.switches) > 0"

# A spinner that is made to give way on CPU 1, runs on CPU 0 for a second, and comes back: it has not waited.
setpriv --pdeathsig KILL ./spin 2 600000 1 &
spinner=$!
workers+=("$spinner")
exec {said}< <(exec "$OSCOPE" switch --source bpf --by task --json -v -d 3s -o "$TMP/report" -C 1 -p $spinner 2>&1)
tracer=$!
while read -r line <&$said; do [[ $line = *racing* ]] && break; done
taskset -p -c 0 $spinner > /dev/null
read -rt 1 <> <(:)
taskset -p -c 1 $spinner > /dev/null
wait $tracer
check "-C: what a task does on another CPU is no wait" is "$(json "$TMP/report" .totals.wait_preempted_ns.count) > 0 &&
	$(json "$TMP/report" .totals.wait_preempted_ns.max) < 0.9e9"
"$OSCOPE" record --source bpf -q -d 300ms -o "$TMP/rec" -C 1 -p $spinner
kill $spinner
check "-C: a recording is replayed" "$OSCOPE" switch -r "$TMP/rec" --json -o "$TMP/report"
check "... which says that it cannot tell waits" jq -e \
	'.not_captured | index("wait_preempted_ns") and index("wait_woken_ns")' "$TMP/report"

mkdir "$TMP/cgroup"
mount -t cgroup2 none "$TMP/cgroup"
group=$TMP/cgroup/oscope-test.$$
mkdir "$group"
echo "$mine_child" > "$group/cgroup.procs"
only "--cgroup: the tasks in it" "$mine_child" --cgroup "$group"
echo "$mine_child" > "$TMP/cgroup/cgroup.procs"
by_task --cgroup "$group"
check "--cgroup: none when it is empty" is "\"$(tids)\" == \"\""
echo "$mine_child" > "$group/cgroup.procs"
only "--cgroup: a path below the hierarchy's root" "$mine_child" --cgroup "/${group##*/}"
echo "$mine_child" > "$TMP/cgroup/cgroup.procs"
finish
