#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# --from and --to of a recording: windows that tile it add up to the whole, record by record and count by count,
# packed or not, and who was there before a window has its name in it.
. ../lib.sh
plan 25

rec=$TMP/rec
# Many short lives, then two long ones: chunks that say who is who, and chunks that do not.
load() { sh -c 'for i in 1 2 3 4 5 6 7 8 9; do true | true; done; ./pingpong processes 15000; true | true; ./pingpong threads 100'; }
export -f load
for level in 0 1; do
	"$OSCOPE" record -q -e switch,wake,task,state --ring 16M -z $level -o "$rec$level" -- bash -c load
done
check "packed: some chunks are told to be plain" bash -c "od -An -v -tx4 -w4 '$rec''1' | tr -d ' ' | grep -A1 4b4e4843 | grep -q 0000000c"

# The borders of four windows, in ns.
borders() { # FILE
	local length
	"$OSCOPE" switch -r "$1" --json -o "$TMP/whole"
	length=$(json "$TMP/whole" .duration_ns)
	echo 0 $((length / 5)) $((length / 3)) $((length * 3 / 4)) "$length"
}

# tile FILE COMMAND...: its reports of the windows, $TMP/part.N
tile() {
	local file=$1 b i to
	shift
	read -ra b < <(borders "$file")
	for i in 1 2 3 4; do
		to=(--to "${b[i]}ns")
		[ $i -lt 4 ] || to=()
		"$OSCOPE" "$@" -r "$file" --from "${b[i - 1]}ns" "${to[@]}" --json -o "$TMP/part.$i" || return 1
	done
}
sum() { jq -s "map($1) | add" "$TMP"/part.?; }

for level in 0 1; do
	check "-z $level: a report of each part" tile "$rec$level" switch
	for field in events switches from_idle wakings migrations voluntary involuntary; do
		check "-z $level: the parts' $field are the whole's" is \
			"$(sum ".totals.$field") == $(json "$TMP/whole" ".totals.$field")"
	done
	check "-z $level: times that began before a part are not known in it, none is longer" is \
		"$(jq -s 'map(.totals.slice_ns.max) | max' "$TMP"/part.?) <= $(json "$TMP/whole" .totals.slice_ns.max)"
	check "-z $level: their durations are the whole's" is "$(sum .duration_ns) == $(json "$TMP/whole" .duration_ns)"
	# Each line, at its time since the recording's start.
	tile "$rec$level" events
	read -ra b < <(borders "$rec$level")
	for i in 1 2 3 4; do
		jq -c "select(.event) | [.at_ns + ${b[i - 1]}, .cpu, .event, .task.tid, .other.tid]" "$TMP/part.$i"
	done > "$TMP/parts"
	"$OSCOPE" events -r "$rec$level" --json -o "$TMP/all"
	jq -c 'select(.event) | [.at_ns, .cpu, .event, .task.tid, .other.tid]' "$TMP/all" > "$TMP/lines"
	check "-z $level: the parts' records are the whole's" cmp "$TMP/parts" "$TMP/lines"
	# Of a switch, who leaves may be a task that was not recorded.
	check "-z $level: who is there has its name" jq -es 'map(select(.event == "waking" or .event == "blocked")) |
		length > 0 and all(.task.comm != "")' "$TMP/part.3"
done
finish
