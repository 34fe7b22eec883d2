#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Between awake and asleep: who is preempted on the way to sleep is ready, who is woken on the way there has not slept
# and nobody has woken him, and no time comes out negative. What the scheduler itself did, witness has counted.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=60 nearly=100 hesitates=1000 kept=50 end=2
! emulated || n=25 nearly=0 hesitates=500 kept=20 end=8
cases=11
plan $((2 * cases))

model=/sys/kernel/debug/sched/preempt
# Only a kernel that preempts itself does so there; a machine of our own is told to.
if [ -n "${OSCOPE_VM_ACCEL-}" ] && [ -w $model ]; then
	was=$(sed 's/.*(\(.*\)).*/\1/' $model)
	echo full > $model
	trap 'echo "$was" > $model; rm -rf "$TMP"' EXIT
fi
# report FILTER: with what witness said of each task as $said, by number.
report() {
	local filter=$1
	jq -e --slurpfile lines <(jq -R 'split(" ") | map(tonumber)' "$TMP/said") '
		(reduce $lines[] as $w ({}; .["\($w[0])"] = {start_ns: $w[1], sleeps: $w[6], kept_awake: $w[7], wakings: $w[8]})) as $said |
		'"$filter" "$TMP/report"
}
witnessed() { # SOURCE OPTION... -- PROGRAM...
	local s=$1
	shift
	./witness "$TMP/said" "$OSCOPE" states --source "$s" --json -o "$TMP/report" "$@" > "$TMP/output"
}
# Of each task that is made during the trace, by number: what it did as its row says it, and what witness says.
by_task='group_by(.tid) | map({tid: .[0].tid, count: (map(.count) | add)} | . + {said: $said["\(.tid)"]})'
no_longer_than_it_lived='[.rows[] | .lifetime_ns as $most | (.new_ns, .running_ns, .ready_woken_ns, .ready_preempted_ns,
	.blocked_all_ns, .blocked_ns[], .stopped_ns, .zombie_ns, .unobserved_ns) | select(. < 0 or . > $most)] == []'
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: edges" "source not usable here"; done
		continue
	fi
	# All on one CPU, with one that comes before all others every now and then: whoever makes tasks and waits for them
	# has to give way to it anywhere.
	witnessed "$s" --matrix -- taskset -c 0 bash -c "chrt -f 1 perl -e 'select(undef, undef, undef, 0.0005) while 1' &
		./births $n; kill \$!; true"
	check "$s: as many sleeps as the scheduler let tasks go to sleep" report '
		[.rows[] | select(.to == "blocked" and .task.comm == "births") | {tid: .task.tid, count}] | '"$by_task"' |
		length > 0 and all(.[]; .count == .said.sleeps)'
	if report '[$said[].kept_awake] | add > 0' > /dev/null; then
		check "$s: ... though some were preempted on their way to sleep" report '[$said[].kept_awake] | add > 0'
	else
		skip "$s: ... though some were preempted on their way to sleep" "this kernel preempted nobody there"
	fi
	check "$s: who is preempted is ready" report '[.rows[] | select(.to == "ready_preempted")] | length > 0 and
		all(.[]; .from == "running" or .from == "unobserved")'
	# One that is about to sleep for much of its time, and never does.
	witnessed "$s" --matrix -- bash -c "./hesitates $hesitates; :"
	read -r tid _ < "$TMP/output"
	if [ -n "${OSCOPE_VM_ACCEL-}" ] || report "\$said[\"$tid\"].kept_awake > 0" > /dev/null; then
		check "$s: who is preempted on the way to sleep, again and again, ..." report "\$said[\"$tid\"].kept_awake > $kept"
	else
		skip "$s: who is preempted on the way to sleep, again and again" "this kernel preempts nobody there"
	fi
	check "$s: ... has not slept more often than the scheduler let it" report "([.rows[] | select(.task.tid == $tid and
		.to == \"blocked\").count] | add // 0) == \$said[\"$tid\"].sleeps"
	"$OSCOPE" switch --by task --source "$s" --json -o "$TMP/report" -- bash -c "./hesitates $hesitates; :" > "$TMP/output"
	read -r tid voluntary involuntary < "$TMP/output"
	# But for its end, which is no longer in what it says itself.
	row=$(jq -r "[.rows[] | select(.task.tid == $tid)][0] | \"\(.voluntary - $voluntary) + \(.involuntary - $involuntary)\"" "$TMP/report")
	check "$s: ... and has left its CPU by itself, and been made to, as often as the kernel says, and $row at its end" is \
		"${row% + *} >= 0 && ${row% + *} <= $end && ${row#* + } >= 0 && ${row#* + } <= $end"
	# On two CPUs: many are woken that have not gone to sleep yet.
	if [ "$s" = bpf ]; then
		woken='([.rows[] | select(.woken.comm == "nearly") | {tid: .woken.tid, count}] | '"$by_task"' | map(select(.said.sleeps > 100)))'
		# How often they meet is the scheduler's: once in three times; an emulator's CPUs take turns.
		for i in 1 2 3; do
			witnessed "$s" --wakers -- ./nearly 300
			[ -z "${OSCOPE_VM_ACCEL-}" ] || break
			! report "$woken | map(.said | .wakings - .sleeps) | add > $nearly" > /dev/null || break
		done
		check "$s: nobody has woken who was awake" report "$woken | length == 1 and all(.[]; .count <= .said.sleeps)"
		check "$s: ... and who slept was woken, on its way off the CPU, too" report "$woken | all(.[]; .count > 0.99 * .said.sleeps)"
		if [ -n "${OSCOPE_VM_ACCEL-}" ] && ! report "$woken | map(.said | .wakings - .sleeps) | add > 0" > /dev/null; then
			skip "$s: ... though many wakings came to one awake" "an emulator's CPUs take turns"
		else
			check "$s: ... though many wakings came to one awake" report "$woken | map(.said | .wakings - .sleeps) | add > $nearly"
		fi
	else
		for i in 1 2 3; do skip "$s: who was awake was not woken" "the module keeps no wakers"; done
	fi
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- ./nearly 300
	check "$s: no time is negative, or longer than the life that it is part of" jq -e "$no_longer_than_it_lived and
		.totals.residual_ns == 0" "$TMP/report"
	# Nobody need be preempted: that is for the kernel to say.
	"$OSCOPE" switch --source "$s" --json -o "$TMP/report" -- bash -c "./hesitates $hesitates; ./nearly 300" > "$TMP/output"
	check "$s: nor is a wait" jq -e '.duration_ns as $most | .totals |
		all(.wait_woken_ns, .slice_ns; .count > 0) and
		all(.wait_woken_ns, .wait_preempted_ns, .slice_ns | select(.count > 0); .min >= 0 and .max < $most)' "$TMP/report"
done
finish
