#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tables of /proc against what the kernel counts, read before and after: before <= ours <= after.
. ./lib.sh
: "${EVENTS:=100000}"
cpus=$(getconf _NPROCESSORS_ONLN)
plan $((8 + cpus))

debug=/sys/kernel/debug/sched/debug
# "total N" and "CPU N" a line, as the kernel counts and as the module does.
kernel() {
	awk '$1 == "ctxt" { print "total", $2 }' /proc/stat
	awk '/^cpu#/ { sub(/^cpu#/, "", $1); sub(/,.*/, "", $1); cpu = $1 }
		$1 == ".nr_switches" { print cpu, $3 }' $debug
}
module() { awk 'NR > 2 { print $1, $2 }' $PROC/switches; }

# What a file of such lines says of a row.
of() { awk -v row="$2" '$1 == row { print $2 }' "$TMP/$1"; }

# in_bracket ROW: the module's growth is within what the kernel's two reads on each side allow.
in_bracket() {
	local ours=$(($(of m1 "$1") - $(of m0 "$1")))
	local least=$(($(of k2 "$1") - $(of k1 "$1"))) most=$(($(of k3 "$1") - $(of k0 "$1")))
	echo "$1: kernel at least $least, ours $ours, kernel at most $most"
	[ $least -le $ours ] && [ $ours -le $most ]
}

load
load_start 20
kernel > "$TMP/k0"; module > "$TMP/m0"; kernel > "$TMP/k1"
until [ "$(ctxt)" -gt $(($(of k1 total) + EVENTS)) ]; do sleep 0.2; done
kernel > "$TMP/k2"; module > "$TMP/m1"; kernel > "$TMP/k3"
cat $PROC/switches > "$TMP/table"
load_stop

check "at least $EVENTS switches" is "$(of k2 total) - $(of k1 total) >= $EVENTS"
check "total: as /proc/stat" in_bracket total
for ((cpu = 0; cpu < cpus; cpu++)); do
	check "CPU $cpu: as the scheduler's nr_switches" in_bracket $cpu
done
in_bracket total | sed 's/^/# /'

column_sums() {
	awk 'NR == 2 { n = NF - 1 }
		$1 == "total" { for (i = 2; i <= n; i++) total[i] = $i }
		NR > 3 { for (i = 2; i <= n; i++) sum[i] += $i }
		END { for (i = 2; i <= n; i++) if (sum[i] != total[i]) { print i, sum[i], total[i]; exit 1 } }' "$TMP/table"
}
check "the total is the sum of the CPUs, in every column" column_sums
# In every row: kinds add up to the events, and so do the ways to leave.
partition() {
	awk 'NR == 2 { for (i = 1; i <= NF; i++) col[$i] = i }
		NR > 2 {
			kinds = $col["from_idle"] + $col["to_idle"] + $col["to_kthread"] + $col["from_kthread"] \
				+ $col["kthread_kthread"] + $col["same_mm"] + $col["cross_mm"]
			if (kinds != $col["events"] || $col["voluntary"] + $col["involuntary"] != $col["switches"] ||
			    $col["switches"] + $col["from_idle"] != $col["events"]) { print; exit 1 }
		}' "$TMP/table"
}
check "kinds and ways to leave add up in every row" partition
check "nothing went untracked" is "$(cell switches total untracked) == 0"

# Histograms: as many slices and waits as there were such events, percentiles in order.
ordered() {
	awk 'NR > 2 && $3 > 0 { n++; if (!($4 <= $5 && $5 <= $6 && $6 <= $7)) { print; exit 1 } }
		END { if (!n) { print "no row"; exit 1 } }' $PROC/latency
}
check "percentiles are in order" ordered

# Nothing runs: hardly anything is counted, and reading makes no more than it costs.
echo 1 > $SYS/reset
a=$(cell switches total events)
b=$(cell switches total events)
check "after a reset counts are small" is "$a < 10000 && $b >= $a"
check "... and the rate is a number" is "$(cell switches total events_per_s) > 0"
finish
