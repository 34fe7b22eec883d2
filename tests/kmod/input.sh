#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Doors: who may open what, and what is refused with which error.
. ./lib.sh

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
member=(setpriv --reuid 65534 --regid 65534 --groups 4242)
plan 34

load
write() { echo "$2" > "$SYS/$1"; }
for value in 2 -1 on1 yesno '' 11 '0 1'; do
	check "enabled: '$value' is refused" refused "Invalid argument" write enabled "$value"
done
for value in 0 2 -1 x '' 4294967297; do
	check "reset: '$value' is refused" refused "Invalid argument" write reset "$value"
done
check "events cannot be written" refused "Permission denied" "${nobody[@]}" sh -c "echo 1 > $SYS/events"
check "reset takes effect" bash -c "
	before=\$(cat $SYS/events); echo 1 > $SYS/reset; [ \$(cat $SYS/events) -lt \$before ]"
frozen() { echo 0 > $SYS/enabled; [ "$(cat $SYS/events $SYS/enabled)" = "$(cat $SYS/events $SYS/enabled)" ]; }
check "disabled: nothing moves" frozen
check "... nor after a while of work" is "$(cat $SYS/events; hackbench -l 5 > /dev/null) == $(cat $SYS/events)"
check "enabled again" bash -c "echo 1 > $SYS/enabled; a=\$(cat $SYS/events); sleep 0.01; [ \$(cat $SYS/events) -gt \$a ]"

./device errors > "$TMP/errors" 2>&1
status=$?
sed 's/^/# /' "$TMP/errors"
check "every wrong use of the device has its error" is "$status == 0"

for file in $PROC/switches $PROC/latency; do
	check "${file##*/}: not for everybody" refused "Permission denied" "${nobody[@]}" cat "$file"
	chmod 444 "$file"
	check "${file##*/}: nor if the mode allows it" refused "Permission denied" "${nobody[@]}" cat "$file"
done
check "device: not for everybody" refused "Permission denied" "${nobody[@]}" cat /dev/oscope
chmod 666 /dev/oscope
check "device: nor if the mode allows it" refused "Permission denied" "${nobody[@]}" cat /dev/oscope
unload

load gid=4242
check "gid=: a member reads the sums" "${member[@]}" cat $PROC/switches $PROC/latency
check "gid=: others do not" refused "Permission denied" "${nobody[@]}" cat $PROC/switches
check "gid=: a member maps the counters" "${member[@]}" ./device counters
check "gid=: others do not open the device" refused "Permission denied" "${nobody[@]}" cat /dev/oscope
check "gid=: a member counts with the tool" "${member[@]}" "$OSCOPE" switch --source kmod -d 10ms
check "gid=: ... but no tasks" not "${member[@]}" "$OSCOPE" switch --source kmod --by task -d 10ms
check "gid=: ... but no tasks, rings or trees" "${member[@]}" ./device sums-only
check "gid=: ... and cannot turn it off" refused "Permission denied" "${member[@]}" sh -c "echo 0 > $SYS/enabled"
unload

load
check "another ABI is named, with what to do" bash -c "
	strace -qq -o /dev/null -P /dev/oscope -e trace=ioctl \
		-e inject=ioctl:poke_exit=@arg3=e7030000 $OSCOPE switch --source kmod -d 1ms \
		> $TMP/out 2> $TMP/err
	[ \$? = 3 ] && grep -q 'ABI 999' $TMP/err && [ \$(wc -l < $TMP/err) = 1 ]"
cat "$TMP/err" | sed 's/^/# /'
finish
