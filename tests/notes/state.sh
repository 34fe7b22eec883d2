#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on ready, running and blocked run for true: outcomes, and what tasks sleep for.
. ./lib.sh

plan $((TOPIC_CHECKS + 17))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
topic state 20
check "join holds" verdict state.join HOLDS
check "... by one sleep on a futex" is "$(json "$r" '.rows[] | select(.id == "state.join") |
	.gates[] | select(.count == "with: futex sleeps/op") | .measured') >= 1"
check "sleep holds" verdict state.sleep HOLDS
check "a blocked coroutine stops its loop only" verdict state.coroutine-block "HOLDS IF"
check "a read of an empty pipe sleeps" is \
	"$(row state.blocking .evidence.pipe_pipe_read_sleeps_per_op) > 0.8"
check "... and not without blocking" is "$(row state.nonblocking .effect.value) == 1"
if is "$(row state.three .evidence.family_spinner_moves_missed) + $(row state.three \
	.evidence.family_sleeper_moves_missed) > 0" > /dev/null; then
	for what in "a task is ready, running or blocked" "... a new task is woken once, each ends, and who is not waited for is a zombie" \
		"... no move is none of the eleven"; do
		skip "$what" "some switches fire no events here"
	done
else
	check "a task is ready, running or blocked" verdict state.three HOLDS
	# Who is waited for already may be gone when it leaves its CPU for the last time.
	check "... a new task is woken once, each ends, and who is not waited for is a zombie" is "$(row state.three '.evidence |
		"\(.family_new_to_ready_woken_per_op) == 5 && \(.family_zombie_to_gone_per_op) >= 1 &&
		\(.family_running_to_zombie_per_op) + \(.family_running_to_gone_per_op) == 5"' | xargs)"
	check "... no move is none of the eleven" is \
		"$(row state.three .evidence.family_unobserved_to_running_per_op) == 0"
fi
check "... no ledger has time in no state" is "$(json "$r" '[.rows[] | select(.id == "state.three") | .evidence |
	to_entries[] | select(.key | endswith("residual_share_max")).value] | max') == 0"
check "input, sleep, send and receive block if something lacks" verdict state.events "HOLDS IF"
check "... a key, time, space, a byte: each slept, with these there none" is "$(row state.events '[.evidence |
	.lacking_input_slept, .lacking_sleep_slept, .lacking_send_slept, .lacking_receive_slept,
	1 - .there_input_slept, 1 - .there_send_slept, 1 - .there_receive_slept] | min') == 1"
check "who is blocked uses no CPU" is "$(row state.occupies .evidence.blocked_waiter_share) < 0.05"
check "... and who asks over and over does" is "$(row state.occupies .evidence.asking_waiter_share) > 0.1"

# Timelines: of real switches, so a CPU has one task at a time.
times='.rows[].timelines[]'
check "claims have timelines" is "$(json "$r" "[$times] | length") >= 4"
check "... whose times lie in the sample, of tasks that there are" test "$(json "$r" "[$times | (.tasks | length) as \$n |
	.shown_ns as \$end | .spans[] | select((.from_ns < .to_ns and .to_ns <= \$end and .task < \$n) | not)] |
	length")" = 0
check "... and a CPU has one task at a time" test "$(json "$r" "[$times | .spans | group_by(.cpu)[] | sort_by(.from_ns) |
	. as \$s | range(1; length) | select(\$s[.].from_ns < \$s[. - 1].to_ns)] | length")" = 0
finish
