#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Counting is turned off and on while a recording goes on: what was open before has no known end, live and replayed.
. ./lib.sh
plan 4

load
../live/spin 1 600000 0 & spinner=$!
"$OSCOPE" record -q -z 0 --source kmod --report "$TMP/live" -o "$TMP/rec" & recorder=$!
until [ "$(stat -c %s "$TMP/rec" 2> /dev/null || echo 0)" -gt 100000 ]; do kill -0 $recorder || break; sleep 0.1; done
echo 0 > $SYS/enabled
read -rt 15 <> <(:)
echo 1 > $SYS/enabled
on=$(cell switches total events)
load_start 2
until [ "$(cell switches total events)" -gt $((on + 1000)) ]; do sleep 0.1; done
load_stop
kill -TERM $recorder
wait $recorder
check "the recorder ends well" is "$? == 0"
kill $spinner
check "replay runs" "$OSCOPE" switch -r "$TMP/rec" --json -o "$TMP/replayed"
check "there are slices" is "$(json "$TMP/replayed" .totals.slice_ns.count) > 0"
check "none, and no wait, is as long as counting was off" jq -e '.totals |
	all(.slice_ns, .wait_woken_ns, .wait_preempted_ns; (.max // 0) < 14e9)' "$TMP/replayed"
unload
finish
