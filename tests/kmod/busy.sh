#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unloading while somebody uses the module: the device makes it busy, /proc and /sys do not.
. ./lib.sh
plan 16

load_start
# What device holds; it says "ready" when it does, and lets go when its input ends.
for how in open mapped ring-mapped reader poller; do
	load
	coproc HOLD { exec ./device hold "$how"; }
	pid=$HOLD_PID input=${HOLD[1]}
	read -r -t 60 ready <&"${HOLD[0]}"
	check "$how: busy" refused "in use" unload
	[ "$ready" = ready ] || echo "# device said: $ready"
	case $how in
	reader | poller) kill "$pid" ;;
	*) exec {input}>&- ;;
	esac
	wait "$pid"
	check "$how: can be unloaded when it is gone" unload
done

load
exec {table}< $PROC/switches {value}< $SYS/events
read -r line <&"$table"
check "a table was open" is "\"$line\" ~ /^# oscope switches/"
check "open files of /proc and /sys do not hold it" timeout 60 rmmod oscope
rest=$(cat <&"$table" 2>&1; cat <&"$value" 2>&1)
check "... they end, or say that there is nothing" not grep -q '[0-9]\{3\}' <<< "$(tail -n +200 <<< "$rest")"
exec {table}<&- {value}<&-

# One writes every setting as fast as it can, one reads all, while it goes.
load
churn() { while loaded; do echo 0 > $SYS/enabled; echo 1 > $SYS/enabled; echo 1 > $SYS/reset; done 2> /dev/null; }
readers() { while loaded; do cat $PROC/* $SYS/*; done > /dev/null 2>&1; }
churn & a=$!
readers & b=$!
until [ "$(ps -o cputimes= -p $b | tr -d ' ')" -ge 1 ]; do sleep 0.1; done
check "unloads while settings are changed and all is read" timeout 60 rmmod oscope
wait $a $b
check "... and is gone" not loaded
load_stop
load
check "... and loads again" loaded
finish
