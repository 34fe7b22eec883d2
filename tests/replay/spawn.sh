#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording that was made before there were records of memory and of first runs: what it has is there, what it
# lacks is named, not 0.
. ./lib.sh
plan 6

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
finish
