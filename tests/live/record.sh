#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recording: live = replay on the same events, and loss is counted exactly.
. ../lib.sh
plan 19

rec=$TMP/rec live=$TMP/live replayed=$TMP/replayed
check "record runs" "$OSCOPE" record -q --report "$live" -o "$rec" -- ./pingpong processes 20000
chmod 755 "$TMP"
install -m 644 "$rec" "$TMP/public"
check "the recording is read without privilege" setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$OSCOPE" switch -r "$TMP/public" --json
check "a recording is for its owner only" is "$(stat -c %a "$rec") == 600"
check "replay runs" "$OSCOPE" switch -r "$rec" --json -o "$replayed"
check "nothing was lost" is "$(json "$replayed" .lost.ring) == 0"
for field in events switches voluntary involuntary from_idle migrations wakings \
	wait_woken_ns wait_preempted_ns slice_ns; do
	check "live = replay: $field" cmp <(json "$live" ".totals.$field") \
		<(json "$replayed" ".totals.$field")
done

# A ring much too small whose reader looks once, at the end: what is missing is counted.
check "flight recorder runs" "$OSCOPE" record -q -e switch --overwrite --ring 1024 -o "$rec" -- \
	./rusage "$TMP/kernel" ./pingpong processes 20000
check "flight recorder: replay runs" "$OSCOPE" switch -r "$rec" --json -o "$replayed"
check "flight recorder: most was lost" is "$(json "$replayed" .lost.ring) > 30000"
# Arrivals of our tasks from others and identities are records too, so allow for a few.
check "flight recorder: reported + lost = what the kernel counted" within \
	"$(json "$replayed" '.totals.switches + .lost.ring')" "$(json "$TMP/kernel" '.nvcsw + .nivcsw')" 60
finish
