#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A CPU goes and comes while everything is counted.
. ./lib.sh
online=/sys/devices/system/cpu/cpu1/online
plan 8
if [ ! -w $online ]; then
	skip_rest_of_plan "no CPU here can be taken away"
	exit
fi

load
load_start
"$OSCOPE" switch --source kmod --json -o "$TMP/report" -d 600 &
tool=$!
until [ "$(cell switches 1 events)" -gt 1000 ]; do sleep 0.1; done
# Its own threads count until it is down, so what it counted is read after that.
check "a CPU goes" bash -c "echo 0 > $online"
before=$(cell switches 1 events)
check "its counts stay" is "$before > 1000"
hackbench -g 1 -f 5 -l 20 > /dev/null
check "... and do not move" is "$(cell switches 1 events) == $before"
check "it comes back" bash -c "echo 1 > $online"
hackbench -g 1 -f 5 -l 20 > /dev/null
check "... and counts again" is "$(cell switches 1 events) > $before"
echo 0 > $online
load_stop
check "unloads with the CPU away, when the tool has ended" bash -c "kill -INT $tool; tail --pid=$tool -f /dev/null; rmmod oscope"
wait $tool
check "the tool ended in order" test -s "$TMP/report"
echo 1 > $online
check "loads again" load
finish
