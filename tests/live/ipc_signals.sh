#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Signals: what was sent and what was delivered, each an edge from who has sent it, to the process or the thread.
. ../lib.sh
n=100
plan 24
in_short=$(emulated && echo yes)	# where the probes take seconds to start

report() { jq -e "$@" "$TMP/report"; }
trace() { # BY WHAT N
	"$OSCOPE" ipc -m signal --by "$1" --json -o "$TMP/report" -- ./ipc_signals "$2" "$3"
}
# edges_are NAME...: FROM TO MESSAGES OBJECT, each with the certainty exact; but for SIGCHLD
edges_are() {
	local is
	is=$(jq -r '.rows[] | select(.mechanism == "signal" and (.object | startswith("SIGCHLD") | not)) |
		[.from.comm, .to.comm, .messages, (.object | split(" ")[0]), .certainty] | join(" ")' "$TMP/report" | sort)
	[ "$is" = "$(! (($#)) || printf '%s exact\n' "$@" | sort)" ] || { echo "$is"; return 1; }
}
# op OP FIELD...: its sum over the task's rows
op() { report "[.rows[] | select(.mechanism == \"signal\" and .op == \"$1\" and (.object | startswith(\"$2\")))] | $3"; }

trace pair blocked $n
check "$n blocked SIGUSR1 are one, $n SIGRTMIN are $n" edges_are "a b 1 SIGUSR1" "a b $n SIGRTMIN+0"
check "... nothing lost, nothing unpaired" report '.lost.total == 0 and .totals.unpaired_share == 0'
if [ "$in_short" ]; then
	for ((i = 0; i < 6; i++)); do skip "by object" "natively"; done
else
	trace object blocked $n
	check "... sent $n of each" op send SIG "map(select(.count == $n)) | length == 2"
	check "... of SIGUSR1 all but one found one there" op send SIGUSR1 ".[0] | .messages == 1 and .eagain == $n - 1 and .errors == 0"
	check "... delivered once" op receive SIGUSR1 '.[0] | .count == 1 and .messages == 1'
	check "... and $n times" op receive SIGRTMIN ".[0] | .count == $n and .messages == $n"
	check "... to the process" report '[.rows[] | select(.object | test("^SIG(USR1|RTMIN.0) to [0-9]+$"))] | length == 4'
	check "... what is no call takes no time" report '[.rows[] | select(.mechanism == "signal" and .latency_mean_ns != null)] == []'
fi
if [ "$in_short" ]; then
	for ((i = 0; i < 6; i++)); do skip "in turns, one after the other, to a thread, ignored" "natively"; done
else
	trace pair queued $n
	check "by two in turns: each $((n / 2))" edges_are "a b $((n / 2)) SIGRTMIN+0" "c b $((n / 2)) SIGRTMIN+0"
	trace pair each $n
	check "one after the other: $n" edges_are "a b $n SIGUSR1"
	trace pair thread $n
	check "to a thread: it is the thread that gets it" edges_are "a b.thread $n SIGUSR1"
	check "... by its number" report '[.rows[] | select(.to.comm == "b.thread") | .object == "SIGUSR1 to thread \(.to.tid)"] == [true]'
	trace op ignored $n
	check "ignored: sent $n times, none of them a message" report '[.rows[] | select(.mechanism == "signal" and .op == "send")] |
		.[0].errors == '$n' and .[0].messages <= 1'
	check "... and none delivered" report '[.rows[] | select(.mechanism == "signal" and .op == "receive")] | (map(.count) | add // 0) <= 1'
fi
trace pair waited $n
check "taken by sigwaitinfo(): $n" edges_are "a b $n SIGRTMIN+0"
check "... none unpaired" report '.totals.unpaired_share == 0'
trace pair aio $n
case $? in
	4) skip "taken by AIO from a signalfd: no edge, nor of what comes after it" "AIO reads no signalfd here"
	   skip "... said to be not captured" "AIO reads no signalfd here" ;;
	*) check "taken by AIO from a signalfd: no edge, nor of what comes after it" edges_are
	   check "... said to be not captured" report ".totals.asynchronous == $n and .totals.unpaired_share > 0" ;;
esac
trace pair alarm 10
check "of a timer: from the kernel" report '[.rows[] | select((.object | startswith("SIGALRM")) and .from.tid == 0 and .from.comm == "kernel" and
	.to.comm == "b" and .messages >= 10)] | length == 1'
if [ "$in_short" ]; then
	for ((i = 0; i < 5; i++)); do skip "SIGPIPE, SIGCHLD, -p, a graph, text" "natively"; done
	finish
	exit
fi
trace pair broken 10
check "of a broken pipe: from who has written to it" edges_are "b b 10 SIGPIPE"
check "a child that ends tells who has made it, once" bash -c "'$OSCOPE' ipc --by pair --json -o '$TMP/report' -- bash -c 'true & wait; true' &&
	jq -e '[.rows[] | select((.object | startswith(\"SIGCHLD\")) and .messages == 1 and .to.comm == \"bash\")] | length == 1' '$TMP/report'"

# Who is asked for and gets it from one who is not.
./ipc_signals each 1000000000 & sender=$!
until receiver=$(pgrep -P $sender -x b); do kill -0 $sender || break; done
"$OSCOPE" ipc -m signal --by pair --json -p "$receiver" -d 500ms -o "$TMP/report"
check "-p of who receives: from who is not asked for" report '[.rows[] | select(.mechanism == "signal" and .from.tid == '$sender' and
	.to.tid == '"$receiver"' and .messages > 0)] | length == 1'
kill -KILL $sender "$receiver"
wait $sender 2> /dev/null
"$OSCOPE" ipc -m signal --graph text -o "$TMP/graph" -- ./ipc_signals alarm 10
check "a graph names the kernel" grep -q '^kernel:0$' "$TMP/graph"
"$OSCOPE" ipc --by pair -o "$TMP/text" -- ./ipc_signals blocked $n
check "text fits 80 columns" bash -c "! grep -E '.{81}' '$TMP/text'"
finish
