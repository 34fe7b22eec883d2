#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The first wait for the program fails: a line that says so, and 125; nobody is left.
. ../lib.sh
plan 3

if [ -z "$(live_sources)" ] || ! command -v strace > /dev/null; then
	skip_rest_of_plan "no source works here, or no strace"
	exit
fi
# Without the load of a calibration, whose end is waited for, too.
strace -qq -o "$TMP/calls" -e trace=wait4 -e inject=wait4:error=ECHILD:when=1 -- \
	"$OSCOPE" spawn -o "$TMP/report" -- true 2> "$TMP/err"
status=$?
check "the wait has failed, the first one" grep -q '^wait4.*ECHILD.*INJECTED' "$TMP/calls"
check "the status is oscope's own, not the program's" is "$status == 125"
check "one line names the program, and what is wrong" bash -c "[ \$(wc -l < '$TMP/err') = 1 ] &&
	grep -q '^oscope: waiting for true: No child processes' '$TMP/err'"
finish
