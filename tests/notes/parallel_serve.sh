#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claim on servers run for true: 1000 connections in each of seven ways, or the limit that stopped one.
. ./lib.sh

ways='process thread prefork io_uring epoll coroutines processes_coroutines'
plan $((TOPIC_CHECKS + 8))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=60
topic parallel 120 best
if [[ "$(row parallel.best .reason)" == *" of 1000 connections, then "* ]]; then
	skip "1000 connections in each way" "$(row parallel.best .reason)"
	skip_rest_of_plan "a limit of this machine"
	exit
fi
for way in $ways; do
	decided parallel.best "$way: 1000 connections at once" is \
		"$(row parallel.best ".evidence.${way}_connected") == 1000"
done
check "every answer was right" none '.gates[] | select((.count | test("right answers")) and (.ok | not))'
finish
