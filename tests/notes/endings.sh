#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# However a run ends, it says what it has, and no process of it is left.
. ../lib.sh

families="zombie.orphan zombie.find create.main-thread create.parent-child create.pool isolate.process-crash \
	state.three ipc.fifo-any py.manager py.start-method ipc.rpc sync.distributed-lock"
plan 22

# Processes of our own run, told by its session: programs of others have none of our environment.
left() {
	cat /proc/[0-9]*/stat 2> /dev/null | awk -v session="$pid" '{
		name = $0
		sub(/^.*\) /, "")
		if ($4 == session && $1 != "Z")
			print name
	}'
}

nothing_left() {
	local i
	for ((i = 0; i < 50; i++)); do
		[ -z "$(left)" ] && return
		sleep 0.1
	done
	left
	return 1
}

# start SECONDS [CLAIM]: run in the background, and wait until samples are being taken
start() {
	setsid "$OSCOPE" notes run "${2:-switch.thread-cheaper}" --samples 512 --budget 60s \
		--json -o "$TMP/report" 2> "$TMP/err" &
	pid=$!
	# A sample is over sooner than a walk over all processes.
	while [ -z "$(cat /proc/$pid/task/$pid/children 2> /dev/null)" ] && kill -0 $pid; do
		sleep 0.05
	done
	sleep "$1"
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
for sig in INT TERM; do
	start 1
	kill -$sig $pid
	wait $pid
	check "$sig: ends well" test $? = 0
	check "$sig: reports what it has" test "$(json "$TMP/report" '.rows[0].verdict')" = \
		"INCONCLUSIVE HERE"
	check "$sig: nothing left" nothing_left
	rm -f "$TMP/report"
done
start 1
kill -KILL $pid
wait $pid 2> /dev/null
check "KILL: nothing left" nothing_left
check "KILL: no half a report" test ! -e "$TMP/report"
# Those that make families of processes, which must not outlive us either.
for claim in $families; do
	start 0.$((RANDOM % 9)) "$claim"
	kill -KILL $pid
	wait $pid 2> /dev/null
	check "KILL in $claim: nothing left" nothing_left
done
short() {
	local start=$SECONDS
	"$OSCOPE" notes run all --budget 3s --json -o "$TMP/short" &&
		is "$((SECONDS - start)) <= 40"
}
check "a budget is kept" short
check "... and what had no time says so" is "$(json "$TMP/short" \
	'[.rows[] | select(.reason | test("no time was left"))] | length') > 0"
finish
