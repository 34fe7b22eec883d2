#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T18: process ids that come again are other tasks: no row and no latency spans two lives.
. ./lib.sh
: "${FORKS:=5000}" "${PID_MAX:=400}"
plan 6

pid_max=$(cat /proc/sys/kernel/pid_max)
echo "$PID_MAX" > /proc/sys/kernel/pid_max
load tasks=$((2 * FORKS > 32768 ? 2 * FORKS : 32768))
./rows "$FORKS" > "$TMP/said" 2>&1
status=$?
sed 's/^/# /' "$TMP/said"
figure "pid_max $PID_MAX: $(tail -n 1 "$TMP/said")"
check "module: a row for each life, no time of another, every end seen" is "$status == 0"
check "nothing was untracked" is "$(cat $SYS/untracked) == 0"

# The probes, whose state of tasks is indexed by tid.
forks=$((FORKS / 10))
"$OSCOPE" switch --source bpf --by task --json -o "$TMP/tasks" -- \
	bash -c "for ((i = 0; i < $forks; i++)); do (:); done"
begin=$(jq '.rows | length' "$TMP/tasks")
check "probes: a row for each of $forks lives and the shell" is "$begin == $forks + 1"
check "... (tid, start) is unique" is \
	"$(jq '.rows | map([.task.tid, .task.start_ns]) | unique | length' "$TMP/tasks") == $begin"
# Of two lives with one id: time of the first that lies in the second.
shared=$(jq '[.rows | group_by(.task.tid)[] | sort_by(.task.start_ns) | . as $lives |
	range(length - 1) | [$lives[.], $lives[. + 1]] |
	select((.[0] | .task.start_ns + .slice_ns + .wait_woken_ns + .wait_preempted_ns) >
		.[1].task.start_ns)] | length' "$TMP/tasks")
check "... no time of another life" is "$shared == 0"
reused=$(jq '[.rows | group_by(.task.tid)[] | select(length > 1)] | length' "$TMP/tasks")
figure "probes: $begin rows, $reused process ids more than once, $shared share time"
check "... though process ids came again" is "$reused > 0"
echo "$pid_max" > /proc/sys/kernel/pid_max
finish
