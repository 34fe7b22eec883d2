#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/oscope/tasks and blocked: who is there is there, in the state that the kernel says; the times add up; a pause
# is unobserved; without ledgers there are none.
. ./lib.sh
plan 13
tasks=$PROC/tasks
# of TID COLUMN: a cell of the table of tasks, as it was read last.
of() { awk -v tid="$1" -v name="$2" 'NR == 2 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == tid { print $at[name] }' "$TMP/tasks"; }
look() { cat $tasks > "$TMP/tasks"; }
until_of() { # TID COLUMN VALUE
	local i
	for ((i = 0; i < 100; i++)); do look; [ "$(of "$1" "$2")" != "$3" ] || return 0; sleep 0.1; done
	return 1
}
added() { # whoever's states do not add up to the time since its start, given in ticks; what is read one after another may be seconds apart where a host stalls
	look
	awk -v hz="$(getconf CLK_TCK)" -v up="$(awk '{ print $1 }' /proc/uptime)" 'NR > 2 {
		stat = "/proc/" $2 "/task/" $1 "/stat"
		if ((getline line < stat) < 1) next
		close(stat)
		sub(/.*\) /, "", line); split(line, f, " ")
		age = up - f[20] / hz; sum = 0
		for (i = 6; i <= 13; i++) sum += $i
		if (sum / 1e9 < age - 3 || sum / 1e9 > age + 3) print $0, "age", age }' "$TMP/tasks"
}
nothing() { local out; out=$("$@"); [ -z "$out" ] || { echo "$out"; return 1; }; }

sleep 1000 & early=$!
until [[ $(< /proc/$early/comm) = sleep ]]; do :; done
load
look
check "who was there before the load: what it sleeps for" is "\"$(of $early why)\" == \"sleep\""
check "... and what was not observed" is "$(of $early unobserved_ns) > 0 && $(of $early running_ns) == 0"
tids() { local t; for t in /proc/[0-9]*/task/[0-9]*; do echo "${t##*/}"; done | sort; }
tids > "$TMP/before"
look
tids > "$TMP/after"
missing() { comm -12 "$TMP/before" "$TMP/after" | join -v 1 - <(awk 'NR > 2 { print $1 }' "$TMP/tasks" | sort); }
check "all tasks are there" nothing missing
check "states add up to the time since the start" nothing added
kill -STOP $early
check "who is stopped is stopped" until_of $early state stopped
kill -CONT $early
check "... and goes on" until_of $early why sleep
# sleep(1), interrupted, sleeps again for what is left.
check "the time that it was stopped is there" is "$(of $early stopped_ns) > 0"
before=$(awk '$1 == "sleep" { print $2 }' $PROC/blocked)
../live/lifetimes 1 300 > /dev/null
after=$(awk '$1 == "sleep" { print $2 }' $PROC/blocked)
check "sleeps of all are counted by reason" is "$after - $before >= 10"
echo 0 > $SYS/enabled
unseen=$(look; of $early unobserved_ns)
sleep 0.3
echo 1 > $SYS/enabled
look
check "a pause is unobserved" is "$(of $early unobserved_ns) - $unseen >= 290000000"
check "... after which each task has a state again" is "\"$(of $early why)\" == \"sleep\""
check "... and the times still add up" nothing added
kill $early
unload
load ledger=0
check "without ledgers: no task, no reason" is "$(wc -l < $tasks) == 2 && $(wc -l < $PROC/blocked) == 2"
check "... and states are refused, with the reason" bash -c "'$OSCOPE' states --source kmod -d 1ms 2> '$TMP/err'; [ \$? = 3 ] && grep -q ledger=0 '$TMP/err'"
finish
