#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loading, refusing to load, unloading: all or nothing.
. ./lib.sh

nothing_left() {
	local left
	left=$(ls -d $SYS $PROC /dev/oscope /sys/class/misc/oscope 2> /dev/null
		grep -F '[oscope]' /proc/kallsyms /proc/vmallocinfo
		grep -F oscope /sys/kernel/debug/kprobes/list 2> /dev/null)
	[ -z "$left" ] || { echo "$left"; return 1; }
}

# What must be refused: every self test that fails, and parameters that make no sense.
selftests=$(cat "$OSCOPE_SRC"/kmod/selftest_*.c | grep -c '^SELFTEST(')
plan $((12 + selftests))

for ((i = 1; i <= selftests; i++)); do
	check "self test $i fails: not loaded" refused_load "self test $i (" selftest_break=$i
done
check "a self test that does not exist" refused_load "does not exist" \
	selftest_break=$((selftests + 1))
check "too few tasks" refused_load "tasks=12" tasks=12
check "too many tasks" refused_load "tasks=99999999" tasks=99999999
check "a kernel without sched_switch" refused_load "no tracepoint sched_switch" hide=sched_switch
check "nothing is left after all that" nothing_left

check "loads" load
check "not twice" refused "File exists" load
check "counts from the load on" is "$(cat $SYS/events) > 0 && $(cat $SYS/enabled) == 1"
check "unloads" unload
check "nothing is left after it" nothing_left
check "loads on a kernel that lacks what it can do without" load \
	hide=sched_entry_tp,sched_exit_tp,sched_waking,sched_migrate_task
check "... and says so" not grep -qE 'waking|migrate' $SYS/features
finish
