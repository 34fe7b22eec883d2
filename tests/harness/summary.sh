#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The closing line of a run: everything that went wrong is counted once.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
plan 14

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
said() { grep -qxF -e "$1" "$TMP/said" || { cat "$TMP/said"; return 1; }; }
check "what failed is named" summed "1 passed, 1 failed, 0 skipped" 'OSCOPE-WHERE 6.1' \
	"$head" '# # of another' '# ok 1 a' '# # 3, not 4' '# not ok 2 b' 'not ok 1 selftests: unit: a # exit=1'
check "... with what the test said of it" eval 'said "failed: 6.1: b" && said "    3, not 4" && ! said "    of another"'
twice=('OSCOPE-WHERE native' "$head" '# ok 1 a' '# not ok 2 b' 'not ok 1 selftests: unit: a # exit=1'
	'# selftests: unit: c' '# ok 1 c' 'ok 2 selftests: unit: c' 'OSCOPE-AGAIN')
check "what passes when it runs once more counts once" summed "3 passed, 0 failed, 0 skipped" \
	"${twice[@]}" 'OSCOPE-WHERE native' "$head" '# ok 1 a' '# ok 2 b' 'ok 1 selftests: unit: a'
check "... and is named" eval 'said "unsteady: native: unit: a passed when it ran once more" && said "at first, failed: native: b"'
check "what fails again counts once" summed "2 passed, 1 failed, 0 skipped" \
	"${twice[@]}" 'OSCOPE-WHERE native' "$head" '# ok 1 a' '# not ok 2 b' 'not ok 1 selftests: unit: a # exit=1'
check "elsewhere it is another test" summed "4 passed, 1 failed, 0 skipped" \
	"${twice[@]}" 'OSCOPE-WHERE 6.1' "$head" '# ok 1 a' '# ok 2 b' 'ok 1 selftests: unit: a'
printf '%s\n' "$head" '# not ok 1 x' 'not ok 1 selftests: unit: a' > "$TMP/log"
check "the status says that something failed" bash -c "! $OSCOPE_SRC/tests/summary $TMP/log"
finish
