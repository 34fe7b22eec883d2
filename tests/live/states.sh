#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The ledger of tasks: it closes, its lifetimes are those that tasks measure of themselves, it agrees with what the
# kernel counts, and each kind of sleep is told for what it is.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=21
plan $((2 * cases + 6))

ms=400
slack=3000000	# ns: what a clock read inside a task cannot see of its making and its end
most=0.99
missed=5	# transitions, where some switches fire no events
ready=0.02
run=0.03	# the kernel leaves out what interrupts take: more where others are busy
reasons=2	# that take most of the time
unseen=0.1	# of its time, where a host's own tasks fire no events when they leave a CPU
if emulated; then
	ms=1000
	slack=60000000
	reasons=4	# a program's start is read from files there for as long
	most=0.8	# ends take long there, and are asleep in the kernel
	ready=0.15	# waking and being queued lie apart, as do leaving and being done with it
	run=0.05
	unseen=0
	missed=0
fi
# States of a row, added up; a zombie has ended already.
sum='(.new_ns + .running_ns + .ready_woken_ns + .ready_preempted_ns + (([.blocked_ns[]] | add) // 0) + .stopped_ns)'
report() { jq -e "$@" "$TMP/report"; }
lives() { # each line of lifetimes against its row: the sum of states lies between both bounds
	jq -r ".rows[] | select(.task.comm == \"lifetimes\") | [.task.tid, $sum + .unobserved_ns] | @tsv" "$TMP/report" |
		awk -v slack=$slack 'NR == FNR { low[$1] = $2; high[$1] = $3; next }
			$1 in low { n++; if ($2 < low[$1] || $2 > high[$1] + slack || $2 > 1.001 * high[$1] + slack) {
				print $0, "not within", low[$1], high[$1]; bad = 1 } }
			END { exit bad || n != 4 }' "$TMP/lived" -
}
# Rows of sleepers that are not asleep for what their name says, for as long as all of them are, and for most of their
# time asleep: but for locks of the kernel's, which they may have to wait for on their way there.
asleep() {
	jq -r '.rows[] | select(.task.comm as $c | ["sleepers", "grandchild", "stopped", "oscope"] | index($c) | not) |
		(.task.comm | split(".")[0]) as $why | select((.blocked_ns[$why] // 0) < '$most' * (.blocked_all_ns - (.blocked_ns.kernel // 0)) or
		(.blocked_ns[$why] // 0) < 0.9 * '$ms'e6) | [.task.comm, (.blocked_ns | tostring)] | @tsv' "$TMP/report"
}
# Of a program and all that it makes each moment is known from its making on, but for what such tasks hide.
known() { # REPORT
	jq -e "(.rows | length) == 3 and .totals.unobserved_ns <= $unseen * .totals.lifetime_ns and .totals.residual_ns == 0 and
		([.rows[].lifetime_ns] | max) <= .duration_ns + 1e6" "$1"
}
none() { local out; out=$("$@"); [ -z "$out" ] || { echo "$out"; return 1; }; }
stolen() { awk -v hz="$(getconf CLK_TCK)" '$1 == "cpu" { print $9 * 1e9 / hz }' /proc/stat; }	# by this machine's host, ns
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: states" "source not usable here"; done
		continue
	fi
	mkdir "$TMP/$s"
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- ./sleepers "$TMP/$s" $ms
	check "$s: each sleeps for what it is named after" none asleep
	check "$s: there are all of them" report '[.rows[] | select(.task.comm != "sleepers")] | length == 37'
	check "$s: who is stopped is stopped" report "[.rows[] | select(.stopped_ns > 0.9 * $ms * 1e6).task.comm] == [\"stopped\"]"
	host=$(stolen)
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- ./lifetimes 4 $ms > "$TMP/lived"
	host=$(awk -v was="$host" -v is="$(stolen)" 'BEGIN { print is - was }')
	check "$s: nothing is lost" report '.lost.total == 0'
	check "$s: states add up to the time" report "[.rows[] | $sum + .zombie_ns + .unobserved_ns - .lifetime_ns |
		select(. != 0)] == []"
	check "$s: and leave no residual" report '.totals.residual_ns == 0'
	check "$s: which is the time that tasks measure" lives
	check "$s: next to nothing is unobserved" report '[.rows[] | select(.why == "sleep" and
		.unobserved_ns > '$unseen' * .lifetime_ns)] == []'
	# Who comes unseen is running by then, and unobserved.
	check "$s: the kernel counts as much on CPUs" report '(1e6 + '$run' * '$ms'e6 + '"$host"') as $may | [.rows[] | select(.why == "sleep") |
		.running_ns - .kernel.runtime_ns, .kernel.runtime_ns - .running_ns - .unobserved_ns] | max < $may'
	check "$s: ... and as much ready" report '[.rows[] | select(.why == "sleep") |
		((.ready_woken_ns + .ready_preempted_ns - .kernel.run_delay_ns | fabs) - .unobserved_ns) /
		([.kernel.run_delay_ns, 5e7] | max)] | max <= '$ready
	"$OSCOPE" states --source "$s" --matrix --json -o "$TMP/moves" -- ./lifetimes 2 100 > "$TMP/lived"
	check "$s: transitions: who leaves a state has come to it" jq -e '[.rows[] | {task, from, to, count}] |
		group_by(.task.tid) | all(.[]; (map(select(.to == "running").count) | add) -
			(map(select(.from == "running").count) | add) | fabs <= '$missed')' "$TMP/moves"
	"$OSCOPE" states --source "$s" --why --by total --json -o "$TMP/why" -- ./lifetimes 2 100 > "$TMP/lived"
	check "$s: why: they sleep, their maker waits" jq -e '[.rows[:'$reasons'][].reason] | index("sleep") != null and index("wait") != null' "$TMP/why"
	"$OSCOPE" states --source "$s" --json -i 50ms -o "$TMP/intervals" -- ./lifetimes 2 200 > "$TMP/lived"
	check "$s: intervals add up to the lifetimes" jq -se '[.[].rows[] | select(.task.comm == "lifetimes")] |
		group_by(.task.tid) | all(.[]; ([.[] | '"$sum"' + .zombie_ns + .unobserved_ns] | add) == ([.[].lifetime_ns] | add))' \
		"$TMP/intervals"
	check "$s: ... without what the kernel counts before them" jq -se '[.[].rows[] | select(.task.comm == "lifetimes" and
		(.kernel | has("runtime_ns")) and .kernel.runtime_ns > .running_ns + '$slack' + .unobserved_ns)] == []' "$TMP/intervals"
	check "$s: ... which are longer than what they ran" jq -se '[.[].rows[] | select(.task.comm == "lifetimes")] |
		group_by(.task.tid) | map(map(.lifetime_ns) | add | select(. > 190e6)) | length >= 2' "$TMP/intervals"
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- ./exec_thread 100 200 400 > /dev/null
	check "$s: exec of a thread: one row, which adds up" report "([.rows[].task | [.tid, .start_ns]] |
		length == (unique | length)) and .totals.residual_ns == 0"
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- sh -c 'sleep 0.1; sleep 0.1'
	check "$s: nothing of a program is unobserved" known "$TMP/report"
	if [ "$s" = bpf ]; then
		"$OSCOPE" record -q -e switch,wake,task,state -o "$TMP/rec" -- sh -c 'sleep 0.1; sleep 0.1'
		"$OSCOPE" states -r "$TMP/rec" --json -o "$TMP/report"
		check "$s: ... nor in its recording" known "$TMP/report"
	else
		skip "$s: ... nor in its recording" "the module records the whole machine"
	fi
	rm -rf "${TMP:?}/$s" "$TMP/rec" && mkdir "$TMP/$s"
	recorded=(record -q --source "$s" -e "switch,wake,task,state" -o "$TMP/rec")
	if [ "$s" = bpf ]; then	# the module records the whole machine
		"$OSCOPE" "${recorded[@]}" -- ./sleepers "$TMP/$s" $ms
	else
		"$OSCOPE" "${recorded[@]}" -d 60s & recorder=$!
		until [ -s "$TMP/rec" ]; do kill -0 $recorder || break; sleep 0.1; done
		./sleepers "$TMP/$s" $ms
		kill -INT $recorder
		wait $recorder
	fi
	"$OSCOPE" states -r "$TMP/rec" --json -o "$TMP/whole"
	jq '[.rows[] | select(.task.comm == "sleepers" and .why == "sleep").task.pid] as $root | .rows |=
		map(select((.unobserved_ns < 0.05 * .lifetime_ns and .lifetime_ns > '$ms'e6) or .task.pid == $root[0]))' "$TMP/whole" > "$TMP/report"
	check "$s: a recording tells what each sleeps for" none asleep
	check "$s: ... of all of them" is "$(jq '[.rows[] | select(.task.comm | test("^(pipe|unix|inet|mq|futex|sigwait)"))] | length' "$TMP/report") == 14"
	check "$s: ... and its states add up" jq -e ".totals.residual_ns == 0 and [.rows[] | $sum + .zombie_ns + .unobserved_ns -
		.lifetime_ns | select(. != 0)] == []" "$TMP/whole"
done

sleep 1000 & sleeper=$!
"$OSCOPE" states --source bpf -p $sleeper --json -d 200ms -o "$TMP/report"
check "who sleeps already: asleep, and before that unobserved" report '.rows | length == 1 and
	.[0].blocked_ns.sleep >= 199e6 and .[0].unobserved_ns > 0 and .[0].running_ns == 0'
check "... its time is that since its start" is "$(report '.rows[0] | .lifetime_ns - .blocked_ns.sleep - .unobserved_ns') == 0"
kill -STOP $sleeper
"$OSCOPE" states --source bpf -p $sleeper --json -d 100ms -o "$TMP/report"
check "who is stopped already" report '.rows[0].stopped_ns >= 99e6'
kill -9 $sleeper
"$OSCOPE" states --source bpf -p $$ --json -d 100ms -o "$TMP/report"
check "who waits already, by process: of what the kernel counts nothing moves" report '.rows[0] |
	.blocked_ns.wait >= 99e6 and .kernel.nvcsw == 0 and (.kernel | has("utime_ns") | not)'
wait $sleeper 2> /dev/null
"$OSCOPE" states --source bpf --wakers --json -o "$TMP/report" -- ./pingpong processes 500
check "wakers: two that hand over wake each other, in their own name" report '[.rows[] | select(.context == "task" and
	.waker.comm == "pingpong" and .woken.comm == "pingpong")] | (map(.count) | add) >= 500 and
	(map([.waker.tid, .woken.tid] | sort) | unique | length) == 1'
"$OSCOPE" states --source bpf --wakers --json -o "$TMP/report" -- sleep 0.01
check "... a timer is nobody" report '[.rows[] | select(.woken.comm == "sleep" and .context == "hardirq" and
	(has("waker") | not))] | length == 1'
finish
