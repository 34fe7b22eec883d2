#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recording: live = replay on the same events, and loss is counted exactly.
. ../lib.sh
plan 14

rec=$TMP/rec live=$TMP/live replayed=$TMP/replayed
check "record runs" "$OSCOPE" record -q --report "$live" -o "$rec" -- ./pingpong processes 20000
check "the recording is read without privilege" setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$OSCOPE" switch -r /dev/stdin --json -o /dev/null < "$rec"
check "replay runs" "$OSCOPE" switch -r "$rec" --json -o "$replayed"
check "nothing was lost" is "$(json "$replayed" .lost.ring) == 0"
for field in events switches voluntary involuntary from_idle migrations wakings \
	wait_woken_ns wait_preempted_ns slice_ns; do
	check "live = replay: $field" cmp <(json "$live" ".totals.$field") \
		<(json "$replayed" ".totals.$field")
done
finish
