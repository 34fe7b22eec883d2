#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T11: every hook of the module is hit often, on a kernel that checks locks and contexts; what it finds
# is in the kernel's log, which is judged when the machine ends. The hooks are looked up in the
# sources: one that this test does not count fails it.
. ./lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
: "${HITS:=1000}"
kmemleak=/sys/kernel/debug/kmemleak

mapfile -t hooks < <(grep -hoP '^HOOK(_UNCHECKED)?\(\K\w+' "$OSCOPE_SRC"/kmod/*.c | sort)
plan $((${#hooks[@]} + 4))

# Records of an id in a recording; the module sends one for each hit of its hook.
recorded() { # ID
	awk -v id="$1" '$1 == id { print $2 }' "$TMP/ids"
}

# Hits of a hook, by what it alone counts or sends; '-' where the kernel has no such tracepoint.
hits() { # HOOK
	case $1 in
	sched_switch) cell switches total events ;;
	sched_waking) cell switches total wakings ;;
	sched_wakeup_new) cell switches total wakings_new ;;
	sched_migrate_task) cell switches total migrations ;;
	task_newtask) recorded 6 ;;
	task_rename) echo $(($(recorded 1) - $(recorded 6) - identities)) ;;
	sched_process_exec) recorded 7 ;;
	sched_process_exit) recorded 8 ;;
	# Made and no longer tracked, so that task_drop() was called for it.
	sched_process_free) echo $((tracked + $(recorded 6) - $(cat $SYS/tasks))) ;;
	sched_entry_tp | sched_exit_tp)
		if [ "$(cat $SYS/direct_metric)" = schedule ]; then direct_hits; else echo -; fi ;;
	*) echo 0 ;;
	esac
}
# Costs that were measured: each closes a bracket that sched_switch opened.
direct_hits() { awk '$1 == "total" && $2 ~ /^direct_/ { n += $3 } END { print n + 0 }' $PROC/latency; }

# Pipes and threads for switches, wakings and migrations; programs for the life of tasks.
work() {
	perf bench -f simple sched messaging -p -g 1 -l 50 > /dev/null
	./events programs $((HITS + HITS / 10))
}

load
tracked=$(cat $SYS/tasks)
./events count > "$TMP/ids" & counter=$!
until grep -q ready "$TMP/ids"; do kill -0 $counter || break; sleep 0.1; done
identities=$(awk '$1 == "ready" { print $2 }' "$TMP/ids")
for ((round = 0; round < 5; round++)); do
	work
	[ "$(cell switches total migrations)" -lt "$HITS" ] || break
done
kill -INT $counter
wait $counter
check "the records were counted, none lost" is "$? == 0"
check "dead tasks have gone" ./lives tracked
for hook in "${hooks[@]}"; do
	n=$(hits "$hook")
	if [ "$n" = - ]; then
		skip "$hook" "this kernel has none"
		continue
	fi
	figure "$hook: $n hits"
	check "$hook is hit $HITS times" is "${n:-0} >= $HITS"
done
n=$(direct_hits)
figure "direct cost ($(cat $SYS/direct_metric)): $n hits"
check "the direct cost is measured $HITS times" is "$n >= $HITS"
# When the machine ends the module is gone, and leaks are looked for again, see tests/vm/guest/state.c. An
# object is young for 5 s, and one look can miss the pointer to it while that moves.
no_leaks() {
	sleep 6
	echo scan > $kmemleak && sleep 1 && echo scan > $kmemleak && loaded || return 1
	cat $kmemleak > "$TMP/leaks" && not grep . "$TMP/leaks"
}
if [ -e $kmemleak ]; then
	check "nothing leaked while it is loaded" no_leaks
else
	skip "nothing leaked while it is loaded" "this kernel has no leak detector"
fi
finish
