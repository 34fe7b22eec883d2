#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T11: every hook of the module and every BPF program of the probes is hit often, on a kernel that checks
# locks and contexts; what it finds is in the kernel's log, which is judged when the machine ends. Hooks
# and programs are looked up in the sources: one that this test does not count fails it.
. ./lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
: "${HITS:=1000}"
kmemleak=/sys/kernel/debug/kmemleak

mapfile -t hooks < <(grep -hoP '^HOOK(_UNCHECKED)?\(\K\w+' "$OSCOPE_SRC"/kmod/*.c | sort)
# NAME WHERE of each BPF program, e.g. "on_sched_switch tp_btf/sched_switch".
mapfile -t programs < <(cat "$OSCOPE_SRC"/bpf/*.bpf.c | awk -F '"' '
	/^SEC\("/ { where = $2; next }
	where { sub(/^int (BPF_PROG\()?/, ""); sub(/[,()].*/, ""); print $0, where; where = "" }')
plan $((${#hooks[@]} + 5 + ${#programs[@]} + 3))

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
	signal_generate) recorded 9 ;;
	sched_process_wait) recorded 14 ;;
	# From the entry of a call, which the one has seen, to its end, which the other has.
	sys_enter | sys_exit) recorded 17 ;;
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

# The probes: NAME HITS of each program that the tools have loaded, as the kernel counts its runs.
probe_hits() {
	local pid ids
	ids=$(for pid in "${tools[@]}"; do grep -hs '^prog_id:' /proc/"$pid"/fdinfo/*; done |
		awk '{ print $2 }' | sort -u | paste -sd ,)
	bpftool -j prog show | jq -r ".[] | select(.id | IN(${ids:-0})) | \"\(.name) \(.run_cnt // 0)\""
}
running() { kill -0 "${tools[@]}" 2> /dev/null; }
seeded() { [ "$(probe_hits | awk '$1 == "seed_tasks" && $2 > 0' | wc -l)" = ${#tools[@]} ]; }
# The lowest of all, but for those of the calibration, which have run before.
least_hit() { probe_hits | awk '!/^(calibrate_|on_sys_exit)/ { print $2 }' | sort -n | head -n 1; }
kernel_has() { grep -qaP "btf_trace_$1\x00" /sys/kernel/btf/vmlinux; }
# absent NAME WHERE: why this kernel's probes are without this program; fails if they ought not to be.
absent() {
	case $2 in
	tp_btf/sys_exit) grep -q '^on_release_task ' "$TMP/probes" && echo "release_task does it here" ;;
	tp_btf/*) ! kernel_has "${2#*/}" && echo "this kernel has no ${2#*/}" ;;
	kprobe/finish_task_switch) kernel_has sched_exit_tp && echo "sched_exit_tp does it here" ;;
	*) false ;;
	esac
}
probe_check() { # NAME WHERE
	local reason n times loaded_by=${#tools[@]}
	if [[ $1 = calibrate_* ]]; then
		skip "$1" "attached for the rounds of a calibration only"
	elif ! grep -q "^$1 [1-9]" "$TMP/probes" && reason=$(absent "$@"); then
		skip "$1" "$reason"
	else
		read -r times n < <(awk -v name="$1" '$1 == name { k++; if (k == 1 || $2 < n) n = $2 }
			END { print k + 0, n + 0 }' "$TMP/probes")
		figure "$1: $n hits"
		# What a recording alone loads, if it is asked for.
		case $1 in
		on_signal_generate | on_sched_process_wait | on_sched_process_free | on_release_task | \
			on_sys_exit | on_first_run | on_spawn_* | on_ledger_switch) loaded_by=1 ;;
		esac
		check "$1 is hit $HITS times by each tool that has it" is "$times == $loaded_by && $n >= $HITS"
	fi
}

# The iterator meets each task once, so there have to be enough.
stats=$(< /proc/sys/kernel/bpf_stats_enabled)
echo 1 > /proc/sys/kernel/bpf_stats_enabled
./events threads "$HITS" > "$TMP/threads" & threads=$!
until grep -q ready "$TMP/threads"; do kill -0 $threads || break; sleep 0.1; done
"$OSCOPE" switch --source bpf --by task -o "$TMP/tasks" & tools=($!)
"$OSCOPE" record -q --source bpf -e switch,wake,task,reap,spawn,state -o "$TMP/recording" & tools+=($!)
until seeded; do running || break; sleep 0.1; done
for ((round = 0; round < 5; round++)); do
	work
	[ "$(least_hit)" -lt "$HITS" ] || break
done
probe_hits > "$TMP/probes"
kill -INT "${tools[@]}"
for pid in "${tools[@]}"; do
	wait "$pid"
	check "a tool of the probes comes to its end" is "$? == 0"
done
kill -KILL $threads
wait $threads 2> /dev/null
echo "$stats" > /proc/sys/kernel/bpf_stats_enabled
check "what they have loaded is of the sources" is "0 == $(awk '{ print $1 }' "$TMP/probes" |
	grep -cvxF -f <(printf '%s\n' "${programs[@]%% *}"))"
for program in "${programs[@]}"; do
	read -r name where <<< "$program"
	probe_check "$name" "$where"
done

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
n=$(recorded 10)
figure "release_task: ${n:-0} hits"
check "release_task is hit $HITS times" is "${n:-0} >= $HITS"
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
