#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# States in their other forms: of a recording that knows less, by process, who woke whom replayed, as text; and what
# cannot be asked for at once.
. ../lib.sh
plan 13

report() { jq -e "$@" "$TMP/report"; }
"$OSCOPE" record -q --source bpf -o "$TMP/rec" -- ./lifetimes 1 50 > /dev/null
"$OSCOPE" states -r "$TMP/rec" --json -o "$TMP/report"
check "a recording without states knows that it slept, not for what" report '(.not_captured | index("blocked_ns")) and
	.totals.blocked_all_ns > 0 and .totals.residual_ns == 0'
check "a process is its threads" bash -c "'$OSCOPE' states --by process --json -o '$TMP/report' -- ./exec_thread 10 10 10 > /dev/null &&
	jq -e '.rows | length == 1 and .[0].tasks == 2' '$TMP/report'"
"$OSCOPE" record -q --source bpf -o "$TMP/rec" -- ./pingpong processes 500
"$OSCOPE" states -r "$TMP/rec" --wakers --json -o "$TMP/report"
check "wakers of a recording are who they were" report '[.rows[] | select(.context == "task" and
	.waker.comm == "pingpong" and .woken.comm == "pingpong").count] | add >= 500'
check "... all of them are the wakings" is "$("$OSCOPE" switch -r "$TMP/rec" --json |
	jq '.totals.wakings') >= $(jq '[.rows[].count] | add' "$TMP/report")"
check "... and not by process" bash -c "'$OSCOPE' states -W -b process -d 1ms 2> '$TMP/err'; [ \$? = 2 ]"
check "-C is refused" bash -c "'$OSCOPE' states -C 0 -d 1ms 2> '$TMP/err'; [ \$? = 2 ] && grep -q -- --cgroup '$TMP/err'"
check "--why and --matrix at once, too" bash -c "'$OSCOPE' states -w -m -d 1ms 2> '$TMP/err'; [ \$? = 2 ]"
cp "$(command -v sleep)" "$TMP/st.$$"
"$TMP/st.$$" 1000 & there=$!
until [ "$(< "/proc/$there/comm")" = "st.$$" ]; do :; done
"$OSCOPE" record -q --source bpf -e switch,wake,task,state -o "$TMP/rec" -- sh -c '"$1" 0.01; sleep 0.01; (sleep 0.01)' sh "$TMP/st.$$"
"$OSCOPE" states -r "$TMP/rec" -c "st.$$" --json -o "$TMP/report"
check "-c of a recording: rows of who had that name" report '[.rows[].task.comm] | length == 1 and all(startswith("st."))'
"$OSCOPE" states --source bpf -c "st.$$" --json -o "$TMP/report" -- sh -c '"$1" 0.01; sleep 0.01; (sleep 0.01)' sh "$TMP/st.$$"
check "-c: rows of who has that name, not of all who are made" report '[.rows[].task.comm] | length == 1 and all(startswith("st."))'
"$OSCOPE" states --source bpf -c "st.$$" --json -d 10ms -o "$TMP/report"
check "... and of those who were there, what one of the name does" report ".rows | length == 1 and .[0].task.tid == $there"
check "... which slept all the time" report '.rows[0].blocked_ns > 0'
kill $there
check "text fits 80 columns" bash -c "'$OSCOPE' states -o '$TMP/text' -- ./lifetimes 2 50 > /dev/null && ! grep -E '.{81}' '$TMP/text'"
check "... by process, why and matrix, too" bash -c "for how in '--by process' --why '--matrix --by total'; do
	'$OSCOPE' states \$how -o '$TMP/text' -- ./lifetimes 2 50 > /dev/null && ! grep -E '.{81}' '$TMP/text' || exit; done"
finish
