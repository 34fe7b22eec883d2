#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T21: no memory of the kernel gets out: neither its addresses, whatever kptr_restrict says, nor what
# freed and fresh memory holds. The machine poisons both, and does not clear what it hands out. Looked
# through are the module's device and texts, and recordings and reports of the module and of the probes.
. ./lib.sh
: "${RECORDS:=100000}" "${REPORTS:=5}"	# by task and by kind, which take an emulator seconds each
plan 21

addresses() {
	awk '$2 !~ /[aA]/ && $1 !~ /^0+/ { print $1 }' /proc/kallsyms | sort -u
	awk '{ print $NF == "(OE)" || $NF == "(O)" || $NF == "(E)" ? $(NF - 1) : $NF }' /proc/modules
	sed 's/-/ /' /proc/vmallocinfo | cut -d ' ' -f 1
}
# What the module quotes of what somebody has written to it, as T7 does at random, is none of the kernel's.
texts() { cat $PROC/* $SYS/[!r]*; dmesg | grep oscope | grep -v "ipc: no mechanism '"; cat /sys/module/oscope/parameters/*; }
# Addresses in hexadecimal, and in decimal as CSV, text (as a time) and JSON say it: whole, in seconds, the
# largest number that there is, a mean. Poison as characters, as escapes, and as words of 4 and 8 bytes.
# No task here has such a name.
leak='ff[0-9a-f]{14}|(?<!\d)18[34](\d{17}(?!\d)|\d{8}s)|9223372036854775807|1\.8[34]\d*e\+19'
leak+='|Z{4}|k{4}|\xaa{4}|(\\+xaa){4}|(5a|6b|aa){4}'
for byte in 5a 6b aa; do
	leak+=$(printf '|(?<!\\d)(%u|%u)(?!\\d)' 0x$byte$byte$byte$byte \
		0x$byte$byte$byte$byte$byte$byte$byte$byte)
done
leaky() { LC_ALL=C grep -aP "$leak" "$@"; }
finds_leaks() {
	local text
	for text in "at ffff888003a4c000" ',18446612682070802432,' '  18446612688s 81.7ms' 1.84466126820708e+19 \
		'"slice_ns": 9223372036854775807,' '<kkkkkkk' ',ZZZZ,' $'\xaa\xaa\xaa\xaa' \
		'\\xaa\\xaa\\xaa\\xaa' 6b6b6b6b '=1802201963' '"x":6510615555426900570}'; do
		leaky -q <<< "$text" || { echo "not found: $text"; return 1; }
	done
	leaky <<< '"kkk", "ZZZ", 118446612682070802432, 1844661268207080243, 18446612s, 21515870810 fffffff'
	[ $? -eq 1 ]
}
# clean COMMAND...: it succeeds, and says something, but nothing of the kernel's memory.
clean() {
	if ! "$@" > "$TMP/text" || [ ! -s "$TMP/text" ]; then
		echo "failed: $*"
		return 1
	fi
	leaky "$TMP/text"
	[ $? -eq 1 ]
}
# reports "OPTION..." FORM...: of a source, or of a recording.
reports() {
	local form from=$1
	shift
	for form; do
		# shellcheck disable=SC2086
		clean "$OSCOPE" switch $from $form || return
	done
}
forms=("--by task --json" "--by task --csv" "--by kind --json --buckets" "--by kind" "--by task")

check "the scanner finds what is planted" ./leaks self-test
check "... in texts too" finds_leaks
check "fresh memory is poisoned" grep -qw init_on_alloc=0 /proc/cmdline
check "freed memory is poisoned" is "$(cat /sys/kernel/slab/kmalloc-64/poison) == 1"
load ipc=1
echo 0 > /proc/sys/kernel/kptr_restrict
addresses > "$TMP/addresses"
check "every address of the kernel would be found" ./leaks addresses < "$TMP/addresses"
figure "$(wc -l < "$TMP/addresses") addresses of the kernel"
for restrict in 0 1 2; do
	echo $restrict > /proc/sys/kernel/kptr_restrict
	check "kptr_restrict $restrict: none in any text" clean texts
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
# The probes see the same events meanwhile.
"$OSCOPE" record -q -z 0 --source bpf -o "$TMP/bpf" & recorder=$!
until [ -s "$TMP/bpf" ]; do kill -0 $recorder || break; sleep 0.1; done
begin=$SECONDS
./leaks stream "$RECORDS" > "$TMP/stream" 2>&1
status=$?
check "$RECORDS records" is "$status == 0"
kill -TERM $recorder
wait $recorder
check "the probes recorded beside it" is "$? == 0"
figure "$(tail -n 1 "$TMP/areas"); $(tail -n 1 "$TMP/stream"), $((SECONDS - begin)) s"
sed 's/^/# /' "$TMP/areas" "$TMP/stream"
./leaks areas > "$TMP/areas" 2>&1
status=$?
check "mapped areas after it" is "$status == 0"
echo 1 > $SYS/reset
check "texts after it" clean texts
check "the module records" "$OSCOPE" record -q -z 0 --source kmod -d 5s -o "$TMP/kmod"
for source in bpf kmod; do
	./leaks file "$TMP/$source" > "$TMP/found" 2>&1
	status=$?
	sed 's/^/# /' "$TMP/found"
	figure "recording of $source: $(tail -n 1 "$TMP/found")"
	# The probes have seen what the stream was of.
	least=1000
	[ $source = kmod ] || least=$((RECORDS / 2))
	check "... nor in the recording of $source" is \
		"$status == 0 && $(awk '$2 == "records," { print $1 }' "$TMP/found") >= $least"
done
check "nor in the reports of the probes" reports "--source bpf -d 1s" "${forms[@]:0:REPORTS}" "--by pair --csv"
check "nor in the module's" reports "--source kmod -d 1s" "${forms[@]:0:REPORTS}"
for source in bpf kmod; do
	check "nor in those of the recording of $source" reports "-r $TMP/$source" "${forms[@]:0:REPORTS}" \
		"--by pair --csv"
done
touch "$TMP/stop"
wait $busy
load_stop
check "unloads" unload
finish
