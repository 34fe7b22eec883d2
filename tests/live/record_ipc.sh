#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What communicates, recorded: each number of each report is what the tables said that the same probes kept on the same
# run; and what else reads it says the same.
. ../lib.sh
plan 28
n=200 nap=0.3	# which an exec does not take
! emulated || n=40 nap=5

rec=$TMP/rec live=$TMP/live
# replay FILE OPTION...: to $TMP/out
replay() { "$OSCOPE" ipc -r "$@" --json -o "$TMP/out" 2> "$TMP/err"; }
json_is() { jq -e "$1" "$TMP/out"; }	# FILTER
refused() { # STATUS WORDS COMMAND...: with one line that has these words
	local want=$1 words=$2 got
	"${@:3}" > "$TMP/said" 2>&1
	got=$?
	cat "$TMP/said"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/said")" = 1 ] && grep -q -- "$words" "$TMP/said"
}
record() { "$OSCOPE" record -q --source bpf "$@"; }

loads="./ipc pipe oneway $n 100 && ./ipc fifo fanin 20 100 && ./ipc unix-stream ring $n 100 && ./ipc unix-dgram oneway $n 100 &&
	./ipc tcp oneway $n 100 && ./ipc eventfd oneway $n 8 && ./ipc_queues sysv $n 20 oneway full types > $TMP/sysv &&
	./ipc_queues mq $n 20 oneway > $TMP/mq && ./ipc_sem ring $n && ./ipc_futex threads $n && ./ipc_futex contend $n > $TMP/contend &&
	./ipc_signals each 20 && ./ipc_locks 10 flock > $TMP/locks; ./ipc_shm sysv 5; ./ipc_net $n 20 ask; true"
mechanisms='["pipe", "fifo", "unix-stream", "unix-dgram", "tcp", "eventfd", "signal", "futex", "sysv-msg", "posix-mq", "sysv-sem"]'
if emulated; then	# which takes seconds for the start of each
	loads="./ipc pipe oneway $n 100 && ./ipc_queues sysv $n 20 oneway > $TMP/sysv && ./ipc_futex threads $n && ./ipc_signals each 5 &&
		./ipc_sem ring $n"
	mechanisms='["pipe", "signal", "futex", "sysv-msg", "sysv-sem"]'
fi
export TMPDIR=$TMP
check "record runs" record -e ipc,switch --report-ipc "$live" -o "$rec" -- bash -c "$loads"
i=0
for by in mechanism pair object task op share; do
	replay "$rec" --by $by
	what='del(.source, .kernel, .virt, .recorder)'
	check "live = replay: all that there is by $by" diff <(jq -s ".[$i] | $what" "$live") <(jq "$what" "$TMP/out")
	i=$((i + 1))
done
replay "$rec"
check "nothing was lost" json_is '.lost.total == 0'
check "all of these mechanisms are there" json_is "$mechanisms - [.rows[] | select(.count > 0) | .mechanism] == []"
calls=$(jq .totals.calls "$TMP/out")
check "-m: a part of it" replay "$rec" -m pipe,sysv-sem
check "... that part" json_is '[.rows[].mechanism] | sort == ["pipe", "sysv-sem"]'
waits=$("$OSCOPE" ipc -r "$rec" --by op --json | jq '.rows[] | select(.mechanism == "futex" and .op == "wait") | .count')
check "locks: the waits are those for futexes" is \
	"$("$OSCOPE" locks --trace -r "$rec" --json | jq .totals.waits) == $waits && $waits > 0"
check "events: a line for each call" is "$("$OSCOPE" events -r "$rec" -e ipc_call --json | grep -c '"event":"ipc_call"') == $calls"
"$OSCOPE" export -r "$rec" -f chrome -o "$TMP/out" 2> /dev/null	# of states it has none
check "export: each arrow of a message has two ends, of the same number" json_is '[.traceEvents[] | select(.cat == "message")] |
	(map(select(.ph == "s").id) | sort) as $from | (map(select(.ph == "f").id) | sort) == $from and ($from | length) > 0'

# Who sleeps at which pipe: the reader ends last, whoever is faster at the end of the writer.
record -e switch,wake,task,state,ipc -o "$rec" -- bash -c "(sleep $nap; echo) | (read -r; sleep 0.2)"
check "critical: which pipe it was" bash -c "'$OSCOPE' critical -r '$rec' --by reason --json | jq -e '
	[.rows[] | select(.waited_for == \"pipe-read\" or .reason == \"pipe-read\") | .object // \"\" | test(\"^pipe:\")] | any'"

# Locks alone: what is not followed is said.
record -e lock -o "$rec" -- bash -c "./ipc_futex threads $n; echo | cat"
check "-e lock: of locks" replay "$rec"
check "... and nothing else" json_is '[.rows[].mechanism] == ["futex"] and (.note | test("not seen.*pipe"))'
check "... so of pipes there is nothing: one line" refused 3 'mechanisms asked for' "$OSCOPE" ipc -r "$rec" -m pipe

record -e ipc -m pipe,eventfd -o "$rec" -- bash -c "./ipc_futex threads $n; echo | cat"
check "-m: of these mechanisms" replay "$rec"
check "... and nothing else" json_is '[.rows[].mechanism] == ["pipe"] and (.note | test("not seen.*futex"))'
check "... without -e ipc: one line" refused 2 'add -e ipc' "$OSCOPE" record -m pipe -o "$rec" -d 1s
check "... none that -e lock has: one line" refused 2 'in -e lock' "$OSCOPE" record -e lock -m pipe -o "$rec" -d 1s

# A writer that is killed: calls have their mechanism, whatever else was not told yet.
record -z 0 -e ipc -o "$rec" -- ./ipc pipe oneway 100000000 100 & pid=$!
until [ "$(stat -c %s "$rec" 2> /dev/null || echo 0)" -gt 100000 ]; do
	kill -0 $pid 2> /dev/null || break
done
load=$(pgrep -P $pid)
mapfile -t ends < <(pgrep -P "$load")
kill -KILL $pid
wait $pid 2> /dev/null
kill -KILL "$load" "${ends[@]}" 2> /dev/null	# if they have not ended with it
check "killed: readable" replay "$rec"
check "... and said so" grep -q 'did not finish\|cut short' "$TMP/err"
check "... pipes are pipes" json_is '.rows[] | select(.mechanism == "pipe") | .count > 100'

record -o "$rec" -- true
check "none of it recorded: one line" refused 3 'record with -e ipc' "$OSCOPE" ipc -r "$rec"
check "--report-ipc without it: one line" refused 2 'add -e ipc' "$OSCOPE" record --report-ipc "$live" -o "$rec" -d 1s
check "-C: one line" refused 2 'cuts calls' "$OSCOPE" record -e ipc -C 0 -o "$rec" -d 1s
finish
