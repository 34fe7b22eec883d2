#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on ready, running and blocked run for true: outcomes, and what tasks sleep for.
. ./lib.sh

plan $((TOPIC_CHECKS + 6))

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
finish
