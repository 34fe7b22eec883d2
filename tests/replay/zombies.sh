#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording of three ends: each number of the report against the one worked out by hand from mktrace's
# table, and recordings that lack a part.
. ./lib.sh
plan 19

oscope_zombies() { # CASE ARGS...
	unprivileged "$TMP/oscope" zombies -r "$TMP/$1" --json "${@:2}" > "$TMP/out" 2> "$TMP/err"
}
recording deaths
check "a recording is reported without privilege" oscope_zombies deaths --by task
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "three have ended, one is there, one was reaped, one reaped itself" same \
	'.totals | [.exits, .live, .reaped, .self_reaped, .reparented, .unknown]' '[3, 1, 1, 1, 0, 0]'
check "a thread that is not the first is no process" same .totals.threads 1
check "who lives under a number that was another's has not ended" same \
	'[.rows[].task | [.tid, .comm]] | sort' '[[701, "child"], [702, "lonely"], [703, "two"]]'
check "from told to reaped" same '.rows[] | select(.task.tid == 701) |
	[.zombie_ns, .how, .reaper.tid, .exit_code, .parent.comm]' '[2000, "waited", 700, 3, "parent"]'
check "SIGCHLD ignored: never a zombie" same '.rows[] | select(.task.tid == 702) |
	[.how, has("zombie_ns"), has("age_ns")]' '["sigchld_ignored", false, false]'
check "a leader that ended first: since its last thread has, to the recording's end" same \
	'.rows[] | select(.task.tid == 703) | [.how, .age_ns, .signal, has("exit_code")]' '["alive", 3490, 9, false]'
oscope_zombies deaths --by parent
check "by parent: one, who was seen waiting" same '[.rows[] |
	[.parent.tid, .exits, .live, .reaped, .self_reaped, .waits, .zombie_ns.count, .zombie_ns.max]]' \
	'[[700, 3, 1, 1, 1, "yes", 1, 2000]]'
filtered() { # EXPECTED OPTION...
	oscope_zombies deaths --by task "${@:2}" && same '[.totals.exits, .totals.threads, ([.rows[] | [.task.tid, .how]] | sort)]' "$1"
}
check "-p: a process" filtered '[1, 0, [[701, "waited"]]]' -p 701
check "-p: another, whose first thread ended before the last" filtered '[1, 1, [[703, "alive"]]]' -p 703
check "-c: a name" filtered '[1, 0, [[702, "sigchld_ignored"]]]' -c lonely
check "-t: who did not end" filtered '[0, 0, []]' -t 700
oscope_zombies deaths --by parent
check "nothing that was asked for is missing" same '[.not_captured - ["own_cost_ns"]]' '[[]]'
oscope_zombies deaths -u 0
check "no record says whose a task is" grep -qF -e "-u: a recording does not say" "$TMP/err"
for case in kinds half lossy nothing; do
	recording $case
	check "$case: what has no ends in it has none, or those it has" oscope_zombies $case --by task
done
finish
