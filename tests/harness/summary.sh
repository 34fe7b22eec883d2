#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The closing line of a run: everything that went wrong is counted once.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
plan 8

# summed WANT LINE...: the closing line of a log of these lines.
summed() {
	local want=$1
	shift
	printf '%s\n' "$@" > "$TMP/log"
	"$OSCOPE_SRC/tests/summary" "$TMP/log" > "$TMP/said"
	[ "$(tail -1 "$TMP/said")" = "$want" ] || { cat "$TMP/said"; return 1; }
}
head='# selftests: unit: a'
check "cases are counted" summed "2 passed, 0 failed, 1 skipped" \
	"$head" '# ok 1 a' '# ok 2 b' '# ok 3 c # SKIP why' 'ok 1 selftests: unit: a'
check "a failed case counts once, with its test" summed "1 passed, 1 failed, 0 skipped" \
	"$head" '# ok 1 a' '# not ok 2 b' 'not ok 1 selftests: unit: a # exit=1'
check "a test that crashed after its cases passed is a failure" summed "1 passed, 1 failed, 0 skipped" \
	"$head" '# ok 1 a' 'not ok 1 selftests: unit: a # exit=139'
check "a test that took too long is a failure" summed "0 passed, 1 failed, 0 skipped" \
	"$head" 'not ok 1 selftests: unit: a # TIMEOUT 60 seconds'
check "a test without cases is one case" summed "1 passed, 0 failed, 0 skipped" \
	"$head" 'ok 1 selftests: unit: a'
check "a virtual machine that ended badly is a failure" summed "1 passed, 1 failed, 0 skipped" \
	'OSCOPE-WHERE 6.1' "$head" '# ok 1 a' 'ok 1 selftests: unit: a' 'OSCOPE-FAILED 6.1: ended badly'
check "no test at all is a failure" summed "0 passed, 1 failed, 0 skipped" 'nothing'
printf '%s\n' "$head" '# not ok 1 x' 'not ok 1 selftests: unit: a' > "$TMP/log"
check "the status says that something failed" bash -c "! $OSCOPE_SRC/tests/summary $TMP/log"
finish
