#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# However oscope ends, its report is printed if it can be, and nothing is left behind.
. ../lib.sh
plan 13

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

"$OSCOPE" switch --json -o "$TMP/int" -- ./spin 1 20000 & pid=$!
until_true 100 attached
until_true 50 grep -q spin "/proc/$(pgrep -P $pid spin)/comm"
child=$(pgrep -P $pid spin)
kill -INT $pid; wait $pid; status=$?
check "SIGINT: status is 130" is "$status == 130"
check "SIGINT: the report so far is there" jq -e '.totals.events >= 0' "$TMP/int"
check "SIGINT: no probe is left" until_true 20 detached
check "SIGINT: the program was ended" gone "$child"

"$OSCOPE" switch --json -o "$TMP/term" -- ./spin 1 20000 & pid=$!
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
check "a closed pipe ends it quietly" bash -c \
	"$OSCOPE switch --json -- true 2> $TMP/err | head -c 1 > /dev/null; [ ! -s $TMP/err ] || ! grep -qi broken $TMP/err"
finish
