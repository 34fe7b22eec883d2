#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who shares which memory: by calls, by inheritance, until when; and that nobody has sent anything by that. All of it in an
# IPC namespace and with a /dev/shm of its own, which take the segments with them. SOURCE says who tells of it.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -im "$0" "$@"
. ../lib.sh
: "${SOURCE:=bpf}"
n=50
emulated && n=5
plan 18
export TMPDIR=$TMP
if ! mount -t tmpfs none /dev/shm; then
	skip_rest_of_plan "no tmpfs can be mounted"
	exit
fi

report() { jq -e "$@" "$TMP/report"; }
trace() { # BY
	"$OSCOPE" ipc --source "$SOURCE" -m sysv-shm,posix-shm,memfd --json --by "$1" -o "$TMP/report" -- bash -c "
		for p in sysv posix passed inherited exec private copied; do ./ipc_shm \$p $n || exit; done"
}
# shares_are PATTERN, then lines PROCESS ATTACHES DETACHES MOST-PAGES PARENT STATE of its segment on the input
shares_are() {
	diff <(sort) <(jq -r --arg p "$1." '(.rows | map({key: (.process.tid | tostring), value: .process.comm}) | from_entries) as $name |
		.rows[] | select(.process.comm | startswith($p)) | [.process.comm, .attaches, .detaches, .mapped_bytes_max / 4096,
		$name[.inherited_from | tostring] // "-", .state] | map(tostring | ltrimstr($p)) | join(" ")' "$TMP/report" | sort)
}
of() { # PATTERN FILTER: of its rows
	report --arg p "$1." '[.rows[] | select(.process.comm | startswith($p))] | '"$2"
}
trace share
check "SysV: who has attached it, how often; by whom it was had until the end" shares_are sysv < <(printf '%s\n' \
	"a $n $n 16 - detached" "b $((n + 2)) $n 32 - exit")
check "... one segment, by key and identifier" of sysv 'map([.mechanism, .object]) | unique | length == 1 and
	(.[0] | .[0] == "sysv-shm" and (.[1] | test("^shm:0x7376 id [0-9]+$")))'
check "... its size, and how much of it anybody has touched" of sysv 'all(.[]; .bytes == 16 * 4096 and .resident_bytes == 3 * 4096)'
check "POSIX: who has mapped how much of it" shares_are posix < <(printf '%s\n' "a $n $n 16 - detached" "b $n $n 8 - detached")
check "... by the name that shm_open(3) was given" of posix 'map([.mechanism, .object]) | unique == [["posix-shm", "/a-segment"]]'
check "a memfd that is passed: both have it" shares_are passed < <(printf '%s\n' "a 1 0 16 - exit" "b 1 0 16 - exit")
check "... by its name and number" of passed 'map([.mechanism, .object]) | unique | length == 1 and
	(.[0] | .[0] == "memfd" and (.[1] | test("^memfd:passed:\\[[0-9]+\\]$")))'
check "... of which five pages were touched" of passed 'all(.[]; .resident_bytes == 5 * 4096)'
check "a child that does not use it has it from its parent" shares_are inherited < <(printf '%s\n' "a 1 1 16 - detached" \
	"b 0 0 16 a exit")
check "... until it becomes another program" shares_are exec < <(printf '%s\n' "a 1 1 16 - detached" "a 0 0 16 a exec")
check "what is mapped privately, or is no such file, or is none: not shared" of private '. == []'
check "what is unmapped of a private copy is no end of sharing" shares_are copied < <(printf '%s\n' "a 1 0 16 - exit")
check "nobody has sent anything, nothing is lost" report '.totals.sent == 0 and .totals.received == 0 and .totals.bytes == 0 and
	.totals.pairs == 0 and .lost.total == 0'

# What is asked of a reading has nothing to do with the kernel; nor have maps that were there before.
reports() {
	trace object
	check "by object: calls that attach and detach, and how many have had it" report '[.rows[] | select(.mechanism == "sysv-shm")] |
		length == 2 and all(.[]; .processes == 2 and .tasks == 2 and .segment_bytes == 65536 and .messages == 0 and .bytes == 0) and
		(map({(.op): .count}) | add) == {"attach": '$((2 * n + 2))', "detach": '$((2 * n))'}'
	check "... calls of each of its own mechanism" report '[.rows[] | [.mechanism, .op, .count]] | map(select(.[0] != "sysv-shm")) |
		group_by(.[:2]) | map(.[0][:2] + [map(.[2]) | add]) == [["memfd", "map", 5], ["memfd", "unmap", 2],
		["posix-shm", "map", '$((2 * n))'], ["posix-shm", "unmap", '$((2 * n))']]'

	# Who has it before the trace begins; the one who is asked for, and one who is not but has it, too.
	mkfifo "$TMP/go"
	./ipc_shm held $n < "$TMP/go" > "$TMP/held" & program=$!
	exec {go}> "$TMP/go"
	until read -r a b 2> /dev/null < "$TMP/held" || ! kill -0 $program; do :; done
	"$OSCOPE" ipc -m posix-shm --by share --json -v -o "$TMP/report" -p "$b" 2> "$TMP/err" {go}>&- & tracer=$!
	until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
	exec {go}>&-
	wait $program
	kill -INT $tracer
	wait $tracer
	check "-p of who has it already: what it has, though it was not seen to attach it" report '[.rows[] | select(.process.tid == '"${b:-0}"') |
		[.object, .attaches, .detaches, .mapped_bytes_max, .state]] == [["/a-segment", 0, 0, 65536, "exit"]]'
	check "... and who else has it, who was there before it" report '[.rows[] | select(.process.tid != '"${b:-0}"') |
		[.process.tid, .process.comm, .attaches, .detaches, .mapped_bytes_max, .state]] ==
		[['"${a:-0}"', "held.a", 0, 1, 65536, "detached"]]'
	check "text fits 80 columns, and has only what is asked for" bash -c "'$OSCOPE' ipc -m memfd --by share -o '$TMP/text' -- \
		bash -c './ipc_shm posix 1 && ./ipc_shm inherited 1' && grep -q inherited.b '$TMP/text' && ! grep -qE '.{81}|posix' '$TMP/text'"
}
if emulated || [ "$SOURCE" != bpf ]; then
	for what in {1..5}; do skip "other reports, $what" "natively"; done
else
	reports
fi
finish
