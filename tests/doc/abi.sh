#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Documentation/ABI against the module: every file that it makes is described, and nothing else is.
. ./lib.sh
: "${O:?O must name the build folder}"
kmod=$OSCOPE_SRC/kmod
uapi=$kmod/uapi/oscope.h
abi=$OSCOPE_SRC/Documentation/ABI
get_abi=$O/ksrc/scripts/get_abi.pl

# What the sources make. string REGEX FILE...: the string that follows REGEX.
string() {
	local regex=$1
	shift
	grep -ohE "$regex\"[^\"]+\"" "$@" | sed 's/"$//; s/.*"//'
}

# function_of NAME FILE: its text.
function_of() {
	awk -v name="$1" '/^[A-Za-z]/ && index($0, name) && !/;$/ { on = 1 } on; /^}/ { on = 0 }' "$2"
}

# Words in the strings of standard input, but for formats and newlines.
words() {
	grep -oE '"[^"]*"' | sed 's/%[-*0-9]*[a-z]*//g; s/\\n//g' | grep -oE '[a-z][a-z0-9_]*'
}

# errors_of: errno names in standard input. Restarting a system call is the kernel's affair; a program
# sees EINTR.
errors_of() { grep -oE -- '-E[A-Z0-9]+\b' | sed 's/^-//; s/^ERESTARTSYS$/EINTR/' | sort -u; }

sys=/sys/kernel/$(string 'kobject_create_and_add\(' "$kmod/sysfs.c")
proc=/proc/$(string 'proc_mkdir_mode\(' "$kmod/proc.c")
dev=$(string 'define OSCOPE_DEVICE[[:space:]]+' "$uapi")
attributes() { # those that are in the group
	sed -n '/^static struct attribute \*/,/^}/s/.*&\([a-z0-9_]*\)_attr\.attr.*/\1/p' "$kmod/sysfs.c"
}
tables() { string '\.name = ' "$kmod"/proc_*.c; }
source_of() { grep -lF ".name = \"$1\"" "$kmod"/proc_*.c; }

# Columns, and in latency the names of its lines: what arrays hold, columns[] first; and what the head is
# made of besides.
arrays() { # TABLE REGEX: those of its source by the name
	sed -nE "/^static const .*\\<$2\[.*\] = \{/,/^\}/p" "$(source_of "$1")" | words
}
ordered() {
	arrays "$1" columns
	arrays "$1" names
}
columns() {
	function_of columns_put "$(source_of "$1")" | words
	ordered "$1"
}
requests() { sed -nE 's/^#define[[:space:]]+(OSCOPE_IOC_[A-Z_]+)[[:space:]]+_IO[RW]*\(.*/\1/p' "$uapi"; }
areas() {
	sed -n '/^enum oscope_\(ipc_\)*area {/,/^}/s/.*\(OSCOPE_AREA_[A-Z_]*\)[[:space:]]*=.*/\1/p' "$kmod"/uapi/*.h
}

mapfile -t all < <(tables)
plan $((13 + 2 * ${#all[@]}))

# What is described. entry PATH: the text that belongs to it.
paths() { sed -nE 's/^What:[[:space:]]+//p' "$abi"/*/*; }
entry() {
	awk -v path="$1" '/^What:/ { on = $2 == path } on' "$abi"/*/*
}

# The first words of the tables in an entry.
rows() {
	entry "$1" | awk '/^\t\t==+  /{ on = !on; next } on && /^\t\t[A-Za-z]/ { print $1 }'
}

# differ A B: what only one of two commands gives; and neither may give nothing.
differ() {
	local a b
	a=$($1 | sort -u)
	b=$($2 | sort -u)
	[ -n "$a" ] || echo "nothing: $1"
	[ -n "$b" ] || echo "nothing: $2"
	diff <(echo "$a") <(echo "$b") | sed -n "s/^</$1:/p; s/^>/$2:/p"
}

# each LIST COMMAND: what COMMAND says of each word of LIST, which is not empty.
each() {
	local word found=''
	for word in $($1); do
		found=1
		"$2" "$word"
	done
	[ -n "$found" ] || echo "nothing: $1"
}

validate() { perl "$get_abi" --dir "$abi" validate 2>&1 || echo "get_abi.pl: status $?"; }
check "the kernel's get_abi.pl finds no fault" none validate
fields_missing() {
	local field
	for field in Date KernelVersion Contact Description Users; do
		entry "$1" | grep -qE "^$field:" || echo "$1: no $field"
	done
}
check "every entry has every field" none each paths fields_missing

under() { paths | grep "^$1/" | sed "s,^$1/,,"; }
sys_described() { under "$sys"; }
proc_described() { under "$proc"; }
check "sysfs: every file is described, and no other" none differ attributes sys_described
check "procfs: every table is described, and no other" none differ tables proc_described
others() { paths | grep -vE "^($sys|$proc)/[a-z0-9_]+$|^$dev$"; true; }
check "no entry is about something else" none others
check "the device is described" grep -qxF "$dev" <(paths)

# __ATTR_RO() and its kind say the mode.
mode_wrong() {
	local mode
	case $(grep -oE "__ATTR_[RWO]+\\($1\\)" "$kmod/sysfs.c") in
	__ATTR_RO*) mode=0444 ;;
	__ATTR_RW*) mode=0644 ;;
	__ATTR_WO*) mode=0200 ;;
	*) mode="something unknown" ;;
	esac
	entry "$sys/$1" | grep -qE "^[[:space:]]+Mode $mode\." || echo "$1: the mode is $mode"
}
check "sysfs: every file with its mode" none each attributes mode_wrong

write_errors_missing() {
	local error
	function_of "STORE($1)" "$kmod/sysfs.c" | errors_of | while read -r error; do
		entry "$sys/$1" | grep -qw "$error" || echo "$1: $error"
	done
}
check "sysfs: every error of a write" none each attributes write_errors_missing

# Files that give names: each of them.
names_missing() {
	diff <(function_of "SHOW($1)" "$kmod/sysfs.c" | words | sort) \
		<(rows "$sys/$1" | sort) | grep '^[<>]'
}
check "sysfs: names that files may give" none each attributes names_missing

head_wrong() {
	local version
	version=$(sed -nE 's/.*\.version = ([0-9]+),/\1/p' "$(source_of "$1")")
	entry "$proc/$1" | grep -qE "^[[:space:]]+# oscope $1 $version$" ||
		echo "$1: the version is $version"
}
check "procfs: the head of every table" none each tables head_wrong
for table in "${all[@]}"; do
	columns_in_source() { columns "$table"; }
	columns_described() { rows "$proc/$table"; }
	check "procfs: $table: every column, and no other" \
		none differ columns_in_source columns_described
	in_order() { diff <(ordered "$table") <(columns_described | grep -xFf <(ordered "$table")); }
	check "procfs: $table: in the order of the source" in_order
done

described() { rows "$dev" | grep "^OSCOPE_$1_"; }
requests_described() { described IOC; }
areas_described() { described AREA; }
check "device: every ioctl, and no other" none differ requests requests_described
check "device: every area, and no other" none differ areas areas_described

errors() { cat "$kmod"/{access,device,ring,stream,tree}.c | errors_of; }
error_missing() { entry "$dev" | grep -qw "$1" || echo "$1"; }
check "device: every error that its files give" none each errors error_missing
finish
