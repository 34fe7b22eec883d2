#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T9: the contract of files: one value, a newline, no more than a page, no mode too wide; all described;
# what is written is what is read; values at the limits and beyond.
. ./lib.sh
: "${O:?O must name the build folder}"
abi=$OSCOPE_SRC/Documentation/ABI
get_abi=$O/ksrc/scripts/get_abi.pl

write() { printf '%s' "$2" > "$SYS/$1"; }
shown() { printf '%q' "$1"; }
ends() { [ -z "$(tail -c 1 "$1")" ] && [ "$(wc -l < "$1")" = "${2:-1}" ]; }
# What a value must look like.
number='^[0-9]+$'
declare -A looks=(
	[version]='^[0-9]+\.[0-9]+\.[0-9]+$' [abi]=$number [enabled]='^[01]$' [uptime_ns]=$number
	[events]=$number [lost]=$number [own_cost_ns]=$number [own_direct_ns]=$number [untracked]=$number
	[tasks]=$number [ipc]='^([01]|[a-z,-]+)$' [direct_metric]='^(none|schedule|finish_task_switch)$'
	[features]='^([a-z_]+( [a-z_]+)*)?$'
)
value() { # NAME
	local bytes
	cat "$SYS/$1" > "$TMP/value" || return
	bytes=$(wc -c < "$TMP/value")
	echo "$bytes bytes: $(cat "$TMP/value")"
	[ "$bytes" -le 4096 ] && ends "$TMP/value" && [[ $(cat "$TMP/value") =~ ${looks[$1]:-^no such file is known$} ]]
}
mode() { # FILE: root's, no more than 0644
	stat -c '%a %u %g' "$1"
	[ "$((0$(stat -c %a "$1") & ~0644))" = 0 ] && [ "$(stat -c '%u %g' "$1")" = "0 0" ]
}
# Every file of /proc has whole lines, of one kind: as many words in each as the second line names.
table() {
	cat "$1" > "$TMP/table" && ends "$TMP/table" "$(grep -c '' "$TMP/table")" &&
		awk -v name="${1##*/}" 'NR == 1 && $0 !~ "^# oscope " name " [0-9]+$" { print; exit 1 }
			NR == 2 { n = NF } NR > 2 && NF != n { print; exit 1 }' "$TMP/table"
}
described() { grep -rqE "^What:[[:space:]]+$1\$" "$abi"; }

# get_abi.pl walks the whole of /sys: there, for it, is nothing but our files, and one that nobody knows.
undefined() {
	mkdir -p "$TMP/ours"
	unshare -m bash -c "
		mount --bind $SYS $TMP/ours && mount -t tmpfs none /sys && mkdir -p /sys/kernel/oscope &&
		mount --bind $TMP/ours /sys/kernel/oscope && echo 1 > /sys/kernel/unknown &&
		perl $get_abi --dir $abi undefined" 2> "$TMP/get_abi"
}

load ipc=1
files=("$SYS"/*) tables=("$PROC"/*)
bad_enabled=(2 -1 on1 yesno $'\n' 11 '0 1' 1x ' 1' $'1\n\n' 18446744073709551616)
bad_reset=(0 2 -1 x $'\n' 01x 4294967295 4294967296 4294967297 18446744073709551617 1e0 0x1)
plan $((2 * ${#files[@]} + 3 * ${#tables[@]} + ${#bad_enabled[@]} + ${#bad_reset[@]} + 16))

for file in "${files[@]}"; do
	name=${file##*/}
	check "$name: mode" mode "$file"
	case $name in
	reset) check "$name: is not read" refused "Permission denied" cat "$file" ;;
	*) check "$name: one value" value "$name" ;;
	esac
done
for file in "${tables[@]}"; do
	check "${file##*/}: mode" mode "$file"
	check "${file##*/}: whole lines" table "$file"
	check "${file##*/}: is described" described "$file"
done
check "the device is described" described /dev/oscope
undefined > "$TMP/undefined"
check "get_abi.pl undefined: every value is described, the unknown is not" \
	test "$(grep 'not found' "$TMP/undefined")" = "/sys/kernel/unknown not found."
check "version is the program's" test "$(cat $SYS/version)" = "$("$OSCOPE" --version | awk '{ print $2 }')"

# Read, write what was read, read; then each way to say it.
round_trip() {
	local was
	was=$(cat $SYS/enabled)
	cat $SYS/enabled > "$TMP/was"
	cat "$TMP/was" > $SYS/enabled
	[ "$(cat $SYS/enabled)" = "$was" ]
}
says() { write enabled "$1" && [ "$(cat $SYS/enabled)" = "$2" ] && round_trip; }
check "enabled: what is read can be written" round_trip
for pair in 0:0 1:1 n:0 y:1 N:0 $'Y\n:1' $'0\n:0' $'1\n:1'; do
	check "enabled: $(shown "${pair%:*}") is ${pair#*:}" says "${pair%:*}" "${pair#*:}"
done
for bad in "${bad_enabled[@]}"; do
	check "enabled: $(shown "$bad") is refused" refused "Invalid argument" write enabled "$bad"
done
for bad in "${bad_reset[@]}"; do
	check "reset: $(shown "$bad") is refused" refused "Invalid argument" write reset "$bad"
done
check "... and nothing has changed" is "$(cat $SYS/enabled) == 1"
check "a page of it is refused" refused "Invalid argument" write enabled "$(printf '1%.0s' {1..4096})"
unload
check "the least tasks=: 1024" bash -c "insmod $OSCOPE_KO tasks=1024 && rmmod oscope"
check "tasks=1023" refused_load "tasks=1023" tasks=1023
figure "${#files[@]} values, ${#tables[@]} tables"
finish
