#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the checks of tests/lib.sh must not take for the truth.
. ../lib.sh
plan 14

no() { ! "$@"; }
: > "$TMP/empty"
echo '{"a": 1}' > "$TMP/one"
check "jq: what holds" jq -e '.a == 1' "$TMP/one"
check "jq: what does not" no jq -e '.a == 2' "$TMP/one"
check "jq: an empty report is not true" no jq -e . "$TMP/empty"
check "... nor in a shell below" no bash -c "jq -e . $TMP/empty"
check "jq: nothing selected is not true" no jq -e 'select(.a == 2)' "$TMP/one"
check "within: a value that is missing is not near" no within "" 0 5
check "is: a comparison with nothing is not true" no is " > 0"
check "... on either side" no is "3 > "
check "is: whole numbers" is "2 * 3 == 6 && (1 < 2 || 0)"
check "... that are not" no is "2 * 3 == 7"
check "is: numbers that are none of the shell's" is "08 + 0.5 == 8.5 && 18446744073709551615 > 9223372036854775807"
check "... nor words" is '"a b" == "a b"'
check "is: a field that is not there is not 0" no is "null == 0"
check "... nor as many as another" no is "1 < 2 && null == null"
finish
