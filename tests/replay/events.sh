#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording of tasks made and programs executed: each line against the one worked out by hand from spawns.h,
# what is missing or cannot be among it; and recordings that lack a part.
. ./lib.sh
plan 18

oscope_events() { # CASE ARGS...
	unprivileged "$TMP/oscope" spawn --events -r "$TMP/$1" "${@:2}" > "$TMP/lines" 2> "$TMP/err"
}
# What the lines say, as one array: same() compares.
all() { jq -s . "$TMP/lines" > "$TMP/out"; }
recording spawns
check "a recording is told without privilege" oscope_events spawns --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
all
check "what happened, in the order of time" same '[.[] | select(.event) | [.at_ns, .event, .task.tid]]' '[
	[1001, "made", 801], [2000, "exec", 801], [3000, "made", 802], [3200, "exec", 803], [3300, "exec", 802],
	[3400, "exec", 804], [4000, "exit", 801], [5000, "exit", 802], [200003000, "back", 802],
	[200004000, "lost", null], [200004000, "exit", 805]]'
check "who made them, how, at what cost: the call that lasts has a line of its own" same \
	'[.[] | select(.kind and .event != "exec" and .event != "exit") | [.event, .kind, .parent.comm, .cost_ns]]' \
	'[["made", "fork", "shell", 700], ["made", "vfork", "shell", null], ["back", "vfork", "shell", 200000500]]'
check "what was executed" same '.[] | select(.event == "exec" and .task.tid == 801) | [.file, .args, .cut]' \
	'["/x", ["a b"], false]'
check "pieces of two tasks do not mix, none is taken twice" same \
	'.[] | select(.event == "exec" and .task.tid == 802) | [.file, .args, .cut]' '["/y", ["longer", "\\xff"], false]'
check "without its beginning it is cut" same '.[] | select(.event == "exec" and .task.tid == 803) |
	[has("file"), .args, .cut]' '[false, [], true]'
check "... and so is what cannot be" same '.[] | select(.event == "exec" and .task.tid == 804) |
	[has("file"), .args, .cut]' '[false, [], true]'
check "how they ended, after how long" same '[.[] | select(.event == "exit") |
	[.exit_code, .signal, .core, .lifetime_ns, .parent.tid]]' \
	'[[3, null, null, 2999, 800], [null, 11, true, 2000, 800], [0, null, null, null, 1]]'
check "the last one is the report" same '.[-1] | [.schema, .totals, .rows, .lost.total]' \
	'["oscope.spawn/1", {"made": 2, "execs": 4, "exits": 3}, [], 0]'
oscope_events spawns
check "text: a line each, with a heading" is "$(grep -cE '^ +[0-9]+\.[0-9]{6}  ' "$TMP/lines") == 11 &&
	$(grep -c '^ *TIME  EVENT  KIND ' "$TMP/lines") == 1"
check "... words apart, what is cut, what ends no line with spaces" bash -c "grep -q '/x  \"a b\"\$' '$TMP/lines' &&
	grep -q '803 .* \.\.\.\$' '$TMP/lines' && grep -q 'signal 11  life 2.00us\$' '$TMP/lines' && ! grep ' \$' '$TMP/lines'"
oscope_events spawns --csv --columns args
check "CSV: a line each, under names, and no report" diff <(tr -d '\r' < "$TMP/lines" | cut -d , -f 1,2,3 | head -n 3) - <<-'END'
	at_ns,event,args
	1001,made,
	2000,exec,"""a b"""
END
check "... all of them" is "$(wc -l < "$TMP/lines") == 12"
for case in kinds half lossy nothing; do
	recording $case
	check "$case: what has none of it in it is told as far as it goes" oscope_events $case
done
finish
