#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every report with every filter: the kernel's verifier takes the probes, with room to spare. It follows
# each way through them, a million instructions at most, so that what is a little more to us may be many
# times as much to it.
. ../lib.sh
ROOM=333000
reports=("switch --by kind" "switch --by cpu" "switch --by task" "switch --by pair" "record -q"
	"zombies --history" spawn "spawn --events --args" states "states --wakers" ipc
	"record -q -e ipc")
filters=("-p $$" "-t $$" "-c bash" "-u 0" "--cgroup /" "-C 0" "-c bash -u 0 -C 0"
	"" "-p $$ -c bash -u 0 --cgroup / -C 0")
plan $((${#reports[@]} + 1))
# An emulator takes seconds for each: there, a report has all at once, and every second one, on each of the two kernels that
# make check boots the others, one of the seven before as well (none at all is what other tests have). By the machine itself
# each is tried.
turn=-1
[ "${OSCOPE_VM_ACCEL:-kvm}" = kvm ] || turn=$(($(uname -r | cut -d . -f 2) > 1 ? 3 : 0))
tried() { # NUMBER: whether this filter's turn has come
	[ $turn -lt 0 ] || [ "$1" = 8 ] || { [ $((turn % 2)) = 0 ] && [ "$1" = $((turn / 2 % 7)) ]; }
}

# The most instructions that were looked at for one of the programs of process PID.
looked_at() {
	cat "/proc/$1/fdinfo/"* 2> /dev/null |
		awk '$1 == "verified_insns:" && $2 > most { most = $2 } END { print most + 0 }'
}

# every REPORT: with every filter; says which was refused.
every() {
	local i filter line tracer from insns status=0
	for i in "${!filters[@]}"; do
		filter=${filters[i]}
		tried "$i" || continue
		if [[ ($1 = states* || $1 = *ipc) && $filter = *-C* ]]; then	# refused: it would cut times in pieces
			filter=${filter%-C 0}
			[ "$filter" ] || continue
		fi
		# shellcheck disable=SC2086 # words
		exec {from}< <(exec setpriv --pdeathsig KILL "$OSCOPE" $1 --source bpf -v -d 60s -o "$TMP/out" $filter 2>&1)
		tracer=$!
		insns=0
		while read -r line <&$from; do
			[[ $line = *failed* ]] && echo "$1 $filter: $line"
			[[ $line = *racing* ]] && insns=$(looked_at $tracer) && break
		done
		echo "$insns $1 $filter" >> "$TMP/insns"
		((!insns)) || kill -INT $tracer
		wait $tracer || status=1
		exec {from}<&-
		((insns)) || { echo "$1 $filter: not on"; status=1; }
	done
	return $status
}

for report in "${reports[@]}"; do
	check "$report: with every filter" every "$report"
	[ $turn -lt 0 ] || turn=$((turn + 1))
done
read -r most worst < <(sort -rn "$TMP/insns")
figure "at most $most instructions looked at: $worst"
check "the verifier has room to spare" is "$most < $ROOM && $most > 0"
finish
