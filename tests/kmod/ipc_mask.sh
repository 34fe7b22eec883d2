#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module follows only the mechanisms that it is told to: by their names, in /sys/kernel/oscope/ipc or ipc=. Of others
# there is no line, no object and no call; what is no name is refused, and named in the log.
. ./lib.sh
n=20 b=100
mapfile -t names < <(sed -n 's/^\tX([A-Z_]*,[[:space:]]*"\([a-z-]*\)".*/\1/p' "$OSCOPE_SRC"/kmod/uapi/oscope_ipc.h)
wrong=("" "," "pipe," ",pipe" "pipe,,fifo" PIPE pip pipes 2 -1 o onn "on,pipe" "pipe fifo" "pipe,nosuch")
plan $((${#names[@]} + ${#wrong[@]} + 30))
export TMPDIR=$TMP

now() { cat "$SYS"/ipc; }
set_to() { echo "$1" > "$SYS"/ipc; }
lines() { awk 'END { print NR - 2 }' "$PROC/$1"; }
of() { awk -v m="$1" 'NR > 2 && $2 == m' "$PROC"/ipc_objects | wc -l; }
rows() { awk 'NR > 2 { print $1 }' "$PROC"/ipc | uniq | xargs | tr ' ' ,; }
trace() { "$OSCOPE" ipc --source kmod --by pair --json -o "$TMP/report" "$@" 2> "$TMP/err"; }
report() { jq -e "$@" "$TMP/report"; }
work() { bash -c "for m in pipe fifo unix-stream unix-dgram tcp udp; do ../live/ipc \$m oneway $n $b || exit; done; ../live/ipc eventfd oneway $n 8 && ../live/ipc_copy $n $b file vm"; }
export -f work
export n b

load
check "there are names" is "${#names[@]} == 18"
for name in "${names[@]}"; do
	set_to "$name"
	check "$name: it alone, and a line for each of its operations" is "\"$(now) $(rows) $(lines ipc)\" == \"$name $name 2\""
done

set_to pipe,udp
check "two: in the order of the mechanisms, whatever was written" is "\"$(set_to udp,pipe; now)\" == \"pipe,udp\""
trace -- bash -c work
check "... of which it tells" report '[.rows[] | select(.messages == '$n') | .mechanism] | unique == ["pipe", "udp"]'
check "... and of no other" report '[.rows[].mechanism] | unique == ["pipe", "udp"]'
for other in fifo unix-stream unix-dgram tcp eventfd signal process-vm futex; do
	[ "$(of $other)" = 0 ] || echo "$other: $(of $other)"
done > "$TMP/others"
check "... no object of another is made" is "$(wc -l < "$TMP/others") == 0"
if ./foreign sigwait; then
	check "... nor by a 32-bit program that waits for a signal" is "$(of signal) == 0"
else
	skip "... nor by a 32-bit program that waits for a signal" "no 32-bit calls here"
fi
"$OSCOPE" ipc --source kmod -o "$TMP/text" -- ../live/ipc pipe oneway $n $b
check "... which are said not to be seen" grep -q 'not seen by this source: fifo unix-stream' "$TMP/text"
check "... and refused by name, with what to do" bash -c "! '$OSCOPE' ipc --source kmod -m pipe,tcp -d 10ms 2> '$TMP/err' &&
	grep -q 'does not follow tcp now: echo 1 > $SYS/ipc' '$TMP/err' && [ \$(wc -l < '$TMP/err') = 1 ]"
check "... what is followed may be asked for by name" "$OSCOPE" ipc --source kmod -m udp -o "$TMP/text" -- ../live/ipc udp oneway $n $b
check "... and nothing is said of those that were not asked for" not grep 'not seen by this source' "$TMP/text"
objects=$(lines ipc_objects)
set_to udp,pipe,pipe
check "the same again: nothing begins anew" is "$objects > 0 && $(lines ipc_objects) >= $objects"
for text in "${wrong[@]}"; do
	dmesg -C
	check "'$text': refused, and nothing changes" refused "Invalid argument" set_to "$text"
done
check "... what is no name is named in the log, in one line" is "$(dmesg | grep -c "ipc: no mechanism 'nosuch'") + $(dmesg | grep -c .) == 2"
check "... nor has that changed anything" is "\"$(now)\" == \"pipe,udp\" && $(lines ipc_objects) >= $objects"
check "a page of them: refused" refused "Invalid argument" set_to "$(printf 'pipe,%.0s' {1..800})x"
check "... with a line in the log that is short" is "$(dmesg | awk '{ if (length > n) n = length } END { print n + 0 }') < 200"
# ended STATUS COMMAND...: traced, it comes to that, with one line that says why, and how not to
ended() { trace "${@:2}"; is "$? == $1 && $(wc -l < "$TMP/err") == 1" && grep -q "changed meanwhile.*leave $SYS/ipc as it is" "$TMP/err"; }
check "the same again under who traces: he traces on" trace -- bash -c "echo udp,pipe > $SYS/ipc && ../live/ipc pipe oneway $n $b"
check "another set under who traces: it is said, not a part told as all" ended 125 -- bash -c "../live/ipc pipe oneway $n $b; echo fifo > $SYS/ipc"
set_to pipe
check "... none, and the same set anew" ended 125 -i 50ms -- bash -c "echo 0 > $SYS/ipc; echo pipe > $SYS/ipc; sleep 0.3"
set_to fifo,signal
check "another set: it begins anew" is "\"$(now)\" == \"fifo,signal\" && $(of pipe) + $(of udp) == 0"
trace -- bash -c work
check "... and tells of that" report '[.rows[] | select(.mechanism != "signal") | .mechanism] | unique == ["fifo"]'
set_to signal
trace -- ./foreign signals
case $? in
	4) skip "signals alone: one that is read by AIO is not taken for the next" "AIO reads no signalfd here" ;;
	*) check "signals alone: one that is read by AIO is not taken for the next" report '[.rows[] | select(.from.comm == "a" or .from.comm == "c")] == []' ;;
esac
set_to "$(printf '%s\n' "${names[@]}" | paste -sd,)"
check "all of them are 1" is "\"$(now)\" == 1 && $(lines ipc) == $((2 * ${#names[@]}))"
for text in off on no Yes false TRUE n y; do
	set_to 0
	set_to "$text"
	echo "$(now)"
done > "$TMP/words"
check "words for none and all" test "$(tr -d '\n' < "$TMP/words")" = 01010101
set_to 0
check "none" is "\"$(now)\" == 0 && $(lines ipc) == 0"
load_start 4
for ((i = 0; i < 20; i++)); do
	set_to pipe
	set_to unix-stream,futex
	set_to signal
done &
setter=$!
until ! kill -0 $setter 2> /dev/null; do
	trace -d 10ms || { [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q 'does not follow\|changes again\|changed meanwhile' "$TMP/err"; } || cat "$TMP/err"
done > "$TMP/odd"
wait $setter
check "... and under who reads them: its tables are of one set, or it says that they are not" is "$(wc -c < "$TMP/odd") == 0"
check "sets taken in turn, sixty times under load" is "\"$(now)\" == \"signal\""
load_stop
check "nothing is lost" is "$(cat "$SYS"/lost) == 0"
unload
load ipc=tcp,pipe
check "from the load on" is "\"$(now)\" == \"pipe,tcp\" && \"$(cat /sys/module/oscope/parameters/ipc)\" == \"pipe,tcp\""
unload
load ipc=yes
check "... all of them, by a word" is "$(now) == 1"
unload
check "... a wrong name: not loaded" refused_load "no mechanism 'nosuch'" ipc=pipe,nosuch
finish
