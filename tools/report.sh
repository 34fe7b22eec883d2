#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What `sudo make report` shows once the tool is built: what a context switch costs on this machine, and what holds
# of the textbooks' claims here. Takes about six minutes, and leaves a page and its data beside the tool.
#
# Only our own process trees are looked at; nothing stays behind.
set -u

here=$(dirname "$0")
: "${OSCOPE:=$here/../build/oscope}"
: "${OSCOPE_O:=$(dirname "$OSCOPE")}"
ROUNDS=100000
page=$OSCOPE_O/report.html
data=$OSCOPE_O/report.json

title() {
	printf '\n== %s\n\n' "$*"
}

if [ "$(id -u)" != 0 ]; then
	echo "the probes need root: sudo make report" >&2
	exit 3
fi
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
# A signal is an end, too; the tool has had it as we have, and ends first.
trap 'exit 130' HUP INT TERM

# One CPU that we may use: both sides of the load run there, so that each round is two switches.
cpu=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')

# ping_pong processes|threads: perf's well-known load, or our own of the same form.
ping_pong() {
	if ! perf bench sched pipe -l 1 >/dev/null 2>&1; then
		set -- "$OSCOPE" pingpong "$1" "$ROUNDS"
	elif [ "$1" = threads ]; then
		set -- perf bench sched pipe -T -l "$ROUNDS"
	else
		set -- perf bench sched pipe -l "$ROUNDS"
	fi
	echo "# oscope switch -- taskset -c $cpu $*" | sed "s|$OSCOPE|oscope|g"
	"$OSCOPE" switch -- taskset -c "$cpu" "$@" >/dev/null || exit
}

# What matters of doctor's table: the machine, and what is not as it could be.
title 'What can be measured here'
"$OSCOPE" doctor >"$tmp"
status=$?
if [ $status != 0 ]; then
	cat "$tmp"
	exit $status
fi
grep -E '^(missing|kernel|hypervisor|clock source)  | (less|missing) ' "$tmp"

title "Two processes pass a byte to and fro, $ROUNDS rounds"
ping_pong processes

title 'The same between two threads of one process'
ping_pong threads

# The whole of it goes into the page, and is shown here in short. Interrupted, what is done is in both. A run of
# another day is no part of this one.
title 'Claims of the textbooks, on this machine (five minutes)'
rm -f "$data"
"$OSCOPE" notes run --quick --resume "$data" --html "$page" || exit

title 'What to try next'
hint() {
	printf '  %-46s %s\n' "$1" "$2"
}
name=${OSCOPE#"$PWD"/}
hint "${page#"$PWD"/}" 'the same as a page for a browser'
hint "sudo $name switch -d 2s" 'the whole system'
hint "sudo $name switch --by task 1" 'live: who waits for a CPU'
hint "sudo $name switch --by pair -- PROGRAM" 'who gives way to whom'
hint "sudo $name record -o t.osc -d 5s" 'record now ...'
hint "sudo $name switch -r t.osc --by task" '... and look later'
hint "sudo $name notes run --all" 'every claim, with all the time it needs'
hint "$name --help" ''
hint 'make lab' 'the module, in a virtual machine'
