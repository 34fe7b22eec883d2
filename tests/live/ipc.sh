#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who talks to whom: each message has one edge, from who sent it to who received it, and no other; calls, bytes and
# messages are those of the load.
. ../lib.sh
# UDP: ipc_net.sh, since not every kernel says all of that. Each of a line goes through a pattern in the same trace, one after another; what has one name cannot.
together=("pipe fifo unix-stream unix-dgram unix-seqpacket tcp eventfd" tcp6)
n=2000 reports="mechanism pair object task op"
if emulated; then	# which takes seconds for each start of the probes
	n=300 reports=pair
	together=("pipe tcp")
fi
read -ra mechanisms <<< "${together[*]}"
plan $((${#together[@]} + 12 * ${#mechanisms[@]} + 25))
export TMPDIR=$TMP

report() { jq -e "$@" "$TMP/report"; }
edges() { # MECHANISM: from, to, messages, bytes of its pairs
	jq -r ".rows[] | select(.mechanism == \"$1\") | [.from.comm, .to.comm, .messages, .bytes] | @tsv" "$TMP/report" | sort
}
# edges_are MECHANISM, then lines FROM TO MESSAGES BYTES on the input
edges_are() { diff <(tr ' ' '\t' | sort) <(edges "$1"); }
# Signals have a test of their own.
only=(-m "pipe,fifo,unix-stream,unix-dgram,unix-seqpacket,tcp,udp,eventfd")
trace() { # OPTION... -- PROGRAM...
	"$OSCOPE" ipc "${only[@]}" --json -o "$TMP/report" "$@"
}
pattern() { # MECHANISM PATTERN MESSAGES BYTES
	trace --by pair -- ./ipc "$@"
}
bytes() { # MECHANISM: of a message
	[[ $1 = eventfd* ]] && echo 8 || echo 100
}
# of_each PATTERN BY [PROGRAM...]: all mechanisms of the group that has its turn, each started by the program.
of_each() {
	local m loads='' kinds=${group[*]%6} only
	for m in "${group[@]}"; do
		loads+="${*:3} ./ipc $m $1 $n $(bytes "$m") && "
	done
	only=(-m "${kinds// /,}")
	trace --by "$2" -- bash -c "$loads :"
}
# by_kernel WHAT: whether this part is run here. What a kernel has no part in, nor how fast it is, an emulator leaves out.
by_kernel() {
	emulated || return 0
	for m in "${group[@]}"; do skip "$m: $1" "the tool's own arithmetic, natively"; done
	return 1
}
# as_is MECHANISM: what it is called, and the bytes of its messages
as_is() { is=${1%6} b=$(bytes "$1"); }
exact() { report "[.rows[] | select(.mechanism == \"$1\" and .certainty != \"exact\")] == []"; }
passed() { # MECHANISM: its edges; what passes an end is a message of a unix socket itself
	echo "a b $n $((n * b))"
	[ "$1" != unix-stream ] || printf 'a b 1 1\n%.0s' "${group[@]}"
}
for group in "${together[@]}"; do
	read -ra group <<< "$group"
	of_each oneway pair
	check "${group[*]}: one way: nothing lost" report '.lost.total == 0 and .totals.unpaired_share == 0'
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: one way: $n messages, an edge" edges_are "$is" <<< "a b $n $((n * b))"
		check "$m: ... for certain" report '[.rows[] | select(.mechanism == "'"$is"'").certainty] == ["exact"]'
	done
	if by_kernel "a ring of three: three edges"; then
		of_each ring pair
		for m in "${group[@]}"; do
			as_is "$m"
			check "$m: a ring of three: three edges" edges_are "$is" < <(printf '%s\n' "a b $n $((n * b))" \
				"b c $n $((n * b))" "c a $n $((n * b))")
		done
	fi
	of_each fanin pair
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: eight to one: eight edges" edges_are "$is" < <(printf "in%d out $n $((n * b))\n" {0..7})
		check "$m: ... for certain, though they overlap" exact "$is"
	done
	if by_kernel "five that have both ends and do nothing: no edge to them"; then
		of_each idle pair
		for m in "${group[@]}"; do
			as_is "$m"
			check "$m: five that have both ends and do nothing: no edge to them" edges_are "$is" <<< "a b $n $((n * b))"
		done
	fi
	of_each passed pair
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: an end passed to another: an edge to who reads" edges_are "$is" < <(passed "$m")
	done
	of_each backandforth pair taskset -c 0
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: back and forth: two edges" edges_are "$is" < <(printf '%s\n' "a b $n $((n * b))" "b a $n $((n * b))")
		# On one CPU who sends goes on, or is preempted, and then has not gone to sleep again when it is answered.
		check "$m: ... one of two messages at least wakes who receives it, who then runs" report '
			[.rows[] | select(.mechanism == "'"$is"'")] | ([.[].wakes] | add) >= '$n' - 1 and
			[.[] | select(.wakes > '$n' or (.wakes > 0 and (.send_wake_ns == 0 or .wake_run_ns == 0)))] == []'
	done
	of_each oneway op
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: its calls: $n that send, as many that receive or more, and the end" report \
			'[.rows[] | select(.mechanism == "'"$is"'")] | (.[] | select(.op == "write" or .op == "send") | .count == '$n' and
				.messages == '$n' and .bytes == '$((n * b))' and .errors == 0 and .eagain == 0 and .latency_ns.count == '$n') and
			(.[] | select(.op == "read" or .op == "receive") | .bytes == '$((n * b))' and .messages <= .count and
				.count <= .messages + 1 and .count >= '$n')'
	done
	if by_kernel "... by task: one sends, one receives"; then
		of_each oneway task
		for m in "${group[@]}"; do
			as_is "$m"
			check "$m: ... by task: one sends, one receives" report '[.rows[] | select(.mechanism == "'"$is"'") |
				[.task.comm, .op, .bytes]] | sort | map([.[0], .[2]]) == [["a", '$((n * b))'], ["b", '$((n * b))']]'
		done
	fi
	all=("${group[@]}") group=()
	for m in "${all[@]}"; do
		if [[ $m = *dgram || $m = udp* || $m = eventfd ]]; then
			skip "$m: one to four: as much as was sent, nothing twice" "nobody is told that there is no more"
		else
			group+=("$m")
		fi
	done
	of_each fanout pair
	for m in "${group[@]}"; do
		as_is "$m"
		check "$m: one to four: as much as was sent, nothing twice" report '[.rows[] | select(.mechanism == "'"$is"'")] |
			([.[].bytes] | add) == '$((n * b))' and ([.[].messages] | add) == '"$n"' and [.[].from.comm] - ["a"] == []'
	done
done
pattern eventfd-all ring $n 8
check "an eventfd that gives all at once: three edges" edges_are eventfd < <(printf '%s\n' "a b $n $((n * 8))" \
	"b c $n $((n * 8))" "c a $n $((n * 8))")
for m in unix-stream tcp; do
	pattern $m conversation $n 30
	check "$m: both ways through one connection" edges_are $m < <(printf '%s\n' "a b $n $((n * 30))" "b a $n $((n * 30))")
	check "$m: ... which is two objects" report '[.rows[].object] | unique | length == 2'
done
pattern unix-stream early 10 100
check "sent before it is accepted: from who has sent it to who receives it" edges_are unix-stream <<< "a b 10 1000"
check "... through the path that it was connected to" report ".rows[0].object == \"$TMP/listener\" and .totals.unpaired_share == 0"

# Who is there already, and asleep in its call. The shell keeps the FIFO open.
mkfifo "$TMP/known"
exec {both}<> "$TMP/known"
cat < "$TMP/known" > /dev/null {both}>&- & reader=$!
# Of the FIFO: its libraries are read as well, and waited for where they come from another machine.
until grep -qs '^0 0x0 ' "/proc/$reader/syscall" || ! kill -0 $reader; do :; done
"$OSCOPE" ipc "${only[@]}" --by pair --json -v -o "$TMP/report" -p $reader 2> "$TMP/err" {both}>&- & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
for ((i = 0; i < 10; i++)); do echo 1234567; done > "$TMP/known"
exec {both}>&-
wait $reader
kill -INT $tracer
wait $tracer
check "-p of who sleeps in its call: all that it gets, from who is not asked for" report '[.rows[] | [.from.tid, .from.comm,
	.to.tid, .messages, .bytes, .certainty]] == [['$$', "'"$(cat /proc/$$/comm)"'", '$reader', 10, 80, "exact"]]'
check "... through a FIFO with a path" report '.rows[0].object == "'"$TMP/known"'" and .rows[0].mechanism == "fifo"'
check "... of its calls one had begun before, none is unpaired, none of others counts" report '.totals.no_entry == 1 and
	.totals.unpaired_share == 0 and .totals.sent == 0 and .totals.bytes == 80'

# What lies in it when the trace begins is nobody's, and may be what comes out next.
exec {both}<> "$TMP/known"
printf '%100s' x > "$TMP/known"
trace --by pair -- bash -c 'printf 0123456789 > "$0"; exec head -c 50 < "$0"' "$TMP/known" > "$TMP/out"
exec {both}>&-
check "what lay there before is nobody's" report '[.rows[] | select(.mechanism == "fifo")] == [] and .totals.unpaired_share == 1'

graphs() {
	graph() { "$OSCOPE" ipc -m pipe --graph "$1" -o "$TMP/graph" -- ./ipc pipe ring 10 1; }
	graph text
	check "a graph as text: each leads to the next" is "$(grep -c '^[abc]:[0-9]*$' "$TMP/graph") == 3 && $(grep -c '^  -> [abc]:.* 10  pipe:' "$TMP/graph") == 3"
	graph dot
	check "... for Graphviz" is "$(grep -c '^	"[abc]:[0-9]*" -> "[abc]:[0-9]*" \[label="pipe:.*\\n10"\];$' "$TMP/graph") == 3 &&
		$(grep -c '^digraph ipc {$' "$TMP/graph") == 1 && $(tail -n 1 "$TMP/graph" | grep -c '^}$') == 1"
	graph mermaid
	check "... for Mermaid" is "$(grep -c '^	t[0-9]*\["[abc]:[0-9]*"\] -->|"pipe:.* 10"| t[0-9]*\["[abc]:[0-9]*"\]$' "$TMP/graph") == 3 &&
		$(grep -c '^flowchart LR$' "$TMP/graph") == 1"
}
if emulated; then	# what a report looks like has nothing to do with the kernel
	for form in text Graphviz Mermaid; do skip "a graph for $form" "natively"; done
else
	graphs
fi

refused() { # WORD OPTION...: status 2, and the word in the one line
	local word=$1
	shift
	"$OSCOPE" ipc "$@" > "$TMP/out" 2> "$TMP/err"
	[ $? = 2 ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q -- "$word" "$TMP/err" && [ ! -s "$TMP/out" ]
}
check "refused: -C" refused --cgroup -C 0 -d 1ms
check "... a graph of anything but pairs, or as JSON" bash -c "$(declare -f refused); TMP=$TMP
	refused --by --graph dot --by task -d 1ms && refused --json --graph dot --json -d 1ms && refused --columns --graph dot --columns from -d 1ms"
check "... a mechanism that there is not" bash -c "$(declare -f refused); TMP=$TMP
	refused 'unix-stream?' -m pipe,unixstream -d 1ms && refused 'see --help' -m , -d 1ms"
check "... rows or graphs that there are not" bash -c "$(declare -f refused); TMP=$TMP
	refused pair --by pairs -d 1ms && refused mermaid --graph mermade -d 1ms"
"$OSCOPE" record -q -o "$TMP/rec" -- true
check "a recording, or the module: status 3 and where to turn to" bash -c "'$OSCOPE' ipc -r '$TMP/rec' 2> '$TMP/err'; [ \$? = 3 ] && grep -q -- '-e ipc' '$TMP/err'"
check "text fits 80 columns" bash -c "for by in $reports; do
	'$OSCOPE' ipc -m fifo --by \$by -o '$TMP/text' -- ./ipc fifo ring $((5 * n)) 100 && ! grep -E '.{81}' '$TMP/text' || exit; done"
# The module is a source, too, of some of them: the same edges. tests/kmod/ipc.sh has more.
by_module() {
	local was m only=() ways="pipe fifo unix-stream unix-dgram unix-seqpacket tcp"
	was=$(< /sys/kernel/oscope/ipc)
	echo 1 > /sys/kernel/oscope/ipc
	for pattern in oneway ring fanin conversation; do
		: > "$TMP/have"
		: > "$TMP/want"
		for m in $ways; do
			[[ $pattern != conversation || $m = unix* || $m = tcp ]] || continue
			trace --source kmod --by pair -- ./ipc "$m" $pattern 100 50
			edges "$m" >> "$TMP/have"
			report '[.rows[].certainty] | unique == ["exact"]' > /dev/null || echo "$m is uncertain" >> "$TMP/have"
			case $pattern in
			oneway) echo "a b 100 5000" ;;
			ring) printf '%s\n' "a b 100 5000" "b c 100 5000" "c a 100 5000" ;;
			fanin) printf 'in%d out 100 5000\n' {0..7} ;;
			*) printf '%s\n' "a b 100 5000" "b a 100 5000" ;;
			esac | tr ' ' '\t' >> "$TMP/want"
		done
		check "kmod: $pattern by each mechanism: the same edges, for certain" diff "$TMP/want" "$TMP/have"
	done
	echo "$was" > /sys/kernel/oscope/ipc
}
if live_sources | grep -qx kmod; then
	by_module
else
	for pattern in oneway ring fanin conversation; do
		skip "kmod: $pattern" "source not usable here"
	done
fi
trace --by pair -- ./ipc pipe oneway 1 1 < <(sleep 0.1) | cat
check "it says how calls are seen" report '.totals.hooked_by == "system calls"'
finish
