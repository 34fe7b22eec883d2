#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T3: load and unload under full load, again and again, while every file is read; no memory is kept.
. ./lib.sh
: "${CYCLES:=50}" "${QUIET:=60}"
plan 8

# Reads every file there is, and maps and reads the device, until told to stop.
readers() {
	while [ ! -e "$TMP/stop" ]; do
		cat $PROC/* $SYS/[^r]*
		timeout 0.2 cat /dev/oscope
		../kmod/device counters
	done > /dev/null 2>&1
}

# KiB of a line of /proc/meminfo.
kib() { awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo; }
# Nothing is kept that could be given back: of each cache empty pages and, with KASAN, its freed objects,
# which it keeps aside up to a 32nd of the memory.
settle() {
	local cache
	sync
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do echo 1 > "$cache"; done
}

# Somebody has it open now and then: it is tried again then, and counted.
busy=0
cycles() { # N
	local count
	read -r count busy <<< "$(./cycle "$OSCOPE_KO" "$1")"
	[ "${count:-0}" = "$1" ]
}

round() { # N: N cycles under load
	local reader status=0
	rm -f "$TMP/stop"
	load_start
	readers & reader=$!
	cycles "$1" || status=1
	touch "$TMP/stop"
	wait $reader
	load_stop
	return $status
}

# Objects in use of every kmalloc cache. Load, use and unload a number of times, quietly: a leak of one
# object a cycle shows as that many more. The count is exact only for caches with slub_debug, as the
# kernels of the list are booted: else a page that a CPU holds counts as wholly in use.
objects() {
	settle
	awk '$1 ~ /^kmalloc/ { print $1, $2 }' /proc/slabinfo | sort
}
quiet_cycles() {
	local i
	for ((i = 0; i < QUIET; i++)); do
		load && ../kmod/device errors > /dev/null && cat $PROC/* > /dev/null && unload || return 1
	done
}
grown() {
	objects > "$TMP/slab1"
	quiet_cycles || echo "cycles failed"
	objects > "$TMP/slab2"
	join "$TMP/slab1" "$TMP/slab2" | awk -v n="$QUIET" '
		$3 - $2 > 0.7 * n { print $1, $2, $3 }'
}

# held: what the kernel holds now, in KiB, with nobody at work.
held() {
	settle
	for name in Percpu VmallocUsed Slab; do echo "$name $(kib $name)"; done
}
# within_1 NAME: it has grown by less than 1 % since the first cycles.
within_1() {
	local before after
	read -r before after < <(join <(sort "$TMP/held1") <(sort "$TMP/held2") |
		awk -v name="$1" '$1 == name { print $2, $3 }')
	is "$after < 1.01 * $before"
}

first=$((CYCLES / 10 > 5 ? CYCLES / 10 : 5))
check "the first $first cycles, to fill caches" round $first
held > "$TMP/held1"
begin=$SECONDS
round "$CYCLES"
status=$?
check "$CYCLES cycles under hackbench and readers" is "$status == 0"
figure "$CYCLES cycles in $((SECONDS - begin)) s, $busy times busy"
check "it is gone" not loaded
held > "$TMP/held2"
figure "KiB: $(join <(sort "$TMP/held1") <(sort "$TMP/held2") | awk '{ print $1, $2, "then", $3 }' | paste -sd ,)"
check "no memory of CPUs is kept, within 1 %" within_1 Percpu
check "no mapped memory is kept, within 1 %" within_1 VmallocUsed
check "no slab memory is kept, within 1 %" within_1 Slab
exact=$(cat /sys/kernel/slab/kmalloc-64/red_zone)
check "objects are counted exactly (slub_debug=Z,kmalloc-*)" is "$exact == 1"
# A leak shows every time, chance does not: who is suspected has to do it again.
suspects=$(grown)
grown=''
if [ -n "$suspects" ]; then
	echo "# grown at first: $suspects"
	grown=$(join <(echo "$suspects" | sort) <(grown | sort))
fi
check "no object a cycle is kept, $QUIET cycles" test -z "$grown"
[ -z "$grown" ] || sed 's/^/# /' <<< "$grown"
finish
