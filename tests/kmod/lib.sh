# SPDX-License-Identifier: GPL-2.0
# What the tests of the module share. They load and unload it themselves, so they run one at a time, in
# a machine of their own. OSCOPE_KO is the module.

. ../lib.sh
: "${OSCOPE_KO:?OSCOPE_KO must name the module under test}"
SYS=/sys/kernel/oscope
PROC=/proc/oscope
hackbench_pid=''

cleanup() {
	load_stop
	! loaded || rmmod oscope
	rm -rf "$TMP"
}
trap cleanup EXIT

loaded() { [ -d /sys/module/oscope ]; }
not() { ! "$@"; }

# load [PARAMETER...]
load() { insmod "$OSCOPE_KO" "$@"; }
unload() { rmmod oscope; }

# cell TABLE ROW COLUMN: one value of a table of /proc/oscope; ROW: "total" or a CPU.
cell() {
	awk -v row="$2" -v column="$3" '
		NR == 2 { for (i = 1; i <= NF; i++) if ($i == column) c = i }
		NR > 2 && $1 == row { print $c }' "$PROC/$1"
}

# Switches of the whole machine, as the kernel counts them.
ctxt() { awk '$1 == "ctxt" { print $2 }' /proc/stat; }

# hackbench in the background, by turns as processes and as threads, again and again, until load_stop.
load_start() {
	setsid bash -c 'while hackbench "$@" && hackbench -T "$@"; do :; done > /dev/null 2>&1' load \
		-p -g 1 -f "${1:-10}" -l 200 &
	hackbench_pid=$!
}

load_stop() {
	[ -n "$hackbench_pid" ] || return 0
	# It may not have become a group yet, when it has only just begun.
	until kill -KILL -- "-$hackbench_pid" 2> /dev/null; do
		kill -0 "$hackbench_pid" 2> /dev/null || break
	done
	wait "$hackbench_pid" 2> /dev/null
	hackbench_pid=''
}

# refused ERRNO-TEXT COMMAND...: it fails, and says so.
refused() {
	local text=$1 out
	shift
	if out=$(LC_ALL=C "$@" 2>&1); then
		echo "not refused: $*"
		return 1
	fi
	grep -qF -- "$text" <<< "$out" || { echo "'$text' expected: $out"; return 1; }
}

# refused_load TEXT-IN-LOG PARAMETER...: not loaded, and the kernel's log names why.
refused_load() {
	local text=$1
	shift
	echo "test: $*" > /dev/kmsg
	if insmod "$OSCOPE_KO" "$@" 2> /dev/null; then
		rmmod oscope
		echo "loaded with $*"
		return 1
	fi
	dmesg | sed -n "/test: $*/,\$p" | grep -qF -- "$text" || { dmesg | tail -3; return 1; }
	not loaded
}
