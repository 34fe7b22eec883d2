#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on user-space scheduling run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=10
topic coroutine 20
decided coroutine.hog "who computes and does not give way stops the others" is \
	"$(row coroutine.hog .evidence.loop_gap_ns) > 0.9 * 30000000"
decided coroutine.no-lock "a lock is needed where a switch point lies inside" verdict coroutine.no-lock "HOLDS IF"
decided coroutine.no-lock "... and nowhere else" is "$(row coroutine.no-lock .evidence.plain_lost) == 0"
if [ "$(row coroutine.no-lock .evidence.opposite_order_there)" = 1 ]; then
	decided coroutine.no-lock "two of asyncio's locks in opposite order stand still" is \
		"$(row coroutine.no-lock .evidence.opposite_order_stood_still) == 1"
else
	skip "two of asyncio's locks in opposite order stand still" "no python3"
fi
decided coroutine.auto-yield "a read that is not the loop's stops the loop" is \
	"$(row coroutine.auto-yield .evidence.raw_gap_ns) > 0.9 * 20000000"
decided coroutine.cpu "coroutines that wait go together" is \
	"$(row coroutine.cpu .evidence.wait_one_ns) > 2 * $(row coroutine.cpu .evidence.wait_ten_ns)"
decided coroutine.call "a coroutine gives values and goes on in its midst" verdict coroutine.call FALSE
finish
