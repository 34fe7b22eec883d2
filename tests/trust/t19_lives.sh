#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T19: the ledger of lives: processes and threads made in every way there is. What is created has
# ended, nobody is left, and what is tracked is what lives. Where the time of all of them went is whole in a
# table that has rows for a few of them.
. ./lib.sh
: "${LIVES:=2000}"
: "${THREADS:=500}"	# at a time
plan 14

load
check "all that live are tracked from the load on" ./lives tracked
./lives device "$LIVES" > "$TMP/said" 2>&1
status=$?
figure "module: $(tail -n 1 "$TMP/said")"
check "module: created = ended, as the kernel counts, none lost" is "$status == 0"
check "... and no more are tracked than live" ./lives tracked
check "nothing was untracked" is "$(cat $SYS/untracked) == 0"
figure "$(./lives tracked)"
unload

"$OSCOPE" record -q -z 0 --source bpf -e task -o "$TMP/rec" -- ./lives make "$LIVES" > "$TMP/made"
status=$?
read -r processes threads < "$TMP/made"
check "probes: recorded $processes processes and $threads threads" is "$status == 0 && $processes >= $LIVES"
./lives file "$TMP/rec" $((processes + threads)) > "$TMP/said" 2>&1
status=$?
figure "probes: $(tail -n 1 "$TMP/said")"
check "probes: created = ended, none lost" is "$status == 0"

# SOURCE OPTION...: the ledger of a tree, in a table of 1024 rows.
ledger() {
	local processes threads
	"$OSCOPE" states --source "$@" --by total --json -o "$TMP/report" -- ./lives make "$LIVES" > "$TMP/made"
	read -r processes threads < "$TMP/made"
	figure "$1: $(jq -r '.totals | "\(.tasks) tasks, \(.ended_tasks // 0) of them in no row"' "$TMP/report")"
	check "$1: all that were made have their time told" is "$(jq .totals.tasks "$TMP/report") == $processes + $threads + 1"
	check "$1: ... states add up to their time" is "$(jq .totals.residual_ns "$TMP/report") == 0"
	check "$1: ... none is lost" is "$(jq .lost.total "$TMP/report") == 0"
}
# SOURCE: of as many as live at a time.
multitude() {
	"$OSCOPE" states --source "$1" --by process --json -o "$TMP/report" -- ../live/multitude threads "$THREADS"
	check "$1: $THREADS threads at a time: all have theirs" jq -e ".lost.total == 0 and .totals.residual_ns == 0 and
		[.rows[].tasks] == [$THREADS + 1]" "$TMP/report"
}
load tasks=1024
ledger kmod
unload
ledger bpf --tasks 1024
multitude bpf
load
multitude kmod
finish
