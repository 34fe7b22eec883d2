#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording under filters: each part against the one worked out by hand, and disjoint parts add up to the whole.
. ./lib.sh
plan 30

# Counts of switches, and how many of each interval.
counts='.totals | [.events, .switches, .voluntary, .involuntary, .from_idle, .migrations, .wakings, .unpaired,
	.wait_woken_ns.count, .wait_preempted_ns.count, .slice_ns.count]'
part() { # NAME EXPECTED CASE OPTION...
	oscope_switch "${@:3}" --json
	check "$1" same "$counts" "$2"
}

# parts CASE OPTION VALUE...: what each option leaves adds up to the whole, direct costs, too.
parts() {
	local all="[($counts), [.rows[].count], [.rows[].direct_ns.count // 0]]" i
	oscope_switch "$1" --json
	jq -c "$all" "$TMP/out" > "$TMP/whole"
	for ((i = 2; i < $#; i += 2)); do
		oscope_switch "$1" --json "${@:i:2}"
		jq "$all" "$TMP/out"
	done | jq -sc 'transpose | map(transpose | map(add))' > "$TMP/parts"
	diff "$TMP/whole" "$TMP/parts"
}

recording kinds
part "a process" '[5, 4, 3, 1, 1, 0, 4, 0, 3, 1, 4]' kinds -p 100
check "... its direct costs, which come with the next record of the CPU, whosever" same \
	'[.rows[] | select(.direct_ns.count > 0) | [.kind, .direct_ns.count, .direct_ns.max]]' \
	'[["to_idle", 1, 90], ["from_idle", 1, 150], ["same_mm", 1, 123], ["cross_mm", 1, 209]]'
part "a thread of it" '[3, 3, 2, 1, 0, 0, 3, 0, 2, 1, 3]' kinds -t 101
part "a name, of two processes" '[4, 3, 2, 1, 1, 0, 3, 0, 3, 1, 3]' kinds -c alpha-thread
part "a name that it got meanwhile: when it came it had another" '[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]' kinds -c gamma
part "a process on one CPU" '[1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0]' kinds -p 200 -C 1
part "nobody" '[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]' kinds -p 100 -c beta
check "processes add up to the whole" parts kinds -p 100 -p 200 -p 2 -p 3 -p 400
check "... threads" parts kinds -t 100,101 -t 200,400 -t 2,3
check "... and CPUs" parts kinds -C 0 -C 1

oscope_switch kinds -p 100 --by task --json
check "by task: its threads, as in the whole" same '[.rows[] | [.task.tid, .switches, .slice_ns, .wait_woken_ns]] | sort' \
	'[[100, 1, 1000, 600], [101, 3, 2200, 600]]'
oscope_switch kinds -p 100 --by cpu --json
check "by cpu" same '[.rows[] | [.cpu, .events, .from_idle]]' '[[0, 5, 1], [1, 0, 0]]'
oscope_switch kinds -p 100 --by pair --json
check "by pair: to whom it gives way has a name" same '[.rows[] | [.from.tid, .to.comm, .count]] | sort' \
	'[[0, "alpha", 1], [100, "alpha-thread", 1], [101, "beta", 1], [101, "idle", 2]]'
part "in a window of time" '[2, 2, 1, 1, 0, 0, 1, 0, 1, 1, 1]' kinds -p 100 --from 2.8us --to 6us

recording reuse
check "two lives of a number: both" parts reuse -t 500 -t 1
check "... or by name" parts reuse -c first -c second
oscope_switch reuse -c second --by task --json
check "... one of which has a row" same '[.rows[] | [.task.comm, .switches]]' '[["second", 1]]'

recording renamed
part "a name until another is told" '[1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]' renamed -c first
part "... and from then on" '[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]' renamed -c '"se;cond"'

recording renamed-late
part "... though the first one is told again, on another CPU" '[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]' renamed-late -c '"se;cond"'

recording heirs
part "a thread that executes a program, also under its new number" '[5, 3, 3, 0, 2, 0, 2, 1, 2, 0, 2]' heirs -t 601
part "... which is no longer the other's" '[2, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1]' heirs -t 600
check "... together they are the process" parts heirs -t 600 -t 601

oscope_states() { # CASE ARGS...
	unprivileged "$TMP/oscope" states -r "$TMP/$1" --json "${@:2}" > "$TMP/out" 2> "$TMP/err"
}
oscope_states kinds --by total --matrix -p 100,200,2,3
jq -c '.rows | map({from, to, count}) | sort_by([.from, .to])' "$TMP/out" > "$TMP/whole"
for pid in 100 200 2 3; do
	oscope_states kinds --by total --matrix -p $pid
	jq -c '.rows' "$TMP/out"
done | jq -sc 'add | group_by([.from, .to]) | map({from: .[0].from, to: .[0].to, count: map(.count) | add})' > "$TMP/parts"
check "states: transitions of processes add up to all" diff "$TMP/whole" "$TMP/parts"
oscope_states kinds
jq -c '[.rows[] | select(.task.pid == 100)]' "$TMP/out" > "$TMP/whole"
oscope_states kinds -p 100
check "... and each has what it has in the whole" diff <(jq -c .rows "$TMP/out") "$TMP/whole"
oscope_states kinds --wakers -t 200
check "... its wakers, by name" same '[.rows[] | [.waker.comm, .woken.tid, .count]] | sort' \
	'[["alpha-thread", 200, 1], ["idle", 200, 1]]'

refused() { # WORDS OPTION...
	oscope_switch kinds "${@:2}"
	[ $? = 2 ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -qF -e "$1" "$TMP/err"
}
check "no record says whose a task is" refused "-u: a recording does not say" -u 0
check "... or of which cgroup" refused "--cgroup: a recording does not say" --cgroup /
check "CPUs are those of the recording" refused "-C 0-2: the recording has no CPU 2, only 0 to 1" -C 0-2
check "... as is said of a list that is none" refused "not a list of CPUs" -C 0-
finish
