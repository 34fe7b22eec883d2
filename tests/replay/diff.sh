#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two recordings, and two reports, side by side: each number against the one worked out by hand, counterparts, what
# only one has, and what cannot be compared.
. ./lib.sh
plan 32

oscope_diff() { # FIRST SECOND ARGS...
	unprivileged "$TMP/oscope" diff "$TMP/$1" "$TMP/$2" "${@:3}" > "$TMP/out" 2> "$TMP/err"
}
# refused STATUS WORDS FIRST SECOND...: with one line that has these words.
refused() {
	local want=$1 words=$2 got
	oscope_diff "${@:3}"
	got=$?
	cat "$TMP/err"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -qF "$words" "$TMP/err" && [ ! -s "$TMP/out" ]
}
cells='[.rows[] | [.row, .column, .a, .b, .ratio, .difference, .only]]'

for case in kinds reuse unfinished long abi; do
	recording $case
done
check "two recordings are compared without privilege" oscope_diff kinds reuse --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "what is compared" same '[.schema, .totals.compared, .totals.reports_a, .totals.rows, .totals.only_a]' \
	'["oscope.diff/1", "oscope.switch/1", 1, 9, 0]'
check "totals first" same "$cells | .[0]" '["totals", "events", 13, 6, 0.46153846153846156, -7, null]'
check "a row: 3 from idle, and 3" same "$cells | .[] | select(.[0:2] == [\"from_idle\", \"count\"])" \
	'["from_idle", "count", 3, 3, 1, 0, null]'
check "nothing to divide by" same "$cells | .[] | select(.[0:2] == [\"cross_mm\", \"count\"])" \
	'["cross_mm", "count", 2, 0, 0, -2, null]'
check "what only one has" same "$cells | .[] | select(.[0:2] == [\"cross_mm\", \"direct_ns.max\"])" \
	'["cross_mm", "direct_ns.max", 211, null, null, null, "A"]'
check "how many values are behind a percentile" same '.rows[] | select(.row == "totals" and
	.column == "wait_woken_ns.p50") | [.a, .count_a, .b, .count_b, .ratio_low]' '[101, 7, 100, 1, null]'
check "text: a line each, within 80 columns" bash -c "'$TMP/oscope' diff '$TMP/kinds' '$TMP/reuse' > '$TMP/text' &&
	grep -qE '^from_idle +count +3 +3 +1 +0 ' '$TMP/text' && ! expand '$TMP/text' | grep -E '.{81}'"
oscope_diff kinds reuse --sort ratio --csv --columns ratio
check "sorted: the largest ratio first" is "$(awk -F , 'NR > 1 && $3 != "" && $3 + 0 > last && NR > 2 { bad++ }
	{ last = $3 + 0 } END { print bad + 0 }' <(tr -d '\r' < "$TMP/out")) == 0"
check "a recording without an end: said" oscope_diff kinds unfinished --json
check "... in one line" is "$(grep -c 'has no end' "$TMP/err") == 1"
oscope_diff reuse kinds --by task --json
check "by task: those of one name by their order, those of none only in one" same \
	'[.totals.rows, .totals.only_a, .totals.only_b]' '[2, 2, 6]'
oscope_diff kinds kinds --by task --json
check "the same against itself: all there, ratio 1" same \
	'[.totals.only_a, .totals.only_b, ([.rows[] | .ratio // 1, 1 + .difference] | unique)]' '[0, 0, [1]]'
unprivileged "$TMP/oscope" switch -r "$TMP/kinds" --json > "$TMP/kinds.json"
oscope_diff kinds kinds.json --json
check "a recording against its report" same '[.totals.rows, ([.rows[].difference] | unique)]' '[9, [0]]'

# A window, of each side's own time: what oscope switch says of the same part.
window=(--from 1.5us --to 4.5us)
oscope_diff kinds reuse "${window[@]}" --json
check "--from and --to: that part of both" same '.rows[] | select(.row == "totals" and .column == "events") | [.a, .b]' \
	"$(for case in kinds reuse; do "$OSCOPE" switch -r "$TMP/$case" "${window[@]}" --json | jq .totals.events; done | jq -sc .)"
check "... which is not all of it" same '.rows[] | select(.row == "totals" and .column == "events") | [.a < 13, .a > 0, .b < 6, .b > 0]' \
	'[true, true, true, true]'
check "... and so long" same '.rows[] | select(.column == "duration_ns") | [.a, .b]' '[3000, 3000]'
oscope_diff kinds kinds --to 3us --json
cp "$TMP/out" "$TMP/early"
oscope_diff kinds kinds --from 3us --json
check "the two parts of one add up" is "$(jq -s '[.[].rows[] | select(.row == "totals" and .column == "events") | .a] |
	add' "$TMP/early" "$TMP/out") == 13"
check "--from behind the end of one: refused, and which" refused 1 "$TMP/kinds ends before that" long kinds --from 20us
check "a window of a JSON report: refused" refused 2 "kinds.json: --from and --to are a part" kinds kinds.json --to 3us
check "--from behind --to: refused" refused 2 "nothing is between" kinds reuse --from 3us --to 2us

# report EVENTS TID START LOST: a report of one row, by task.
report() {
	printf '{"schema": "oscope.switch/1", "kernel": "6.12", "lost": {"ring": %s, "total": %s}, "keys": ["task"],
		"totals": {"events": %s}, "rows": [{"task": {"tid": %s, "pid": 1, "start_ns": %s, "comm": "x"},
		"count": %s, "list": [1, 2], "word": "y"}]}\n' "$4" "$4" "$1" "$2" "$3" "$1"
}
{ report 10 5 50 0; report 12 5 50 1; report 11 5 50 0; } > "$TMP/few"
{ report 20 6 60 0; report 24 5 50 2; report 22 5 50 0; report 100 5 50 0; } > "$TMP/more"
check "several reports" oscope_diff few more --json
check "medians, and an interval around their ratio" same '.rows[0] | [.row, .column, .a, .b, .ratio_low < .ratio,
	.ratio_high > .ratio, .ratio_low > 1.5, .ratio_high < 10]' \
	'["totals", "events", 11, 23, true, true, true, true]'
check "the same task is found by its number and start, another one is not it" same \
	'[.totals.only_b, [.rows[] | select(.column == "count") | .row, .a, .b]]' '[1, ["x", 11, 24, "x", null, 20]]'
check "what was lost in either" same '.lost | [.ring, .total]' '[3, 3]'

check "other keys: refused" refused 2 "by task" kinds.json few
sed 's/oscope.switch/oscope.spawn/' "$TMP/few" > "$TMP/other"
check "other reports: refused" refused 2 "oscope.spawn/1" few other
cat "$TMP/few" "$TMP/other" > "$TMP/mixed"
check "reports of two kinds in one file: refused" refused 2 "different kinds" few mixed
check "a recording that cannot be read: refused" refused 1 "ABI" kinds abi
head -c 150 "$TMP/few" > "$TMP/cut"
check "a report that was cut: refused" refused 1 "$TMP/cut: no report of oscope" few cut
# One ABI earlier, in the header's third word.
{ head -c 8 "$TMP/kinds"; printf '\4'; tail -c +10 "$TMP/kinds"; } > "$TMP/older"
check "recordings of two ABIs: refused" refused 2 "with ABI 4" kinds older
finish
