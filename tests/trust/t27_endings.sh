#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# However oscope ends, its report is printed if it can be, and nothing is left behind.
. ../lib.sh
plan 21

programs() { bpftool prog show | grep -cE 'name (on_|seed_tasks|calibrate_)' || true; }

# Wait, bounded, until a command succeeds.
until_true() { # TRIES COMMAND...
	local n=$1
	shift
	while ! "$@" > /dev/null 2>&1; do
		n=$((n - 1))
		[ "$n" -gt 0 ] || return 1
		read -rt 0.1 <> <(:) || true
	done
}
attached() { [ "$(programs)" -gt 0 ]; }
detached() { [ "$(programs)" -eq 0 ]; }
gone() { ! kill -0 "$1" 2> /dev/null; }

before=$(programs)
check "no probe is there before" is "$before == 0"

"$OSCOPE" switch --json -o "$TMP/int" -- ./spin 1 600000 & pid=$!
until_true 100 attached
until_true 50 grep -q spin "/proc/$(pgrep -P $pid spin)/comm"
child=$(pgrep -P $pid spin)
kill -INT $pid; wait $pid; status=$?
check "SIGINT: status is 130" is "$status == 130"
check "SIGINT: the report so far is there" jq -e '.totals.events >= 0' "$TMP/int"
check "SIGINT: no probe is left" until_true 20 detached
check "SIGINT: the program was ended" gone "$child"

"$OSCOPE" switch --json -o "$TMP/term" -- ./spin 1 600000 & pid=$!
until_true 100 attached
until_true 50 pgrep -P $pid spin
kill -TERM $pid; wait $pid; status=$?
check "SIGTERM: status is 143" is "$status == 143"
check "SIGTERM: the report so far is there" jq -e '.totals.events >= 0' "$TMP/term"

# kill -9 at points spread over the life of a run: loading, calibration, tracing.
left=0
for ms in 05 10 20 30 40 50 60 80 99; do
	"$OSCOPE" switch -o "$TMP/kill" -- ./spin 1 300 2> /dev/null & pid=$!
	read -rt "0.$ms" <> <(:) || true
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	until_true 20 detached || left=$((left + 1))
done
check "kill -9 at 9 points: no probe is left" is "$left == 0"
check "kill -9: no process of the calibration is left" bash -c '! pgrep -x oscope'

check "the program's status is ours" bash -c "$OSCOPE switch -o $TMP/x -- sh -c 'exit 7'; [ \$? = 7 ]"
check "... and its signal" bash -c "$OSCOPE switch -o $TMP/x -- sh -c 'kill -9 \$\$'; [ \$? = 137 ]"
check "a program that is not there: 127" bash -c \
	"$OSCOPE switch -o $TMP/x -- /no/such/program 2> $TMP/err; [ \$? = 127 ] && grep -q no/such $TMP/err"
# The program: it gets our signal, not another, it keeps its own treatment of signals, and it is never
# ended since tracing failed.
"$OSCOPE" switch -o "$TMP/x" -- bash -c 'trap "echo HUP > '"$TMP"'/got" HUP; : > '"$TMP"'/ready; while [ ! -e '"$TMP"'/got ]; do :; done' \
	2> /dev/null & pid=$!
until_true 100 attached
until_true 100 test -e "$TMP/ready"
kill -HUP $pid
wait $pid
check "the program gets the signal that we got" is "\"$(cat "$TMP/got")\" == \"HUP\""
check "its pipes break as usual" is "$("$OSCOPE" switch -o "$TMP/x" -- bash -c 'yes | head -1 > /dev/null; echo ${PIPESTATUS[0]}') == 141"
check "a full disk does not end it" is "$("$OSCOPE" switch -i 0.05 -o /dev/full -- sh -c 'sleep 0.3; echo 1' 2> /dev/null) == 1"
check "... and it is said" bash -c "$OSCOPE switch -i 0.05 -o /dev/full -- sleep 0.2 2> /dev/null; [ \$? = 125 ]"
"$OSCOPE" switch -d 0.05 -o "$TMP/cut" -- ./spin 1 600000 & pid=$!
until_true 300 pgrep -P $pid spin
until_true 100 detached
kill -TERM $pid
wait $pid
check "after -d a signal ends the program that goes on" is "$? == 143"
check "... and the report is there" test -s "$TMP/cut"
check "SIGCHLD ignored by our parent: the status comes through" bash -c \
	"trap '' CHLD; $OSCOPE switch -o $TMP/x -- sh -c 'exit 7'; [ \$? = 7 ]"
check "messages do not end up in the report" bash -c \
	"$OSCOPE switch -v --json -d 10ms -o $TMP/x 2>&-; jq -e .tool $TMP/x > /dev/null"
check "a closed pipe ends it quietly" bash -c \
	"$OSCOPE switch --json -- true 2> $TMP/err | head -c 1 > /dev/null; [ ! -s $TMP/err ] || ! grep -qi broken $TMP/err"
finish
