#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T21: no memory of the kernel gets out: neither its addresses, whatever kptr_restrict says, nor what
# freed and fresh memory holds. The machine poisons both, and does not clear what it hands out.
. ./lib.sh
: "${RECORDS:=100000}"
plan 13

addresses() {
	awk '$2 !~ /[aA]/ && $1 !~ /^0+/ { print $1 }' /proc/kallsyms | sort -u
	awk '{ print $NF == "(OE)" || $NF == "(O)" || $NF == "(E)" ? $(NF - 1) : $NF }' /proc/modules
	sed 's/-/ /' /proc/vmallocinfo | cut -d ' ' -f 1
}
texts() { cat $PROC/* $SYS/[!r]*; dmesg | grep oscope; cat /sys/module/oscope/parameters/*; }
no_address() { ! texts | grep -aE 'ff[0-9a-f]{14}'; }
finds_address() { echo "at ffff888003a4c000" | grep -qaE 'ff[0-9a-f]{14}'; }

check "the scanner finds what is planted" ./leaks self-test
check "... in texts too" finds_address
check "fresh memory is poisoned" grep -qw init_on_alloc=0 /proc/cmdline
check "freed memory is poisoned" is "$(cat /sys/kernel/slab/kmalloc-64/poison) == 1"
load
echo 0 > /proc/sys/kernel/kptr_restrict
addresses > "$TMP/addresses"
check "every address of the kernel would be found" ./leaks addresses < "$TMP/addresses"
figure "$(wc -l < "$TMP/addresses") addresses of the kernel"
for restrict in 0 1 2; do
	echo $restrict > /proc/sys/kernel/kptr_restrict
	check "kptr_restrict $restrict: no address in any text" no_address
done
# Tasks with long names that take short ones, forks, exits, switches, wake-ups.
names() {
	while [ ! -e "$TMP/stop" ]; do
		(echo a-rather-long-name > /proc/$BASHPID/comm; echo b > /proc/$BASHPID/comm)
	done
}
names & busy=$!
load_start 10
./leaks areas > "$TMP/areas" 2>&1
status=$?
check "mapped areas, answers of ioctls" is "$status == 0"
begin=$SECONDS
./leaks stream "$RECORDS" > "$TMP/stream" 2>&1
status=$?
check "$RECORDS records" is "$status == 0"
figure "$(tail -n 1 "$TMP/areas"); $(tail -n 1 "$TMP/stream"), $((SECONDS - begin)) s"
sed 's/^/# /' "$TMP/areas" "$TMP/stream"
./leaks areas > "$TMP/areas" 2>&1
status=$?
check "mapped areas after it" is "$status == 0"
echo 1 > $SYS/reset
check "texts after it" no_address
touch "$TMP/stop"
wait $busy
load_stop
check "unloads" unload
finish
