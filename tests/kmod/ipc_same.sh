#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What else than calls by descriptors communicates: the module tells what is known of a workload, and the same as the
# probes do of it. In an IPC namespace of its own, which takes with it what is left there.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -i "$0" "$@"
. ./lib.sh
n=100 few=20 b=100
plan 59
cd ../live || exit
bpf=$(live_sources | grep -x bpf)

report() { jq -e "$@" "$TMP/report"; }
trace() { # SOURCE MECHANISM BY COMMAND...
	"$OSCOPE" ipc --source "$1" -m "$2" --by "$3" --json -o "$TMP/report" -- "${@:4}"
}
# Rows of a mechanism without numbers that differ from run to run, what an end of the run itself tells, and what the module
# does not know of a file: where its file system is mounted, and so what its variables are called.
rows() { # MECHANISM FIELD...
	local fields
	printf -v fields ', (.%s // "")' "${@:2}"
	jq -r --arg m "$1" ".rows[] | select(.mechanism == \$m and ((.object // \"\") | startswith(\"SIGCHLD\") | not)) |
		[((.object // \"\") | gsub(\"0x[0-9a-f]{6,}|[0-9]+\"; \"N\") | sub(\"^[.]{3}\"; \"\") | sub(\":a_variable\"; \"\"))$fields] | map(tostring) | join(\" \")" "$TMP/report" | sort
}
pairs() { rows "$1" from.comm to.comm messages bytes certainty; }
uses() { rows "$1" task.comm op count messages bytes errors eagain unpaired; }
# by_pair MECHANISM WHAT COMMAND... - with the rows on the input, without their object
by_pair() {
	local m=$1 what=$2
	shift 2
	trace kmod "$m" pair "$@"
	pairs "$m" > "$TMP/kmod"
	check "$m: $what" diff <(sort) <(awk '{ print $(NF - 4), $(NF - 3), $(NF - 2), $(NF - 1), $NF }' "$TMP/kmod" | sort)
	[ "$bpf" ] || { skip "$m: $what: the same by the probes" "source not usable here"; return; }
	trace bpf "$m" pair "$@"
	check "$m: $what: the same by the probes" diff <(pairs "$m") "$TMP/kmod"
}
# ... and of each task's calls, by the probes alone
by_task() { # MECHANISM WHAT COMMAND...
	local m=$1 what=$2
	shift 2
	[ "$bpf" ] || { skip "$m: $what: calls are the same by the probes" "source not usable here"; return; }
	trace kmod "$m" task "$@"
	uses "$m" > "$TMP/kmod"
	trace bpf "$m" task "$@"
	check "$m: $what: calls are the same by the probes" diff <(uses "$m") "$TMP/kmod"
}

load ipc=1

# Signals. The object is "SIGUSR1 to N" or "... to thread N".
by_pair signal "$n blocked SIGUSR1 are one, $n SIGRTMIN are $n" ./ipc_signals blocked $n <<-END
	a b 1 0 exact
	a b $n 0 exact
END
by_task signal "blocked" ./ipc_signals blocked $n
trace kmod signal object ./ipc_signals blocked $n
check "signal: sent $n, delivered 1" report '[.rows[] | select(.object | startswith("SIGUSR1")) | [.op, .count, .messages, .eagain]] | sort ==
	[["receive", 1, 1, 0], ["send", '$n', 1, '$((n - 1))']]'
by_pair signal "by two in turns" ./ipc_signals queued $n <<-END
	a b $((n / 2)) 0 exact
	c b $((n / 2)) 0 exact
END
by_pair signal "one after the other" ./ipc_signals each $n <<< "a b $n 0 exact"
by_pair signal "to a thread" ./ipc_signals thread $n <<< "a b.thread $n 0 exact"
by_pair signal "taken by sigwaitinfo()" ./ipc_signals waited $n <<< "a b $n 0 exact"
by_task signal "ignored" ./ipc_signals ignored $n
trace kmod signal pair ./ipc_signals alarm 10
check "signal: of a timer: from the kernel" report '[.rows[] | select((.object | startswith("SIGALRM")) and .from.tid == 0 and
	.from.comm == "kernel" and .to.comm == "b" and .messages >= 10)] | length == 1'

# Message queues, called "msg:0x6f6e00 id N", and "/on.0".
edges() { printf "%s $few $((few * b)) exact\n" "$@"; }
single() { printf "%s 1 $b exact\n" "$@"; }
by_pair sysv-msg "one way, a ring, eight to one, by type" ./ipc_queues sysv $few $b oneway ring fanin order types < <(
	edges "a b" "a b" "b c" "c a" in{0..7}" out" "a c" "b d"
	single "a f" "b e" "c d")
by_task sysv-msg "none, copies, removed, unread" ./ipc_queues sysv $few $b oneway nothing copies removed unread
by_pair posix-mq "one way, a ring, eight to one, by priority" ./ipc_queues mq $few $b oneway ring fanin order < <(
	edges "a b" "a b" "b c" "c a" in{0..7}" out"
	single "a f" "b d" "c e")
by_task posix-mq "none, status" ./ipc_queues mq $few $b oneway nothing status
trace kmod sysv-msg object ./ipc_queues sysv $few $b oneway
check "sysv-msg: a line of /proc by key and identifier" bash -c "awk '\$2 == \"sysv-msg\" { print \$NF }' $PROC/ipc_objects | grep -qx '0x006f6e00:[0-9]*'"

# SysV semaphores: who waits for another to sleep takes the CPU from it there, so on one.
sems() { # PATTERN...
	local loads
	printf -v loads './ipc_sem %s 5 && ' "$@"
	taskset -c 0 bash -c "$loads :"
}
export -f sems
by_pair sysv-sem "whom a call lets go" bash -c "sems oneway free ring eight zero set removed undone two errors chain signal" < <(
	printf "%s 5 0 exact\n" "oneway.a oneway.b" "ring.a ring.b" "ring.b ring.c" "ring.c ring.a" "eight.a eight.w"{0..7} \
		"zero.a zero.b" "set.a set.b" "two.a two.b" "two.a two.c" "chain.a chain.b" "chain.a chain.c"
	printf "%s 1 0 exact\n" "removed.a removed.b"{,,,,} "undone.u undone.b"{,,,,})
by_task sysv-sem "what they come to" bash -c "sems oneway free errors removed signal"

# Futexes, on one CPU, too: who waits sleeps there when it is let go, so that what is told is exact.
futexes() { # PATTERN...
	local loads
	printf -v loads "./ipc_futex %s $few && " "$@"
	taskset -c 0 bash -c "$loads :"
}
export -f futexes
export few
edge() { echo "$1.$3 $1.$4 $2 0 exact"; } # PATTERN MESSAGES FROM TO
by_pair futex "who is woken" bash -c "futexes oneway threads toandfro ring eight mapped requeue two waitv join nobody" < <(
	for p in oneway threads toandfro ring mapped requeue two; do edge $p $few a b; done
	edge toandfro $few b a
	edge ring $few b c
	edge ring $few c a
	for w in w{0..7}; do edge eight $few a "$w"; done
	edge two $few a c
	for i in 7 7 6; do edge waitv $i a b; done
	for i in {1..20}; do edge join 1 t main; done)
by_task futex "in vain, of nobody" bash -c "futexes timeout nobody"
trace kmod futex pair bash -c 'for p in pi requeue_pi; do ./ipc_futex_pi $p $few; done' > "$TMP/handed"
read -r ab ba < "$TMP/handed"
woken() { # FROM TO MESSAGES
	report "[.rows[] | select(.from.comm == \"$1\" and .to.comm == \"$2\") | .messages] | add // 0 | . == $3"
}
handed() { woken pi.a pi.b "$ab" && woken pi.b pi.a "$ba"; }
check "futex: a lock that is handed to and fro, $ab and $ba times" handed
check "... to which who waits is moved" report '[.rows[] | select(.to.comm == "requeue_pi.b") | .messages] | add == '$few
if ./ipc_futex calls 1 | grep -q none; then
	skip "futex: a call for each operation" "this kernel has no futex_wake(2)"
else
	trace kmod futex pair bash -c "futexes calls"
	check "futex: a call for each operation" woken calls.a calls.b $few
fi
# ... on all: who is let go before it sleeps is so without an event.
trace kmod futex op ./ipc_futex contend $n > "$TMP/contend"
read -r waited let_go < "$TMP/contend"
check "futex: four threads at a lock: $n are woken, if not more" is "${let_go:-0} >= $n"
check "... as many as the kernel says, $let_go" report '[.rows[] | select(.mechanism == "futex") |
	[.op, .messages, .unpaired]] | sort | .[0][0] == "wait" and .[0][1] >= '"$waited"' and .[0][1] <= '"$waited"' + 4 and .[0][2] <= 4 and .[1][1] == '"$let_go"

# Locks of files.
export TMPDIR=$TMP
by_pair file-lock "who gives one back" ./ipc_locks $few flock fcntl ofd close end down killed free other < <(
	for p in flock fcntl ofd; do
		edge $p $few a b
		edge $p $few b c
		edge $p $((few - 1)) c a
	done
	for p in close end down killed; do edge $p 1 a b; done)
by_task file-lock "what they come to" ./ipc_locks $few flock close killed free other
trace kmod file-lock pair ./ipc_locks 1 herd close end
check "file-lock: of two that wait one has it from who had it, the other from that one" report '[.rows[] | select(.from.comm | startswith("herd")) |
	[.from.comm, .to.comm]] | length == 2 and (sort | .[0][0] == "herd.a" and .[0][1] == .[1][0] and .[1][1] != "herd.a")'
check "... a file that is closed, or whose owner ends, gives its lock back in no call" report '[.rows[] |
	select(.from.comm == "close.a" or .from.comm == "end.a") | [.messages, .wakes]] == [[1, 0], [1, 0]]'

# Eventfds, called by the number that fdinfo shows; of the second kind a read gets all at once.
by_pair eventfd "one way" ./ipc eventfd oneway $n 8 <<< "a b $n $((8 * n)) exact"
for way in eventfd eventfd-all; do
	by_pair eventfd "$way: a ring" ./ipc $way ring $n 8 < <(printf "%s $n $((8 * n)) exact\n" "a b" "b c" "c a")
done
by_task eventfd "a ring" ./ipc eventfd ring $n 8
trace kmod eventfd pair ../kmod/foreign again 5
check "eventfd: what lies in one that is closed, or is there from its begin, is nobody's" report '[.rows[] | select(.mechanism == "eventfd")] == []'
trace kmod eventfd op ../kmod/foreign again 5
check "... sent ten times, received five times" report '[.rows[] | select(.mechanism == "eventfd") | [.op, .messages, .unpaired]] | sort ==
	[["read", 5, 5], ["write", 10, 0]]'

# What moves without read and write, "file.a" to "file.b"; and between memories, called "memory of N vm.b".
moved() { # PATTERN FROM TO...
	while [ $# -gt 2 ]; do
		edge "$1" $few "$2" "$3" | sed "s/ 0 exact/ $((few * b)) exact/"
		set -- "$1" "${@:3}"
	done
}
by_pair pipe "spliced, teed, filled from memory" ./ipc_copy $few $b file chain back tee memory mixed fanin wake < <(
	moved file a b
	moved chain a m
	moved back m b
	moved tee a t b
	moved memory a b
	moved mixed a b
	moved fanin a b
	moved fanin c b
	single "wake.a wake.b" "wake.b wake.c")
by_task pipe "spliced, in vain, too" ./ipc_copy $few $b chain tee memory empty
by_pair unix-stream "spliced, and a file sent" ./ipc_copy $few $b chain back sendfile < <(
	moved chain m b
	moved back a m
	moved sendfile a b)
by_task unix-dgram "a file sent as datagrams" ./ipc_copy $few $b parts
by_pair process-vm "copied from another's memory, and to it" ./ipc_copy $few $b vm < <(
	moved vm b a
	moved vm c b)
by_task process-vm "... in vain, too" ./ipc_copy $few $b vm vain
check "process-vm: a line of /proc by the process, and what it is called" bash -c "awk '\$2 == \"process-vm\" && \$NF == \"vm.b\" { print \$3 }' $PROC/ipc_objects | grep -qx '[1-9][0-9]*'"
./ipc_shm passed 1
check "process-vm: what is copied is paired; memory that is shared has nothing to pair" bash -c "awk '\$2 == \"process-vm\" && \$NF == \"vm.b\" { n[\$10]++ }
	\$2 == \"memfd\" { n[\$10 \" memfd\"]++ } END { exit !(n[\"yes\"] && n[\"- memfd\"] && length(n) == 2) }' $PROC/ipc_objects"
check "nothing is lost" is "$(cat "$SYS"/lost) == 0"
load_start 4
for ((i = 0; i < 10; i++)); do echo 0 > "$SYS"/ipc; echo 1 > "$SYS"/ipc; done
load_stop
check "on and off, ten times while signals are sent" is "$(cat "$SYS"/ipc) == 1"
unload
finish
