#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live = replay, field by field, of workloads of all kinds: one run, one set of probes, from which the report of switches
# and all those of what communicates are made while it runs, and made again of its recording.
. ../lib.sh

# NAME: a program, then its output if it prints any
workloads=(
	"processes:./pingpong processes 3000"
	"threads:./pingpong threads 3000"
	"a ring of processes:./pingpong ring 1000"
	"computing, more than CPUs:./spin 4 200"
	"births of six kinds:./births 20 20"
	"deaths that are waited for:./deaths waited 30 1"
	"deaths that are ignored:./deaths ignored 30"
	"orphans:./deaths orphans 10 1"
	"first threads that end first:./deaths leader 20"
	"killed:./deaths killed 20 1"
	"a storm of processes:./multitude storm 500 10"
	"many threads:./multitude threads 300"
	"renamed threads:./renames 60 40"
	"woken while it leaves:./nearly 500"
	"hesitates:./hesitates 200"
	"a shell's pipeline:for i in 1 2 3 4 5 6 7 8; do seq 2000 | sort -n | tail -n 1; done"
	"pipes:./ipc pipe ring 500 100"
	"FIFOs, many to one:./ipc fifo fanin 50 100"
	"Unix sockets:./ipc unix-stream oneway 500 100"
	"TCP:./ipc tcp oneway 500 100"
	"eventfd:./ipc eventfd oneway 300 8"
	"System V queues:./ipc_queues sysv 200 20 oneway full types"
	"POSIX queues:./ipc_queues mq 200 20 oneway"
	"semaphores:./ipc_sem ring 200"
	"futexes:./ipc_futex threads 300"
	"mutexes that many want:./deadlocks contended 100"
	"a convoy:./deadlocks convoy 30"
	"signals:./ipc_signals each 50"
	"hackbench:hackbench -g 2 -l 50"
)
plan $((2 * ${#workloads[@]}))
rec=$TMP/rec
what='del(.source, .kernel, .virt, .recorder)'

# same WORKLOAD: every field of its reports, and there is something in them.
same() {
	"$OSCOPE" record -q -e switch,wake,task,state,ipc --ring 16M --report "$TMP/live" --report-ipc "$TMP/live.ipc" \
		-o "$rec" -- bash -c "{ $1; } > /dev/null" || return 1
	"$OSCOPE" switch -r "$rec" --json -o "$TMP/replayed" &&
		diff <(jq "$what" "$TMP/live") <(jq "$what" "$TMP/replayed") &&
		is "$(json "$TMP/replayed" .totals.events) > 0 && $(json "$TMP/replayed" .lost.total) == 0"
}
same_ipc() {
	local by i=0
	for by in mechanism pair object task op share; do
		"$OSCOPE" ipc -r "$rec" --by $by --json -o "$TMP/replayed" &&
			diff <(jq -s ".[$i] | $what" "$TMP/live.ipc") <(jq "$what" "$TMP/replayed") || return 1
		i=$((i + 1))
	done
	is "$i == 6"
}

for workload in "${workloads[@]}"; do
	name=${workload%%:*}
	check "$name: switches" same "${workload#*:}"
	check "$name: what communicates" same_ipc
done
finish
