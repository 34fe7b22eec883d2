#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The ring: what is sent and what is lost together are all events, whoever reads or does not.
. ./lib.sh
: "${LOOPS:=10000}"
plan 6

load
work=(perf bench -f simple sched pipe -l "$LOOPS")
for mode in drop overwrite; do
	for reader in stopped reading; do
		./device ring $mode $reader "${work[@]}" > "$TMP/ring" 2>&1
		status=$?
		check "$mode, $reader: sent + lost = events" is "$status == 0"
		grep -v '^[0-9.]*$' "$TMP/ring" | sed 's/^/# /'
	done
done
# Somebody who is killed while reading leaves the ring to the next.
timeout -s KILL 0.5 cat /dev/oscope > /dev/null 2>&1
check "killed while reading: the next one reads" timeout 20 bash -c 'head -c 100000 /dev/oscope | grep -aq OSCOPE'
check "what the module lost is told" is "$(cat $SYS/lost) > 0"
finish
