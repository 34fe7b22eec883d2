#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Reports of one run in all their forms: by what, at which time, for whom.
. ../lib.sh
plan 17
s=("$OSCOPE" switch --source bpf)
# Where the module is there the forms below are of its reports: it starts sooner.
form=("$OSCOPE" switch --source bpf) rounds=40000
[ ! -e /dev/oscope ] || form=("$OSCOPE" switch --source kmod)
! emulated || rounds=8000

# Rows add up to the total, whatever they are by.
for by in kind cpu task pair; do
	column=count
	[ $by = cpu ] && column=events
	[ $by = task ] && column=switches
	total=events
	[ $by = task ] && total=switches
	"${s[@]}" --by $by --json -o "$TMP/report" -- ./pingpong processes 3000
	check "by $by: rows add up to the $total" is \
		"$(json "$TMP/report" "[.rows[].$column] | add") == $(json "$TMP/report" .totals.$total)"
done
check "by pair: most first" jq -e '[.rows[].count] | . == (sort | reverse)' "$TMP/report"

# Intervals: one line of JSON each; together they are what happened.
check "intervals run" "${form[@]}" --json -i 200ms -o "$TMP/lines" -- ./pingpong processes $rounds
check "one object a line" jq -es 'length >= 1 and all(.schema == "oscope.switch/1")' "$TMP/lines"
check "... one after the other" jq -es '[range(1; length) as $i |
	.[$i].start_ns - (.[$i - 1].start_ns + .[$i - 1].duration_ns) | fabs < 1000] | all' "$TMP/lines"
check "... adding up to all switches" is \
	"$(jq -s '[.[].totals.switches] | add' "$TMP/lines") >= 2 * $rounds"
check "INTERVAL COUNT" bash -c "[ \$(${form[*]} 0.05 3 --json | wc -l) = 3 ]"

# SIGUSR1: the report so far, and on it goes.
mkfifo "$TMP/err"
"${form[@]}" --json -v -d 600 > "$TMP/lines" 2> "$TMP/err" &
pid=$!
exec 3< "$TMP/err"
while read -r line <&3; do [[ $line = *racing* ]] && break; done
kill -USR1 $pid
for ((i = 0; i < 600; i++)); do [ -s "$TMP/lines" ] && break; sleep 0.1; done
check "SIGUSR1: a report, and it goes on" is "$(jq -s length "$TMP/lines") == 1 && $(kill -0 $pid && echo 1)"
kill -INT $pid
wait $pid
exec 3<&-
check "... until SIGINT: the last report" jq -es \
	'length == 2 and .[1].duration_ns > .[0].duration_ns and .[0].start_ns == .[1].start_ns' "$TMP/lines"

check "-o -: to standard output, with a program too" bash -c \
	"[ \$(${form[*]} -o - --json -- echo hello 2> /dev/null | grep -cE '^hello|\"schema\"') = 2 ]"

# For a terminal and for a pipe.
terminal() { TERM=xterm script -qec "$*" /dev/null; }
terminal "${form[@]}" 0.05 3 > "$TMP/screen"
check "on a terminal live reports replace each other" is "$(grep -c $'\e\\[H' "$TMP/screen") == 3"
"${form[@]}" 0.05 3 > "$TMP/text"
check "in a pipe they follow each other, without escapes" is \
	"$(grep -c '^KIND' "$TMP/text") == 3 && $(grep -c $'\e' "$TMP/text") == 0"
LC_ALL=C "${form[@]}" -d 50ms > "$TMP/text"
check "text fits 80 columns" is "$(awk '{ if (length($0) > 80) n++ } END { print n + 0 }' "$TMP/text") == 0"
"${form[@]}" --csv -d 50ms --columns count,kind --sort count | tr -d '\r' > "$TMP/csv"
check "CSV: what the row is of, then the columns asked for, sorted" bash -c "head -1 $TMP/csv | grep -qx kind,count &&
	tail -n +2 $TMP/csv | cut -d, -f2 | sort -c -rn && [ \$(wc -l < $TMP/csv) = 8 ]"
finish
