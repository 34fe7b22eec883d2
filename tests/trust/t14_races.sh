#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T14: data races. Everything at once that reads or writes what the hooks write: settings, tables, mapped
# counters, rings, trees, loading and unloading; on a kernel with KCSAN the log then tells, see
# tests/vm/klog. Elsewhere it is a load like others.
. ./lib.sh
: "${SWITCHES:=20000}" "${CYCLES:=20}"
plan 5

kcsan=/sys/kernel/debug/kcsan
until_stop() { # COMMAND...: again and again
	while [ ! -e "$TMP/stop" ]; do "$@"; done > /dev/null 2>&1
}
settings() { echo 0 > $SYS/enabled; echo 1 > $SYS/enabled; echo 1 > $SYS/reset; }
texts() { cat $PROC/* $SYS/[^r]*; }
# Programs below whose names change, from threads too; with counters of their own.
trees() { "$OSCOPE" switch --source kmod -- ./lives make 20; }
rings() { timeout 0.5 cat /dev/oscope; }

if [ -e $kcsan ]; then
	# More accesses are watched, for a shorter time. Too few runs to say that this alone finds more.
	echo 200 > /sys/module/kcsan/parameters/skip_watch
	echo 20 > /sys/module/kcsan/parameters/udelay_task
	echo on > $kcsan
	check "KCSAN is on" grep -q 'enabled: *1' $kcsan
else
	skip "KCSAN is on" "this kernel has none"
fi
start=$(ctxt)
load
load_start 20
jobs=()
# One reader of texts goes on for long and before the others: else most accesses that are watched are those
# that start programs.
for what in settings texts trees rings "./reads 200 5" "nice -n -10 ./reads 1 1000"; do
	# shellcheck disable=SC2086
	until_stop $what & jobs+=($!)
done
until [ "$(ctxt)" -gt $((start + SWITCHES)) ]; do sleep 0.2; done
touch "$TMP/stop"
wait "${jobs[@]}"
check "it has counted" is "$(cell switches total events) > 0"
rm "$TMP/stop"
jobs=()
# Readers that come and go, while it does; before the load's own tasks, or each step waits its turn.
for what in texts "../kmod/device counters" settings; do
	# shellcheck disable=SC2086
	until_stop $what & jobs+=($!)
done
cycles=0
for ((i = 0; i < CYCLES; i++)); do
	until chrt -f 1 rmmod oscope 2> /dev/null; do :; done
	! chrt -f 1 insmod "$OSCOPE_KO" || cycles=$((cycles + 1))
done
touch "$TMP/stop"
wait "${jobs[@]}"
load_stop
check "$CYCLES times unloaded and loaded meanwhile" is "$cycles == $CYCLES"
figure "$(($(ctxt) - start)) switches, $cycles loads"
if [ -e $kcsan ]; then
	figure "KCSAN: $(grep -E 'setup_watchpoints|data_races|assert_failures' $kcsan | tr '\n' ' ')"
	check "watchpoints were set" is "$(awk '/setup_watchpoints/ { print $2 }' $kcsan) > 0"
	grep -v -e '^#' -e '^$' "$OSCOPE_SRC/tests/vm/allow" | cut -f 1 > "$TMP/allowed"
	dmesg | "$OSCOPE_SRC/tests/vm/races" | grep 'BUG: KCSAN' | grep -vEf "$TMP/allowed" > "$TMP/races"
	[ $? -le 1 ] || echo "tests/vm/allow cannot be used" >> "$TMP/races"
	figure "$(dmesg | grep -c 'BUG: KCSAN') reports, $(wc -l < "$TMP/races") of them the module's"
	check "no report names the module" not grep . "$TMP/races"
else
	skip "watchpoints were set" "no KCSAN"
	skip "no report names the module" "no KCSAN"
fi
finish
