#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How calls that communicate are seen: by hooks on their own functions or by the tracepoints of all, and the counts are
# the same; nothing stays attached; where functions cannot be hooked it says so.
# What is mounted here goes with the test.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -m "$0" "$@"
. ../lib.sh
n=500
plan 13
export TMPDIR=$TMP

report() { jq -e "$@" "$TMP/report"; }
# What the kernel lets be hooked, by its own account: everything of ftrace's; and whether it preempts itself.
tracing=/sys/kernel/tracing
[ -e $tracing/available_filter_functions ] || mount -t tracefs none $tracing 2> /dev/null
mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug 2> /dev/null
mode=/sys/kernel/debug/sched/preempt
hookable() { grep -qsx '__[a-z0-9]*_sys_read' $tracing/available_filter_functions && [ -w $mode ]; }
refused() { # WORD STATUS OPTION...: one line with the word, and nothing done
	local word=$1 status=$2
	shift 2
	"$OSCOPE" ipc -m pipe --hooks function "$@" > "$TMP/out" 2> "$TMP/err"
	is "$? == $status" && is "$(wc -l < "$TMP/err") == 1" && grep -q -- "--hooks function: .*$word" "$TMP/err" &&
		[ ! -s "$TMP/out" ]
}
doctor_says() { "$OSCOPE" doctor --json -o - | jq -e --arg how "$1" '[.rows[] | select(.what == "IPC calls").detail | startswith($how)] == [true]'; }

if ! hookable; then
	check "functions that cannot be hooked: status 3" refused . 3 -d 1ms
	check "... with a program 125, and it does not run" refused . 125 -- echo
	check "doctor says so, and what is used" doctor_says "by tracepoints: "
	"$OSCOPE" ipc -m pipe --json -o "$TMP/report" -- true
	check "tracepoints are used" report '.totals.hooked_by == "system calls"'
	skip_rest_of_plan "no functions can be hooked here"
	exit
fi

before=$(sed -nE 's/.*\(([a-z]+)\).*/\1/p' $mode)
trap 'echo "$before" > $mode; rm -rf "$TMP"' EXIT
echo full > $mode
check "a kernel that preempts itself: status 3" refused preempts 3 -d 1ms
check "... so is what signals would be lost by" bash -c '"$OSCOPE" ipc -m pipe,signal --hooks function -d 1ms 2> "$0"; [ $? = 3 ] &&
	grep -q "without signal" "$0"' "$TMP/err"
check "doctor says so, and what is used" doctor_says "by tracepoints: this kernel preempts itself"
echo voluntary > $mode
check "... or that functions are" doctor_says "by their functions"

hooked() { grep -c '_sys_' $tracing/enabled_functions; }
trace() { # HOW. No pipes but those of the load.
	"$OSCOPE" ipc -m pipe,eventfd --by op --json --hooks "$1" -o "$TMP/report" -- bash -c "
		grep -cE '_sys_(read|write)v? ' $tracing/enabled_functions > '$TMP/hooked.$1'
		bpftool link show > '$TMP/links.$1'; ./ipc pipe backandforth $n 10 && ./ipc eventfd ring $n 8"
}
tracepoints() { grep -cE "tp 'sys_(enter|exit)'" "$TMP/links.$1"; }
# Each operation on each object, by name of the load and not by number.
counts() {
	jq -c '(.totals | [.calls, .sent, .received, .bytes, .pairs, .unpaired_share]), .lost.total,
		([.rows[] | [.mechanism, .op, .count, .messages, .bytes, .errors, .eagain, .unpaired]] | sort)' "$TMP/report"
}
trace tracepoint
by_tracepoints=$(counts)
trace function
check "functions are hooked, and it says so" report '.totals.hooked_by == "functions"'
check "... read and write and those with vectors, and no tracepoint of system calls" is "$(cat "$TMP/hooked.function") == 4 &&
	$(tracepoints function) == 0"
check "... else two tracepoints, and no function" is "$(cat "$TMP/hooked.tracepoint") == 0 && $(tracepoints tracepoint) == 2"
check "both count the same" diff <(echo "$by_tracepoints") <(counts)
check "... all calls, and lose none" report '.lost.total == 0 and ([.rows[] | select(.mechanism == "pipe").messages] | add) == 4 * '$n
"$OSCOPE" ipc -m pipe --json --hooks auto -o "$TMP/many" -- true
"$OSCOPE" ipc -m process-vm --json --hooks auto -o "$TMP/few" -- true
check "by itself it hooks functions of few calls, not of many" diff <(jq -r .totals.hooked_by "$TMP/few" "$TMP/many") \
	<(printf '%s\n' functions "system calls")
check "at the end nothing is hooked" is "$(hooked) == 0"

# Who sleeps in a call that had begun before is not seen to come back. What it has got is not what the next one gets.
mkfifo "$TMP/fifo"
exec {both}<> "$TMP/fifo"
# It comes back to its call when whoever has sent something, a number, is not in one any more: then it may be paired.
bash -c 'while read -r sender; do echo "$sender"; while [ -d "/proc/$sender" ]; do :; done; done' < "$TMP/fifo" > "$TMP/got" {both}>&- &
reader=$!
# asleep N: it has got so many lines, and waits for more
asleep() {
	until [ "$(wc -l < "$TMP/got")" = "$1" ] && grep -q '^0 ' "/proc/$reader/syscall"; do kill -0 $reader || break; done
}
asleep 0
"$OSCOPE" ipc -m fifo --by pair --json -v --hooks function -p $reader > "$TMP/pairs" 2> "$TMP/err" {both}>&- & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
for i in 1 2; do
	bash -c 'echo $$; exec >&-' > "$TMP/fifo"
	asleep $i
done
kill -USR1 $tracer
until jq -e .rows "$TMP/pairs" > /dev/null 2>&1 || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
kill -KILL $tracer
wait $tracer 2> /dev/null
check "killed: nothing stays hooked" is "$(hooked) == 0"
check "who slept in a call before: it has the second of two, of who has sent that" bash -c '
	[ "$(jq -s -c "[.[0].rows[] | [.from.tid, .to.tid, .messages]]" "$0")" = "[[$1,$2,1]]" ] || { jq -c ".rows[]" "$0"; exit 1; }' \
	"$TMP/pairs" "$(tail -n 1 "$TMP/got")" $reader
exec {both}>&-
wait $reader
finish
