#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recordings that lost something or have no proper end, tids with two lives, a clock that steps back.
. ./lib.sh
plan 27

# try CASE ARGS...: a case that must be reported.
try() {
	recording "$1"
	check "$1: reported" oscope_switch "$@" --json
}
# warned CASE WHAT: one line, which names the file and says what is wrong with it.
warned() { [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q "$TMP/$1: $2" "$TMP/err"; }

try lossy
check "... with its loss, 7 on CPU 0, 5 on CPU 1, 3 after the last chunk" same \
	'.lost | [.ring, .total]' '[15, 15]'
check "... and what was not lost" same .totals.events 13
try lossy-unfinished
check "... the loss from the chunks alone" same .lost.ring 12
try unfinished
check "... all of it, up to the last record at 6700" same '[.totals.events, .duration_ns]' '[13, 6700]'
check "... with one line that says so" warned unfinished "has no end"

try reuse --by task
# Woken at 1500, running at 1600. The waking at 1700 was for the first life only.
check "... two lives are two rows" same \
	'[.rows[] | [.task.comm, .task.start_ns, .switches, .slice_ns, .wait_woken_ns]] | sort' \
	'[["first", 50, 2, 700, 100], ["second", 1000003000, 1, 300, 0]]'
check "... and no wait spans both" same .totals.wait_woken_ns.max 100
try back
check "... a negative interval counts as 0" same '.totals.slice_ns | [.count, .min, .max]' \
	'[1, 0, 0]'
try unwoken
check "... a wait has one end, and none begins by itself" same \
	'.totals | [.wait_woken_ns.count, .wait_woken_ns.max, .unpaired, .wakings]' '[1, 100, 2, 2]'
try half
check "... a record without its first slot is left out" same '[.totals.events, .totals.from_idle]' \
	'[12, 2]'
try nothing
check "... as nothing" same '[.totals.events, .totals.switches]' '[0, 0]'

try cut-bare
check "... as nothing" same .totals.events 0
try cut-data
check "... up to the last whole chunk: the names" same .totals.events 0
check "... with a warning" warned cut-data "cut short"
try cut-end
check "... all but the end" same '[.totals.events, .duration_ns]' '[13, 6700]'
check "... with a warning" warned cut-end "cut short"
finish
