#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T12: PREEMPT_RT. All tests of the module and all live ones, on a kernel whose spinlocks sleep. Debian's
# checks no locks: one of that kind in a probe shows in its log only if somebody else holds it ("scheduling
# while atomic"). That there is none is what lint says of the module built for this kernel
# (linters/hook_calls.py), and T11 with PROVE_RAW_LOCK_NESTING.
. ./lib.sh
log=$TMP/log

suite() { # COLLECTION
	# Everything takes longer here, in an emulator twice.
	(cd .. && ./run_kselftest.sh -o 1500 -c "$1") >> "$log" 2>&1
}
rt() { uname -v | grep -q PREEMPT_RT; }
summary() { "$OSCOPE_SRC/tests/summary" "$log"; }

plan 3
check "the kernel is PREEMPT_RT" rt
suite kmod
load
suite live
check "all that works elsewhere works here" summary
# What the summary does not say of a failure.
grep -B 4 '^# *not ok' "$log" | sed 's/^/# /'
tests=$(grep -cE '^(kmod|live):' ../kselftest-list.txt)
check "all $tests tests of the two collections ran" is \
	"$(grep -cE '^(not )?ok [0-9]+ selftests: (kmod|live):' "$log") == $tests"
figure "$(summary | tail -n 1)"
unload
finish
