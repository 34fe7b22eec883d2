#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recording: live = replay on the same events, and loss is counted exactly.
. ../lib.sh
plan 22

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

# A reader that stands still for a while: what was open when records were refused has no known end.
"$OSCOPE" record -q -e switch,wake --ring 1024 --report "$live" -o "$rec" -- \
	./pingpong processes 200000 & pid=$!
until [ "$(stat -c %s "$rec" 2> /dev/null || echo 0)" -gt 100000 ]; do
	kill -0 $pid 2> /dev/null || break
done
kill -STOP $pid
read -rt 0.3 <> <(:)
kill -CONT $pid
wait $pid
check "loss: replay runs" "$OSCOPE" switch -r "$rec" --json -o "$replayed"
check "loss: records were refused" is "$(json "$replayed" .lost.ring) > 0"
check "loss: no slice or wait is longer than it was" jq -e -n --slurpfile l "$live" \
	--slurpfile r "$replayed" '$l[0].totals as $l | $r[0].totals as $r |
	all("slice_ns", "wait_woken_ns", "wait_preempted_ns"; ($r[.].max // 0) <= ($l[.].max // 0))'
finish
