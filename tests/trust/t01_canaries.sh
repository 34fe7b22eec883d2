#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T1: the harness notices. A module does one forbidden thing, in a machine of its own each time; the
# machine has to count as failed, and for the right reason. Then one that does nothing wrong passes.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}" "${KERNEL:=debug}"
vm=$OSCOPE_SRC/tests/vm/vm

# Each mode of canary.ko, and what has to be said.
declare -A said=(
	[kasan-oob]='KASAN: slab-out-of-bounds'
	[vmalloc-oob]='KASAN: vmalloc-out-of-bounds'
	[uaf-in-probe]='KASAN: slab-use-after-free'
	[kmalloc-leak]='objects leaked'
	[percpu-leak]='objects leaked'
	[abba-lock]='possible circular locking'
	[spinlock-under-rq-lock]='Invalid wait context'
	[sleep-in-probe]='sleeping function called'
	[list-corruption]='list_del corruption'
	[warn]='WARNING:'
	[stack-overflow]='stack guard page was hit'
	[hang]='no end after'
	[silent-reboot]='ended without a status'
	[stale-probe]='unable to handle page fault'
)
# MODES: those of a comma-separated list only.
: "${MODES:=$(printf '%s\n' "${!said[@]}" | sort)}"
mapfile -t modes < <(tr ',' '\n' <<< "$MODES")

build() {
	local kdir
	"$vm" fetch "$KERNEL" && kdir=$("$vm" kdir "$KERNEL") &&
		cp -r "$OSCOPE_SRC/tests/trust/canary" "$TMP" &&
		make -s -C "$kdir" M="$TMP/canary" modules
}

# machine MODE: in the guest /tmp is this machine's, so the module is there. A few switches, so that a
# probe runs, then it is unloaded.
machine() {
	local limit=400
	[ "$1" != hang ] || limit=150
	"$vm" run -k "$KERNEL" -t $limit -m 1G --log "$TMP/$1.log" -- bash -c "
		insmod $TMP/canary/canary.ko mode=$1 && for i in 1 2 3 4; do cat /proc/loadavg; done &&
		rmmod canary && cat /proc/loadavg" > "$TMP/$1.out" 2>&1
}

noticed() { # MODE
	if machine "$1"; then
		echo "passed with $1"
		return 1
	fi
	grep -qF -- "${said[$1]}" "$TMP/$1.out" "$TMP/$1.log" || { tail -n 15 "$TMP/$1.out"; return 1; }
}

plan $((3 + ${#modes[@]}))
check "canary.ko builds for $KERNEL" build
count=0
for mode in "${modes[@]}"; do
	check "noticed: $mode" noticed "$mode"
	grep -qF -- "${said[$mode]}" "$TMP/$mode.out" "$TMP/$mode.log" && count=$((count + 1))
done
check "all of them" is "$count == ${#modes[@]}"
check "a module that does nothing wrong passes" machine none
figure() { echo "# figure: $*"; }
figure "$count of ${#modes[@]} canaries noticed, each for the right reason"
finish
