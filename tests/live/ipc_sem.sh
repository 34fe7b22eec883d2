#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who lets whom go by SysV semaphores: each wait that a call has ended has one edge, and nothing else has. All of it in an
# IPC namespace of its own, which takes the sets with it.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -i "$0" "$@"
. ../lib.sh
n=200 few=10 on=""
# Who waits for another to sleep takes the CPU from it there, for the emulator's whole turn: on one they take turns.
emulated && n=10 few=3 on="taskset -c 0"
plan 24
export TMPDIR=$TMP

report() { jq -e "$@" "$TMP/report"; }
# patterns BY PATTERN... : one after another in one trace
patterns() {
	local loads="" p
	for p in "${@:2}"; do
		case $p in
		removed | undone) loads+="./ipc_sem $p $few && " ;;
		*) loads+="./ipc_sem $p $n && " ;;
		esac
	done
	# shellcheck disable=SC2086 # words
	"$OSCOPE" ipc -m sysv-sem --json --by "$1" -o "$TMP/report" -- $on bash -c "$loads :"
}
edges_are() { # PATTERN, then lines FROM TO MESSAGES of its edges on the input; those between tasks of like names are one
	diff <(sort) <(jq -r --arg p "$1." '[.rows[] | select(.from.comm | startswith($p))] | group_by([.from.comm, .to.comm])[] |
		[(.[0] | .from.comm, .to.comm | ltrimstr($p)), (map(.messages) | add)] | map(tostring) | join(" ")' "$TMP/report" | sort) ||
		{ jq -c '.totals, .lost' "$TMP/report"; return 1; }
}
# of TASK OP FILTER: of the sum of the rows of tasks of that name
of() {
	report --arg task "$1" --arg op "$2" '[.rows[] | select(.task.comm == $task and .op == $op)] | (map(del(.task, .op, .mechanism)) |
		map(to_entries) | add // [] | group_by(.key) | map({key: .[0].key, value: map(.value // 0) | add}) | from_entries) | '"$3"
}
all="oneway free ring eight zero set removed undone two errors chain signal"
# shellcheck disable=SC2086 # words
patterns pair $all
check "one way: $n waits that are ended, an edge" edges_are oneway <<< "a b $n"
check "... by one set, called by key and identifier" report '[.rows[] | select(.from.comm == "oneway.a").object] | length == 1 and
	(.[0] | test("^sem:0x0 id [0-9]+$"))'
check "nobody else is there: no edge" edges_are free < /dev/null
check "a ring of three: three edges" edges_are ring < <(printf "%s $n\n" "a b" "b c" "c a")
check "one call lets eight go: eight edges" edges_are eight < <(printf "a w%d $n\n" {0..7})
check "who lowers one to zero lets go who waits for that" edges_are zero <<< "a b $n"
check "who sets a value does, too" edges_are set <<< "a b $n"
check "who removes the set: an edge" edges_are removed <<< "a b $few"
check "who ends and has its change undone: an edge, of no call" edges_are undone <<< "u b $few"
check "... and no time from a call to the wake-up" report '[.rows[] | select(.from.comm == "undone.u").wakes] | add == 0'
check "two semaphores of a set: each has its own edge" edges_are two < <(printf "a %s $n\n" b c)
check "errors: no edge" edges_are errors < /dev/null
check "who is let go by what a sleeper wanted to do: by the call that has done it" edges_are chain < <(printf "a %s $n\n" b c)
check "woken by a signal: no edge" edges_are signal < /dev/null
check "all of it for certain, nothing lost, each wait has its edge" report '.lost.total == 0 and .totals.unpaired_share == 0 and
	.totals.bytes == 0 and all(.rows[]; .certainty == "exact" and .bytes == 0) and
	.totals.received == ([.rows[].messages] | add) and .totals.sent == .totals.received - '$few

# What is asked of a reading has nothing to do with the kernel.
reports() {
	# shellcheck disable=SC2086 # words
	patterns task $all
	check "calls that raise, of whom each lets one go" of oneway.a raise ".count == $n and .messages == $n and .wakeups >= $n and
		.errors == 0"
	check "calls that wait, asleep until then" of oneway.b wait ".count == $n and .messages == $n and .switches >= $n and .blocked_ns > 0"
	check "nobody else is there: calls, no messages" of free.a raise ".count == $n and .messages == 0 and .wakeups == 0"
	check "... as many that wait, and need not" of free.a wait ".count == $n and .messages == 0 and .unpaired == 0 and .errors == 0"
	check "what would have to wait, or waits in vain, is no error" of errors.a wait '.count == 8 and .eagain == 8 and .errors == 0'
	check "what stands in memory that nobody has touched is known; too large is an error" of errors.a raise \
		'.count == 3 and .errors == 1 and .eagain == 0 and .messages == 0'
	check "no set any more: an error of who slept for it" of removed.b wait ".count == $few and .errors == $few and .messages == $few"
	check "a signal: an error, nothing received" of signal.b wait ".count == $n and .errors == $n and .messages == 0 and .unpaired == 0"

	# Who waits already when the trace begins.
	mkfifo "$TMP/bytes"
	./ipc_sem sleeper 10 < "$TMP/bytes" > "$TMP/sleeper" & program=$!
	exec {bytes}> "$TMP/bytes"
	until read -r sleeper 2> /dev/null < "$TMP/sleeper" || ! kill -0 $program; do :; done
	"$OSCOPE" ipc -m sysv-sem --by pair --json -v -o "$TMP/report" -p "$sleeper" 2> "$TMP/err" {bytes}>&- & tracer=$!
	until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
	printf '%10s' x >&$bytes
	while [ -e "/proc/$sleeper/exe" ]; do :; done	# until it has ended
	kill -INT $tracer
	wait $tracer
	exec {bytes}>&-
	wait $program
	check "-p of who waits already: each wait, the first one too" report '[.rows[] | [.from.comm, .to.tid, .messages, .certainty]] ==
		[["sleeper.a", '"${sleeper:-0}"', 10, "exact"]] and .totals.no_entry == 1 and .totals.unpaired_share == 0'
}
if emulated; then
	for what in {1..9}; do skip "other reports, $what" "natively"; done
else
	reports
fi
finish
