#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording of more, under a filter, against a live run under the same filter on the same events.
# shellcheck disable=SC2154 # started and stopped assign by name
. ../lib.sh
. ../replayed.sh
plan 13
rounds=3000
! emulated || rounds=500

# What the same events decide.
decided='[.totals | .events, .switches, .voluntary, .involuntary, .from_idle, .migrations, .wakings,
	.wait_woken_ns.count, .wait_preempted_ns.count, .slice_ns.count], [.rows[].count]'
by_task='.rows | map([.task.tid, .task.start_ns, .task.comm, .switches, .voluntary, .involuntary, .migrations]) | sort'
# Ways out of running; what went before the first of them is known live only, from how it was found.
leaves='.rows | map(select(.from == "running") | [.from, .to, .count]) | sort'

# Threads that its process makes later are the process's; those of its children are not.
stopped one ./pingpong threads $rounds
stopped other ./pingpong processes $rounds
started recorder record -v -e switch,wake,task,state -z 0 -p "$one,$other" -o "$TMP/rec"
started kinds switch -v --source bpf --json -p "$one" -o "$TMP/kinds"
started tasks switch -v --source bpf --json --by task -p "$one" -o "$TMP/tasks"
started other_tasks switch -v --source bpf --json --by task -p "$other" -o "$TMP/other"
started states states -v --source bpf --json --by total --matrix -p "$one" -o "$TMP/states"
kill -CONT "$one" "$other"
wait "$one" "$other"
kill -INT "$recorder" "$kinds" "$tasks" "$other_tasks" "$states"
wait "$recorder" "$kinds" "$tasks" "$other_tasks" "$states" 2> /dev/null
"$OSCOPE" switch -r "$TMP/rec" --json -p "$one" -o "$TMP/kinds.replayed"
check "nothing was lost" is "$(json "$TMP/kinds.replayed" .lost.total) + $(json "$TMP/kinds" .lost.total) == 0"
same "-p: all counts" "$decided" "$TMP/kinds" "$TMP/kinds.replayed"
"$OSCOPE" switch -r "$TMP/rec" --json --by task -p "$one" -o "$TMP/tasks.replayed"
same "-p: each thread" "$by_task" "$TMP/tasks" "$TMP/tasks.replayed"
"$OSCOPE" switch -r "$TMP/rec" --json --by task -p "$other" -o "$TMP/other.replayed"
same "-p: the other process, without its children" "$by_task" "$TMP/other" "$TMP/other.replayed"
"$OSCOPE" states -r "$TMP/rec" --json --by total --matrix -p "$one" -o "$TMP/states.replayed"
same "-p: what its threads leave CPUs for" "$leaves" "$TMP/states" "$TMP/states.replayed"
check "... and there was more in the recording" is \
	"$(json "$TMP/kinds.replayed" .totals.events) + $rounds <= $("$OSCOPE" switch -r "$TMP/rec" --json | jq .totals.events)"

# By name, which tasks of a tree get and lose while they run.
cp pingpong "$TMP/flt.$$"
started named switch -v --source bpf --json -c "flt.$$" -o "$TMP/named"
started ends zombies -v --source bpf --history --json --by task -c "flt.$$" -o "$TMP/ends"
started births spawn -v --source bpf --json --by task -c "flt.$$" -o "$TMP/births"
started named_tasks switch -v --source bpf --json --by task -c "flt.$$" -o "$TMP/named_tasks"
"$OSCOPE" record -q -e switch,wake,task,state,reap,spawn -z 0 -o "$TMP/rec" -- \
	sh -c "\"\$1\" threads $rounds & ./pingpong processes $rounds; \"\$1\" processes $rounds; wait" sh "$TMP/flt.$$"
kill -INT "$named" "$named_tasks" "$ends" "$births"
wait "$named" "$named_tasks" "$ends" "$births" 2> /dev/null
"$OSCOPE" switch -r "$TMP/rec" --json -c "flt.$$" -o "$TMP/named.replayed"
check "nothing was lost" is "$(json "$TMP/named.replayed" .lost.total) + $(json "$TMP/named" .lost.total) == 0"
same "-c: all counts" "$decided" "$TMP/named" "$TMP/named.replayed"
"$OSCOPE" switch -r "$TMP/rec" --json --by task -c "flt.$$" -o "$TMP/named_tasks.replayed"
same "-c: each task" "$by_task" "$TMP/named_tasks" "$TMP/named_tasks.replayed"
"$OSCOPE" zombies -r "$TMP/rec" --json --by task -c "flt.$$" -o "$TMP/ends.replayed"
same "-c: how each has ended" ".rows | map([.task.tid, .task.start_ns, .how, .exit_code, .reaper.tid]) | sort" \
	"$TMP/ends" "$TMP/ends.replayed"
"$OSCOPE" spawn -r "$TMP/rec" --json --by task -c "flt.$$" -o "$TMP/births.replayed"
same "-c: who was made under it" ".rows | map([.task.tid, .task.start_ns, .kind]) | sort" "$TMP/births" "$TMP/births.replayed"
same "-c: all makings and ends" ".totals.exits, .totals.forks, .totals.threads" "$TMP/births" "$TMP/births.replayed"
check "... four of them" is "$(json "$TMP/named_tasks.replayed" '.rows | length') == 4"
finish
