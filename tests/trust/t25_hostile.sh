#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Damaged recordings: status 1 and one line that names the file, never a crash or a report.
. ./lib.sh

cases=(magic abi header-bytes no-cpus many-cpus empty cut-header chunk-magic chunk-kind chunk-cpu
	chunk-odd chunk-none tid kind name-tid after-end)
plan $((${#cases[@]} + 4))

refused() { # STATUS FILE ARGS...
	local want=$1 got
	shift
	oscope_switch "$@" --json
	got=$?
	cat "$TMP/err"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -qF "$TMP/$1" "$TMP/err" &&
		[ ! -s "$TMP/out" ]
}

for case in "${cases[@]}"; do
	recording "$case"
	check "$case: refused" refused 1 "$case"
done

# A length beyond the end cannot be told from a recording that was cut there.
recording chunk-huge
check "chunk-huge: reported up to the last whole chunk" oscope_switch chunk-huge --json
check "... with one line that says so" test "$(grep -c 'cut short' "$TMP/err")" = 1
check "no such file: refused" refused 1 no-such-file
check "a directory: refused" refused 1 .
finish
