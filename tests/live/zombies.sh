#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Zombies: none is missed and none invented, each was let go of as it was, after the time that its parent
# took, by who did it; and those that there are are listed without any trace.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=20 delay=100
! emulated || n=8
cases=15
plan $((9 + 2 * cases))

# All ways one after another, in one trace.
of() { # SOURCE
	"$OSCOPE" zombies --by task --source "$1" --json -o "$TMP/report" -- bash -c '
		for way in waited waitid ignored nocldwait orphans leader exec silent killed; do
			./deaths $way '"$n $delay"' || exit
		done'
}
report() { jq -e "$@" "$TMP/report"; }
# The children of a way, without the program itself; how they were let go; the shortest of their times, which is
# that of the one that ended last.
children() { jq -c "[.rows[] | select(.task.comm == \"$1\")] | sort_by(.task.start_ns) | .[1:]" "$TMP/report"; }
hows() { children "$1" | jq -r '[.[].how] | group_by(.) | map("\(.[0]) \(length)") | join(", ")'; }
shortest() { children "$1" | jq '[.[].zombie_ns] | min'; }
all_are() { # WAY HOW
	local hows
	hows=$(hows "$1")
	[ "$hows" = "$2 $n" ] || { echo "$hows"; return 1; }
}
# At least as long as the parent sleeps; one that has to wait for a CPU then takes longer.
took() { # WAY
	local low=$((delay * 1000000)) high=$((delay * 10000000))
	[ ! "$emulated_is" ] || high=$((delay * 100000000))
	is "$(shortest "$1") >= $low && $(shortest "$1") <= $high"
}
# ... natively not 15 % longer, most of them: it has to come to a CPU, too.
took_half() {
	local half low=$((delay * 1000000)) high=$((delay * 1150000))
	[ ! "$emulated_is" ] || high=$((delay * 100000000))
	half=$(jq '[.rows[] | select(.task.comm == "waited" and .parent.comm == "waited").zombie_ns] | select(length == 9) | sort[4]' "$TMP/report")
	is "${half:-0} >= $low && ${half:-0} <= $high"
}
emulated_is=$(emulated && echo yes)

for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: zombies" "source not usable here"; done
		continue
	fi
	of $s
	check "$s: nothing lost, none left, none unknown" report \
		'.lost.total == 0 and .totals.unknown == 0 and .totals.live == 0'
	check "$s: waited for, each" all_are waited waited
	check "$s: ... by its parent, with its code" is "$(children waited | jq -c "[.[] | select(.reaper.tid == .parent.tid).exit_code]
		| sort == [range($n)] | if . then 1 else 0 end") == 1"
	check "$s: ... after $delay ms" took waited
	check "$s: WNOWAIT reaps nobody, waitid() does" all_are waitid waited
	check "$s: ... after $delay ms" took waitid
	check "$s: SIGCHLD ignored: they reap themselves" all_are ignored sigchld_ignored
	check "$s: SA_NOCLDWAIT: they reap themselves" all_are nocldwait nocldwait
	check "$s: their parent ends: the subreaper reaps them, once" report "[.rows[] | select(.reparented_to)] |
		length == $n and ([.[] | select(.reaper.tid == .reparented_to)] | length == $n)"
	check "$s: a leader that ends first is none before its threads" report \
		"([.rows[] | select(.task.comm == \"leader\")] | length == $n + 1) and .totals.threads == $n"
	check "$s: exec by another thread: a leader gives way, nobody died of it" report \
		"([.rows[] | select(.task.comm == \"true\")] | length == $n) and .totals.dethreaded == $n"
	check "$s: what their parent was up to" report '[.rows[] | select(.task.comm == "ignored" and .parent.comm == "ignored").parent_state] ==
		[range('$n') | "ignores"] and ([.rows[] | select(.task.comm == "waited" and .parent.comm == "waited").parent_state] |
		unique | length > 0 and . - ["has_waited", "waits"] == []) and ([.rows[] | select(.parent.comm == "bash" and .task.comm == "waited").parent_state] | unique) == ["waits"]'
	check "$s: without a signal at their end, too" took silent
	check "$s: killed by a signal" is "$(children killed | jq '[.[] | select(.signal == 9 and (has("exit_code") | not))] | length') == $n"
	# One after another, and before all others, so that each is a zombie for just as long as its parent sleeps.
	"$OSCOPE" zombies --by task --source "$s" --json -o "$TMP/report" -- chrt -f 1 bash -c "for i in {1..9}; do ./deaths waited 1 $delay; done"
	check "$s: one at a time: $delay ms in the middle" took_half
done

# Those that there are.
coproc HELD { exec ./deaths held $n; }
read -r -t 60 ready <&"${HELD[0]}"
[ "$ready" = ready ] || echo "# said: $ready"
parent=$HELD_PID end=${HELD[1]}
read -rt 0.5 <> <(:)
"$OSCOPE" zombies --json -o "$TMP/report"
mine() { jq -c "[.rows[] | select(.parent.pid == $parent)]" "$TMP/report"; }
check "now: all are listed" is "$(mine | jq length) == $n"
check "... as the kernel lists them" is "$(mine | jq -c '[.[].task.pid] | sort' | md5sum | cut -c 1-8 | tr -d '\n' |
	sed 's/.*/"&"/') == \"$(ps -o pid= -o stat= --ppid "$parent" | awk '$2 ~ /Z/ { print $1 }' | jq -sc 'sort' | md5sum | cut -c 1-8)\""
check "... with their codes" is "$(mine | jq "[.[].exit_code] | sort == [range($n)] | if . then 1 else 0 end") == 1"
check "... for as long as they are" is "$(mine | jq '[.[].age_ns] | min') >= 400000000 &&
	$(mine | jq '[.[].age_ns] | max') < 60000000000"
check "... and a parent that does not look after them" is "$(mine | jq '[.[] | select(.reapable == "no")] | length') == $n"
unprivileged() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
cp "$OSCOPE" "$TMP/oscope"
chmod 755 "$TMP" "$TMP/oscope"
check "... for everybody, but for what is not for everybody" is "$(unprivileged "$TMP/oscope" zombies --json |
	jq "[.rows[] | select(.parent.pid == $parent and (has(\"exit_code\") | not))] | length") == $n"
# A trace that comes later sees them end.
mkfifo "$TMP/said"
"$OSCOPE" zombies --history --by task --json -v -o "$TMP/report" -d 2s 2> "$TMP/said" & tracer=$!
exec {said}< "$TMP/said"
while read -r line <&$said && [[ $line != *tracing* ]]; do :; done
exec {end}>&-
wait $tracer
exec {said}<&-
check "a later trace knows them, and who reaped them" is "$(mine | jq '[.[] | select(.how == "waited" and .zombie_ns > 700000000)] | length') == $n"
check "a recording says the same" bash -c "'$OSCOPE' record -q -e task,reap -o $TMP/rec -- ./deaths waited $n 20 &&
	'$OSCOPE' zombies -r $TMP/rec --by task --json -o $TMP/replayed &&
	jq -e '.totals.exits == $n + 1 and .totals.reaped == $n + 1 and .totals.live == 0' $TMP/replayed"
check "text fits 80 columns" bash -c "'$OSCOPE' zombies -o $TMP/text -- ./deaths waited 5 10 &&
	! grep -E '.{81}' $TMP/text"
finish
