#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Settings take effect; every wrong use of the device has its error.
. ./lib.sh

plan 7

load
# More than a reset and the reading after it can be.
until [ "$(cat $SYS/events)" -gt 1000 ]; do hackbench -g 1 -f 5 -l 20 > /dev/null; done
check "reset takes effect" bash -c "
	before=\$(cat $SYS/events); echo 1 > $SYS/reset; [ \$(cat $SYS/events) -lt \$before ]"
frozen() { echo 0 > $SYS/enabled; [ "$(cat $SYS/events $SYS/enabled)" = "$(cat $SYS/events $SYS/enabled)" ]; }
check "disabled: nothing moves" frozen
check "... nor after a while of work" is "$(cat $SYS/events; hackbench -g 1 -f 5 -l 20 > /dev/null) == $(cat $SYS/events)"
check "enabled again" bash -c "echo 1 > $SYS/enabled; a=\$(cat $SYS/events); sleep 0.01; [ \$(cat $SYS/events) -gt \$a ]"

./device errors > "$TMP/errors" 2>&1
status=$?
sed 's/^/# /' "$TMP/errors"
check "every wrong use of the device has its error" is "$status == 0"

# Of all the exec, of the member its 28 bytes in pieces of 8.
check "if a ring wants those of its reader's trees: no arguments of who is in none, in another's, in one that has gone" \
	test "$(./device trees)" = "1 4, 1 0, 1 0, 1 0"

check "another ABI is named, with what to do" bash -c "
	strace -qq -o /dev/null -P /dev/oscope -e trace=ioctl \
		-e inject=ioctl:poke_exit=@arg3=e7030000 $OSCOPE switch --source kmod -d 1ms \
		> $TMP/out 2> $TMP/err
	[ \$? = 3 ] && grep -q 'ABI 999' $TMP/err && [ \$(wc -l < $TMP/err) = 1 ]"
cat "$TMP/err" | sed 's/^/# /'
finish
