#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T31: the soak. Minute after minute a mixed load runs while the module, the probes and the kernel's own
# counters count it, and they agree each time; a report that never ends runs beside them. Nothing grows:
# neither the report's process nor what the kernel keeps.
. ./lib.sh
: "${MINUTES:=60}" "${LENGTH:=55}"
[ "$MINUTES" -ge 10 ] || { echo "MINUTES=$MINUTES: at least 10, or growth is not told from chance" >&2; exit 1; }
plan 8

load_mixed=(stress-ng --quiet --timeout "$LENGTH" --switch 1 --fork 1 --pipe 1 --futex 1 --mq 1 --sem 1
	--sem-sysv 1 --sock 1 --temp-path "$TMP")

# Objects in use of every kmalloc cache: exact, by slub_debug on the kernel's command line.
objects() {
	local cache
	sync
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/kmalloc-*/shrink; do echo 1 > "$cache"; done
	awk '$1 ~ /^kmalloc/ { print $1, $2 }' /proc/slabinfo | sort
}
kib() { awk -v name="$1:" '$1 == name { print $2 }' "$2"; }

# minute N: one line of what it was: "N status failed lost events rss percpu vmalloc".
minute() {
	local status
	"$OSCOPE" verify -q --json -o "$TMP/verify" -- "${load_mixed[@]}" > "$TMP/said" 2>&1
	status=$?
	[ $status = 0 ] || head -5 "$TMP/said" | sed 's/^/# /' >&2
	jq -r '.rows[] | select(.ok | not) | "# minute '"$1"': \(.identity): \(.left), not \(.right_low)..\(.right_high)"' \
		"$TMP/verify" >&2
	echo "$1 $status $(jq -r '"\(.totals.failed) \(.lost.total) \(.totals.events)"' "$TMP/verify")" \
		"$(kib VmRSS "/proc/$reporter/status") $(kib Percpu /proc/meminfo)" \
		"$(kib VmallocUsed /proc/meminfo)"
}
# slope COLUMN: of a line through the values of the second half of the minutes, a minute.
slope() {
	awk -v c="$1" -v from=$((MINUTES / 2)) '$1 > from { n++; x += $1; y += $c; xx += $1 * $1; xy += $1 * $c }
		END { d = n * xx - x * x; print d ? (n * xy - x * y) / d : 0 }' "$TMP/minutes"
}
column() { awk -v c="$1" -v row="$2" 'NR == row { print $c }' "$TMP/minutes"; }
sum() { awk -v c="$1" '{ n += $c } END { printf "%d\n", n }' "$TMP/minutes"; }

load
# Not by task: that keeps a row for each task there ever was, up to a number.
"$OSCOPE" switch -q --source bpf --json -i 10s -o "$TMP/report" & reporter=$!
until [ -s "$TMP/report" ]; do kill -0 $reporter || break; sleep 0.1; done
for ((n = 1; n <= MINUTES; n++)); do
	[ $n != $((MINUTES / 4 + 1)) ] || objects > "$TMP/objects"
	minute $n >> "$TMP/minutes" 2> "$TMP/err"
	cat "$TMP/err"
	tail -n 1 "$TMP/minutes" | sed 's/^/# /'
done
objects > "$TMP/objects.end"
kill -INT $reporter
wait $reporter
check "the report that ran beside it ends well" is "$? == 0"
check "... and is whole" jq -e . "$TMP/report"

figure "$(awk '$2 == 0 && $3 == 0' "$TMP/minutes" | wc -l)/$MINUTES minutes agreed, $(sum 5) switches," \
	"$(sum 4) lost"
check "module, probes and kernel agree in each of $MINUTES minutes" is \
	"$(awk '$2 == 0 && $3 == 0' "$TMP/minutes" | wc -l) == $MINUTES"
check "there was a load in each" is "$(sort -n -k 5 "$TMP/minutes" | awk 'NR == 1 { print $5 }') > 100 * $LENGTH"
rss=$(slope 6)
figure "the report's memory $(column 6 1) then $(column 6 "$MINUTES") KiB, $rss KiB a minute;" \
	"KiB: per CPU $(column 7 1) then $(column 7 "$MINUTES")," \
	"vmalloc $(column 8 1) then $(column 8 "$MINUTES")"
check "the report's process does not grow: less than 1 KiB a minute" is "$rss < 1"
check "no memory of CPUs is kept" is "$(slope 7) < 1"
check "no mapped memory is kept" is "$(slope 8) < 8"
# An object a minute, or more, would show.
grown=$(join "$TMP/objects" "$TMP/objects.end" | awk -v n="$MINUTES" '$3 - $2 > 0.5 * n { print $1, $2, $3 }')
[ -z "$grown" ] || sed 's/^/# /' <<< "$grown"
check "no slab memory is kept" test -z "$grown"
unload
finish
