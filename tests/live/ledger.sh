#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The ledger of tasks that compete for CPUs, against what the scheduler itself says of each: witness reads its
# start, its end, its time on CPUs and its run delay, by probes of its own.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=9
plan $((2 * cases))

emulated_is=$(emulated && echo yes)
workers=4
# Both look at the clock in the same event, one after the other; an emulator may be stopped in between, but seldom is.
slack=0 apart=20000
[ ! "$emulated_is" ] || slack=60000000 apart=100000
# Each row with the sum of its states; a zombie has left its CPU for good, which is its end here. The program itself was
# made before the trace and held until that had begun: held_ns is what of its life was before the trace, and maybe more.
join() {
	jq --slurpfile said <(jq -R 'split(" ") | map(tonumber)' "$TMP/said") '.start_ns as $start |
		(reduce $said[] as $w ({}; .["\($w[0]) \($w[1])"] =
			{life_ns: ($w[2] - $w[1]), runtime_ns: $w[3], run_delay_ns: $w[4], stolen_ns: $w[5]})) as $of |
		[.rows[] | . + {held_ns: ([$start - .task.start_ns, 0] | max), kernel_said: $of["\(.task.tid) \(.task.start_ns)"],
			states_ns: (.new_ns + .running_ns + .ready_woken_ns + .ready_preempted_ns + .blocked_all_ns + .stopped_ns),
			ready_ns: (.ready_woken_ns + .ready_preempted_ns)}]' "$TMP/report" > "$TMP/joined"
}
# none FILTER: no row for which it holds; those that there are, otherwise.
none() {
	local found
	found=$(jq -c ".[] | select($1) | [.task.tid, .kernel_said, .states_ns, .running_ns, .ready_ns, .unobserved_ns]" \
		"$TMP/joined") && [ -s "$TMP/joined" ] || return
	[ -z "$found" ] || { echo "$found"; return 1; }
}
of_times() { # NAME FILTER
	if [ "$emulated_is" ]; then
		skip "$1" "times are an emulator's"
	else
		check "$1" none "$2"
	fi
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: ledger" "source not usable here"; done
		continue
	fi
	./witness "$TMP/said" "$OSCOPE" states --source "$s" --json -o "$TMP/report" -- \
		stress-ng --cpu $workers --cpu-method int64 -t 3s > /dev/null 2>&1
	join
	check "$s: a row for each that computes, and for who started them; nothing lost" jq -e ".lost.total == 0 and
		(.rows | length) == $workers + 1" "$TMP/report"
	check "$s: the scheduler knows each of them" none '.kernel_said == null'
	check "$s: states, and what is unobserved, are the time from start to end within 0.1 %" none \
		'.held_ns == 0 and (.states_ns + .unobserved_ns - .kernel_said.life_ns | fabs) > '$slack' + 0.001 * .kernel_said.life_ns'
	# No more than since the trace began, and no less than that of who was made last.
	check "$s: ... but for the program itself: since it was let go, all of that" jq -e '[.[] | select(.held_ns > 0)] as $held |
		($held | length) <= 1 and ([.[] | select(.held_ns == 0).states_ns] | min) as $least | $held | all(.unobserved_ns <= '$slack' and
		.states_ns > $least and .states_ns <= .kernel_said.life_ns - .held_ns)' "$TMP/joined"
	check "$s: ... and of most of them to the moment: begin and end are the scheduler's" is "$(jq '
		[.[] | .states_ns + .unobserved_ns - .kernel_said.life_ns | fabs] | sort[length / 2 | floor]' "$TMP/joined") <= $apart"
	of_times "$s: running within 1 %, 1 ms and what the host stole of sum_exec_runtime" \
		'.kernel_said.runtime_ns as $t | (0.01 * $t + 1e6) as $may |
		.running_ns > $t + $may + .kernel_said.stolen_ns or .running_ns + .unobserved_ns < $t - $may'
	# A sleep may be in the kernel's run delay, too: since 6.12 a task that goes to sleep may stay queued for a while,
	# and if it is moved to another CPU then, it counts as waiting from there on (enqueue_task()).
	of_times "$s: ready within 2 % of run_delay, within 1 ms where that is less than 100 ms" \
		'.kernel_said.run_delay_ns as $t | (if $t >= 1e8 then 0.02 * $t else 1e6 end) as $may |
		.ready_ns > $t + $may or .ready_ns + .unobserved_ns + .blocked_all_ns < $t - $may'
	# Who comes unseen was ready and is running by then, so unobserved time is of these two.
	of_times "$s: what is unobserved of those that compute is what is missing in both" '
		.task.comm == "stress-ng-cpu" and ((.kernel_said | .runtime_ns + .run_delay_ns + .stolen_ns) as $t |
		(.running_ns + .ready_ns + .unobserved_ns - $t | fabs) > 0.01 * $t + 1e6)'
	of_times "$s: each that computes was ready for as long as it takes others to compute" \
		'.task.comm == "stress-ng-cpu" and .kernel_said.run_delay_ns < 1e8'
done
finish
