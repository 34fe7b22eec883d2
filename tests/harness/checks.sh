#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the checks of tests/lib.sh must not take for the truth.
. ../lib.sh
plan 7

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
finish
