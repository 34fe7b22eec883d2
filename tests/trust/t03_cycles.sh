#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T3: load and unload under full load, again and again, while every file is read; no memory is kept.
. ./lib.sh
: "${CYCLES:=50}" "${QUIET:=60}"
plan 7

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
settle() { sync; echo 3 > /proc/sys/vm/drop_caches; }

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
	local cache
	settle
	for cache in /sys/kernel/slab/kmalloc-*/shrink; do echo 1 > "$cache"; done
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

check "first cycles, to fill caches" round 3
settle
percpu=$(kib Percpu) vmalloc=$(kib VmallocUsed)
begin=$SECONDS
round "$CYCLES"
status=$?
check "$CYCLES cycles under hackbench and readers" is "$status == 0"
figure "$CYCLES cycles in $((SECONDS - begin)) s, $busy times busy"
check "it is gone" not loaded
settle
figure "KiB: per CPU $percpu then $(kib Percpu), vmalloc $vmalloc then $(kib VmallocUsed)"
check "no memory of CPUs is kept" is "$(kib Percpu) - $percpu < 20 + 0.5 * $CYCLES"
check "no mapped memory is kept" is "$(kib VmallocUsed) - $vmalloc < 100 + 2 * $CYCLES"
exact=$(cat /sys/kernel/slab/kmalloc-64/red_zone)
check "objects are counted exactly (slub_debug=Z,kmalloc-*)" is "$exact == 1"
# A leak shows every time, chance does not: who is suspected has to do it again.
suspects=$(grown)
grown=''
if [ -n "$suspects" ]; then
	echo "# grown at first: $suspects"
	grown=$(join <(echo "$suspects" | sort) <(grown | sort))
fi
check "no slab memory is kept, $QUIET cycles" test -z "$grown"
[ -z "$grown" ] || sed 's/^/# /' <<< "$grown"
finish
