#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a recording shows over time: each segment and each wake-up against those worked out by hand from paths.h, the
# lanes that are drawn, cell by cell, what a loss hides, and a closer look at a part.
. ./lib.sh
plan 19

oscope_timeline() { # CASE ARGS...
	LC_ALL=C unprivileged "$TMP/oscope" timeline -r "$TMP/$1" "${@:2}" > "$TMP/lines" 2> "$TMP/err"
}
all() { jq -s . "$TMP/lines" > "$TMP/out"; }
lanes() { grep -E '^(program|server|worker|cpu) ?[:0-9]' "$TMP/lines" | sed 's/ *$//'; }
recording paths
check "a recording is told without privilege" oscope_timeline paths --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
all
of='[.[] | select(.state and .task.tid == $tid) | [.from_ns, .to_ns, .cpu, .state, .reason]]'
check "the program: woken, runs, waits" same "900 as \$tid | $of" '[[100, 200, 0, "ready_woken", null],
	[200, 1500, 0, "running", null], [1500, 8100, 0, "blocked", "wait"], [8100, 8300, 0, "ready_woken", null],
	[8300, 9100, 0, "running", null]]'
check "the worker: made, on another CPU, preempted, asleep" same "901 as \$tid | $of" '[[1000, 1100, null, "new", null],
	[1100, 1300, 1, "ready_woken", null], [1300, 2000, 1, "running", null], [2000, 3000, 1, "blocked", "pipe-read"],
	[3000, 3100, 1, "ready_woken", null], [3100, 4000, 1, "running", null], [4000, 4500, 1, "ready_preempted", null],
	[4500, 5000, 1, "running", null], [5000, 7000, 1, "blocked", "sleep"], [7000, 7200, 1, "ready_woken", null],
	[7200, 8400, 1, "running", null]]'
check "who was there before is told of since its first record" same "902 as \$tid | $of" '[[150, 1900, 1, "blocked", "epoll"],
	[1900, 2000, 1, "ready_woken", null], [2000, 3100, 1, "running", null], [3100, 4000, 1, "ready_preempted", null],
	[4000, 4500, 1, "running", null], [4500, 10000, 1, "blocked", "futex"]]'
check "who is only named is not told of" same '[.[] | select(.state).task.tid] | unique' '[900, 901, 902]'
check "the last one is the report" same '.[-1] | [.schema, .totals]' '["oscope.timeline/1", {"from_ns": 0, "to_ns": 10000,
	"tasks": 3, "segments": 22, "wakes": 6, "losses": 0}]'
oscope_timeline paths --json --from 2100ns --to 4us
all
check "a part of it: segments are cut to that" same '[.[] | select(.state) | [.task.tid, .from_ns, .to_ns, .state]] | sort' '[
	[900, 2100, 4000, "blocked"], [901, 2100, 3000, "blocked"], [901, 3000, 3100, "ready_woken"], [901, 3100, 4000, "running"],
	[902, 2100, 3100, "running"], [902, 3100, 4000, "ready_preempted"]]'
oscope_timeline paths --json -t 902
all
check "-t: whom to show" same '[.[] | select(.state).task.tid] | unique' '[902]'
oscope_timeline paths --json --wakes
all
check "wake-ups: who, whom, from where, after which sleep, how soon it ran" same \
	'[.[] | select(.woken) | [.at_ns, .waker.tid, .context, .woken.tid, .latency_ns, .reason, .slept_ns]]' '[
	[100, 50, "task", 900, 100, null, null], [1100, 900, "task", 901, 200, null, null],
	[1900, 901, "task", 902, 100, "epoll", 1750], [3000, 902, "task", 901, 100, "pipe-read", 1000],
	[7000, null, "hardirq", 901, 200, "sleep", 2000], [8100, 901, "task", 900, 200, "wait", 6600]]'
oscope_timeline paths
lanes > "$TMP/drawn"
check "drawn by task: a cell is what most of it was" diff - "$TMP/drawn" <<-'END'
	program:900          w#####:..........................w####     23% wait
	server:902           ........#####ppp##:......................  16% futex
	worker:901               w###:...w###pp##:........w#####        45% sleep
END
oscope_timeline paths --by cpu
lanes > "$TMP/drawn"
check "drawn by CPU: who ran longest" diff - "$TMP/drawn" <<-'END'
	cpu 0                .bbbbbbbb.......................................bbbbbb.....
	cpu 1                .......aaaaaccccccaaaaaaccaaaa............aaaaaaaa.........
END
check "... with letters that are explained" bash -c "grep -q '^a worker:901 *3.30us' '$TMP/lines' && grep -q '^c server:902 *1.60us' '$TMP/lines'"
oscope_timeline paths --from 2us --to 4us --rows 1
check "... closer, and not everybody" is "$(grep -c 'and 2 more' "$TMP/lines") == 1 && $(grep -c '^[a-z]*:90' "$TMP/lines") == 1"
recording paths-gap
oscope_timeline paths-gap --json
all
check "a loss: unknown is what falls in it, and what is not told after it" same '[.[] | select(.state == "unknown") |
	[.task.tid, .from_ns, .to_ns]] | sort' '[[900, 4500, 8100], [901, 4500, 5000], [902, 4500, 10000]]'
recording paths-lost
oscope_timeline paths-lost --json
all
check "a loss at no known time: nothing is told of what was after the last record before it" same \
	'[.[] | select(.state and .state != "unknown").to_ns] | max' 7000
for case in kinds half nothing; do
	recording $case
	check "$case: what has less in it is told as far as it goes" oscope_timeline $case
done
finish
