#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The same recording by task, CPU and pair: every row against the one worked out by hand.
. ./lib.sh
plan 14

recording kinds
check "by task runs" oscope_switch kinds --by task --json
# pid, start, name, switches, voluntary, involuntary, migrations, slice, woken, preempted
row='[.task.pid, .task.start_ns, .task.comm, .switches, .voluntary, .involuntary, .migrations,
      .slice_ns, .wait_woken_ns, .wait_preempted_ns]'
task() { # NAME TID EXPECTED
	check "$1" same ".rows[] | select(.task.tid == $2) | $row" "$3"
}
task "task 100" 100 '[100, 10, "alpha", 1, 1, 0, 0, 1000, 600, 0]'
task "task 101, a thread of 100" 101 '[100, 11, "alpha-thread", 3, 2, 1, 0, 2200, 600, 800]'
task "task 200, on both CPUs" 200 '[200, 20, "beta", 3, 3, 0, 2, 700, 500, 0]'
task "task 2, a kernel thread" 2 '[2, 2, "kworker/0:1", 1, 1, 0, 0, 100, 0, 0]'
task "task 3" 3 '[3, 3, "ksoftirqd/0", 1, 1, 0, 0, 200, 50, 0]'
task "task 400, new, under the name of its program" 400 \
	'[400, 1000006000, "gamma", 1, 1, 0, 0, 390, 100, 0]'
check "those are all" same '[.rows[].task.tid] | sort' '[2, 3, 100, 101, 200, 400]'
check "their switches add up to the total" same '[.rows[].switches] | add' 10

check "by cpu runs" oscope_switch kinds --by cpu --json
check "by cpu" same '[.rows[] | [.cpu, .events, .switches, .voluntary, .involuntary, .from_idle,
	.migrations, .wait_woken_ns.count, .wait_preempted_ns.count, .slice_ns.count]]' \
	'[[0, 10, 8, 7, 1, 2, 1, 6, 1, 8], [1, 3, 2, 2, 0, 1, 1, 1, 0, 1]]'

check "by pair runs" oscope_switch kinds --by pair --json
check "by pair: every hand-over, the arrival not" same \
	'[.rows[] | [.from.tid, .to.tid, .count]] | sort' \
	'[[0,100,1], [0,200,1], [0,400,1], [2,3,1], [3,101,1], [100,101,1], [101,0,2], [101,200,1],
	  [200,0,1], [200,2,1], [200,300,1], [400,0,1]]'
check "by pair: the idle task has a name, a stranger none" same \
	'[.rows[] | .from, .to | select(.tid == 0 or .tid == 300).comm] | unique' '["", "idle"]'
finish
