#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An end of a way that is handed to a process that has not inherited it, by SCM_RIGHTS or by pidfd_getfd(): the edge is of
# who really sends and who really reads, and there is none of who has handed it on, nor of who has it and does nothing.
. ../lib.sh
n=400 b=100
! emulated || n=80
plan $((2 * (1 + 2 * 8 + 1)))
export TMPDIR=$TMP

# play HOW PLAY WAY: each role is a program of its own.
play() {
	local role pids=() roles
	case $2 in
	held) roles="a k b c" ;;
	turns) roles="a b c d" ;;
	*) roles="a k b" ;;
	esac
	for role in $roles; do
		./ipc_handed "$1" "$3" "$2" "$role" $n $b & pids+=($!)
	done
	for role in "${pids[@]}"; do wait "$role" || exit; done
}
all_plays() {
	local how way
	for how in rights getfd; do
		for way in pipe unix tcp; do
			play $how held $way
			play $how turns $way
			[ $way = pipe ] || play $how answer $way
		done
	done
}
export -f play all_plays
export n b
# All pairs, read once: name of who sends, name of who receives, messages, bytes, certainty, mechanism.
pairs_read() {
	jq -r '.rows[] | [.from.comm, .to.comm, .messages, .bytes, .certainty, .mechanism] | @tsv' "$TMP/report" | tr '\t' ' ' > "$TMP/pairs"
}
# edges_are NAME MECHANISM, then lines FROM TO MESSAGES on the input: what goes through the way that is handed
edges_are() {
	diff <(while read -r from to count; do echo "$1.$from $1.$to $count $((count * b)) exact $2"; done | sort) \
		<(awk -v name="$1." -v b=$b 'index($1, name) == 1 && $4 == $3 * b' "$TMP/pairs" | sort)
}
# What hands over is a message of a unix socket itself, of a byte; or of a number that is answered by a byte.
handings() { awk -v b="$1" '$3 == 1 && $4 == b { print $1, $2, $5, $6 }' "$TMP/pairs" | sort; } # BYTES
hands() { # INITIAL OF HOW: who hands to whom, in each play of each way
	local way pair name
	for way in pipe unix tcp; do
		for pair in held.ak held.kb held.kc turns.ab turns.ad turns.bc turns.ca answer.ak answer.kb; do
			name=$1.${pair%.*}.$way
			[[ $name = *.answer.pipe ]] || echo "$name.${pair: -2:1} $name.${pair: -1} exact unix-stream"
		done
	done | sort
}
answers() { awk '{ print $2, $1, $3, $4 }' | sort; }

by() { # SOURCE
	local how h way m
	"$OSCOPE" ipc --source "$1" -m pipe,unix-stream,tcp --by pair --json -o "$TMP/report" -- bash -c all_plays
	pairs_read
	check "$1: nothing lost, all is paired" jq -e '.lost.total == 0 and .totals.unpaired_share == 0' "$TMP/report"
	for how in rights getfd; do
		h=${how:0:1}
		for way in pipe unix tcp; do
			m=${way/unix/unix-stream}
			check "$1: $m by $how: handed on, and held by two: an edge to who reads" edges_are "$h.held.$way" "$m" <<< "a b $n"
			check "$1: $m by $how: both ends change hands under way: an edge to each for what was his" edges_are "$h.turns.$way" "$m" < <(
				printf '%s\n' "a b $((n / 4))" "a c $((n / 4))" "d c $((n / 2))")
			[ $way = pipe ] || check "$1: $m by $how: ... answered through it" edges_are "$h.answer.$way" "$m" < <(printf '%s\n' "a b $n" "b a $n")
		done
	done
	check "$1: what hands a descriptor over, or its number, and the answer to that: an edge" diff <(sort -m <(hands r) <(hands g | answers); hands g) <(handings 1; handings 4)
}
by bpf
if live_sources | grep -qx kmod; then
	was=$(< /sys/kernel/oscope/ipc)
	echo 1 > /sys/kernel/oscope/ipc
	by kmod
	echo "$was" > /sys/kernel/oscope/ipc
else
	skip_rest_of_plan "kmod: not usable here"
	exit
fi
finish
