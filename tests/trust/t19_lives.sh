#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T19: the ledger of lives: processes and threads made in every way there is. What is created has
# ended, nobody is left, and what is tracked is what lives.
. ./lib.sh
: "${LIVES:=2000}"
plan 6

load
check "all that live are tracked from the load on" ./lives tracked
./lives device "$LIVES" > "$TMP/said" 2>&1
status=$?
figure "module: $(tail -n 1 "$TMP/said")"
check "module: created = ended, as the kernel counts, none lost" is "$status == 0"
check "... and no more are tracked than live" ./lives tracked
check "nothing was untracked" is "$(cat $SYS/untracked) == 0"
figure "$(./lives tracked)"
unload

"$OSCOPE" record -q --source bpf -e task -o "$TMP/rec" -- ./lives make "$LIVES" > "$TMP/made"
status=$?
read -r processes threads < "$TMP/made"
check "probes: recorded $processes processes and $threads threads" is "$status == 0 && $processes >= $LIVES"
./lives file "$TMP/rec" $((processes + threads)) > "$TMP/said" 2>&1
status=$?
figure "probes: $(tail -n 1 "$TMP/said")"
check "probes: created = ended, none lost" is "$status == 0"
finish
