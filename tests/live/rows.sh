#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rows of tasks: a row is a number and a start. Who takes a number over by exec goes on in the row of who
# had it; who is renamed, comes to pass a filter later, or has ended, has a name in a recording, too.
. ../lib.sh

read -ra sources <<< "$(live_sources | xargs)"
plan $((6 + 8 * ${#sources[@]} + 2 * (2 - ${#sources[@]})))

# voluntary REPORT TID: how often this task gave its CPU up by itself.
voluntary() { json "$1" "[.rows[] | select(.task.tid == $2).voluntary] | add"; }
keys_unique() { jq -e '[.rows[].task | [.tid, .start_ns]] | length == (unique | length)' "$1"; }
# The leader sleeps 100 times, another thread 200 times, what that one becomes 400 times; loading a
# program and ending sleep, too, a few times: 27 times in an emulator, whose files are the host's.
few=60
tids() { # REPORT: of the thread that ran the program, and of the process
	thread=$(cat "$TMP/thread")
	leader=$(json "$1" '[.rows[] | select(.task.comm == "exec_thread").task.pid] | unique | .[0]')
}
exec_rows() { # NAME REPORT
	tids "$2"
	check "$1: each row is another task" keys_unique "$2"
	check "$1: the thread's row ends with the exec" within "$(voluntary "$2" "$thread")" 200 $few
	check "$1: the process' row goes on" within "$(voluntary "$2" "$leader")" 500 $few
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		skip "$s: exec of a thread" "source not usable here"
		continue
	fi
	"$OSCOPE" switch --by task --source "$s" --json -o "$TMP/report" -- \
		./exec_thread 100 200 400 > "$TMP/thread"
	exec_rows "$s" "$TMP/report"
	# The same from outside, in intervals, each since the one before it.
	"$OSCOPE" switch --by task --source "$s" --json -i 20ms -o "$TMP/intervals" -- \
		./exec_thread 100 200 400 > "$TMP/thread"
	jq -s '{rows: [.[].rows[]] | group_by(.task.tid, .task.start_ns) | map(last + {
			switches: map(.switches) | add, voluntary: map(.voluntary) | add})}' \
		"$TMP/intervals" > "$TMP/report"
	exec_rows "$s, in intervals" "$TMP/report"
done

"$OSCOPE" record -q -o "$TMP/rec" -- ./exec_thread 100 200 400 > "$TMP/thread"
"$OSCOPE" switch --by task -r "$TMP/rec" --json -o "$TMP/replayed"
exec_rows "replay" "$TMP/replayed"

# Names in a recording, of tasks that pass its filter only after they got them, or after they were made.
named() { # NAME RECORD-OPTION... -- PROGRAM...: all that switched
	local name=$1
	shift
	taskset -c 1 "$OSCOPE" record --source bpf -q -o "$TMP/rec" "$@" &&
		"$OSCOPE" switch --by task -r "$TMP/rec" --json -o "$TMP/replayed" &&
		jq -e --arg name "$name" '[.rows[].task.comm] | length > 0 and unique == [$name]' "$TMP/replayed"
}
check "on another CPU: replay knows its name" named pingpong -C 0 -- ./pingpong processes 100
check "under another name" named ours -c ours -- bash -c \
	'echo -n ours > /proc/$BASHPID/comm; for i in {1..10}; do read -rt 0.001 <> <(:); done; true'
check "as another user" named perl -u 65534 -- perl -e \
	'$< = $> = 65534; select(undef, undef, undef, 0.001) for 1 .. 10'

# A flight recorder much too small for all: what it said of tasks at the start has been overwritten. Who
# has ended has a name all the same, and who has not.
flight() { # SOURCE: names of what switched most often
	local program=(-- ./pingpong processes 5000)
	if [ "$1" != bpf ]; then
		program=(-d 300ms)
		! emulated || program=(-d 1s)
	fi
	"$OSCOPE" record --source "$1" -q --overwrite --ring 1024 -o "$TMP/rec" "${program[@]}" &&
		"$OSCOPE" switch --by task -r "$TMP/rec" --json -o "$TMP/replayed"
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		skip "$s: names in a flight recorder" "source not usable here"
		continue
	fi
	pid=''
	# The module records the whole machine.
	[ "$s" = bpf ] || { setpriv --pdeathsig KILL ./pingpong processes 2000000000 0 & pid=$!; }
	check "$s: a flight recorder" flight "$s"
	[ ! "$pid" ] || { kill $pid; wait $pid 2> /dev/null; }
	check "$s: each task in it has its name" jq -e '.lost.overwritten > 1000 and
		([.rows[].task | .comm != "" and .start_ns > 0] | length > 1 and all) and
		([.rows[].task.comm] | index("pingpong"))' "$TMP/replayed"
done
finish
