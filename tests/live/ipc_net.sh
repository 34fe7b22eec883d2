#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Datagrams: whose each is that somebody receives, though they are sent to addresses, in lists, by sockets that others
# use, or more of them than there is room for; and what comes from another network. SOURCE says who tells of it.
. ../lib.sh
: "${SOURCE:=bpf}"
n=400 b=100
! emulated || n=80
plan 33
export TMPDIR=$TMP
report() { jq -e "$@" "$TMP/report"; }
# edges PATTERN: from, to, messages, bytes, certainty
edges() {
	jq -r ".rows[] | select(.from.comm | startswith(\"$1.\")) | select(.mechanism != \"pipe\") | [.mechanism, .from.comm[-1:], .to.comm[-1:],
		.messages, .bytes, .certainty] | @tsv" "$TMP/report" | tr '\t' ' ' | sort
}
# edges_are PATTERN, then lines as above on the input
edges_are() { diff <(sort) <(edges "$1"); }
# udp_edges_are PATTERN, then lines FROM TO MESSAGES BYTES: of UDP, each for certain. Since 6.18 the kernel does not say which datagram
# somebody takes: who comes and goes with it on another CPU meanwhile is unpaired then. Such a kernel is no emulator's, and no edge is wrong there either.
udp_edges_are() {
	if emulated; then
		sed 's/^/udp /; s/$/ exact/' | edges_are "$1"
		return
	fi
	diff <(cut -d ' ' -f 1,2 | sort) <(edges "$1" | cut -d ' ' -f 2,3) &&
		report --arg p "$1." "[.rows[] | select(.from.comm | startswith(\$p)) | select(.mechanism == \"udp\")] |
			length > 0 and all(.certainty == \"exact\" and .messages <= ${2:-$n} and .messages >= ${3:-0.5} * ${2:-$n})"
}
trace() { # OPTION... -- PROGRAM...
	"$OSCOPE" ipc --source "$SOURCE" -m udp,unix-dgram,unix-stream,pipe --json -o "$TMP/report" "$@"
}

trace --by pair -- ./ipc_net $n $b ask turns log aside later shared lists listed stream peek dropped split forged
check "nothing lost" report '.lost.total == 0'
check "three that ask a server by its address: it hears each, and answers each" udp_edges_are ask < <(printf "%s $n $((n * b))\n" "a d" "b d" "c d" "d a" "d b" "d c")
check "... through the socket that receives: four" report '[.rows[] | select(.from.comm | startswith("ask.")) | .object] | unique | length == 4'
check "one socket, two that it sends to in turn: an edge to each" udp_edges_are turns < <(printf "%s $n $((n * b))\n" "a b" "a c")
check "a unix socket that is closed before anybody looks: from who has sent by it" \
	edges_are log < <(for ((i = 0; i < n / 5; i++)); do echo "unix-dgram a b 5 $((5 * b)) exact"; done)
check "... to the path that it was sent to" report "[.rows[] | select(.from.comm == \"log.a\") | .object] | unique == [\"$TMP/net.log.0\"]"
check "who is connected and sends elsewhere: to whom it goes" edges_are aside < <(printf "unix-dgram %s exact\n" "a b $((2 * n)) $((2 * n * b))" "a c $n $((n * b))")
check "who sends elsewhere only later: what it had sent there is its, and no one else's" edges_are later <<< "unix-dgram a b 3 $((3 * b)) exact"
check "two that share a socket: an edge, and that it is not sure" report '[.rows[] | select(.from.comm | startswith("shared."))] |
	([.[].messages] | add) == 10 and all(.certainty == "order_uncertain")'
# Only the first of a list is known where the kernel does not say.
check "lists of datagrams: an edge, and no other" udp_edges_are lists $n 0.1 <<< "a b $n $((n * b))"
check "... of a unix socket" edges_are listed <<< "unix-dgram a b $n $((n * b)) exact"
check "... of a stream, which makes one of each" edges_are stream <<< "unix-stream a b $((n / 8)) $((n * b)) exact"
check "looked at before it is taken, some empty: once each" udp_edges_are peek <<< "a b $n $((3 * n * b / 4))"
check "more than there is room for: an edge of each who sends" report '[.rows[] | select(.from.comm == "dropped.a")] |
	length == 2 and all(.messages > 0 and .messages < '$n' and .certainty == "exact")'
check "two that receive from one socket: together no more than was sent, and from nobody else" report '[.rows[] | select(.to.comm | startswith("split."))] |
	length > 0 and all(.from.comm == "split.a") and ([.[].messages] | add) <= '$n' + 2'
check "buffers used again for what no UDP socket has sent: no edge but of who has sent" udp_edges_are forged <<< "a b $n $((n * b))"

trace --by task -- ./ipc_net $n $b lists listed stream dropped peek
calls() { # TASK OP MECHANISM CONDITION
	report "[.rows[] | select(.task.comm == \"$1\" and .op == \"$2\" and .mechanism == \"$3\")] | length > 0 and all(.[]; $4)"
}
check "a list is a call: $n messages in $((n / 8))" calls lists.a send udp ".count == $((n / 8)) and .messages == $n and .bytes == $((n * b))"
check "... to receive, too" calls lists.b receive udp ".messages == $n and .bytes == $((n * b)) and .count <= $n"
check "... by unix datagrams" calls listed.b receive unix-dgram ".messages == $n and .bytes == $((n * b)) and .unpaired == 0"
check "... of a stream, one message" calls stream.a send unix-stream ".messages == $((n / 8)) and .bytes == $((n * b))"
check "a look is a call that moves nothing" calls peek.b receive udp ".count == $((2 * n)) and .messages == $n and .bytes == $((3 * n * b / 4))"
check "what was dropped was sent, and not received" calls dropped.b receive udp ".messages < $n and .eagain == 1"

# all_known EDGES: so many, each of as many messages as were sent; where the kernel does not say which somebody takes, of most.
all_known() {
	report '(.rows | length) == '"$1"' and all(.rows[]; .certainty == "exact" and .messages <= '$n' and
		.messages >= '"$(emulated && echo 1 || echo 0.5)"' * '$n' and .bytes == .messages * '$b')' ||
		{ jq -c '.totals, .lost, .rows[]' "$TMP/report"; return 1; }
}
for of in "udp fanin 8" "udp6 passed 1"; do
	read -r m pattern edges <<< "$of"
	"$OSCOPE" ipc --source "$SOURCE" -m udp --by pair --json -o "$TMP/report" -- ./ipc "$m" "$pattern" $n $b
	check "$m: $pattern: nobody's edge but theirs, and as many as were sent" all_known "$edges"
done
# Each that waits has a place in the table of buffers, and of those that there may be none is another's.
"$OSCOPE" ipc --source "$SOURCE" -m udp --by pair --json -o "$TMP/report" -- ./ipc udp queued 250 $b
check "2000 that wait at once: each is of who has sent it" report '(.rows | length) == 8 and all(.rows[]; .messages == 250 and .certainty == "exact")'
# What is known of each buffer takes a place; what nobody has received leaves it to who comes after.
"$OSCOPE" ipc --source "$SOURCE" -m udp --by pair --json -o "$TMP/report" -- bash -c "./ipc udp unread 24000 $b && ./ipc udp fanin $n $b"
check "after more of them than there are places for, which nobody receives, all the same" all_known 8
"$OSCOPE" ipc --source "$SOURCE" -m udp,unix-dgram --by pair --json -o "$TMP/report" -- ./ipc_senders 200 $b 24000
check "sockets that send by path take the places of these, not of each other" \
	edges_are senders < <(for ((i = 0; i < 80; i++)); do echo "unix-dgram a b 5 $((5 * b)) exact"; done)
"$OSCOPE" ipc --source "$SOURCE" -m udp --by object --json -o "$TMP/report" -- ./ipc udp oneway $n $b
check "UDP sockets by address, and what they are connected to" report '[.rows[] | [.op, .peer, (.object | test("^127.0.0.1:[0-9]+(->127.0.0.1:[0-9]+)?$")),
	(.object | test("->"))]] | sort == [["receive", null, true, false], ["send", "local", true, true]]'

# From another network namespace: a pair of devices is all that leads there.
visited() {
	ip link add oscope-here type veth peer name oscope-there || exit
	ip addr add 10.9.8.1/24 dev oscope-here && ip link set oscope-here up && ip link set lo up || exit
	mkfifo "$TMP/gate" "$TMP/ready"
	unshare -n bash -c 'read -r _ < "$0" && exec ./ipc_net "$1" "$2" visit' "$TMP/gate" $n $b & visitor=$!
	until [ "$(readlink /proc/$visitor/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do kill -0 $visitor || exit; done
	ip link set oscope-there netns $visitor
	nsenter -t $visitor -n bash -c 'ip addr add 10.9.8.2/24 dev oscope-there && ip link set oscope-there up'
	"$OSCOPE" ipc --source "$SOURCE" -m udp,tcp --by "$1" --json -o "$TMP/report" -- ./ipc_net $n $b serve > "$TMP/ready" & server=$!
	read -r _ < "$TMP/ready"
	echo > "$TMP/gate"
	wait $server && wait $visitor
	rm "$TMP/gate" "$TMP/ready"
}
if unshare -n ip link add oscope-here type veth peer name oscope-there 2> "$TMP/err"; then
	export -f visited
	export n b TMP SOURCE
	check "a visitor from another network" unshare -n bash -c 'visited pair'
	# The module follows who is not of the program's tree, too. As with any UDP, where the kernel does not say which somebody takes.
	remote='["remote", true]'
	[ "$SOURCE" != kmod ] || remote='["", false]'
	check "... is remote: $n messages by TCP, unless the visitor is followed, and those by UDP" report '([.rows[] | select(.to.comm == "ipc_net") |
		[.mechanism, .from.comm, .from.tid == 0]] | sort == [["tcp"] + '"$remote"', ["udp", "remote", true]]) and all(.rows[]; .bytes == .messages * '$b' and .messages <= '$n' and
		.messages >= (if .mechanism == "tcp" then 1 else 0.5 end) * '$n')'
	check "... and what else there is is unpaired" report '((([.rows[] | select(.to.comm == "ipc_net") | .messages] | add) + .totals.unpaired_share * .totals.received) - 2 * '$n' | fabs) < 0.01'
	check "a visitor again" unshare -n bash -c 'visited object'
	check "... whose connection leads elsewhere" report '[.rows[] | select(.mechanism == "tcp") | .peer] | unique == ["remote"]'
else
	for what in "a visitor" "... is remote" "... and what else there is is unpaired" "a visitor again" "... whose connection leads elsewhere"; do
		skip "$what" "no pair of network devices here: $(head -n 1 "$TMP/err")"
	done
fi
finish
