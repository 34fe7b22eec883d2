#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every report's JSON is as its --json-schema says, with nothing that the schema does not know.
. ../lib.sh

# valid NAME OPTIONS... [-- PROGRAM...]: the report of these options, and the schema of the same, for verdicts.
names=()
valid() {
	local i args n=${#names[@]}
	names+=("$1")
	shift
	args=("$@")
	for ((i = 0; i < ${#args[@]}; i++)); do
		[ "${args[i]}" != -- ] || break
	done
	check "${names[n]}: schema" bash -c '"$@" > '"$TMP/$n.schema" sh "$OSCOPE" "${args[@]:0:i}" --json-schema
	"$OSCOPE" "${args[0]}" --json -o "$TMP/$n.report" "${args[@]:1}" > /dev/null 2> "$TMP/err"
}
# All at once: python takes seconds to start in an emulator. What it says of each is in N.verdict.
verdicts() {
	local n
	/usr/bin/python3 - "$TMP" ${#names[@]} <<-'END'
		import json, sys
		import jsonschema
		for n in range(int(sys.argv[2])):
		    at = "%s/%d." % (sys.argv[1], n)
		    try:
		        schema = json.load(open(at + "schema"))
		        jsonschema.Draft7Validator.check_schema(schema)
		        jsonschema.validate(json.load(open(at + "report")), schema)
		        said = "valid"
		    except (OSError, ValueError, jsonschema.ValidationError, jsonschema.SchemaError) as error:
		        said = str(error)
		    print(said, file=open(at + "verdict", "w"))
	END
	for n in "${!names[@]}"; do
		check "${names[n]}: the report is valid" is_valid "$TMP/$n.verdict"
	done
}
is_valid() { [ "$(cat "$1")" = valid ] || { cat "$1"; return 1; }; }

load=(-- ./pingpong processes 200)
# The module's reports where it is there, which starts sooner; but for those that it has not.
source=(--source bpf)
[ ! -e /dev/oscope ] || source=(--source kmod)
plan 54
for by in kind task cpu; do
	valid "switch --by $by" switch --by $by "${source[@]}" "${load[@]}"
done
valid "switch --by pair" switch --by pair "${load[@]}"
valid "switch --buckets" switch --buckets "${source[@]}" "${load[@]}"
for by in kind task tree memory; do
	valid "spawn --by $by" spawn --by $by "${source[@]}" "${load[@]}"
done
for how in "--by task" "--by process" "--by total" --why --matrix; do
	# shellcheck disable=SC2086 # words
	valid "states $how" states $how "${source[@]}" "${load[@]}"
done
for by in task reason segment; do
	valid "critical --by $by" critical --by $by "${source[@]}" "${load[@]}"
done
valid "states --wakers" states --wakers "${load[@]}"
valid "zombies" zombies
valid "zombies --by parent" zombies --by parent "${source[@]}" "${load[@]}"
valid "zombies --by task" zombies --by task "${source[@]}" "${load[@]}"
valid "verify" verify "${load[@]}"
valid "doctor" doctor
valid "notes list" notes list
valid "notes sample" notes sample switch.registers
"$OSCOPE" record -q -o "$TMP/rec" "${load[@]}"
valid "switch -r" switch -r "$TMP/rec"
valid "diff" diff "$TMP/rec" "$TMP/rec"
verdicts
finish
