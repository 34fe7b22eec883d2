#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every report's JSON is as its --json-schema says, with nothing that the schema does not know.
. ../lib.sh

# valid NAME OPTIONS... [-- PROGRAM...]: the report of these options against the schema of the same.
valid() {
	local name=$1 i args
	shift
	args=("$@")
	for ((i = 0; i < ${#args[@]}; i++)); do
		[ "${args[i]}" != -- ] || break
	done
	check "$name: schema" bash -c '"$@" > '"$TMP/schema" sh "$OSCOPE" "${args[@]:0:i}" --json-schema
	"$OSCOPE" "${args[0]}" --json -o "$TMP/report" "${args[@]:1}" > /dev/null 2> "$TMP/err"
	check "$name: the report is valid" /usr/bin/python3 - "$TMP/schema" "$TMP/report" <<-'END'
		import json, sys
		import jsonschema
		schema = json.load(open(sys.argv[1]))
		jsonschema.Draft7Validator.check_schema(schema)
		jsonschema.validate(json.load(open(sys.argv[2])), schema)
	END
}

load=(-- ./pingpong processes 200)
plan 44
for by in kind task cpu pair; do
	valid "switch --by $by" switch --by $by "${load[@]}"
done
valid "switch --buckets" switch --buckets "${load[@]}"
for by in kind task tree memory; do
	valid "spawn --by $by" spawn --by $by "${load[@]}"
done
for how in "--by task" "--by process" "--by total" --why --matrix --wakers; do
	# shellcheck disable=SC2086 # words
	valid "states $how" states $how "${load[@]}"
done
valid "zombies" zombies
valid "zombies --by parent" zombies --by parent "${load[@]}"
valid "zombies --by task" zombies --by task "${load[@]}"
valid "verify" verify "${load[@]}"
valid "doctor" doctor
valid "notes list" notes list
"$OSCOPE" record -q -o "$TMP/rec" "${load[@]}"
valid "switch -r" switch -r "$TMP/rec"
finish
