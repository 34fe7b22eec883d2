#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T4: unloading while somebody uses the module: who has the device open or mapped makes it busy, who
# reads files of /proc and /sys does not and is told; whoever comes at the same moment finds it or not.
. ./lib.sh
: "${ROUNDS:=10}"
hows=(open mapped ring-mapped reader poller)
plan $((2 * ${#hows[@]} + 11))

# Seconds that an unload may take. Four times that in an emulator, which may check every access and lock, too: there
# a reader that is inside has to come to an end first with a tenth of the speed, beside seven others.
limit=5
! emulated || limit=20

# All that talks to a peer runs in this shell, not within check(): a subshell is not its parent.
#
# peer COMMAND...: runs beside us; $pid, and $to and $from to talk to it.
peer() {
	coproc PEER { exec "$@"; }
	pid=$PEER_PID from=${PEER[0]} to=${PEER[1]}
}
peer_ready() {
	local line
	read -r -t 60 line <&"$from"
	[ "$line" = ready ] || { echo "it said: $line"; return 1; }
}
peer_end() { exec {to}>&-; wait "$pid"; }

# answered N: the peer has done at least N rounds more than it had.
answered() {
	local before='' now=0
	until [ -n "$before" ] && [ "$now" -ge $((before + $1)) ]; do
		echo >&"$to"
		read -r -t 60 now <&"$from" || return 1
		: "${before:=$now}"
		[ -d "/proc/$pid" ] || return
	done
}

asleep() { # PID: within some seconds
	local tries
	for ((tries = 0; tries < 1000; tries++)); do
		[ "$(cut -d ' ' -f 3 "/proc/$1/stat")" != S ] || return 0
		sleep 0.01
	done
	return 1
}

# Times of rmmod in ms; the longest is kept. Before others, as it is loaded: it is not the emulator's CPU that it
# is to wait for, but those who are inside.
longest=0
unload_timed() {
	local begin=${EPOCHREALTIME/./} ms
	chrt -f 1 rmmod oscope || return
	ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
	[ $ms -le $longest ] || longest=$ms
}
in_time() { echo "$longest ms"; [ "$longest" -lt $((limit * 1000)) ]; }

# (a) (b) HOW: ROUNDS times somebody holds the device, and each time it cannot be unloaded.
held_rounds() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		peer ../kmod/device hold "$1"
		peer_ready && asleep "$pid" && refused "in use" unload || return
		case $1 in
		reader | poller) kill "$pid" ;;
		*) exec {to}>&- ;;
		esac
		wait "$pid"
		[ "$(< /sys/module/oscope/refcnt)" = 0 ] || return
	done
}
for how in "${hows[@]}"; do
	load
	held_rounds "$how"
	check "$how: busy $ROUNDS of $ROUNDS times" is "$? == 0"
	check "$how: can be unloaded when it is gone" unload
done

# (c) (d)
file_rounds() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		load
		peer ./users files
		peer_ready && unload_timed && peer_end || return
	done
}
file_rounds
check "open files do not hold it, and say EIO and ENODEV then, $ROUNDS of $ROUNDS times" is "$? == 0"
check "... in less than $limit s each" in_time
figure "rmmod with every file open: $ROUNDS times, at most $longest ms"

# (e) One more writes every setting.
churn() {
	until [ -e "$TMP/stop" ]; do
		{ echo 0 > $SYS/enabled; echo 1 > $SYS/enabled; echo 1 > $SYS/reset; } 2> /dev/null
	done
}
reader_rounds() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		chrt -f 1 insmod "$OSCOPE_KO" && answered 8 && unload_timed && not loaded || return
	done
}
longest=0
churn & churner=$!
peer ./users readers 8 2> "$TMP/readers"
reader_rounds
check "unloads under 8 readers and a writer, $ROUNDS of $ROUNDS times" is "$? == 0"
touch "$TMP/stop"
wait $churner
check "... in less than $limit s each" in_time
figure "rmmod under 8 readers: $ROUNDS times, at most $longest ms"
peer_end
check "... who get an answer or are told that it is gone" is "$? == 0"
figure "8 readers: $(tail -n 1 "$TMP/readers")"
check "... which happened" is "$(awk '{ print $4 }' <(tail -n 1 "$TMP/readers")) > 0"
grep -v rounds "$TMP/readers" | head -5 | sed 's/^/# /'

# (f) Open and close against load and unload.
busy=0
opener_rounds() {
	local i one tries
	for ((i = 0; i < ROUNDS; i++)); do
		chrt -f 1 insmod "$OSCOPE_KO" && answered 2 || return
		read -r one tries < <(./cycle "$OSCOPE_KO" unload)
		[ "$one" = 1 ] || return
		busy=$((busy + tries))
	done
}
peer ./users openers 1 2> "$TMP/openers"
opener_rounds
check "unloads beside one who opens and closes it, $ROUNDS of $ROUNDS times" is "$? == 0"
peer_end
check "... who finds it whole, or gone" is "$? == 0"
figure "opener: $(tail -n 1 "$TMP/openers"); rmmod found it busy $busy times"
grep -v rounds "$TMP/openers" | head -5 | sed 's/^/# /'
check "it is gone" not loaded
check "... and loads again" load
check "... and counts" is "$(cell switches total events) > 0"
finish
