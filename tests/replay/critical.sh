#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The critical path of a recording: each step against the one worked out by hand from paths.h; whose run it is; what a
# loss hides, and nothing else; and recordings that have no path.
. ./lib.sh
plan 21

oscope_critical() { # CASE ARGS...
	unprivileged "$TMP/oscope" critical -r "$TMP/$1" --json "${@:2}" > "$TMP/out" 2> "$TMP/err"
}
steps='[.rows[] | [.from_ns, .ns, .task.tid, .state, .reason, .waited_for, .woken_by.tid, .next.tid]]'
tail='[2900, 100, 901, "ready_woken", null, "wait", 902, null], [3000, 900, 901, "running", null, "wait", null, null],
	[3900, 500, 901, "ready_preempted", null, "wait", null, null], [4400, 500, 901, "running", null, "wait", null, null],
	[4900, 2000, 901, "blocked", "sleep", "wait", null, null], [6900, 200, 901, "ready_woken", null, "wait", null, null],
	[7100, 900, 901, "running", null, "wait", null, 900], [8000, 200, 900, "ready_woken", null, null, 901, null],
	[8200, 700, 900, "running", null, null, null, null]'
recording paths
check "a path is found without privilege" oscope_critical paths --by segment
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "step by step: to who woke it, who made it, and past an interrupt" same "$steps" '[
	[0, 100, 900, "ready_woken", null, null, 50, null], [100, 900, 900, "running", null, null, null, 901],
	[1000, 200, 901, "ready_woken", null, "epoll", 900, null], [1200, 600, 901, "running", null, "epoll", null, 902],
	[1800, 100, 902, "ready_woken", null, null, 901, null], [1900, 1000, 902, "running", null, "pipe-read", null, 901],
	'"$tail"']'
check "its segments add up to the run, from being let go to the exit" same '.totals |
	[.start_ns, .run_ns, .sum_ns, .unknown_ns, .cpu_wait_ns, .segments, .tasks, .handovers]' '[100, 8900, 8900, 0, 1400, 15, 3, 4]'
check "where a wake-up came from" same '[.rows[] | select(.context) | [.from_ns, .context]]' '[[0, "task"], [1000, "task"],
	[1800, "task"], [2900, "task"], [4900, "hardirq"], [6900, "hardirq"], [8000, "task"]]'
check "which lock or pipe it was is in no recording" same '.not_captured - ["own_cost_ns"]' '["object"]'
oscope_critical paths
check "by task" same '[.rows[] | [.task.comm, .path_ns, .running_ns, .ready_woken_ns, .ready_preempted_ns, .blocked_ns,
	.unknown_ns, .segments, .handed]]' '[["worker", 5900, 2900, 500, 500, 2000, 0, 9, 2],
	["program", 1900, 1600, 300, 0, 0, 0, 4, 1], ["server", 1100, 1000, 100, 0, 0, 0, 2, 1]]'
check "... with shares that are all of it" same '[.rows[].share] | add | . * 1e9 | round' 1000000000
oscope_critical paths --by reason
check "by reason, and by what was waited for meanwhile" same '[.rows[] | [.state, .reason, .waited_for, .path_ns]] | sort' "$(jq -n '[
	["blocked", "sleep", "wait", 2000], ["ready_preempted", null, "wait", 500], ["ready_woken", null, "epoll", 200],
	["ready_woken", null, "wait", 300], ["ready_woken", null, null, 400], ["running", null, "epoll", 600],
	["running", null, "pipe-read", 1000], ["running", null, "wait", 2300], ["running", null, null, 1600]] | sort')"
oscope_critical paths -t 901 --by segment
check "-t: the run of a task, from its making" same '[.totals.start_ns, .totals.run_ns, .totals.sum_ns, .rows[-1].task.tid]' \
	'[1000, 7000, 7000, 901]'
oscope_critical paths -p 902 --by segment
check "-p: of one that was there before and does not end: all of the recording" same '[.totals.start_ns, .totals.run_ns,
	.totals.sum_ns, .rows[-1].state, .rows[-1].reason]' '[0, 10000, 10000, "blocked", "futex"]'
recording paths-all
oscope_critical paths-all --by segment
check "without a program: who ended last, and unknown is what was before the first record" same \
	'[.totals.task.tid, .totals.run_ns, .totals.sum_ns, .totals.unknown_ns, .rows[0].state, .rows[0].ns]' \
	'[900, 9000, 9000, 100, "unknown", 100]'
recording paths-gap
oscope_critical paths-gap --by segment
check "a loss: unknown is what falls in it" same '[.rows[] | select(.state == "unknown") | [.from_ns, .ns]]' '[[4400, 500]]'
check "... it is said, and adds up" same '[.totals.losses, .totals.sum_ns, (.note | test("missing"))]' '[1, 8900, true]'
check "... and the rest is as it was" same '[.rows[] | select(.from_ns != 4400)] | length' 14
recording paths-lost
oscope_critical paths-lost --by segment
check "a loss at no known time: unknown since the last record that was before it" same \
	'[.totals.losses, .totals.sum_ns, (.rows[-1] | [.state, .from_ns + .ns])]' '[1, 8900, ["unknown", 8900]]'
recording paths-bare
unprivileged "$TMP/oscope" critical -r "$TMP/paths-bare" > /dev/null 2> "$TMP/err"
check "without wake-ups there is no path: refused" is "$? == 3 && $(grep -c 'lacks switches or wake-ups' "$TMP/err") == 1"
for case in nothing kinds; do
	recording $case
done
check "nobody to speak of: said" bash -c "! '$TMP/oscope' critical -r '$TMP/nothing' 2> '$TMP/err' && grep -q 'no task has ended' '$TMP/err'"
check "what has a path of no reasons has one" oscope_critical kinds
check "... and names what is not captured" same '.not_captured - ["own_cost_ns"] | sort' '["context", "object", "reason"]'
check "one run at a time" bash -c "'$TMP/oscope' critical -r '$TMP/paths' -p 900 -t 901 2> /dev/null; [ \$? = 2 ]"
finish
