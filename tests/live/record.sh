#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recording: live = replay on the same events, and loss is counted exactly.
. ../lib.sh
plan 22
rounds=20000
! emulated || rounds=5000

rec=$TMP/rec live=$TMP/live replayed=$TMP/replayed
check "record runs" "$OSCOPE" record -q --report "$live" -o "$rec" -- ./pingpong processes $rounds
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

# A ring much too small whose reader looks once, at the end: what is missing is counted. Another recorder, which
# loses nothing, sees the same events of the same process, which goes on once both look at it.
recorder() { # FILE OPTION...: looks when this returns; its process id is in $recorder
	local line file=$1
	shift
	exec {fd}< <(exec "$OSCOPE" record -v -e switch -p "$target" -o "$file" "$@" 2>&1)
	recorder=$!
	while read -r line <&$fd; do [[ $line = *tracing* ]] && return; done
	return 1
}
sh -c 'kill -STOP $$; exec ./pingpong threads '$rounds & target=$!
until [ "$(awk '$1 == "State:" { print $2 }' /proc/$target/status)" = T ]; do :; done
recorder "$TMP/whole" -z 0 --ring 131072
whole=$recorder
recorder "$rec" -z 0 --overwrite --ring 1024
kill -CONT $target
wait $target
kill -INT "$whole" "$recorder"
wait "$whole" "$recorder"
check "flight recorder: replay runs" "$OSCOPE" switch -r "$rec" --json -o "$replayed"
"$OSCOPE" switch -r "$TMP/whole" --json -o "$live"
check "the other one lost nothing" is "$(json "$live" .lost.total) == 0"
check "flight recorder: most was not kept" is "$(json "$replayed" .lost.overwritten) > 1.5 * $rounds"
# It also says who the two threads were when they end.
check "flight recorder: recorded + not kept = what the other one recorded" is \
	"$(./records "$rec") + $(json "$replayed" .lost.overwritten) == $(./records "$TMP/whole") + 2"

# A reader that stands still for a while: what was open when records were refused has no known end.
"$OSCOPE" record -q -z 0 -e switch,wake --ring 1024 --report "$live" -o "$rec" -- \
	./pingpong processes $((10 * rounds)) & pid=$!
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
