#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What communicates in a recording of more, under a filter, against a live run under the same on the same events.
# shellcheck disable=SC2154 # started and stopped assign by name
. ../lib.sh
. ../replayed.sh
plan 13
n=300

# What the same events decide: who else is woken meanwhile, and by when a sleeper sleeps, each set of probes sees for itself.
totals='.totals | .calls, .sent, .received, .bytes, .pairs'
pairs='.rows | map([.mechanism, .object, .from.tid, .to.tid, .messages, .bytes]) | sort'
rows='.rows | map([.mechanism, .object, .op, .task, .calls, .messages, .bytes, .errors, .eagain]) | sort'
by_lock='(.totals | .locks, .waits, .wakes, .woken), (.rows | map([.lock, .pid, .waits, .wakes, .woken]) | sort)'

# The other end of each is a child's, which -p does not take.
stopped one ./pingpong processes $n
stopped other ./pingpong processes $n
stopped words ./ipc_futex oneway $n
started recorder record -v -e ipc,lock,task -z 0 -p "$one,$other,$words" -o "$TMP/rec"
for by in mechanism pair object task op; do
	started "$by" ipc -v --source bpf --json --by $by -p "$one" -o "$TMP/$by"
done
started locks locks -T -v --source bpf --json -p "$words" -o "$TMP/locks"
kill -CONT "$one" "$other" "$words"
wait "$one" "$other" "$words"
kill -INT "$recorder" "$mechanism" "$pair" "$object" "$task" "$op" "$locks"
wait "$recorder" "$mechanism" "$pair" "$object" "$task" "$op" "$locks" 2> /dev/null
for by in mechanism pair object task op; do
	"$OSCOPE" ipc -r "$TMP/rec" --json --by $by -p "$one" -o "$TMP/$by.replayed"
done
"$OSCOPE" locks -T -r "$TMP/rec" --json -p "$words" -o "$TMP/locks.replayed"
check "nothing was lost" is "$(json "$TMP/pair.replayed" .lost.total) + $(json "$TMP/pair" .lost.total) == 0"
same "-p: all counts" "$totals" "$TMP/mechanism" "$TMP/mechanism.replayed"
same "-p: who sends to whom" "$pairs" "$TMP/pair" "$TMP/pair.replayed"
for by in mechanism object task op; do
	same "-p: by $by" "$rows" "$TMP/$by" "$TMP/$by.replayed"
done
same "-p: by lock" "$by_lock" "$TMP/locks" "$TMP/locks.replayed"
check "... and there was more in the recording" is "$(json "$TMP/pair.replayed" .totals.calls) + $n <= $(
	"$OSCOPE" ipc -r "$TMP/rec" --json | jq .totals.calls)"

# By name, and by who is one of many.
cp pingpong "$TMP/flt.$$"
started named ipc -v --source bpf --json --by pair -c "flt.$$" -o "$TMP/named"
"$OSCOPE" record -q -e ipc,task -z 0 -o "$TMP/rec" -- \
	sh -c "\"\$1\" processes $n & ./pingpong processes $n; wait" sh "$TMP/flt.$$"
kill -INT "$named"
wait "$named" 2> /dev/null
"$OSCOPE" ipc -r "$TMP/rec" --json --by pair -c "flt.$$" -o "$TMP/named.replayed"
same "-c: all counts" "$totals" "$TMP/named" "$TMP/named.replayed"
same "-c: who sends to whom" "$pairs" "$TMP/named" "$TMP/named.replayed"
check "... to and fro" is "$(json "$TMP/named.replayed" '[.rows[] | select(.mechanism == "pipe")] | length') >= 2"
check "-C cuts calls in pieces" grep -q "cuts calls in pieces" <("$OSCOPE" ipc -r "$TMP/rec" -C 0 2>&1)
finish
