#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# oscope events: each record of a recording as a line, against paths.h, and what is missing among them.
. ./lib.sh
plan 12

oscope_events() { # CASE ARGS...
	unprivileged "$TMP/oscope" events -r "$TMP/$1" "${@:2}" > "$TMP/lines" 2> "$TMP/err"
}
all() { jq -s . "$TMP/lines" > "$TMP/out"; }
recording paths
check "a recording is told without privilege" oscope_events paths --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
all
check "the first lines: when, where, what, whose" same '[.[:7][] | [.at_ns, .cpu, .event, .task.tid, .other.tid]]' '[
	[100, 1, "waking", 900, 50], [150, 1, "blocked", 902, null], [150, 1, "switch", 902, 0], [200, 0, "switch", 0, 900],
	[1000, 0, "newtask", 901, 900], [1100, 0, "wakeup_new", 901, 900], [1300, 1, "switch", 0, 901]]'
check "what belongs to it" same '[.[] | select(.at_ns == 3100 or .at_ns == 5000 or .at_ns == 7000 or .at_ns == 8000) |
	[.event, .kind, .detail, .reason, .value]]' '[["switch", "cross_mm", "preempted", null, null],
	["blocked", null, "blocked", "sleep", null], ["switch", "to_idle", "voluntary", null, null],
	["waking", null, "hardirq", null, null], ["exit", null, null, null, 0]]'
check "an interrupt is nobody" same '[.[] | select(.detail == "hardirq" and .other)]' '[]'
check "the last one is the report" same '.[-1] | [.schema, .totals.events, .lost.total]' '["oscope.events/1", 27, 0]'
oscope_events paths --json -e waking,exit -t 901
all
check "some of them, of a task" same '[.[] | select(.event) | [.at_ns, .event]]' \
	'[[1900, "waking"], [3000, "waking"], [7000, "waking"], [8000, "exit"], [8100, "waking"]]'
recording paths-gap
oscope_events paths-gap --json
all
check "where records are missing there is a line" same '[.[] | select(.event == "lost") | [.at_ns, .cpu]]' '[[5000, 1]]'
oscope_events paths
check "text: a line each, which ends without spaces" is "$(grep -cE '^ +[0-9]+\.[0-9]{6} ' "$TMP/lines") == 27 && $(grep -c ' $' "$TMP/lines") == 0"
for case in kinds half nothing; do
	recording $case
	check "$case: what has less in it is told as far as it goes" oscope_events $case
done
finish
