#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T22: in a PID namespace, as in a container's shell: tasks have the numbers that they have there,
# tasks outside do not appear, and what cannot be had there is refused in one line.
. ./lib.sh
: "${LEVELS:=1,2,3,4}"
IFS=, read -ra levels <<< "$LEVELS"
plan $((11 * ${#levels[@]} + 3))
chmod 711 "$TMP"

# A name that tells who is whose; a task that switches now and then.
cp "$BASH" "$TMP/outer"
cp "$BASH" "$TMP/inner"
worker() { echo 'mkfifo $0.$$; exec 3<> $0.$$; while :; do read -t 0.01 -u 3; done'; }

# nested LEVELS COMMAND...: with a /proc of its own.
nested() {
	local into=() i
	for ((i = 0; i < $1; i++)); do into+=(unshare -pf --kill-child --mount-proc); done
	shift
	"${into[@]}" "$@"
}

# What is done inside; leaves files in $D.
try() { # NAME COMMAND...
	local name=$1
	shift
	"$@" > "$D/out" 2> "$D/err.$name"
	echo $? > "$D/status.$name"
}
inside() {
	local pid i
	"$TMP/inner" -c "$(worker)" "$D/fifo" & pid=$!
	echo $pid > "$D/worker"
	for ((i = 0; i < 1000; i++)); do
		[ ! -e "$D/fifo.$pid" ] || break
		sleep 0.01
	done
	"$OSCOPE" switch --by task --json --no-direct -o "$D/program" -- "$BASH" -c '
		echo $BASHPID > $0/pids
		for i in 1 2 3; do sh -c "echo \$\$ >> $0/pids; exec sleep 0.02"; done' "$D"
	"$OSCOPE" switch --by task --json --no-direct -o "$D/pid" -d 1s -p $pid
	"$OSCOPE" switch --by task --json --no-direct -o "$D/all" -d 1s
	ps -eo pid= | tr -d ' ' > "$D/ps"
	"$OSCOPE" switch --source kmod --json -o "$D/kmod" -- sleep 0.01
	try outer "$OSCOPE" switch -p "$OUTER" -d 1ms
	try pair "$OSCOPE" switch --by pair -d 1ms
	try record "$OSCOPE" record -o "$D/rec" -d 1ms
	try verify "$OSCOPE" verify -d 1ms
	try kmod "$OSCOPE" switch --source kmod --by task -d 1ms
	kill $pid
}

tids() { jq -r '[.rows[].task.tid] | sort | map(tostring) | join(" ")' "$1"; }
pids() { jq -r '[.rows[].task | select(.tid != .pid)] | length' "$1"; }
same() { echo "have $1"; echo "want $2"; [ -n "$2" ] && [ "$1" = "$2" ]; }
sorted() { sort -n "$1" | paste -sd ' '; }
refused_in_a_line() { # WHAT STATUS WORD
	cat "$D/err.$1"
	[ "$(cat "$D/status.$1")" = "$2" ] && [ "$(grep -c . "$D/err.$1")" = 1 ] &&
		grep -q '^oscope: ' "$D/err.$1" && grep -qF -- "$3" "$D/err.$1"
}
comms() { jq -r '[.rows[].task.comm] | unique | join(" ")' "$1"; }
# Who is in the report and was not in ps is oscope itself, which has the highest number.
no_others() { jq -r '.rows[].task | select(.comm != "oscope") | .tid' "$D/all" | grep -vxFf "$D/ps"; }

load
"$TMP/outer" -c "$(worker)" "$TMP/fifo" &
OUTER=$!
switches() { awk '/^voluntary/ { print $2 }' /proc/$OUTER/status; }
before=$(switches)
figure_of=''
for level in "${levels[@]}"; do
	D=$TMP/$level
	mkdir "$D"
	export TMP D OSCOPE OUTER BASH
	nested "$level" "$BASH" -c "$(declare -f inside worker try); inside" > "$D/log" 2>&1
	sed 's/^/# /' "$D/log"
	check "level $level: a program's tasks have their numbers there" same "$(tids "$D/program")" "$(sorted "$D/pids")"
	check "level $level: ... each the only thread of its process" is "$(pids "$D/program") == 0"
	check "level $level: -p: the process of that number" same "$(tids "$D/pid")" "$(cat "$D/worker")"
	check "level $level: all tasks: no number that ps does not have" not no_others
	check "level $level: ... the one that works is there, and none from outside" \
		bash -c "grep -w inner <<< '$(comms "$D/all")' && ! grep -w outer <<< '$(comms "$D/all")'"
	check "level $level: the module counts a program" jq -e '.totals.switches > 0' "$D/kmod"
	check "level $level: -p of a process outside" refused_in_a_line outer 2 "no process $OUTER in this PID namespace"
	check "level $level: pairs" refused_in_a_line pair 3 "PID namespace"
	check "level $level: a recording" refused_in_a_line record 3 "PID namespace"
	check "level $level: verify" refused_in_a_line verify 3 "PID namespace"
	check "level $level: the module's tasks" refused_in_a_line kmod 3 "--source bpf"
	figure_of+=" $(jq '.rows | length' "$D/program" "$D/pid" "$D/all" | paste -sd +)"
done
figure "levels ${levels[*]}, tasks shown:$figure_of"
# Who comes from outside was made by nobody there.
entered() {
	local i
	unshare -pf --kill-child --mount-proc "$OSCOPE" switch -v --by task --json --no-direct -d 3s \
		-o "$TMP/entered" 2> "$TMP/entered.log" &
	for ((i = 0; i < 1200; i++)); do
		! grep -q ': tracing' "$TMP/entered.log" || break
		sleep 0.1
	done
	nsenter -t "$(pgrep -P $! -x oscope)" -p "$TMP/enters" -c 'for i in 1 2 3; do sleep 0.02; done; echo $$' > "$TMP/number"
	wait $!
	cat "$TMP/number" "$TMP/entered.log"
	jq -e --argjson tid "$(cat "$TMP/number")" '.rows[].task | select(.comm == "enters" and .tid == $tid)' "$TMP/entered"
}
cp "$BASH" "$TMP/enters"
check "who is sent there by nsenter is there, by its number" entered
check "the one outside went on all the time" is "$(switches) > $before + 10"
kill $OUTER
wait $OUTER 2> /dev/null
check "unloads" unload
finish
