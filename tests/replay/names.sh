#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Hostile names of tasks: whatever a program calls itself, no format passes it on as more than text.
. ./lib.sh
plan 16

recording hostile
check "as JSON: one valid object" oscope_switch hostile --by task --json
check "... of ten tasks" same '.rows | length' 10
check "... in valid UTF-8" iconv -f UTF-8 -t UTF-16 -o /dev/null "$TMP/out"
name() { # WHAT TID EXPECTED
	check "... $1" same ".rows[] | select(.task.tid == $2).task.comm" "$3"
}
name "quotes and backslashes come through" 12 '"a\"b\\c'\''d,e"'
name "markup is text" 14 '"<script>"'
name "sixteen bytes without a 0 are sixteen" 17 '"sixteen-bytes-xx"'
name "no name is no name" 18 '""'
name "a name in UTF-8 comes through" 19 '"café"'

check "as text: runs" oscope_switch hostile --by task --columns task,switches
no_control() { # every byte is printable, part of UTF-8, or of a line's end
	! tr -d '\r' < "$TMP/out" | LC_ALL=C grep -nP '[\x00-\x09\x0b-\x1f\x7f]'
}
check "... no escape or tab reaches the terminal" no_control
# U+202A to U+202E and U+2066 to U+2069 turn the direction of what follows.
no_turn() { ! grep -nP '\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$TMP/out"; }
check "... nothing that turns the direction of writing either" env LC_ALL=C bash -c \
	"$(declare -f no_turn); TMP=$TMP; no_turn"
check "... the names add no lines" test "$(grep -cE '(^|:)(1[1-9]|20)\b' "$TMP/out")" = 10

check "as CSV: runs" oscope_switch hostile --by task --csv
check "... no escape or tab there either" no_control
no_formula() { ! grep -nE '(^|,)"?[=+@-]' "$TMP/out"; }
check "... no cell begins like a formula" no_formula
check "... a name with comma and quotes is one cell" grep -qF '"a""b' "$TMP/out"
finish
