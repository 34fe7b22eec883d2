#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T17: counters are never torn and never go back. On a machine that somebody uses, the accounting core
# built for 32 and 64 bits; in a virtual machine, every counter of the module under load.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
: "${UPDATES:=10000000}" "${READS:=100000}" "${TEXT:=100}"

# Without SSE a compiler has only the slow ways to store 64 bits at once on 32, and two stores else.
core() { # BITS
	local arch=(-m64)
	[ "$1" = 64 ] || arch=(-m32 -mno-sse)
	gcc "${arch[@]}" -std=gnu11 -D_GNU_SOURCE -O2 -pthread -I"$OSCOPE_SRC" -o "$TMP/tear" \
		"$OSCOPE_SRC/tests/trust/tear.c" && "$TMP/tear" "$UPDATES" > "$TMP/said"
	local status=$?
	figure "$(cat "$TMP/said")"
	return $status
}

if [ -z "${OSCOPE_VM_ACCEL-}" ]; then
	plan 2
	for bits in 32 64; do
		core $bits
		check "core, $bits bits: 2 x $UPDATES updates, nothing torn, nothing back" is "$? == 0"
	done
	finish
fi

. ./lib.sh
plan 1
load
load_start
start=$(ctxt)
until [ "$(ctxt)" -gt $((start + 5000)) ]; do sleep 0.1; done
./reads "$READS" "$TEXT" > "$TMP/said" 2>&1
status=$?
load_stop
figure "$(head -n 1 "$TMP/said")"
[ $status -eq 0 ] || sed 's/^/# /' "$TMP/said"
check "module: no counter goes back under load, and at rest the CPUs are the total" is "$status == 0"
finish
