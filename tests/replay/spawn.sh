#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording that was made before there were records of memory and of first runs: what it has is there, what it
# lacks is named, not 0.
. ./lib.sh
plan 10

oscope_spawn() { # CASE ARGS...
	unprivileged "$TMP/oscope" spawn -r "$TMP/$1" --json "${@:2}" > "$TMP/out" 2> "$TMP/err"
}
lacks='["child_faults","cost_ns","first_run_ns","maker_faults","page_tables"]'
recording deaths
check "a recording is reported without privilege" oscope_spawn deaths
check "three were made" same '[.totals.forks, .totals.exits, (.rows[] | select(.kind == "fork") |
	.count, .lifetime_ns.count, has("page_tables"), has("child_faults"))]' '[3, 4, 3, 2, false, false]'
check "what it lacks is named" same ".not_captured | contains($lacks)" true
oscope_spawn deaths --by task
check "... of each task, too" same "[(.not_captured | contains($lacks), contains([\"thp\", \"parent_rss_bytes\"])),
	([.rows[] | has(\"page_tables\") or has(\"thp\")] | any)]" '[true, true, false]'
oscope_spawn deaths --by memory
check "... and of no task by memory" same "[.rows, (.not_captured | contains($lacks))]" '[[], true]'
check "nothing is said of it on stderr" cmp /dev/null "$TMP/err"

recording spawns
oscope_spawn spawns --by task -p 802
check "-p: who has that number, and what making it cost" same '[.totals.exits, [.rows[] | [.task.tid, .cost_ns]]]' '[1, [[802, 200000500]]]'
oscope_spawn spawns --by task -c shell
check "-c: a name" same '[.rows[].task.tid] | sort' '[801, 802]'
events() { jq -sc '[.[] | select(.event) | [.at_ns, .event]]' "$TMP/out" | diff <(echo "$1") -; }
oscope_spawn spawns --events -t 801
check "--events: of a thread" events '[[1001,"made"],[2000,"exec"],[4000,"exit"]]'
# The record that says that something is missing before it is another's; the next one on that CPU is not there.
oscope_spawn spawns --events -t 805
check "... where records are missing" events '[[200004000,"lost"],[200004000,"exit"]]'
finish
