#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording for other programs: what the formats say against each other, against oscope states, and against what
# was worked out by hand from mktrace's table.
. ./lib.sh
plan 35
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
proto=$OSCOPE_SRC/tools/perfetto.proto

oscope_export() { # CASE FORMAT ARGS...
	unprivileged "$TMP/oscope" export -r "$TMP/$1" --format "$2" "${@:3}" > "$TMP/out" 2> "$TMP/err"
}
# refused STATUS WORDS ARGS...: with one line that has these words.
refused() {
	local want=$1 words=$2 got
	"$TMP/oscope" export "${@:3}" > "$TMP/out" 2> "$TMP/err"
	got=$?
	cat "$TMP/err"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q -- "$words" "$TMP/err"
}
events='[.traceEvents[] | select(.ph == "X" or .ph == "i" or .ph == "s" or .ph == "f" or .ph == "C")'

recording kinds
check "Chrome: written without privilege" oscope_export kinds chrome
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "what ran on CPU 0, and from when to when" same "$events | select(.ph == \"X\" and .tid == 4194305) |
	[.name, (.ts * 1000 | round) - 1000000000, (.dur * 1000 | round)]]" '[["alpha:100", 1000, 1000],
	["alpha-thread:101", 2000, 1000], ["beta:200", 3000, 500], ["kworker/0:1:2", 3500, 100],
	["ksoftirqd/0:3", 3600, 200], ["alpha-thread:101", 3800, 200], ["beta:200", 5000, 200],
	["alpha-thread:101", 5600, 1000]]'
check "the states of a task, to the recording's end" same "$events | select(.ph == \"X\" and .tid == 200) |
	[.name, (.ts * 1000 | round) - 1000000000, (.dur * 1000 | round)]] | sort_by(.[1])" \
	'[["blocked: other", 700, 1900], ["ready: woken", 2600, 400], ["running", 3000, 500],
	["blocked: other", 3500, 1400], ["ready: woken", 4900, 100], ["running", 5000, 200],
	["blocked: other", 5200, 4800]]'
check "times in us, with their ns" grep -q '"ts":1000000.700,"dur":1.900' "$TMP/out"
check "arrows: from who wakes to where it runs" same "$events | select(.ph == \"s\" or .ph == \"f\")] |
	group_by(.id) | map([.[0].tid, .[1].tid, ((.[1].ts - .[0].ts) * 1000 | round)])" '[[200, 100, 600],
	[100, 101, 500], [101, 200, 400], [2, 3, 50], [4194306, 200, 100], [4194306, 101, 100], [101, 400, 100]]'
check "tasks that can run" same "$events | select(.ph == \"C\" and .name == \"runnable tasks\") | .args.value]" \
	'[1, 2, 1, 2, 3, 2, 1, 0, 1, 0, 1, 2, 1, 0]'
check "names: of tasks, and the later one of who got another" same '[.traceEvents[] | select(.ph == "M" and
	.name == "thread_name" and .tid < 4194304) | [.pid, .tid, .args.name]] | sort' '[[2, 2, "kworker/0:1"],
	[3, 3, "ksoftirqd/0"], [100, 100, "alpha"], [100, 101, "alpha-thread"], [200, 200, "beta"], [400, 400, "gamma"]]'
cp "$TMP/out" "$TMP/chrome"

# summed STATE: ns of all slices of tasks whose name begins so.
summed() { jq "$events | select(.ph == \"X\" and (.name | startswith(\"$1\"))) | .dur * 1000 | round] | add" "$TMP/chrome"; }
unprivileged "$TMP/oscope" states -r "$TMP/kinds" --by total --json > "$TMP/states"
for state in running:running_ns "ready: woken:ready_woken_ns" "ready: preempted:ready_preempted_ns" \
	blocked:blocked_all_ns; do
	check "as much ${state%:*} as oscope states has" is \
		"$(summed "${state%:*}") == $(jq ".totals.${state##*:}" "$TMP/states")"
done

check "folded" oscope_export kinds folded
check "... the time off CPUs, by name, state and reason" diff <(sort "$TMP/out") - <<-'END'
	alpha-thread;blocked;other 1500
	alpha-thread;ready;preempted 800
	alpha-thread;ready;woken 100
	alpha;blocked;other 8000
	beta;blocked;other 8100
	beta;ready;woken 500
	ksoftirqd/0;blocked;other 6200
	kworker/0:1;blocked;other 6400
END

check "Perfetto" oscope_export kinds perfetto
if command -v protoc > /dev/null; then
	protoc --decode=pf.Trace --proto_path="${proto%/*}" "$proto" < "$TMP/out" > "$TMP/text" 2> "$TMP/err"
	check "... is what its description says, all of it" bash -c "[ ! -s '$TMP/err' ] && ! grep -qE '^ +[0-9]+[:{ ]' '$TMP/text'"
	said() { grep -c "^    $1" "$TMP/text"; }
	of() { jq "$events | select(.ph == \"$1\")] | length" "$TMP/chrome"; }
	check "... as many slices as Chrome's, with their ends" is "$(said 'type: 1') == $(of X) && $(said 'type: 2') == $(of X)"
	check "... instants and counts" is "$(said 'type: 3') == $(of i) && $(said 'type: 4') == $(of C)"
	check "... arrows" is "$(said flow_ids:) == $(of s) && $(said terminating_flow_ids:) == $(of f)"
	check "... tracks: 6 threads, 5 processes, 2 CPUs in a group, 2 counters" is \
		"$(said 'thread {') == 6 && $(said 'process {') == 5 && $(said 'parent_uuid: ') == 2 && $(said 'counter {') == 2"
	# The numbers are Perfetto's: of a packet, a track, a thread, a process, an event.
	protoc --decode_raw < "$TMP/out" > "$TMP/raw"
	check "... a thread, in the numbers of Perfetto's fields" grep -qzP \
		'1 \{\n  10: 1\n  60 \{\n    1: 200\n    4 \{\n      1: 200\n      2: 200\n      5: "beta"\n' "$TMP/raw"
	check "... a process" grep -qzP '60 \{\n    1: \d+\n    3 \{\n      1: 200\n      6: "beta"\n' "$TMP/raw"
	check "... a slice where an arrow ends" grep -qzP \
		'8: 1000001000\n  10: 1\n  11 \{\n    9: 1\n    11: 100\n    23: "running"\n    48: 0x0*1\n  \}\n  58: 3\n' "$TMP/raw"
	# What is shown is the file's own clock: any other has to be related to the time since boot.
	clocks='6 \{\n    1 \{\n      1: 3\n      2: 1000000000\n    \}\n    1 \{\n      1: 1\n.*\n    \}\n'
	clocks+='    1 \{\n      1: 11\n      2: 1000000000\n    \}\n    2: 11\n'
	check "... the clocks" grep -qzP "$clocks" "$TMP/raw"
else
	for name in description slices instants arrows tracks thread process arrow clocks; do
		skip "... $name" "protoc is not there"
	done
fi

check "CSV" oscope_export kinds csv
check "... a line each record, its words as in the contract" bash -c "tr -d '\r' < '$TMP/out' | grep -nxF \
	-e 'ts_ns,cpu,record,flags,w0,w1,w2,comm' -e '1000003000,0,switch,310,101,200,123,alpha-thread' -e \
	',1,identity,1,400,400,1,gamma' -e 1000006700,0,63,0,1,2,3, | wc -l | grep -qx 4"
check "... all of them" is "$(wc -l < "$TMP/out") == 1 + 30"
recording lossy
oscope_export lossy csv
check "what was lost has lines of its own" diff <(tr -d '\r' < "$TMP/out" | grep lost) - <<-'END'
	1000006500,1,lost,,5,,,
	1000006700,0,lost,,7,,,
	1000010000,,lost,,3,,,
END
oscope_export lossy chrome
check "... and marks in time" same "$events | select(.name | startswith(\"lost\")) | [.tid, .name]]" \
	'[[4194306, "lost 5"], [4194305, "lost 7"], [4194305, "lost 3"]]'
names='[.traceEvents[] | select(.ph == "M" and .name == "thread_name" and .tid == 500) | .args.name]'
recording reuse
oscope_export reuse chrome
check "a tid of two lives has the name of each" same "$names" '["first", "second"]'
recording renamed
oscope_export renamed chrome
check "who gets another name has the later one, whatever it is" same "$names" '["first", "\"se;cond\""]'
oscope_export renamed folded
check "what separates is no part of a name" grep -qxF '"se\x3bcond";blocked;other 8600' "$TMP/out"
recording nothing
check "nothing in it: an empty trace" bash -c "'$TMP/oscope' export -r '$TMP/nothing' -f chrome | gojq -e '.traceEvents | length == 1'"
recording tid
check "no recording: refused" refused 2 "give -r FILE" --format csv
check "damaged: refused, and no file left" bash -c "! '$TMP/oscope' export -r '$TMP/tid' -o '$TMP/none' 2> /dev/null &&
	[ ! -e '$TMP/none' ]"
finish
