#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who waits for which lock: each deadlock is found and proved within a second, with who and what is in it; what only
# looks like one is not proved; what is none is not reported.
. ../lib.sh
mapfile -t sources < <(live_sources)
# WHAT TASKS KINDS: how many are in the cycle, by which kinds of locks.
proved="two 2 mutex
ring 3 mutex
philosophers 5 mutex
self 1 mutex
recursive 2 mutex
errorcheck 2 mutex
adaptive 2 mutex
robust 2 robust-mutex
pi 2 mutex,pi-mutex
processes 2 mutex
namespaces 2 mutex
flock 2 flock
mixed 2 fcntl,flock"
n_proved=$(wc -l <<< "$proved")
programs=200 ms=20 looks=10
if emulated; then
	programs=20 ms=100 looks=3
fi
plan $((3 * n_proved + 45))
export TMPDIR=$TMP

report() { jq -e "$@" "$TMP/report"; }
guard() { # PROGRAM...: status of a program under guard
	timeout -s KILL 60 "$OSCOPE" locks --check --json -o "$TMP/report" -- "$@" > "$TMP/output" 2> "$TMP/err"
	echo $? > "$TMP/status"
}
status_is() { is "$(cat "$TMP/status") == $1"; }

while read -r what tasks kinds; do
	guard ./deadlocks "$what"
	check "$what: a deadlock, status 10, nobody of it left" bash -c "[ $(cat "$TMP/status") = 10 ] && ! pgrep -f '^./deadlocks $what\$'"
	check "$what: $tasks by $kinds, each for what the next one has; proved" report '(.totals.deadlocks | length) == 1 and
		(.totals.deadlocks[0] | .proof == "proved" and (.tasks | length) == '"$tasks"' and
			([.tasks[].task.comm] | sort) == ("abcde"[:'"$tasks"'] / "") and
			([.locks[].kind] | unique) == ("'"$kinds"'" | split(","))) and
		(.totals.deadlocks[0] | [.tasks[].task.comm | explode[0]] | . as $c | [$c, $c[1:] + $c[:1]] | transpose |
			all(.[]; .[1] - .[0] == 1 or .[1] - .[0] == 1 - '"$tasks"')) and
		([.rows[] | select(.deadlock == 1)] | length == '"$tasks"' and all(.[]; .owner_is == "waiting" and (.lock | length) > 0))'
	if emulated; then
		skip "$what: ... within a second" "times are an emulator's"
	else
		check "$what: ... within a second" report '.duration_ns < 1e9 and .totals.deadlocks[0].age_ns < 1e9'
	fi
done <<< "$proved"

guard bash -c "trap '' TERM; (./deadlocks ring; :) & wait; :"
check "who does not end by SIGTERM, children's children too: nobody left" bash -c "[ $(cat "$TMP/status") = 10 ] && ! pgrep -f '^./deadlocks ring\$'"

# What hangs and is no proof is started by itself, and ended.
hang() { # WHAT: runs until all of it waits
	./deadlocks "$1" > "$TMP/hangs" & hangs=$!
	until "$OSCOPE" locks --all --json -o "$TMP/report" -p $hangs && [ "$(ready "$1")" = true ]; do kill -0 $hangs || break; done
}
ready() { jq "$(case $1 in
	semaphores|passed) echo '[.rows[] | select(.owner_is == "waiting")] | length == 2' ;;
	timed) echo '[.rows[] | select(.kind == "mutex")] | length == 2' ;;
	gone) echo '[.rows[] | select(.kind == "mutex")] | length == 1' ;;
	*) echo '[.rows[] | select(.owner_is == "waiting")] | length >= 2' ;;
	esac)" "$TMP/report"; }
unhang() { # the semaphores' have ended by themselves
	local kids
	mapfile -t kids < <(pgrep -P $hangs)
	kill -KILL $hangs "${kids[@]}"
	wait $hangs
}
look() { # OPTION...
	"$OSCOPE" locks --json -o "$TMP/report" -p $hangs "$@" 2> "$TMP/err"
	echo $? > "$TMP/status"
}
hang join
look --check
check "join: who waits for the end of one who waits for it: inferred" report '.totals.deadlocks | length == 1 and .[0].proof == "inferred" and
	([.[0].locks[].kind] | sort) == ["join", "mutex"]'
check "... which is not found" status_is 0
unhang 2> /dev/null
hang timed
look --check
check "timed: who does not wait for ever: no deadlock, and status 0" bash -c "[ $(cat "$TMP/status") = 0 ]"
check "... both are seen waiting, one of them with a time limit" report '.totals.deadlocks == [] and
	([.rows[] | select(.kind == "mutex")] | [.[].timed] | sort) == [false, true] and all(.rows[]; .owner_is == "waiting")'
unhang 2> /dev/null
hang gone
look
check "gone: its owner has ended, and kept it" report '.totals.deadlocks == [] and (.rows | length) == 1 and
	(.rows[0] | .kind == "mutex" and .owner_is == "gone" and .owner == null and .task.comm == "a")'
unhang 2> /dev/null
hang passed
look --check
check "passed: another has the open file and may unlock it: inferred" report '.totals.deadlocks | length == 1 and .[0].proof == "inferred"'
check "... which is not found" status_is 0
unhang 2> /dev/null
hang semaphores
look --check
check "semaphores: who has taken them last: inferred" report '.totals.deadlocks | length == 1 and .[0].proof == "inferred" and
	([.[0].locks[].kind] | unique) == ["semaphore"]'
check "... which is not found" status_is 0
ipcrm -s "$(cat "$TMP/hangs")"
unhang 2> /dev/null

# One that is deadlocked already.
hang two
look
check "by name: the variable, and how far into it" report '([.rows[] | select(.kind == "mutex").name] | sort) == ["deadlocks:mine.0", "deadlocks:mine.0+0x28"] or
	([.rows[] | select(.kind == "mutex").name] | sort | .[0] | startswith("deadlocks:mine"))'
check "... where: the path of its file" report 'all(.rows[] | select(.kind == "mutex"); .lock | startswith("'"$PWD"'/deadlocks:"))'
check "-p of one that is deadlocked already" report '.totals.deadlocks | length == 1 and .[0].proof == "proved"'
check "... status 0 without --check" status_is 0
check "... and 10 with it" bash -c "'$OSCOPE' locks --check -o /dev/null -p $hangs; [ \$? = 10 ]"
check "... since when: as long as it hangs, the second time longer" bash -c "
	age() { '$OSCOPE' locks --json -o '$TMP/age' -p $hangs; jq -r '.totals.deadlocks[0].age_ns // 0' '$TMP/age'; }
	began=\$(date +%s%N); a=\$(age); b=\$(age); lasted=\$((\$(date +%s%N) - began))
	((a > 0 && b > a && b - a <= lasted + 20000000))"
"$OSCOPE" locks -p $hangs -o "$TMP/text"
check "... as text: both rows, and what it means" is "$(grep -c ' mutex .*waiting .*1$' "$TMP/text") == 2 && $(grep -c '^deadlocks: 1 proved' "$TMP/text") == 1"
check "... which fits 80 columns" bash -c "! grep -E '.{81}' '$TMP/text'"
graph() { "$OSCOPE" locks --graph "$1" -o "$TMP/graph" -p $hangs; }
graph text
check "a graph as text" is "$(grep -c '^  -> [ab]:' "$TMP/graph") == 2 && $(grep -c '^[ab]:' "$TMP/graph") == 2"
graph dot
check "... for Graphviz" is "$(grep -c '^	"[ab]:[0-9]*" -> "[ab]:[0-9]*" \[label=".*"\];$' "$TMP/graph") == 2 && $(grep -c '^digraph locks {$' "$TMP/graph") == 1"
graph mermaid
check "... for Mermaid" is "$(grep -c '^	t[0-9]*\["[ab]:[0-9]*"\] -->|".*"| t[0-9]*\["[ab]:[0-9]*"\]$' "$TMP/graph") == 2"
"$OSCOPE" locks --json -i 10ms -n 3 -p $hangs -o "$TMP/report"
check "-n 3: three looks, each finds it" report -s 'length == 3 and [.[].totals.looks] == [1, 2, 3] and all(.[]; .totals.deadlocks | length == 1)'
check "--watch --check ends with the first" bash -c "timeout 10 '$OSCOPE' locks --watch --check -i 10ms -p $hangs -o /dev/null; [ \$? = 10 ]"
setpriv --reuid 65534 --regid 65534 --clear-groups "$OSCOPE" locks -p $hangs > "$TMP/out" 2> "$TMP/err"
echo $? > "$TMP/status"
check "another user's: status 3, and what it takes" bash -c "[ $(cat "$TMP/status") = 3 ] && [ \$(wc -l < '$TMP/err') = 1 ] && grep -q CAP_SYS_PTRACE '$TMP/err'"
setpriv --reuid 65534 --regid 65534 --clear-groups timeout -s KILL 20 "$OSCOPE" locks --check -o /dev/null -- ./deadlocks ring 2> "$TMP/err"
echo $? > "$TMP/status"
check "a program of one's own takes no privilege" status_is 10
unhang 2> /dev/null

# What is no deadlock.
timeout -s KILL 120 "$OSCOPE" locks --check -i 2ms --json -o "$TMP/report" -- bash -c "for ((i = 0; i < $programs; i++)); do ./deadlocks contended $ms || exit; done"
echo $? > "$TMP/status"
check "$programs programs that contend: none reported" status_is 0
check "... though it was looked, and tasks were seen waiting" report '.totals.looks > '$looks' and .totals.deadlocks == []'
guard false
check "under guard the program's own status is not told" status_is 0
guard /nonexistent
check "... but that it is not there" status_is 127
"$OSCOPE" locks --check -o /dev/null -- sleep 60 & guarded=$!
until pgrep -P $guarded -x sleep > "$TMP/sleeper"; do kill -0 $guarded || break; done
kill -TERM $guarded
wait $guarded
echo $? > "$TMP/status"
check "ended by a signal, with its program" bash -c "[ $(cat "$TMP/status") = 143 ] && [ ! -e /proc/$(cat "$TMP/sleeper") ]"

# Contention, by the probes: each lock of those that contend, with who waited and who woke.
if [[ " ${sources[*]} " = *" bpf "* ]]; then
	cp deadlocks "$TMP"	# not so deep that its name would be cut
	"$OSCOPE" locks --trace --json -o "$TMP/report" -- "$TMP/deadlocks" contended 300
	check "contention: waits and wakes, by lock" report '.totals.waits > 0 and .totals.woken > 0 and (.rows | length) >= 2 and
		([.rows[].waits] | add) == .totals.waits and ([.rows[].wait_ns] | add) == .totals.wait_ns'
	check "... most waited for first; that of the program by name" report '[.rows[].wait_ns] as $w | ($w | sort | reverse) == $w and
		any(.rows[]; .name | startswith("deadlocks:mine"))'
	check "... who waited, and who woke, are two of its threads" report '[.rows[] | select(.name | startswith("deadlocks:mine"))][0] |
		.waiters > 1 and .waiters <= 4 and .top_waiter.comm == "deadlocks" and .top_waker.comm == "deadlocks" and .top_waiter.pid == .top_waker.pid'
	check "... none waits longer than all are there" report '.duration_ns as $d | all(.rows[]; .wait_ns <= 5 * $d)'
	"$OSCOPE" locks --trace --json -o "$TMP/report" -- ./deadlocks convoy 50
	check "a convoy: of 200 that had it for 1 ms each, nearly all had it from one who had queued, too" report '.rows[0] | .convoy and
		.handed >= 180 and .handed <= .woken and .woken <= 200 and .held_ns >= 1e6 and .held_ns < .wait_ns / .waits'
	# While it is held, that is: how long the program takes to start and to end is not its business.
	check "... three of four wait at any time" report '.rows[0] | .queue <= 3 and .wait_ns > 2 * .handed * .held_ns'
	"$OSCOPE" locks --trace --json -o "$TMP/report" -- ./deadlocks turns 50
	check "who has it by waiting, and gives it to one who came later: no convoy" report '[.rows[] | select(.convoy)] == [] and
		any(.rows[]; .waits == 99 and .woken == 99 and .handed == 0 and .held_ns == null)'
	"$OSCOPE" locks --trace -o "$TMP/text" -- "$TMP/deadlocks" contended 50
	check "... text fits 80 columns" bash -c "! grep -E '.{81}' '$TMP/text' && grep -q ' deadlocks:mine\|^deadlocks:mine' '$TMP/text'"
else
	for ((i = 0; i < 8; i++)); do skip "contention" "no probes here"; done
fi

refused() { # WORD OPTION...: status 2 (125 with a program), and the word in the one line
	local word=$1
	shift
	"$OSCOPE" locks "$@" > "$TMP/out" 2> "$TMP/err"
	[[ $? = 2 || " $* " = *" -- "* ]] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q -- "$word" "$TMP/err" && [ ! -s "$TMP/out" ]
}
check "refused: a program that is not watched" refused --check -- true
check "... watched, and only for a while" refused "to its end" --check -d 1s -- true
check "... a look with a filter of the trace" refused --trace -c foo
check "... a trace that is to find deadlocks" refused --check --trace --check -d 1ms
check "... a trace by CPU" refused --cgroup --trace -C 0 -d 1ms
check "... a graph as JSON" refused --json --graph dot --json
true & nobody=$!
wait $nobody
"$OSCOPE" locks -p $nobody > "$TMP/out" 2> "$TMP/err"
echo $? > "$TMP/status"
check "a process that is not there: status 2, named" bash -c "[ $(cat "$TMP/status") = 2 ] && grep -q $nobody '$TMP/err'"
finish
