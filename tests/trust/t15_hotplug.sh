#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T15: a CPU goes and comes, again and again: while everything is counted and recorded, while the device
# is opened, while the module is loaded, and before. No CPU's row is lost, and CPUs add up to the total.
. ./lib.sh
: "${FLIPS:=10}"
online=/sys/devices/system/cpu/cpu1/online
tracing=$((FLIPS / 2)) opening=$(((FLIPS + 2) / 4))
loading=$((FLIPS - tracing - opening))
plan 19
if [ ! -w $online ]; then
	skip_rest_of_plan "no CPU here can be taken away"
	exit
fi

flips=0
cpu1() { echo "$1" > $online; }

# The files agree: CPUs 0 and 1 have a row in each, in every column their sum is the total, and no count
# is lower than the last time. What was read last is in $TMP/last.
tables_ok() {
	cat $PROC/switches > "$TMP/now" && awk '
		FNR == 1 { next }
		FNR == 2 { if (NF != columns && columns) exit 1; columns = NF; next }
		{ for (i = 2; i < NF; i++) {
			if (NR == FNR) { before[$1, i] = $i; continue }
			if ($i < before[$1, i]) { print "column " i " of " $1 " went back"; exit 1 }
			if ($1 == "total") total[i] = $i; else sum[i] += $i
		  }
		  if (NR != FNR) rows[$1]++ }
		END { if (rows["total"] != 1 || rows[0] != 1 || rows[1] != 1) { print "rows are missing"; exit 1 }
		  for (i in total) if (total[i] != sum[i]) { print "column " i; exit 1 } }' \
		"$TMP/last" "$TMP/now" && mv "$TMP/now" "$TMP/last" &&
		[ "$(grep -c '^1 ' $PROC/latency)" = "$(grep -c '^0 ' $PROC/latency)" ]
}

# flip_times N [CHECK]: N times off and on, looking at the tables each time.
flip_times() {
	local i
	for ((i = 0; i < $1; i++)); do
		cpu1 0 && "${2-true}" && cpu1 1 && "${2-true}" || return
		flips=$((flips + 1))
	done
}

# The load takes what is left: on the debug kernel the CPU's own threads waited a quarter of a minute for
# their turn among hackbench's forty at each step of its way down and up.
load_low() {
	load_start
	renice -n 19 -g "$hackbench_pid" > /dev/null
}

begin=$SECONDS
load
load_low
cat $PROC/switches > "$TMP/last"
"$OSCOPE" record --source kmod -o "$TMP/trace" --report "$TMP/recorded" 2> "$TMP/err" & recorder=$!
tools=()
for source in $(live_sources); do
	"$OSCOPE" switch --source "$source" --by cpu --json -o "$TMP/$source" -d 6000 & tools+=($!)
done
until [ "$(cell switches 1 events)" -gt 1000 ]; do sleep 0.1; done
# Its own threads count until it is down, so what it counted is read after that.
check "a CPU goes" cpu1 0
before=$(cell switches 1 events)
check "its counts stay" is "$before > 1000"
hackbench -g 1 -f 5 -l 20 > /dev/null
check "... and do not move" is "$(cell switches 1 events) == $before"
check "it comes back" cpu1 1
hackbench -g 1 -f 5 -l 20 > /dev/null
check "... and counts again" is "$(cell switches 1 events) > $before"
flip_times $tracing tables_ok > "$TMP/out"
check "$tracing flips while counting and recording: rows are whole, nothing goes back" is "$? == 0"
sed 's/^/# /' "$TMP/out"

# Neither do the tools lose a CPU.
cpu1 0
kill -INT "${tools[@]}" $recorder
ended=0
for tool in "${tools[@]}" $recorder; do wait "$tool" || ended=$?; done
check "recorder and reports end in order" is "$ended == 0"
# A report that is made of CPUs has each, and each has counted; all together are the total.
report_ok() {
	jq -e '[.rows[].cpu] == [0, 1] and ([.rows[] | select(.events > 0)] | length == 2)
		and ([.rows[].events] | add) == .totals.events
		and ([.rows[].switches] | add) == .totals.switches' "$TMP/$1"
}
for source in bpf kmod; do
	if [ -e "$TMP/$source" ]; then
		check "report of $source: both CPUs, and they add up" report_ok $source
	else
		skip "report of $source" "does not work here"
	fi
done
kinds_ok() { jq -e '([.rows[].count] | add) == .totals.events and .totals.events > 1000' "$1"; }
check "report of the recorder: kinds add up" kinds_ok "$TMP/recorded"
check "the recording is readable" "$OSCOPE" switch -r "$TMP/trace" --json -o "$TMP/replayed"
check "... and its kinds add up" kinds_ok "$TMP/replayed"
figure "recorded $(jq .totals.events "$TMP/replayed") events, lost $(jq .lost.total "$TMP/replayed")"
check "unloads with the CPU away" unload
cpu1 1

# While it is opened, mapped, gets a ring and is closed.
load
coproc OPEN { exec ./users recorders 2 2> "$TMP/openers"; }
opener=$OPEN_PID to=${OPEN[1]}
cat $PROC/switches > "$TMP/last"
flip_times $opening tables_ok > "$TMP/out"
check "$opening flips between two who open and close the device" is "$? == 0"
sed 's/^/# /' "$TMP/out"
exec {to}>&-
wait "$opener"
check "... who find it whole" is "$? == 0"
figure "2 recorders: $(tail -n 1 "$TMP/openers")"
unload

# While it is loaded and unloaded.
loads() {
	local n=0
	until [ -e "$TMP/stop" ]; do
		if ! load || [ "$(cell switches total events)" -eq 0 ] || ! unload; then
			echo failed
			return
		fi
		n=$((n + 1))
	done
	echo "$n"
}
loads > "$TMP/loads" & loader=$!
flip_times $loading
check "$loading flips while it is loaded and unloaded" is "$? == 0"
touch "$TMP/stop"
wait $loader
check "... which succeeds each time" is "$(< "$TMP/loads") > 0"
load_stop

# Loaded without the CPU: it has no row until it is there, and then one.
away() { cpu1 0 && load && [ -z "$(cell switches 1 events)" ]; }
arrives() {
	cpu1 1 && hackbench -g 1 -f 5 -l 20 > /dev/null && cat $PROC/switches > "$TMP/last" && tables_ok &&
		[ "$(cell switches 1 events)" -gt 0 ]
}
check "loaded without the CPU: it has no row" away
check "... until it comes, and counts" arrives
unload
figure "$flips flips in $((SECONDS - begin)) s, $(< "$TMP/loads") loads beside $loading of them"
finish
