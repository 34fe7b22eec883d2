#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A live recording for other programs: as many records, switches and ns in each format as the reports of it have.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
plan 13

rec=$TMP/rec
check "record runs" "$OSCOPE" record -q -z 0 -o "$rec" -- ./pingpong threads 300
"$OSCOPE" switch -r "$rec" --json -o "$TMP/switch"
"$OSCOPE" states -r "$rec" --by total --json -o "$TMP/states"
for format in csv folded chrome perfetto; do
	"$OSCOPE" export -r "$rec" -f $format -o "$TMP/$format" || break
done
check "nothing was lost" is "$(json "$TMP/switch" .lost.ring) == 0"
check "CSV: each record is a line" is "$(tail -n +2 "$TMP/csv" | wc -l) == $(./records "$rec")"
check "... of which as many are switches as are counted" is \
	"$(awk -F, '$3 == "switch" && int($4 / 128) % 2 == 0' "$TMP/csv" | wc -l) == $(json "$TMP/switch" .totals.events)"
check "... in the order of time" awk -F, 'NR > 1 && $1 != "" { if ($1 < last) exit 1; last = $1 }' "$TMP/csv"
check "folded: the ns that the ledgers have" is "$(awk '{ n += $NF } END { printf "%.0f\n", n }' "$TMP/folded") == $(jq '.totals |
	.blocked_all_ns + .ready_woken_ns + .ready_preempted_ns + (.stopped_ns // 0)' "$TMP/states")"
slices() { jq '.traceEvents | map(select(.ph == "X" and .name == "running")) | '"$1" "$TMP/chrome"; }
check "Chrome: as long running as the ledgers have" is \
	"$(slices 'map(.dur * 1000 | round) | add') == $(json "$TMP/states" .totals.running_ns)"
check "... as often as tasks left their CPUs" within "$(slices length)" "$(json "$TMP/switch" .totals.switches)" 0
check "... arrows that end begin somewhere" is "$(jq '[.traceEvents[] | select(.ph == "f").id] -
	[.traceEvents[] | select(.ph == "s").id] | length' "$TMP/chrome") == 0"
if command -v protoc > /dev/null; then
	protoc --decode=pf.Trace --proto_path="$OSCOPE_SRC/tools" perfetto.proto < "$TMP/perfetto" > "$TMP/text"
	check "Perfetto: as many slices running" is "$(grep -c 'name: "running"' "$TMP/text") == $(slices length)"
	check "... each event has its time" is "$(grep -c '^  timestamp: ' "$TMP/text") == $(grep -c '^  track_event' "$TMP/text")"
else
	skip "Perfetto: slices" "protoc is not there"
	skip "... times" "protoc is not there"
fi

# Of the whole system: most of its tasks are there before the first of them is seen at anything.
"$OSCOPE" record -q -o "$rec" -d 50ms
check "the whole system: the ledgers of a recording" "$OSCOPE" states -r "$rec" --by total --json -o "$TMP/states"
"$OSCOPE" export -r "$rec" -f chrome -o "$TMP/chrome"
check "... Chrome: as long running" is "$(slices 'map(.dur * 1000 | round) | add') == $(json "$TMP/states" .totals.running_ns)"
finish
