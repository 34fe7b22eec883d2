#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# stress-ng, one mechanism after another: each shows under its own name, and its calls are as many as perf stat has
# counted of the same processes in the same run, by the kernel's tracepoints of the calls' ends.
#
# Calls that fail are counted by the tracepoints whatever they are about, and by oscope if that is an object; so sums of
# calls that succeed are compared where a stressor makes calls about nothing. Files are read, too: those calls are told
# apart by how much they move.
# What is mounted here goes with the test.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -m "$0" "$@"
. ../lib.sh
# stressor, how often, options | mechanism | operation, what is summed up: messages, count, or good: without errors and eagain; events that
# are as many | ...
stressors=(
	"pipe 20000 --pipe-data-size 512 | pipe | write messages exit_write:ret==512 | read messages exit_read:ret==512"
	"fifo 20000 --fifo-data-size 8 | fifo | write messages exit_write:ret==8 | read messages exit_read:ret==8"
	"msg 20000 | sysv-msg | send good exit_msgsnd:ret==0 | receive good exit_msgrcv:ret>=0"
	"mq 15000 | posix-mq | send good exit_mq_timedsend:ret==0 | receive good exit_mq_timedreceive:ret>=0"
	"sem-sysv 50000 | sysv-sem | raise+wait good exit_semtimedop:ret==0 exit_semop:ret==0"
	# Semaphores, mutexes: calls are made if somebody has to wait.
	"sem 100000000 --sem-procs 64 -t 1 | futex | wake+wait count exit_futex"
	"mutex 100000000 -t 1 | futex | wake+wait count exit_futex"
	"futex 10000 | futex | wake+wait count exit_futex"
	"sock 100 | tcp | send good exit_sendto:ret>=0 exit_sendmsg:ret>=0 exit_sendmmsg:ret>=0 | receive messages exit_recvfrom:ret>0 exit_recvmsg:ret>0"
	# Each of its rounds makes its sockets anew: together they have to stay well below the objects that there is room for.
	"sockpair 2000 | unix-stream | send good exit_write:ret==4096 exit_sendto:ret>=0 | receive messages exit_read:ret==4096"
	"eventfd 20000 | eventfd | write good exit_write:ret==8 | read good exit_read:ret==8"
	# What was pending already is sent in vain, and the call succeeds.
	"sigq 20000 | signal | send count exit_rt_sigqueueinfo:ret==0 exit_kill:ret==0 | receive messages exit_rt_sigtimedwait:ret>0 signal_deliver"
	# Addresses are no errors. A process has places for some tens of segments in the table of shares: more are counted as lost, and
	# not what is summed up here.
	"shm-sysv 100 --shm-sysv-bytes 1M --shm-sysv-segs 1 | sysv-shm | attach good exit_shmat:ret>0 | detach good exit_shmdt:ret==0"
	"memfd 20 --memfd-fds 16 --memfd-bytes 16M | memfd | map good enter_mmap:flags&1&&fd<1000"
	# Some versions map none of their segments as shared: nothing to compare then.
	"shm 20 --shm-bytes 1M --shm-objs 4 | posix-shm | map good enter_mmap:flags&1&&fd<1000"
)
sums() { tr '|' '\n' <<< "$1" | tail -n +3; }
plan $((${#stressors[@]} + $(for of in "${stressors[@]}"; do sums "$of"; done | wc -l)))
if [ "${OSCOPE_VM_ACCEL-}" ]; then
	skip_rest_of_plan "natively: as fast as it goes"
	exit
fi
[ -e /sys/kernel/tracing/events/syscalls ] || mount -t tracefs none /sys/kernel/tracing 2> /dev/null
if [ ! -e /sys/kernel/tracing/events/syscalls/sys_exit_read ]; then
	skip_rest_of_plan "the kernel has no tracepoints of single calls"
	exit
fi
# A stressor of sockets opens as many as it may.
ulimit -n 200

# stress NAME OPS OPTION...: with the events of all its sums
stress() {
	local name=$1 ops=$2 event events=()
	shift 2
	for event in "${counted[@]}"; do
		if [ "$event" = signal_deliver ]; then events+=(-e signal:signal_deliver); else events+=(-e "syscalls:sys_${event%%:*}"); fi
		[[ $event != *:* ]] || events+=(--filter "${event#*:}")
	done
	"$OSCOPE" ipc --by task --json -o "$TMP/report" -- perf stat -x, -o "$TMP/perf" "${events[@]}" -- \
		stress-ng --"$name" 1 --"$name"-ops "$ops" -t 20 --oomable -q "$@"
}
# ours MECHANISM OPERATIONS WHAT: without what perf does before it begins to count
ours() {
	jq --arg m "$1" --arg ops "$2" --arg what "$3" '[.rows[] | select(.mechanism == $m and .task.comm != "perf" and (.op | IN($ops | split("+")[]))) |
		if $what == "good" then .count - .errors - .eagain else .[$what] end] | add // 0' "$TMP/report"
}
# theirs EVENT...: how many perf has counted of those that come next, in the order in which it was told of them
theirs() {
	local sum=0 event
	for event; do
		sum=$((sum + perf_counts[0]))
		perf_counts=("${perf_counts[@]:1}")
	done
	of_perf=$sum
}
# It ended well and nothing is lost, or both are shown.
whole() {
	if ! { is "$status == 0" && jq -e "$lost == 0" "$TMP/report"; }; then
		cat "$TMP/out"
		jq -c .lost "$TMP/report"
		return 1
	fi
}
# Within half of a percent, or ten: perf begins to count a few calls before its program, and on a slow machine the end comes after
# few. And there are some at all.
agrees() { # OURS THEIRS
	is "$2 > 100" && within "$1" "$2" "$(awk -v n="$2" 'BEGIN { t = n * 0.005; print (t > 10) ? t : 10 }')"
}
for of in "${stressors[@]}"; do
	IFS='|' read -r how mechanism _ <<< "${of// | /|}"
	read -ra how <<< "$how"
	counted=()
	while read -r _ _ events; do
		read -ra events <<< "$events"
		counted+=("${events[@]}")
	done < <(sums "$of")
	stress "${how[@]}" > "$TMP/out" 2>&1
	status=$?
	mapfile -t perf_counts < <(awk -F , '/syscalls:|signal:/ { print $1 }' "$TMP/perf")
	lost=.lost.total
	[[ $mechanism != *-shm && $mechanism != memfd ]] || lost="$lost - .lost.untracked"
	check "${how[0]}: runs, and nothing is lost" whole
	while read -r op what events; do
		read -ra events <<< "$events"
		theirs "${events[@]}"
		n=$(ours "$mechanism" "$op" "$what")
		figure "${how[0]}: $mechanism $op $n, perf $of_perf"
		if [ "${how[0]}" = shm ] && [ "$n" = 0 ] && [ "$of_perf" = 0 ]; then
			skip "${how[0]}: $mechanism: $op: as many as there were" "this stress-ng maps none of them as shared"
		else
			check "${how[0]}: $mechanism: $op: as many as there were" agrees "$n" "$of_perf"
		fi
	done < <(sums "$of")
done
finish
