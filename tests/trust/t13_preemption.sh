#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T13: every record is right however the kernel preempts: none, voluntary, full, as it was booted, with
# two spinners a CPU beside the load.
. ./lib.sh
: "${RECORDS:=100000}"
plan 3

model=$(tr ' ' '\n' < /proc/cmdline | sed -n 's/^preempt=//p' | tail -n 1)
is_booted() { grep -qF "($1)" /sys/kernel/debug/sched/preempt; }
check "preempt=${model:=full} is in effect" is_booted "$model"

load
load_start
"$OSCOPE" record -q -z 0 --source bpf --no-direct -o "$TMP/rec" & recorder=$!
until [ -s "$TMP/rec" ]; do kill -0 $recorder || break; sleep 0.1; done
./records device "$RECORDS" > "$TMP/said" 2>&1
status=$?
sed 's/^/# /' "$TMP/said"
figure "preempt=$model, module: $(tail -n 1 "$TMP/said")"
check "module: $RECORDS records, none bad" is "$status == 0"
kill -TERM $recorder
wait $recorder
load_stop
# The same events, but for those before and after.
./records file "$TMP/rec" > "$TMP/said" 2>&1
status=$?
sed 's/^/# /' "$TMP/said"
figure "preempt=$model, probes: $(tail -n 1 "$TMP/said")"
check "probes: at least half as many, none bad" is \
	"$status == 0 && $(awk '$2 == "records" { print $1 }' "$TMP/said") >= $RECORDS / 2"
finish
