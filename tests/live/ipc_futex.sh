#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who wakes whom by futex: each wake that somebody was let go by has one edge, and nothing else has.
. ../lib.sh
n=200
emulated && n=100
plan 29
export TMPDIR=$TMP
# Not so deep that its name would be cut.
cp ipc_futex ipc_futex_pi "$TMP"

report() { jq -e "$@" "$TMP/report"; }
trace() { # BY PROGRAM...
	"$OSCOPE" ipc -m futex --json --by "$1" -o "$TMP/report" -- "${@:2}"
}
# patterns BY PATTERN... : one after another in one trace; what each says is in $TMP/PATTERN
patterns() {
	local loads="" program p
	for p in "${@:2}"; do
		program=ipc_futex
		[[ $p != *pi ]] || program+=_pi
		loads+="$TMP/$program $p $n > '$TMP/$p'; "
	done
	trace "$1" bash -c "$loads"
}
edges_are() { # PATTERN, then lines FROM TO MESSAGES of its edges on the input
	diff <(sort) <(jq -r --arg p "$1." '.rows[] | select(.mechanism == "futex" and (.from.comm | startswith($p))) |
		[(.from.comm, .to.comm | ltrimstr($p)), .messages] | map(tostring) | join(" ")' "$TMP/report" | sort) ||
		{ jq -c '.totals, .lost, .rows[]' "$TMP/report"; return 1; }
}
of() { # PATTERN FILTER: of its rows
	jq -e --arg p "$1." "[.rows[] | select(.mechanism == \"futex\" and (.from.comm | startswith(\$p)))] | $2" "$TMP/report"
}
patterns pair oneway threads toandfro ring eight mapped requeue two waitv calls pi requeue_pi join nobody
check "one way: $n wakes, an edge" edges_are oneway <<< "a b $n"
check "threads: by what is private, too" edges_are threads <<< "a b $n"
check "... called by the variable, how far into it, and whose it is" of threads \
	'.[0] | .object == "'"$TMP/ipc_futex"':a_variable+0x4 of \(.from.pid)"'
check "to and fro: two edges" edges_are toandfro < <(printf '%s\n' "a b $n" "b a $n")
check "... of two objects" of toandfro '[.[].object] | unique | length == 2'
check "a ring of three: three edges" edges_are ring < <(printf '%s\n' "a b $n" "b c $n" "c a $n")
check "one wakes eight: eight edges" edges_are eight < <(printf "a w%d $n\n" {0..7})
check "a word that both have mapped elsewhere: an edge" edges_are mapped <<< "a b $n"
check "... through one object, called by the file and the place in it" of mapped 'length == 1 and
	(.[0].object | test("^/memfd:a-segment:\\[[0-9]+\\]\\+0x2040$"))'
check "moved from word to word: an edge from who wakes, none from who moves" edges_are requeue <<< "a b $n"
check "... through the word that it was moved to" of requeue 'length == 1 and (.[0].object | endswith("+0x4"))'
check "two words by one call: two edges" edges_are two < <(printf '%s\n' "a b $n" "a c $n")
check "... by two objects" of two '[.[].object] | unique | length == 2'
read -r ab ba < "$TMP/pi"
figure "a lock with priority inheritance: handed on $ab and $ba times of $n"
check "a lock is handed to and fro" is "$ab > 0 && $ba > 0"
check "... two edges, as often as it was handed on" edges_are pi < <(printf '%s\n' "a b $ab" "b a $ba")
check "moved to a lock: $n wakes" of requeue_pi 'map(select(.to.comm == "requeue_pi.b") | .messages) | add == '$n
check "a wait for three words: $n wakes, each by its own" of waitv '([.[] | [.from.comm, .to.comm]] | unique | length == 1) and
	(map(.messages) | length == 3 and add == '$n' and max - min <= 1)'
if grep -q none "$TMP/calls"; then
	skip "a call for each operation: an edge" "this kernel has no futex_wake(2)"
else
	check "a call for each operation: an edge" edges_are calls <<< "a b $n"
fi
check "a thread's end is a wake of who joins it" of join 'length == 20 and ([.[] | [.from.comm, .to.comm, .messages]] |
	unique == [["join.t", "join.main", 1]])'
check "wakes of nobody: no edge" edges_are nobody < /dev/null
# Who is let go just before it sleeps has no event of its own: of a thousand one may be in doubt, or its waker not known.
check "all of these: nothing lost, each wait has its edge, next to all for certain" report '(.totals.received / 1000) as $few |
	(.totals.received - ([.rows[].messages] | add)) as $apart | .lost.total == 0 and .totals.unpaired_share <= 0.001 and
	$apart <= $few and -$apart <= $few and all(.rows[]; .bytes == 0) and
	([.rows[] | select(.from.comm | test("pi\\.") | not) | .uncertain] | add) <= $few'

# Who waits already when the trace begins.
mkfifo "$TMP/bytes"
./ipc_futex sleeper 10 < "$TMP/bytes" > "$TMP/sleeper" & program=$!
exec {bytes}> "$TMP/bytes"
asleep() {
	read -r sleeper && [ "$(cut -d ' ' -f 1 "/proc/$sleeper/syscall")" = "$(./ipc_futex number 0)" ]
}
until [ -e "$TMP/sleeper" ] && asleep < "$TMP/sleeper" || ! kill -0 $program; do :; done
"$OSCOPE" ipc -m futex --by pair --json -v -o "$TMP/report" -p "$sleeper" 2> "$TMP/err" {bytes}>&- & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
printf '%10s' x >&$bytes
while [ -e "/proc/$sleeper/exe" ]; do :; done	# until it has ended
kill -INT $tracer
wait $tracer
exec {bytes}>&-
wait $program
check "-p of who waits already: each wake, the first one too" report '[.rows[] | [.from.comm, .to.tid, .messages, .certainty]] ==
	[["sleeper.a", '"${sleeper:-0}"', 10, "exact"]]'
check "... of its calls one had begun before, and none is unpaired" report '.totals.no_entry == 1 and .totals.unpaired_share == 0 and
	.totals.received == 10'

# What is asked of a reading has nothing to do with the kernel.
reports() {
	patterns task timeout nobody
	check "waits in vain, and for what is not so: errors, and as those that need not wait" report '[.rows[] |
		select(.task.comm == "timeout.b" and .mechanism == "futex")] | length == 1 and (.[0] | .op == "wait" and .count == 2 * '$n' and
		.errors == '$n' and .eagain == '$n' and .messages == 0 and .unpaired == 0)'
	check "wakes of nobody: calls, no messages" report '[.rows[] | select(.task.comm == "nobody.a" and .mechanism == "futex")] |
		length == 1 and (.[0] | .op == "wake" and .count == '$n' and .messages == 0 and .errors == 0)'

	patterns op contend
	read -r waited woken < "$TMP/contend"
	figure "four threads at a lock: $waited waits ended by a wake, $woken woken"
	check "threads at one lock: as many are woken as the kernel says" report '[.rows[] | select(.mechanism == "futex" and .op == "wake")] |
		length == 1 and .[0].messages == '"$woken"' and .[0].messages >= '"$n"
	# Who joins them is woken by their ends.
	check "... and as many woken, but for the ends of the threads" report '[.rows[] | select(.mechanism == "futex" and .op == "wait")] |
		length == 1 and (.[0] | .messages >= '"$waited"' and .messages <= '"$waited"' + 4 and .unpaired <= 4)'
	patterns mechanism oneway
	check "by mechanism: wakes are sent, waits receive, no bytes" report '[.rows[] | select(.mechanism == "futex")] | length == 1 and
		(.[0] | .messages == '$n' and .received == '$n' and .bytes == 0 and .received_bytes == 0 and .count == .latency_ns.count)'
	patterns object oneway
	check "by object: one, with one who wakes and one who waits" report '[.rows[] | select(.object | startswith("/dev/zero:")) | [.op, .tasks, .messages]] |
		sort == [["wait", 1, '$n'], ["wake", 1, '$n']]'
}
if emulated; then
	for what in {1..6}; do skip "other reports, $what" "natively"; done
else
	reports
fi
finish
