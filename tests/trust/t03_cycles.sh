#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T3: load and unload again and again, under hackbench, by turns as processes and as threads, and a storm of
# forks, while every file is read on each CPU and the device is used; no memory is kept.
. ./lib.sh
: "${CYCLES:=50}" "${QUIET:=60}" "${SEED:=$RANDOM}"
plan 12

# Nothing is kept that could be given back: of each cache empty pages and, with KASAN, its freed objects,
# which it keeps aside up to a 32nd of the memory.
settle() {
	local cache
	sync
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do echo 1 > "$cache"; done
}

# Somebody has the device open now and then: it is tried again then, and counted. See cycle.c for the rest.
busy=0 passes=0 uses=0 met=0 vain=0
cycles() { # N
	local count
	read -r count busy passes uses met vain <<< "$(./cycle "$OSCOPE_KO" "$1" "$SEED")"
	[ "${count:-0}" = "$1" ]
}

mkfifo "$TMP/end"
round() { # N: N cycles under load
	local forker forks status=0
	load_start
	./tables forks 1000000 < "$TMP/end" > "$TMP/forks" &
	forker=$!
	exec {forks}> "$TMP/end"
	cycles "$1" || status=1
	kill -0 "$hackbench_pid" || status=1
	exec {forks}>&-
	wait $forker || status=1
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

# held: what the kernel holds now, in KiB, with nobody at work; the least of ten looks, since some comes back
# late. Stacks of tasks are not ours: those of live ones, such as idle workers, are taken off what is mapped;
# and each CPU keeps those of two that have ended: both have them before each look.
held() {
	local cpu look
	settle
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		taskset -c $cpu bash -c 'for i in 1 2 3 4; do sleep 0.2 & done; wait'
	done
	for ((look = 0; look < 10; look++)); do
		read -r -t 0.1 <> "$TMP/end"
		echo "$(< /proc/meminfo)"
	done | awk '
		$1 == "KernelStack:" { stacks = $2 }
		$1 == "Slab:" { least("Slab", $2) }
		$1 == "VmallocUsed:" { least("Mapped", $2 - stacks) }
		$1 == "Percpu:" { least("Percpu", $2) }
		END { for (name in kib) print name, kib[name] }
		function least(name, n) { if (!(name in kib) || n < kib[name]) kib[name] = n }'
}
# KiB of each cache of slab memory.
caches() { awk 'NR > 2 { print $1, $15 * $6 * 4 }' /proc/slabinfo | sort; }
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
caches > "$TMP/caches1"
begin=$SECONDS
round "$CYCLES"
status=$?
check "$CYCLES cycles under hackbench and readers" is "$status == 0"
figure "$CYCLES cycles in $((SECONDS - begin)) s, $busy times busy; every file read $passes times, device used $uses times, $met unloads met an open file, $vain waited for none (seed $SEED); $(< "$TMP/forks")"
# An eighth of the unloads waits for a file that is opened, another until all were read; as many as that have to
# have met readers. Seen: 4.5 readings a cycle on 6.12 and 0.3 on debug, 85 % and 40 % met an open file.
check "... all files were read, once in eight cycles" is "$passes >= $((CYCLES / 8))"
check "... an eighth of the unloads met open files" is "$met >= $((CYCLES / 8))"
check "... and the device was used" is "$uses > 0"
check "... while processes came and went" is "$(awk '{ print $1 }' "$TMP/forks") > $CYCLES"
check "it is gone" not loaded
held > "$TMP/held2"
echo "# caches that grew most, KiB: $(join "$TMP/caches1" <(caches) | awk '{ print $3 - $2, $1 }' | sort -rn |
	head -n 6 | awk '{ print $2, $1 }' | paste -sd ,)"
figure "KiB: $(join <(sort "$TMP/held1") <(sort "$TMP/held2") | awk '{ print $1, $2, "then", $3 }' | paste -sd ,)"
check "no memory of CPUs is kept, within 1 %" within_1 Percpu
check "no mapped memory is kept, within 1 %" within_1 Mapped
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
