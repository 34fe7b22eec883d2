#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What moves without read and write: splice, tee, vmsplice, sendfile, process_vm_readv; and signalfd. All patterns go through one trace; whose edge it is
# its tasks' names say.
. ../lib.sh
n=400 b=1000 u=50
! emulated || n=30 u=10
plan 38

trace() { # BY PATTERN...
	"$OSCOPE" ipc -m pipe,unix-stream,unix-dgram,signal,process-vm --by "$1" --json -o "$TMP/report" -- bash -c "./ipc_copy $n $b ${*:2}; ./ipc_uring $u $b write kept aio out || ! ./ipc_uring 0 1"
}
# edges_are PATTERN, then lines "MECHANISM FROM TO MESSAGES BYTES" on the input: all its edges, and each exact
edges_are() {
	local wanted is
	wanted=$(sed "s/ \([a-z]\) \([a-z]\) / $1.\1 $1.\2 /; s/\$/ exact/" | sort)
	is=$(grep " $1\.[a-z] " "$TMP/edges" | sort)
	[ "$is" = "$wanted" ] || { echo "$is"; return 1; }
}
report() { jq -e "$@" "$TMP/report"; }
# of PATTERN.LETTER MECHANISM OP CONDITION: of the one row of its calls
of() { report "[.rows[] | select(.task.comm == \"$1\" and .mechanism == \"$2\" and .op == \"$3\")] | length == 1 and (.[0] | $4)"; }

trace pair file chain back tee memory sendfile mixed fanin offset parts signals vm wake
jq -r '.rows[] | select(.object | startswith("SIGCHLD") | not) | "\(.mechanism) \(.from.comm) \(.to.comm) \(.messages) \(.bytes) \(.certainty)"' "$TMP/report" > "$TMP/edges"
check "nothing lost" report '.lost.total == 0'
all="$n $((n * b))"
check "from a file into a pipe by splice: $n messages of $b bytes, an edge" edges_are file <<< "pipe a b $all"
check "from a file through a pipe into a socket: an edge for each" edges_are chain < <(printf "%s $all\n" "pipe a m" "unix-stream m b")
check "from a socket into a pipe, and out of that: an edge for each" edges_are back < <(printf "%s $all\n" "unix-stream a m" "pipe m b")
check "a tee: an edge to who has made it, and from him, and none around him" edges_are tee < <(printf "pipe %s $all\n" "a t" "t b")
check "a pipe filled from memory and emptied into memory by vmsplice: an edge" edges_are memory <<< "pipe a b $all"
check "a file sent to a socket: an edge" edges_are sendfile <<< "unix-stream a b $all"
check "write and splice in turn, read and splice in turn, on one pipe: an edge" edges_are mixed <<< "pipe a b $all"
check "two that splice into one pipe at once: an edge each" edges_are fanin < <(printf "pipe %s $all\n" "a b" "c b")
check "pwritev2 and preadv2 without an offset: an edge" edges_are offset <<< "pipe a b $all"
check "a file sent as datagrams, of which nobody knows how many there are: no edge" edges_are parts < /dev/null
check "asleep in splice, and for what that sends: an edge each" edges_are wake < <(printf "pipe %s 1 $b\n" "a b" "b c")
check "... woken by who has sent it, and then it runs" report '[.rows[] | select(.to.comm | startswith("wake.")) |
	select(.wakes == 1 and .send_wake_ns > 0 and .wake_run_ns > 0)] | length == 2'
check "$n SIGRTMIN and $n SIGUSR1, read from a signalfd: $n and one" edges_are signals < <(printf "signal a b %s 0\n" $n 1)
check "memory of another process: from whom it comes, to whom it goes" edges_are vm < <(printf "process-vm %s $all\n" "b a" "c b")
check "... called by the process" report '[.rows[] | select(.mechanism == "process-vm") | .object | test("^memory of [0-9]+ vm.b$")] | length == 2 and all'
# What the kernel moves without a call, or might have moved: no edge from then on, in place of a wrong one.
if ./ipc_uring 0 1; then
	check "written to a pipe by io_uring: no edge, nor of what comes after it" edges_are write <<< "pipe a b $u $((u * b))"
	check "... by a file that the ring keeps, the same" edges_are kept <<< "pipe a b $u $((u * b))"
	check "... or by io_submit" edges_are aio <<< "pipe a b $u $((u * b))"
	check "taken out of a pipe by io_uring: no edge of what is left" edges_are out <<< "pipe a b $u $((u * b))"
	check "... each is said to be not captured" report ".totals.asynchronous == 4 * $u"
	check "... and what is read then is unpaired" report ".totals.unpaired_share > 0"
else
	for what in {1..6}; do skip "io_uring, $what" "there is no io_uring here"; done
fi

# Who sleeps in splice for what it is to send is not taken for who sends meanwhile: not before it is back, nor if it never is.
"$OSCOPE" ipc -m pipe --by pair --json -o "$TMP/report" -- bash -c "for how in ended killed left; do ./ipc_idle \$how $n $b || exit; done" > "$TMP/left"
kill "$(< "$TMP/left")"
idle() { report -r "[.rows[] | select((.from.comm | startswith(\"$1.\")) and (.to.comm | startswith(\"$1.\"))) | \"\(.from.comm) \(.to.comm) \(.messages) \(.bytes) \(.certainty)\"] | join(\", \") | ., . == \"$1.a $1.b $all $2\""; }
check "through the pipe that somebody idle splices into: an edge, exact when he is back with nothing" idle ended exact
check "... or is killed, which ends his call" idle killed exact
check "... while he sleeps on: an edge, which might be his" idle left order_uncertain

if emulated; then	# which takes seconds for each start of the probes, and the calls are the same on any kernel
	skip_rest_of_plan "natively"
	exit
fi
trace task chain tee memory parts vain empty
check "by task: who splices from a file into a pipe writes" of chain.a pipe write ".count == $n and .messages == $n and .bytes == $n * $b"
check "... who splices from there into a socket reads" of chain.m pipe read ".count == $n and .messages == $n and .bytes == $n * $b and .unpaired == 0"
check "... and sends" of chain.m unix-stream send ".count == $n and .messages == $n and .bytes == $n * $b"
check "... each with the call's whole time" report '[.rows[] | select(.task.comm == "chain.m") | .latency_mean_ns] | length == 2 and .[0] == .[1] and .[0] > 0'
check "a tee has looked, and moved nothing: what it has looked at was received once" of tee.t pipe read \
	".count == 2 * $n and .messages == $n and .bytes == $n * $b and .unpaired == 0"
check "... and has sent" of tee.t pipe write ".count == $n and .messages == $n and .bytes == $n * $b"
check "vmsplice writes to an end that is written to" of memory.a pipe write ".count == $n and .bytes == $n * $b"
check "... and reads from one that is read from" of memory.b pipe read ".count == $n and .bytes == $n * $b and .unpaired == 0"
check "datagrams of a file are unpaired" of parts.b unix-dgram receive ".messages == .unpaired and .messages >= $n"
check "... each of a list of them" of parts.d unix-dgram receive ".count == $((n / 2)) and .messages == $n and .unpaired == $n"
check "what would have had to wait; from a file to a file is no call of these" of empty.a pipe read \
	'.count == 3 and .eagain == 3 and .messages == 0 and .errors == 0'
check "a descriptor that is none: an error of who was to get it" of empty.a pipe write '.count == 1 and .errors == 1'
check "of who is nobody, or not to be looked at: errors" report '[.rows[] | select(.mechanism == "process-vm") |
	[.task.comm, .op, .count, .errors, .messages]] | sort == [["vain.a", "read", 1, 1, 0], ["vain.b", "read", 1, 1, 0]]'
finish
