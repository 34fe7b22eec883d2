#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Creations of the whole machine, of every kind there is, are as many as the kernel counts in /proc/stat: exactly,
# between any two looks around which nobody was made.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=5
cases=7
plan $((2 * cases))

# How long before and after a look nobody may be made: the kernel counts a task a little before it is told. And how
# long before the end of a report its last records may come: its duration ends when the probes are gone, one after
# another, and that of the module when its counters are read. Looks begin when all of it is there.
clear=10000000 seconds=3 end=300000000
! emulated || clear=30000000 seconds=5 end=300000000
release=$(uname -r)
# module NAME...: of this kernel, from where the machine's kernel came from.
module() {
	local name file
	for name; do
		for file in "$O"/vm/kernels/*/*/lib/modules/"$release"/kernel/{drivers/vhost,drivers/net,net/core}/"$name".ko*; do
			[ ! -e "$file" ] || break
		done
		[ -d "/sys/module/$name" ] || insmod "$file" || return
	done
}
unload() { for name; do [ ! -d "/sys/module/$name" ] || rmmod "$name"; done; }
kthreads='' vhost=''
if [ -n "${OSCOPE_VM_ACCEL-}" ]; then
	! module pktgen 2> /dev/null || { rmmod pktgen; kthreads=1; }
	! module vhost_iotlb vhost tap tun vhost_net 2> /dev/null || vhost=1
fi
# Some of each, then a while of nothing, in which to look.
makes() {
	[ ! "$kthreads" ] || { module pktgen && rmmod pktgen; }
	./births 2
	./workers 2 > /dev/null
	read -rt 0.1 <> <(:)
}
# Rows by the time they were made, and looks that were clear of them: "LOOKS MADE COUNTED" of the first to the last
# such look, and whoever disagrees in between.
compare() {
	jq -r '.start_ns as $start | [.rows[].at_ns | select(.) + $start] | sort[]' "$TMP/tasks" > "$TMP/made"
	awk -v clear=$clear -v begin="$(json "$TMP/tasks" .start_ns)" -v length_ns="$(($(json "$TMP/tasks" .duration_ns) - end))" '
		NR == FNR { made[++n] = $1; next }
		$1 < begin + clear || $2 > begin + length_ns - clear { next }
		{
			while (at < n && made[at + 1] < $1 - clear)
				at++
			if (at < n && made[at + 1] < $2 + clear)
				next
			if (!looks++) {
				first = at; counted = $3
			}
			last = at; all = $3
			if (at - first != $3 - counted)
				print "look", looks, "made", at - first, "counted", $3 - counted
		}
		END { print looks + 0, last - first, all - counted }' "$TMP/made" "$TMP/looks"
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: creations" "source not usable here"; done
		continue
	fi
	rm -f "$TMP/end"
	mkfifo "$TMP/end"
	"$OSCOPE" spawn --source "$s" --by task --json -v -o "$TMP/tasks" -d ${seconds}s 2> "$TMP/err" & tracer=$!
	until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.02 <> <(:); done
	./processes < "$TMP/end" > "$TMP/looks" & looker=$!
	exec {input}> "$TMP/end"
	while kill -0 $tracer 2> /dev/null; do makes; done
	wait $tracer
	exec {input}>&-
	wait $looker
	compare > "$TMP/compared"
	read -r looks made counted <<< "$(tail -1 "$TMP/compared")"
	echo "# $s: $looks clear looks; made $made, counted $counted"
	check "$s: nothing lost" jq -e '.lost.total == 0' "$TMP/tasks"
	if [ "$looks" -lt 5 ] && [ -z "${OSCOPE_VM_ACCEL-}" ]; then
		skip "$s: creations are as many as the kernel counts" "others make tasks all the time"
	else
		check "$s: creations are as many as the kernel counts" is "$looks >= 5 && $made == $counted && $made > 20"
	fi
	check "$s: ... at every clear look" is "$(wc -l < "$TMP/compared") == 1"
	kind() { jq "[.rows[] | select(.kind == \"$1\")] | length" "$TMP/tasks"; }
	check "$s: ... processes, threads and workers of io_uring among them" is \
		"$(kind fork) > 3 && $(kind vfork) > 3 && $(kind clone) > 1 && $(kind thread) > 1 && $(kind worker) > 1"
	if [ "$kthreads" ]; then
		check "$s: ... kernel threads, too" is "$(kind kthread) >= $(nproc)"
	else
		skip "$s: ... kernel threads, too" "no module at hand that makes them"
	fi
	"$OSCOPE" spawn --source "$s" --json -o "$TMP/report" -- ./workers $n > "$TMP/workers"
	read -r uring by_vhost < "$TMP/workers"
	grep -q ' vhost_task_create$' /proc/kallsyms || by_vhost=0	# before 6.4 they are kernel threads
	check "$s: a program's workers are its own" jq -e ".totals | .workers == $uring + $by_vhost and .forks >= $n and
		.exits == .forks + .workers + 1" "$TMP/report"
	if [ "$vhost" ]; then
		check "$s: ... those of vhost, too" is "$(awk '{ print $2 }' "$TMP/workers") == $n"
	else
		skip "$s: ... those of vhost, too" "no /dev/vhost-net"
	fi
done
unload vhost_net tun tap vhost vhost_iotlb
finish
