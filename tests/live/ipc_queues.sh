#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Message queues, SysV and POSIX: each message has one edge, whatever receivers choose by. All patterns go through one
# trace; which queue is whose its name says. All of it in an IPC namespace of its own, which takes the queues with it.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -i "$0" "$@"
. ../lib.sh
n=400 b=100
! emulated || n=20
# What else there is an emulator need not look at: that takes it seconds at each start.
only=()
! emulated || only=(-m "sysv-msg,posix-mq")
plan $((2 * 21 + 14))
export TMPDIR=$TMP

trace() { # OPTION... -- PROGRAM...
	"$OSCOPE" ipc "${only[@]}" --json -o "$TMP/report" "$@"
}
leave() {
	for kind in sysv mq; do
		./ipc_queues $kind $n $b leave
	done
}
# columns NAME...: what the report's rows have in them, a line each behind mechanism and object; what is not there is "".
columns() {
	local list
	names=("$@")
	printf -v list ', (.%s // "")' "$@"
	mapfile -t lines < <(jq -r ".rows[] | [.mechanism, .object$list] | map(tostring) | join(\"|\")" "$TMP/report")
}
# Those of a kind's pattern: calls what is given with the columns as variables. An object is called "/on.0", or by the
# key of these three bytes, and an identifier.
rows() { # KIND PATTERN COMMAND...
	local mechanism=posix-mq object="/${2:0:2}." line
	if [ "$1" = sysv ]; then
		mechanism=sysv-msg
		printf -v object 'msg:0x%02x%02x0' "'$2" "'${2:1}"
	fi
	for line in "${lines[@]}"; do
		[[ $line = "$mechanism|$object"* ]] || continue
		IFS='|' read -r _ object_name "${names[@]?}" <<< "$line"
		"${@:3}" || return
	done
}
is_row() { (($1)) || { echo "not true: $1, of ${names[*]}: $(for column in "${names[@]}"; do echo -n "${!column} "; done)"; return 1; }; }
# What is called of each row; the variables are its columns, and those of who wants to know.
from="" to="" messages="" bytes="" certainty="" op=""
edge_is_wanted() {
	local edge="$from $to $messages $bytes"
	[ "${wanted[$edge]-}" ] || { echo "not wanted: $edge"; bad=1; }
	unset "wanted[$edge]"
}
row_is() { seen=1; is_row "$condition"; }
row_is_exact() { [ "$certainty" = exact ]; }
row_adds() { all=$((all + ${!name})); }
row_of() { [ "$op" != "$op_wanted" ] || { seen=$((seen + 1)) && is_row "$condition"; }; }
row_is_true() { is_row "messages - uncertain <= ${got[$from $to]}"; }
row_is_called() { [[ $object_name =~ $regex ]] || { echo "$object_name"; return 1; }; }

# edges_are KIND PATTERN, then lines FROM TO MESSAGES BYTES on the input
edges_are() {
	local -A wanted=()
	local edge bad=0
	while read -r edge; do wanted[$edge]=1; done
	rows "$1" "$2" edge_is_wanted
	for edge in "${!wanted[@]}"; do echo "missing: $edge"; bad=1; done
	return $bad
}
every() { # KIND PATTERN CONDITION: it has rows, and this is true of all
	local seen=0 condition=$3
	rows "$1" "$2" row_is && is "$seen == 1"
}
exact() { rows "$1" "$2" row_is_exact; }
sum_is() { # KIND PATTERN COLUMN RELATION NUMBER
	local all=0 name=$3
	rows "$1" "$2" row_adds
	is "$all $4 $5"
}
of() { # KIND PATTERN OP CONDITION: of the one row of its calls
	local seen=0 op_wanted=$3 condition=$4
	rows "$1" "$2" row_of && is "$seen == 1"
}
# What is told as certain is true by what the receivers say, in lines FROM TO MESSAGES.
no_more_than() { # KIND PATTERN FILE
	local -A got=()
	local a b m
	while read -r a b m; do got[$a $b]=$m; done < "$3"
	is "${#got[@]} == 16" && rows "$1" "$2" row_is_true
}
called() { # KIND PATTERN REGEX
	local regex=$3
	rows "$1" "$2" row_is_called
}

leave
flow="oneway ring fanin share idle backandforth order full left many"
trace --by pair -- bash -c "./ipc_queues sysv $n $b $flow types unread > $TMP/many.sysv; ./ipc_queues mq $n $b $flow > $TMP/many.mq"
columns from.comm to.comm messages bytes certainty uncertain wakes send_wake_ns wake_run_ns
names=("${names[@]%.comm}")
check "nothing lost" jq -e '.lost.total == 0' "$TMP/report"
for kind in sysv mq; do
	check "$kind: one way: $n messages, an edge" edges_are $kind oneway <<< "a b $n $((n * b))"
	check "$kind: ... for certain" exact $kind oneway
	check "$kind: a ring of three: three edges" edges_are $kind ring < <(printf "%s $n $((n * b))\n" "a b" "b c" "c a")
	check "$kind: eight to one: eight edges" edges_are $kind fanin < <(printf "in%d out $n $((n * b))\n" {0..7})
	check "$kind: ... for certain, though they overlap" exact $kind fanin
	check "$kind: one to four: a quarter each" edges_are $kind share < <(printf "a out%d $((n / 4)) $((n * b / 4))\n" {0..3})
	check "$kind: ... for certain" exact $kind share
	check "$kind: five that have the queue and do nothing: no edge to them" edges_are $kind idle <<< "a b $n $((n * b))"
	check "$kind: back and forth: two edges" edges_are $kind backandforth < <(printf "%s $n $((n * b))\n" "a b" "b a")
	check "$kind: ... one of two messages at least wakes who receives it" sum_is $kind backandforth wakes ">=" $((n - 1))
	check "$kind: ... who then runs" every $kind backandforth "wakes <= $n && (!wakes || (send_wake_ns && wake_run_ns))"
	check "$kind: what has filled it is received, and no more" edges_are $kind full <<< "a b $n $((n * b))"
	check "$kind: what lay there before is nobody's, nor is what came before it was empty" edges_are $kind left <<< "a a 1 $b"
	check "$kind: many to many: nothing is told as certain that is not true" no_more_than $kind many "$TMP/many.$kind"
	check "$kind: ... and all has an edge" sum_is $kind many messages == $((4 * n))
done
check "sysv: whose type it is, whatever came first" edges_are sysv order < <(printf "%s 1 $b\n" "c d" "b e" "a f")
check "mq: the highest priority first" edges_are mq order < <(printf "%s 1 $b\n" "b d" "c e" "a f")
check "sysv: two that send a type each, two that receive one each: two edges" edges_are sysv types < <(printf "%s $n $((n * b))\n" "a c" "b d")
check "sysv: ... for certain, though they overlap: no message of it is in doubt" every sysv types "uncertain == 0"
check "sysv: a message whose type nobody could read is nobody's" edges_are sysv unread <<< "a a 1 $b"
check "sysv: called by key and identifier" called sysv oneway '^msg:0x6f6e00 id [0-9]+$'
check "mq: called by name" called mq oneway '^/on\.0$'

leave
trace --by object -- bash -c "./ipc_queues sysv $n $b oneway full nothing copies removed unread left
	./ipc_queues mq $n $b oneway full nothing status left; unshare -i ./ipc_queues sysv 1 1 stranger"
columns op tasks count messages bytes errors eagain blocked_ns switches wakeups unpaired
for kind in sysv mq; do
	check "$kind: its calls: $n that send" of $kind oneway send "count == $n && messages == $n && bytes == $((n * b)) &&
		errors == 0 && eagain == 0 && tasks == 1"
	check "$kind: ... and $n that receive" of $kind oneway receive "count == $n && messages == $n && bytes == $((n * b)) &&
		errors == 0 && unpaired == 0"
	check "$kind: asleep in a call: as long as there was no room" of $kind full send "blocked_ns > 250000000 && switches >= 1"
	check "$kind: seven that would have had to wait to receive are no errors" of $kind nothing receive "count == 15 &&
		messages == 8 && eagain == 7 && errors == 0"
	check "$kind: ... nor is one that would have had to send" of $kind nothing send "count == 9 && messages == 8 &&
		eagain == 1 && errors == 0"
	check "$kind: of what lay there before the sender is not known" of $kind left receive "messages == 4 && unpaired == 3"
done
check "mq: to look at what a descriptor says receives nothing" of mq status receive "count == 1 && messages == 1"
check "sysv: a copy moves nothing, too little room is an error, a message that is cut is one" of sysv copies receive \
	"count == 7 && messages == 1 && bytes == $((b / 2)) && errors >= 1 && unpaired == 0"
check "sysv: no queue any more: an error of who slept for it" of sysv removed receive "count == 1 && errors == 1 && messages == 0"
check "sysv: the type that nobody could read is said to be so" of sysv unread receive "messages == 2 && unpaired == 1"
check "sysv: in another namespace: called by that, too" called sysv stranger ' in ipc:\[[0-9]+\]$'
check "... one message of one byte" of sysv stranger receive "count == 1 && messages == 1 && bytes == 1"
finish
