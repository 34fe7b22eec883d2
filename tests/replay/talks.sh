#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording of what communicates, against what was worked out by hand from talks.h: sums, pairs, names; records that
# lie in two chunks; packed and not; and recordings that have none of it, or are damaged.
. ./lib.sh
plan 22

oscope() { # COMMAND CASE ARGS...
	unprivileged "$TMP/oscope" "$1" -r "$TMP/$2" "${@:3}" > "$TMP/out" 2> "$TMP/err"
}
# refused STATUS WORDS COMMAND CASE...: with one line that has these words.
refused() {
	local want=$1 words=$2 got
	oscope "${@:3}"
	got=$?
	cat "$TMP/err"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q -- "$words" "$TMP/err"
}
recording talks
check "told without privilege" oscope ipc talks --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "totals" same '.totals | [.calls, .sent, .received, .bytes, .pairs, .asynchronous, .no_entry]' '[7, 2, 5, 70116, 3, 2, 0]'
check "by mechanism" same '[.rows[] | [.mechanism, .count, .messages, .received, .bytes, .received_bytes, .errors, .eagain,
	.blocked_ns, .switches, .wakeups, .unpaired, .latency_ns.count]] | sort' '[["eventfd", 1, 0, 1, 0, 8, 0, 0, 0, 0, 0, 1, 1],
	["fifo", 4, 1, 3, 70000, 70008, 1, 1, 0, 0, 0, 1, 4], ["pipe", 2, 1, 1, 100, 100, 0, 0, 1500, 1, 1, 0, 2]]'
oscope ipc talks --json --by op
check "a latency beyond 32 bits" same '.rows[] | select(.mechanism == "fifo" and .op == "write") | .latency_ns.max' 5000000000
oscope ipc talks --json --by pair
pairs='[.rows[] | [.object, .from.comm, .to.comm, .messages, .bytes, .wakes, .send_wake_ns, .wake_run_ns, .uncertain,
	.certainty]] | sort'
wanted='[["/tmp/fifo", "a", "b", 1, 70000, 0, null, null, 1, "order_uncertain"],
	["/tmp/fifo", "other", "b", 2, 8, 0, null, null, 0, "order_uncertain"], ["pipe:[77]", "a", "b", 1, 100, 1, 400, 300, 0, "exact"]]'
check "by pair: names, of who is no row, too; where one is uncertain all of an object are" same "$pairs" "$wanted"
oscope ipc talks --json --by object -m eventfd
check "an object of which only records tell has its mechanism" same '[.rows[] | [.mechanism, .op, .count]]' '[["eventfd", "read", 1]]'
oscope ipc talks --graph text
check "as a graph" grep -q 'pipe:\[77\]' "$TMP/out"
../replay/repack "$TMP/talks" "$TMP/packed" 1 && chmod 644 "$TMP/packed"
check "packed: the same" oscope ipc packed --json --by pair
check "... pairs" same "$pairs" "$wanted"
oscope events talks --json -e ipc_call,ipc_pair
jq -s . "$TMP/out" > "$TMP/all" && mv "$TMP/all" "$TMP/out"
check "events: a line each, in the order of time" same '[.[] | select(.event) | [.at_ns, .event, .task.comm, .other.comm, .object,
	.op, .messages, .bytes, .latency_ns, .blocked_ns, .error]] | .[0, 1, 2, 4, 8]' '
	[1000, "ipc_call", "a", null, "pipe:[77]", "write", 1, 100, 900, null, null]
	[2000, "ipc_pair", "b", "a", "pipe:[77]", null, 1, 100, null, null, null]
	[2100, "ipc_call", "b", null, "pipe:[77]", "read", 1, 100, 1900, 1500, null]
	[3100, "ipc_call", "a", null, "/tmp/fifo", "write", 0, 0, 60, null, 32]
	[4200, "ipc_pair", "b", "", "/tmp/fifo", null, 2, 8, null, null, null]'
check "... all of them" same '[.[] | select(.event)] | length' 11
oscope export talks -f chrome
check "export: an arrow from the sender's call to the receiver" same '[.traceEvents[] | select(.cat == "message") |
	[.ph, .tid, (.ts * 1000 | round) - 1000000000]] | .[0:2]' '[["s", 700, 1000], ["f", 701, 2000]]'
check "... of the FIFO one message as soon as it is whole" same '[.traceEvents[] | select(.cat == "message" and .ph == "s") |
	[.tid, (.ts * 1000 | round) - 1000000000]] | .[1]' '[700, 3200]'
oscope export talks -f csv
check "CSV: a line for each slot" is "$(grep -c ',ipc_call,' "$TMP/out") == 7 && $(grep -c ',ipc_call_more,' "$TMP/out") == 6 &&
	$(grep -c ',ipc_pair_more,' "$TMP/out") == 2"
oscope locks talks --trace --json
check "locks: none of it is a lock" same '[.totals.locks, .totals.waits]' '[0, 0]'
recording kinds
check "none of it recorded: one line" refused 3 'record with -e ipc' ipc kinds
check "... of locks, too" refused 3 'record with -e ipc' locks kinds --trace
recording talks-object
check "an impossible object: damaged" refused 1 'impossible object 17' ipc talks-object
recording talks-room
check "room for more objects than there can be: damaged" refused 1 'too many objects' ipc talks-room
recording talks-mechanism
check "an unknown mechanism: damaged" refused 1 'unknown mechanism 31' ipc talks-mechanism
recording talks-half
check "half a record is passed over" oscope ipc talks-half --json
finish
