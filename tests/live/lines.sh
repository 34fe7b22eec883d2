#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# oscope events live: a line each, as the schema says, in the order of time, of the program only.
. ../lib.sh
plan 5

rows() { jq -es "$@" "$TMP/lines"; }
"$OSCOPE" events --json -o "$TMP/lines" -- ./pingpong processes 200
"$OSCOPE" events --json-schema > "$TMP/schema"
check "nothing is lost" rows '.[-1].lost.total == 0'
check "in the order of time" rows '[.[] | select(.event).at_ns] | . == sort'
check "two wake each other, and go to sleep for a pipe" rows '([.[] | select(.event == "waking" and .task.comm == "pingpong" and
	.other.comm == "pingpong")] | length) >= 200 and ([.[] | select(.event == "blocked" and .reason == "pipe-read")] | length) > 0'
check "each is about somebody of the program" rows '[.[] | select(.event == "waking" and .task.comm != "pingpong" and
	.task.comm != "oscope")] == []'
check "each line is as the schema says" /usr/bin/python3 - "$TMP" <<-'END'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1] + "/schema"))
	jsonschema.Draft7Validator.check_schema(schema)
	lines = open(sys.argv[1] + "/lines").readlines()
	assert len([jsonschema.validate(json.loads(line), schema) for line in lines[:100] + lines[-1:]]) > 10
END
finish
