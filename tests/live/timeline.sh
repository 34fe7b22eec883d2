#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What runs over time, of a pipeline of three whose stages are known: live, and of a recording the same way.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=6
plan $((cases * 2 + 3))

rows() { jq -es "$@" "$TMP/lines"; }
work=(./paths pipeline 20 300 3000 600)	# 60 ms; where tasks come unseen, some turns are in what is unobserved
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: timeline" "source not usable here"; done
		continue
	fi
	"$OSCOPE" timeline --source "$s" --json -o "$TMP/lines" -- "${work[@]}" > "$TMP/took"
	check "$s: nothing is lost" rows '.[-1].lost.total == 0 and .[-1].totals.losses == 0'
	check "$s: the slow stage runs as long as it works" rows '[.[] | select(.state == "running" and .task.comm == "stage2") | .to_ns - .from_ns] | add >= 48e6'
	check "$s: a task's segments follow each other" rows '[.[] | select(.state)] | group_by(.task.tid) |
		all(.[]; [.[:-1][].to_ns] == [.[1:][].from_ns])'
	check "$s: a CPU runs one at a time" rows '[.[] | select(.state == "running")] | group_by(.cpu) |
		all(.[]; sort_by(.from_ns) | [.[:-1][].to_ns] as $to | [.[1:][].from_ns] as $from |
		all(range($to | length); $to[.] <= $from[.]))'
	"$OSCOPE" timeline --source "$s" --wakes --json -o "$TMP/lines" -- "${work[@]}" > "$TMP/took"
	check "$s: wake-ups: the slow stage wakes the next one, which waits for a pipe" rows '[.[] | select(.waker.comm == "stage2" and
		.woken.comm == "stage3" and .reason == "pipe-read")] | length > 0'
	LC_ALL=C "$OSCOPE" timeline --source "$s" -o "$TMP/drawn" -- "${work[@]}" > "$TMP/took"
	check "$s: drawn: the slow stage runs most" is "$(sed -n 's/^stage2:.* \([0-9]*\)% .*/\1/p' "$TMP/drawn") > \
		$(sed -n 's/^stage3:.* \([0-9]*\)% .*/\1/p' "$TMP/drawn") && $(grep -c '^stage' "$TMP/drawn") == 3"
done
"$OSCOPE" record -q -e switch,wake,task,state -o "$TMP/rec" -- "${work[@]}" > "$TMP/took"
"$OSCOPE" timeline -r "$TMP/rec" --by cpu --json > "$TMP/lines"
check "of a recording: as long" rows '[.[] | select(.state == "running" and .task.comm == "stage2") | .to_ns - .from_ns] | add >= 48e6'
for words in "" --wakes; do
	"$OSCOPE" timeline ${words:+"$words"} --json-schema > "$TMP/schema$words"
	"$OSCOPE" timeline -r "$TMP/rec" ${words:+"$words"} --json > "$TMP/told$words"
done
check "each line is as the schema says" /usr/bin/python3 - "$TMP" <<-'END'
	import json, sys
	import jsonschema
	for words in ("", "--wakes"):
	    schema = json.load(open(sys.argv[1] + "/schema" + words))
	    jsonschema.Draft7Validator.check_schema(schema)
	    lines = open(sys.argv[1] + "/told" + words).readlines()
	    assert len([jsonschema.validate(json.loads(line), schema) for line in lines[:100] + lines[-1:]]) > 10
END
read -r from to <<< "$(jq -rs '[.[] | select(.task.comm == "stage2")] | (map(.from_ns) | min) as $from | (map(.to_ns) | max) as $to |
	"\($from + ($to - $from) / 4 | floor) \($to - ($to - $from) / 4 | floor)"' "$TMP/lines")"
"$OSCOPE" timeline -r "$TMP/rec" --from "${from}ns" --to "${to}ns" --json > "$TMP/lines"
check "... and a part of it is that part" rows '[.[] | select(.state)] | (map(.from_ns) | min) >= '"$from"' and
	(map(.to_ns) | max) <= '"$to"' and (map(.to_ns - .from_ns) | add) > 0'
finish
