#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T10: the tracers trace themselves. The module and the probes record the whole system, each other's
# readers and their own among it, into rings that are full on purpose, while the console shows
# everything and ftrace traces the scheduler's functions and the module's.
. ./lib.sh
: "${SWITCHES:=20000}"
plan 9

tracing=/sys/kernel/tracing
passed() { # N: wait until the kernel has made so many switches
	local start
	start=$(ctxt)
	until [ "$(ctxt)" -gt $((start + $1)) ]; do sleep 0.1; done
}
# Not one line after the other: the load has to have its turn.
shout() { while [ ! -e "$TMP/quiet" ]; do echo "t10: a loud line" > /dev/kmsg; sleep 0.02; done; }
ftrace_on() {
	printf '%s\n' '*schedule*' 'try_to_wake_up' 'ttwu_*' '*kmsg*' > $tracing/set_ftrace_filter &&
		echo ':mod:oscope' >> $tracing/set_ftrace_filter &&
		echo function > $tracing/current_tracer
}
# On each CPU two processes that hand over to each other, without end: nearly all they do is switch.
handovers=()
handovers_start() {
	local cpu
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		setsid ../live/pingpong processes 2000000000 $cpu &
		handovers+=($!)
	done
}
# Each is a group of its own. It may not have become one yet.
handovers_stop() {
	local pid
	for pid in "${handovers[@]}"; do
		until kill -KILL -- "-$pid" 2> /dev/null; do kill -0 "$pid" 2> /dev/null || break; done
		wait "$pid" 2> /dev/null
	done
}
# record SOURCE: the whole system, itself too, into a ring much too small.
record() { exec "$OSCOPE" record -z 0 --source "$1" --ring 1024 -o "$TMP/$1" 2> "$TMP/$1.said"; }

load
console=$(cat /proc/sys/kernel/printk)
echo 8 > /proc/sys/kernel/printk
check "ftrace traces the scheduler and the module" ftrace_on
shout & shouter=$!
record kmod & kmod=$!
record bpf & bpf=$!
for file in kmod bpf; do
	until [ -s "$TMP/$file" ]; do kill -0 $kmod $bpf || break; sleep 0.1; done
done
before=$(cell switches total events) kernel=$(ctxt)
handovers_start
passed $((SWITCHES / 4))
kill -STOP $kmod $bpf
passed $((SWITCHES / 2))
kill -CONT $kmod $bpf
passed $((SWITCHES / 4))
handovers_stop
kernel=$(($(ctxt) - kernel)) after=$(cell switches total events)
kill -TERM $kmod $bpf
touch "$TMP/quiet"
wait $kmod; status=([0]=$?)
wait $bpf; status+=($?)
wait $shouter
echo 0 > $tracing/tracing_on
traced=$(awk '/entries-in-buffer/ { sub(".*/", "", $3); print $3 }' $tracing/trace | head -n 1)
echo nop > $tracing/current_tracer
: > $tracing/set_ftrace_filter
echo 1 > $tracing/tracing_on
echo "$console" > /proc/sys/kernel/printk
figure "$kernel switches, $traced calls traced by ftrace"
check "ftrace saw them" is "${traced:-0} > 0"
check "the module counted at least as many as the kernel" is "$after - $before >= $kernel"

for source in kmod bpf; do
	check "$source: the recorder came to its end" is "${status[0]} == 0"
	status=("${status[@]:1}")
	read -r received lost all <<< "$(./conserve file "$TMP/$source")"
	"$OSCOPE" switch -r "$TMP/$source" --by task --json -o "$TMP/report"
	missed=$(json "$TMP/report" '.lost | "missed \(.missed), nested \(.nested)"')
	figure "$source: $received received, $lost lost of $all; $missed"
	check "$source: the ring was full, and what is lost is the rest" is \
		"$lost > 0 && $received + $lost >= $all && $received <= $all"
	check "$source: the reader is among what it has read" is \
		"$(jq '[.rows[] | select(.task.comm == "oscope")] | length' "$TMP/report") > 0"
done
finish
