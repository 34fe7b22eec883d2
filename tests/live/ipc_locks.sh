#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Locks of files: who has given one back to whom. All patterns go through one trace; which is whose its tasks' names say.
. ../lib.sh
n=50
! emulated || n=5
plan 18
export TMPDIR=$TMP

patterns() { # BY PATTERN...
	"$OSCOPE" ipc -m file-lock --by "$1" --json -o "$TMP/report" -- ./ipc_locks $n "${@:2}"
}
report() { jq -e "$@" "$TMP/report"; }
# edges_are PATTERN, then lines "FROM TO MESSAGES" on the input: all its edges, and each exact
edges_are() {
	local wanted is
	wanted=$(sed "s/^\(.\) \(.\) /$1.\1 $1.\2 /; s/\$/ exact/" | sort)
	is=$(grep "^$1\." "$TMP/edges" | sort)
	[ "$is" = "$wanted" ] || { echo "$is"; return 1; }
}
# of PATTERN.LETTER OP CONDITION: of the one row of its calls
of() { report "[.rows[] | select(.task.comm == \"$1\" and .op == \"$2\")] | length == 1 and (.[0] | $3)"; }
# Of two that wait whoever gets it first is woken by who had it, the other one by that one: it is not said which.
herd_is() {
	local edges
	edges=$(grep ^herd "$TMP/edges" | sort | tr '\n' ' ')
	[[ $edges =~ ^herd.a\ herd.(.)\ 1\ exact\ herd.(.)\ herd.(.)\ 1\ exact\ $ ]] &&
		[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ] && [ "${BASH_REMATCH[2]}" != "${BASH_REMATCH[3]}" ]
}

patterns pair flock fcntl ofd close end down herd killed free other
jq -r '.rows[] | "\(.from.comm) \(.to.comm) \(.messages) \(.certainty)"' "$TMP/report" > "$TMP/edges"
check "nothing lost" report '.lost.total == 0 and .totals.unpaired_share == 0'
for how in flock fcntl ofd; do
	check "$how: from a to b, b to c, c to a" edges_are $how < <(printf '%s\n' "a b $n" "b c $n" "c a $((n - 1))")
done
check "... in the call that gives it back, and then it runs" report '[.rows[] | select((.from.comm | test("^(flock|fcntl|ofd)")) and
	(.wakes != .messages or .send_wake_ns == 0 or .wake_run_ns == 0 or .bytes != 0))] == []'
check "called by the file" report "[.rows[] | select(.from.comm == \"ofd.a\") | .object] == [\"$TMP/ofd\"]"
check "a file that is closed gives its lock back" edges_are close <<< "a b 1"
check "... so does who ends" edges_are end <<< "a b 1"
check "... in no call of these" report '[.rows[] | select(.from.comm == "close.a" or .from.comm == "end.a") | .wakes] == [0, 0]'
check "an exclusive lock that becomes a shared one lets others have that" edges_are down <<< "a b 1"
check "of two that wait one has it from who had it, the other from that one" herd_is
check "a signal gives no lock: an edge from who does, and of nobody else" edges_are killed <<< "a b 1"
check "a lock that was free is nobody's" edges_are free < /dev/null

if emulated; then	# which takes seconds for each start of the probes, and the calls are the same on any kernel
	skip_rest_of_plan "natively"
	exit
fi
patterns task flock killed free other
check "who waits is counted: asleep, received of each turn" of flock.b lock ".count == $n and .messages == $n and .blocked_ns > 0 and .bytes == 0"
check "... and who gives it back wakes one each time" of flock.b unlock ".count == $n and .messages == $n and .wakeups >= $n and .errors == 0"
check "a free lock: calls, no messages; one that is refused would have had to wait" report '[.rows[] | select(.task.comm | startswith("free")) |
	[.task.comm, .op, .count, .eagain, .messages]] | sort == [["free.a", "lock", '$n' + 1, 0, 0], ["free.a", "unlock", '$n', 0, 0],
	["free.b", "lock", '$n', '$n', 0]]'
check "what fcntl does else is no call of these; a signal ends a call as an error" report '[.rows[] | select(.task.comm | startswith("other"))] == [] and
	([.rows[] | select(.task.comm == "killed.b" and .op == "lock") | [.count, .errors, .messages]] == [[2, 1, 1]])'

# Who sleeps for it when the trace begins.
exec {lock}> "$TMP/held"
flock $lock
flock "$TMP/held" true {lock}>&- & waiter=$!
./ipc_locks $waiter asleep
"$OSCOPE" ipc -m file-lock --by pair --json -v -o "$TMP/report" -p $waiter 2> "$TMP/err" {lock}>&- & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
exec {lock}>&-
wait $waiter
kill -INT $tracer
wait $tracer
check "-p of who waits already: from who has closed the file" report "[.rows[] | [.from.tid, .to.tid, .messages, .object]] ==
	[[$$, $waiter, 1, \"$TMP/held\"]] and .totals.no_entry == 1"
finish
