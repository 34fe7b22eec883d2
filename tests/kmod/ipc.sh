#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module follows who talks to whom: exact counts, an edge from who sends to who receives and no other, none at all
# by what others than calls that it follows may have touched; switched on and off, and unloaded, with somebody in a call.
. ./lib.sh
: "${MESSAGES:=200}"
n=$MESSAGES b=100
mechanisms=(pipe fifo unix-stream unix-dgram unix-seqpacket tcp tcp6)
hows=(aio uring packet)
plan $((4 * ${#mechanisms[@]} + 2 * 3 + ${#hows[@]} + 54))
export TMPDIR=$TMP

on() { echo 1 > "$SYS"/ipc; }
off() { echo 0 > "$SYS"/ipc; }
report() { jq -e "$@" "$TMP/report"; }
trace() { "$OSCOPE" ipc --source kmod --json -o "$TMP/report" "$@"; }
edges() { # MECHANISM: from, to, messages, bytes of its pairs
	jq -r ".rows[] | select(.mechanism == \"$1\") | [.from.comm, .to.comm, .messages, .bytes] | @tsv" "$TMP/report" | sort
}
edges_are() { diff <(tr ' ' '\t' | sort) <(edges "$1"); }
sum() { # MECHANISM OP COLUMN of /proc/oscope/ipc
	awk -v m="$1" -v op="$2" -v column="$3" 'NR == 2 { for (i = 1; i <= NF; i++) if ($i == column) c = i }
		NR > 2 && $1 == m && $2 == op { print $c }' "$PROC"/ipc
}
object() { # NAME COLUMN of /proc/oscope/ipc_objects
	awk -v name="$1" -v column="$2" 'NR == 2 { for (i = 1; i <= NF; i++) if ($i == column) c = i }
		NR > 2 && $NF == name { print $c }' "$PROC"/ipc_objects
}
lines() { awk 'END { print NR - 2 }' "$PROC/$1"; }
asleep() { until [[ $(< "/proc/$1/stat") = *') S '* ]]; do kill -0 "$1" || return; done; }

load
check "off by default: no line" is "$(cat "$SYS"/ipc) + $(lines ipc) + $(lines ipc_objects) + $(lines ipc_pairs) == 0"
check "... and the tool says how to switch it on" bash -c "! '$OSCOPE' ipc --source kmod -d 10ms 2> '$TMP/err' && grep -q 'echo 1 > $SYS/ipc' '$TMP/err'"
# Who sleeps in a call while it is switched on.
mkfifo "$TMP/known" "$TMP/known.2"
exec {both}<> "$TMP/known"
head -c 10 < "$TMP/known" > /dev/null {both}>&- & reader=$!
asleep $reader
on
check "on: lines for each mechanism that it follows" is "$(cat "$SYS"/ipc) == 1 && $(lines ipc) == 36"
printf 0123456789 > "$TMP/known"
wait $reader
check "who was in a call by then: nobody's, whoever sent it" is "$(object "$TMP/known" sent) == 1 && $(object "$TMP/known" received) == 0"
printf 0123456789 > "$TMP/known"
head -c 10 < "$TMP/known" > /dev/null
check "... the next is paired, by the path of the FIFO" is "\"$(object "$TMP/known" paired)\" == \"yes\" && $(object "$TMP/known" received) == 1"

for m in "${mechanisms[@]}"; do
	is=${m%6}
	before=$(sum "$is" "$([[ $is = pipe || $is = fifo ]] && echo write || echo send)" messages)
	trace --by pair -- ../live/ipc "$m" oneway "$n" $b
	check "$m: one way: $n messages, an edge" edges_are "$is" <<< "a b $n $((n * b))"
	check "$m: ... for certain, nothing lost" report '.rows[0].certainty == "exact" and .lost.total == 0 and .totals.unpaired_share == 0'
	after=$(sum "$is" "$([[ $is = pipe || $is = fifo ]] && echo write || echo send)" messages)
	if [ "$is" = pipe ]; then	# others have pipes, too
		check "$m: ... and in the table" is "$after - $before >= $n"
	else
		check "$m: ... and in the table" is "$after - $before == $n"
	fi
	trace --by pair -- ../live/ipc "$m" fanin $((n / 4)) $b
	check "$m: eight to one: eight edges" edges_are "$is" < <(printf "in%d out $((n / 4)) $((n * b / 4))\n" {0..7})
	[[ $m = pipe || $m = unix-dgram || $m = tcp ]] || continue
	trace --by pair -- ../live/ipc "$m" ring "$n" $b
	check "$m: a ring of three: three edges" edges_are "$is" < <(printf '%s\n' "a b $n $((n * b))" "b c $n $((n * b))" "c a $n $((n * b))")
	trace --by pair -- ../live/ipc "$m" idle "$n" $b
	check "$m: five that have both ends and do nothing: no edge to them" edges_are "$is" <<< "a b $n $((n * b))"
done
trace --by pair -- bash -c 'for how in ended killed left; do ../live/ipc_idle $how 20 30 || exit; done' > "$TMP/left"
kill "$(< "$TMP/left")"
check "through a pipe into which somebody splices who has nothing: an edge, whether he comes back or not" edges_are pipe < <(printf '%s.a %s.b 20 600\n' ended{,} killed{,} left{,})
check "... for certain once his call has ended" report '[.rows[] | select(.from.comm | test("^(ended|killed|left).a")) | .certainty] | sort == ["exact", "exact", "order_uncertain"]'
trace --by pair -- ../live/ipc pipe passed "$n" $b
check "an end passed to another: an edge to who reads" edges_are pipe <<< "a b $n $((n * b))"
for m in unix-stream tcp; do
	trace --by pair -- ../live/ipc $m conversation "$n" 30
	check "$m: both ways through one connection" edges_are $m < <(printf '%s\n' "a b $n $((n * 30))" "b a $n $((n * 30))")
done
trace --by pair -- ../live/ipc unix-stream early 10 100
check "sent before it is accepted: from who has sent it to who receives it" edges_are unix-stream <<< "a b 10 1000"
check "... through the path that it was connected to" report ".rows[0].object == \"$TMP/listener\""
trace --by pair -- taskset -c 0 ../live/ipc pipe backandforth "$n" 100
check "back and forth on one CPU: one of two messages wakes who receives it" report '[.rows[] | select(.mechanism == "pipe")] |
	([.[].wakes] | add) >= '"$n"' - 1 and [.[] | select(.wakes > '"$n"' or .send_wake_ns == 0 or .wake_run_ns == 0)] == []'
trace --by op -- taskset -c 0 ../live/ipc pipe backandforth "$n" 100
check "... its calls, and how often and how long they sleep" report '[.rows[] | select(.mechanism == "pipe")] |
	(.[] | select(.op == "write") | .count == '$((2 * n))' and .messages == .count and .bytes == '$((200 * n))' and .errors == 0) and
	(.[] | select(.op == "read") | .messages == '$((2 * n))' and .switches >= '$((n - 1))' and .blocked_ns > 0)'
trace --by task -- ../live/ipc fifo oneway "$n" $b
check "by task: one sends, one receives" report '[.rows[] | select(.mechanism == "fifo") | [.task.comm, .op, .bytes]] | sort == [["a", "write", '$((n * b))'], ["b", "read", '$((n * b))']]'
trace --by object -- ../live/ipc fifo oneway "$n" $b
check "by object: a FIFO by its path" report '[.rows[] | select(.mechanism == "fifo") | .object] | unique == ["'"$TMP"'/fifo.0"]'
"$OSCOPE" ipc --source kmod --by pair --csv -o "$TMP/csv" -- ../live/ipc fifo oneway "$n" $b
check "as CSV" is "$(grep -c ",$n,$((n * b))," "$TMP/csv") == 1"
"$OSCOPE" ipc --source kmod -o "$TMP/text" -- ../live/ipc fifo oneway "$n" $b
check "nothing is said to be unseen" not grep 'not seen by this source' "$TMP/text"
check "another size of its tables is refused" bash -c "! '$OSCOPE' ipc --source kmod --objects 9000 -d 10ms 2> '$TMP/err' && grep -q -- 'leave --objects' '$TMP/err'"
"$OSCOPE" ipc --source kmod --by pair --json -v -d 600s -o "$TMP/report" 2> "$TMP/err" & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
../live/ipc tcp ring "$n" $b
kill -INT $tracer
wait $tracer
check "the whole system: the same edges" edges_are tcp < <(printf '%s\n' "a b $n $((n * b))" "b c $n $((n * b))" "c a $n $((n * b))")

# What lay in a FIFO that all have closed is gone, and what comes out later another's.
trace --by pair -- bash -c 'exec 3<> "$0"; head -c 10 /dev/zero >&3; exec 3>&-; cat "$0" & dd if=/dev/zero of="$0" bs=10 count=1; wait' "$TMP/known.2" > /dev/null 2>&1
check "what lay in a FIFO that was closed is nobody's" edges_are fifo <<< "dd cat 1 10"

# What is not followed: a and c send, d takes what is a's, b what is c's.
taken() { trace --by pair -- ./foreign "$@" < /dev/null; }
for how in read splice tee+read recv peek+recv recvmmsg; do
	taken $how
	check "$how: a to d, c to b, e to b" test "$(jq -r '.rows[] | select(.messages == 1 and .bytes == 64) | .from.comm + .to.comm' "$TMP/report" | sort | xargs)" = "ad cb eb"
done
taken dgram
check "dgram: a to d, by the name of its socket, and e to b; c's, which came to a queue that had something in it, is nobody's" \
	test "$(jq -r '.rows[] | select(.messages == 1 and .bytes == 64) | .from.comm + .to.comm' "$TMP/report" | sort | xargs)" = "ad eb"
for how in "${hows[@]}"; do
	if [ "$how" = uring ] && [ "$(cat /proc/sys/kernel/io_uring_disabled 2> /dev/null || echo 0)" != 0 ]; then
		skip "$how: nothing is paired" "io_uring is off"
		continue
	fi
	taken "$how"
	check "$how: nothing is paired" report '[.rows[] | select(.from.comm | IN("a", "c", "e"))] == []'
done
# ... who is in such a call when it is switched on, or in one that is followed.
late() { # HOW
	off
	coproc D { exec ./foreign "$1" late; }
	read -r -u "${D[0]}" line
	on
	"$OSCOPE" ipc --source kmod --by pair --json -v -d 600s -o "$TMP/report" 2> "$TMP/err" & tracer=$!
	until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
	local pid=$D_PID
	echo go >&"${D[1]}"
	wait "$pid"
	kill -INT $tracer
	wait $tracer
	[ "$line" = ready ] && jq -r '.rows[] | select(.bytes == 64) | .from.comm + .to.comm' "$TMP/report" | sort | xargs
}
check "splice from before: nothing is paired" test "$(late splice)" = ""
if [ "$(cat /proc/sys/kernel/io_uring_disabled 2> /dev/null || echo 0)" = 0 ]; then
	check "io_uring from before, by one of many descriptors: nothing is paired" test "$(late uring)" = ""
else
	skip "io_uring from before: nothing is paired" "io_uring is off"
fi
for how in read recv recvmmsg; do
	check "$how from before: what it takes is nobody's, what comes after is whose it is" test "$(late $how)" = "cb eb"
done

# Whose calls are followed by the time that all are looked at is not taken for who had begun before, but for once in a while:
# who has not got the CPU in between.
mkfifo "$TMP/spliced"
./foreign splicing "$TMP/spliced" & splicer=$!
foreign=0
for ((i = 0; i < 12; i++)); do
	off
	on
	until [ "$(object "$TMP/spliced" received)" ] || ! kill -0 $splicer; do :; done
	[ "$(object "$TMP/spliced" paired)" != foreign ] || ((foreign++))
done
kill $splicer
wait $splicer 2> /dev/null
check "switched on while somebody splices, again and again: what he does is followed" is "$foreign <= 2"

# Who is killed in a call leaves nothing behind.
for ((i = 0; i < 20; i++)); do
	cat < "$TMP/known" > /dev/null & reader=$!
	asleep $reader
	kill -KILL $reader
	wait $reader 2> /dev/null
done
printf 0123456789 > "$TMP/known"
head -c 10 < "$TMP/known" > /dev/null
splice=275	# its number
[ "$(uname -m)" = x86_64 ] || splice=76
for ((i = 0; i < 3; i++)); do
	/usr/bin/python3 -c 'import os, sys; os.splice(os.open(sys.argv[1], os.O_RDONLY), os.open("/dev/null", os.O_WRONLY), 10)' "$TMP/known" & reader=$!
	until [[ $(< /proc/$reader/syscall) = "$splice "* ]]; do kill -0 $reader || break; done
	kill -KILL $reader
	wait $reader 2> /dev/null
done
check "some killed while they read, or splice: the next is paired" is "\"$(object "$TMP/known" paired)\" == \"yes\" && $(object "$TMP/known" received) == 1"
# Counting is turned off and on: calls are not seen, nor is what they leave.
cat < "$TMP/known" > /dev/null & reader=$!
asleep $reader
echo 0 > "$SYS"/enabled
printf 0123456789 > "$TMP/known"
sent=$(object "$TMP/known" sent)
echo 1 > "$SYS"/enabled
kill $reader
wait $reader 2> /dev/null
check "no call is seen while nothing is counted" is "$sent == 1 && $(object "$TMP/known" sent) == 1"
printf 0123456789 > "$TMP/known"
head -c 10 < "$TMP/known" > /dev/null
check "... and it goes on after that" is "$(object "$TMP/known" sent) == 2 && $(object "$TMP/known" received) == 2"

off
check "off: no line is left" is "$(cat "$SYS"/ipc) + $(lines ipc) + $(lines ipc_objects) + $(lines ipc_pairs) == 0"
load_start 10
for ((i = 0; i < 30; i++)); do on; off; done
check "on and off, thirty times under load" is "$(cat "$SYS"/ipc) == 0"
on
"$OSCOPE" ipc --source kmod -v -d 600s -o "$TMP/text" 2> "$TMP/err" & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
off
on
kill -INT $tracer
wait $tracer
check "switched off and on under a reader of the tables: it ends with status 1" is "$? == 1"
check "... and one line says why" is "$(grep -c '/sys/kernel/oscope/ipc' "$TMP/err") == 1"
load_stop
off
on
./foreign many 12000
check "tables that are full: it is counted" is "$(cat "$SYS"/lost) > 0"
sent=$(sum pipe write messages)
check "... and all else goes on" is "$sent >= 12000"
check "... for ever" is "$(cat "$SYS"/lost) <= $(off; cat "$SYS"/lost)"

# Who sleeps in a call while the module goes.
on
cat < "$TMP/known" > "$TMP/out" {both}>&- & reader=$!
asleep $reader
check "unloads while somebody reads" unload
printf 0123456789 > "$TMP/known"
exec {both}>&-
wait $reader
check "... who has got what was sent" is "$(< "$TMP/out") == 0123456789"
load
on
coproc D { exec ./foreign splice late; }
read -r -u "${D[0]}" line
spliced=$D_PID
check "unloads while somebody splices" unload
load
on
echo go >&"${D[1]}"
wait "$spliced"
check "... who comes back to a module that knows nothing of that" is "$? == 0"
trace --by pair -- ../live/ipc_copy 20 $b chain
check "... and what others splice from then on is paired" edges_are pipe <<< "chain.a chain.m 20 $((20 * b))"
unload
load tasks=1024
mkfifo "$TMP/hold"
../live/deaths held 1100 < "$TMP/hold" > "$TMP/held" & holder=$!
exec {hold}> "$TMP/hold"
until grep -q ready "$TMP/held" || ! kill -0 $holder; do read -rt 0.05 <> <(:); done
on
read -r lost < "$SYS"/lost	# by the shell itself: there is no row for another, whose calls would be lost
check "more processes than it can look at in one go: nothing is lost" is "$(wc -l < "$TMP/held") == 1 && $lost == 0"
exec {hold}>&-
wait $holder
unload
load ipc=1
check "from the load on" is "$(cat "$SYS"/ipc) == 1"
unload
load hide=io_uring_submit_req,io_uring_submit_sqe
check "without seeing what rings move: refused" refused "Operation not supported" on
unload
load hide=sys_enter
check "without a tracepoint: refused" refused "Operation not supported" on
unload
check "... and not loaded with ipc=1" refused_load "lacks a tracepoint" ipc=1 hide=sched_waking
finish
