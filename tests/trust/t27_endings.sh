#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T27: however oscope ends, its report is printed if it can be, and nothing is left behind.
. ../lib.sh
. ./tools.sh
: "${POINTS:=20}"
plan 37

programs() { bpftool prog show | grep -cE 'name (on_|seed_tasks|calibrate_)' || true; }
attached() { [ "$(programs)" -gt 0 ]; }
detached() { [ "$(programs)" -eq 0 ]; }
gone() { ! kill -0 "$1" 2> /dev/null; }

# Those of who has just ended go after a while: by RCU, in a work queue.
check "no probe is there before" until_true 50 detached

left_map() { # a map that no process holds, by one of our names
	local found
	mkdir "$TMP/pins"
	mount -t bpf none "$TMP/pins"
	bpftool map create "$TMP/pins/rows" type array key 4 value 8 entries 1 name rows
	found=$(orphans)
	umount "$TMP/pins"
	[[ $found = "map "* ]]
}
check "a map that is left is noticed" left_map

"$OSCOPE" switch --json -o "$TMP/int" -- ../live/spin 1 600000 & pid=$!
until_true 100 attached
until_true 50 grep -q spin "/proc/$(pgrep -P $pid spin)/comm"
child=$(pgrep -P $pid spin)
kill -INT $pid; wait $pid; status=$?
check "SIGINT: status is 130" is "$status == 130"
check "SIGINT: the report so far is there" jq -e '.totals.events >= 0' "$TMP/int"
check "SIGINT: no probe is left" until_true 100 detached
check "SIGINT: the program was ended" gone "$child"

# Until it is gone: the second one finds it ending, and ends it at once.
"$OSCOPE" switch --json -o "$TMP/twice" -- ../live/spin 1 600000 & pid=$!
until_true 100 attached
until_true 50 grep -q spin "/proc/$(pgrep -P $pid spin)/comm"
child=$(pgrep -P $pid spin)
while kill -INT $pid 2> /dev/null; do :; done
wait $pid
check "SIGINT again and again: status is 130" is "$? == 130"
check "SIGINT again and again: no probe is left" until_true 100 detached
check "SIGINT again and again: the program was ended" until_true 100 gone "$child"

"$OSCOPE" switch --json -o "$TMP/term" -- ../live/spin 1 600000 & pid=$!
until_true 100 attached
until_true 50 pgrep -P $pid spin
kill -TERM $pid; wait $pid; status=$?
check "SIGTERM: status is 143" is "$status == 143"
check "SIGTERM: the report so far is there" jq -e '.totals.events >= 0' "$TMP/term"

check "the program's status is ours" bash -c "$OSCOPE switch -o $TMP/x -- sh -c 'exit 7'; [ \$? = 7 ]"
check "... and its signal" bash -c "$OSCOPE switch -o $TMP/x -- sh -c 'kill -9 \$\$'; [ \$? = 137 ]"
check "a program that is not there: 127" bash -c \
	"$OSCOPE switch -o $TMP/x -- /no/such/program 2> $TMP/err; [ \$? = 127 ] && grep -q no/such $TMP/err"
# The program: it gets our signal, not another, it keeps its own treatment of signals, and it is never
# ended since tracing failed.
"$OSCOPE" switch -o "$TMP/x" -- bash -c 'trap "echo HUP > '"$TMP"'/got" HUP; : > '"$TMP"'/ready; while [ ! -e '"$TMP"'/got ]; do :; done' \
	2> /dev/null & pid=$!
until_true 100 attached
until_true 100 test -e "$TMP/ready"
kill -HUP $pid
wait $pid
check "the program gets the signal that we got" is "\"$(cat "$TMP/got")\" == \"HUP\""
check "its pipes break as usual" is "$("$OSCOPE" switch -o "$TMP/x" -- bash -c 'yes | head -1 > /dev/null; echo ${PIPESTATUS[0]}') == 141"
check "a full disk does not end it" is "$("$OSCOPE" switch -i 0.05 -o /dev/full -- sh -c 'sleep 0.3; echo 1' 2> /dev/null) == 1"
check "... and it is said" bash -c "$OSCOPE switch -i 0.05 -o /dev/full -- sleep 0.2 2> /dev/null; [ \$? = 125 ]"
"$OSCOPE" switch -d 0.05 -o "$TMP/cut" -- ../live/spin 1 600000 & pid=$!
until_true 300 pgrep -P $pid spin
until_true 100 detached
kill -TERM $pid
wait $pid
check "after -d a signal ends the program that goes on" is "$? == 143"
check "... and the report is there" test -s "$TMP/cut"
check "SIGCHLD ignored by our parent: the status comes through" bash -c \
	"trap '' CHLD; $OSCOPE switch -o $TMP/x -- sh -c 'exit 7'; [ \$? = 7 ]"
check "messages do not end up in the report" bash -c \
	"$OSCOPE switch -v --json -d 10ms -o $TMP/x 2>&-; jq -e .tool $TMP/x > /dev/null"
check "a closed pipe ends it quietly" bash -c \
	"$OSCOPE switch --json -- true 2> $TMP/err | head -c 1 > /dev/null; [ ! -s $TMP/err ] || ! grep -qi broken $TMP/err"

# The endings below leave everything as it is now.
ko=${OSCOPE_VM_ACCEL:+$OSCOPE_KO}		# never on a machine that somebody uses
[ -z "$ko" ] || insmod "$ko"
module=$([ ! -e /dev/oscope ] || echo kmod)
state > "$TMP/state"
mkdir "$TMP/files"
report=$TMP/files/report rec=$TMP/files/rec

# What a run has left of files: nothing but those asked for, a report whole, a recording readable.
files_good() {
	local extra
	extra=$(find "$TMP/files" -mindepth 1 ! -name report ! -name rec)
	[ -z "$extra" ] || { echo "left: $extra"; return 1; }
	[ ! -e "$report" ] || jq -e .totals "$report" > "$TMP/jq" || { echo "half a report"; return 1; }
	[ ! -s "$rec" ] || [ "$(stat -c %s "$rec")" -lt 256 ] ||
		"$OSCOPE" switch -q --json -r "$rec" > "$TMP/replayed" || { echo "the recording"; return 1; }
}
# after: everything is good; the traced program may go on to its end.
after() {
	unchanged && files_good && until_true 30 none_of spin
}
faults=0 points=0 recordings=0 again=0
killed() { # WHAT: count the point
	points=$((points + 1))
	after > "$TMP/after" 2>&1 || {
		faults=$((faults + 1))
		echo "# $1: $(xargs < "$TMP/after")"
	}
	[ ! -s "$rec" ] || recordings=$((recordings + 1))
	rm -f "$report" "$rec"
}

# point WHAT COMMAND...: the command kills a run, and gives back its status. A run that had ended before is no
# point: then TRY is one more, and the command chooses an earlier one.
point() {
	local what=$1
	shift
	for ((TRY = 0; TRY < 10; TRY++)); do
		"$@"
		[ $? -ne 137 ] || { killed "$what"; return; }
		again=$((again + 1))
		rm -f "$report" "$rec"
	done
	echo "# $what: ended before it could be killed, $TRY times"
}

# A third at exact system calls, from the first to the last; the rest at times spread over a run. When strace
# has seen its program killed, it ends by the same signal.
exact=$((POINTS / 3))
command=("$OSCOPE" verify --json -o "$report" -- ../live/spin 1 30)
kill_at() { # CALL ORDINAL
	local nth=$(($2 - $2 * TRY / 10))
	strace -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$nth" \
		"${command[@]}" > /dev/null 2>&1 < /dev/null &
	wait $! 2> /dev/null
}
while read -r call nth _; do
	point "verify, $call $nth" kill_at "$call" "$nth"
done < <(sites "${command[@]}" | spread $exact)

# Milliseconds that a run takes.
duration() {
	local start
	start=$(date +%s%N)
	"$@" > /dev/null 2>&1
	echo $((($(date +%s%N) - start) / 1000000 + 1))
}
kill_after() { # PART COMMAND...: after a part of its duration, which is measured anew for another try
	local part=$1 pid
	shift
	[ "$TRY" -eq 0 ] || ms=$(duration "$@")
	"$@" > /dev/null 2>&1 & pid=$!
	read -rt "$(part_of "$part")" <> <(:)
	kill -KILL $pid 2> /dev/null
	wait $pid 2> /dev/null
}
part_of() { awk -v ms="$ms" -v part="$1" -v try="$TRY" 'BEGIN { print ms * part * (1 - try / 10) / 1000 }'; }
timed() { # N COMMAND...
	local n=$1 i ms
	shift
	ms=$(duration "$@")
	for ((i = 0; i < n; i++)); do
		point "$2, $i of $n parts of $ms ms" kill_after "$(awk "BEGIN { print ($i + 0.5) / $n }")" "$@"
	done
}
left=$((POINTS - points))
timed $((left / 2)) "$OSCOPE" switch --json -o "$report" -- ../live/spin 1 100
timed $((left - left / 2)) "$OSCOPE" record -q ${module:+--source kmod} -o "$rec" -d 300ms
check "kill -9 at $POINTS points: nothing is left, what was written is whole" is \
	"$points == $POINTS && $faults == 0"
figure "kill -9: $((points - faults))/$points points, $recordings of them with a recording, all read;" \
	"ended before it and tried again: $again"

# ended STATUS COMMAND...: it ends with the status, and leaves nothing.
ended() {
	local want=$1
	shift
	"$@" > "$TMP/out" 2> "$TMP/err"
	is "$? == $want" && after
}
check "disk full: a report" ended 1 "$OSCOPE" switch -d 50ms -o /dev/full
check "disk full: a recording" ended 1 "$OSCOPE" record -d 50ms -o /dev/full
small() { # SIZE COMMAND...: FILE is on a file system of that size
	unshare -m sh -c 'size=$1; shift; mount -t tmpfs -o size="$size" none "$0" && "$@"; status=$?
		[ ! -e "$0/rec" ] || cp "$0/rec" "${0%/*}/small"; exit $status' "$TMP/files" "$@"
}
# A small ring: no chunk is as large as the file system, however late the reader is. Packed, what switches to and fro takes
# less than a byte a record, and no chunk more than 4096.
for form in "0 64k" "1 24k"; do
	read -r level size <<< "$form"
	rm -f "$TMP/small"
	check "disk full on the way: a recording, packed by $level" ended 125 small "$size" "$OSCOPE" record -q -e switch,wake \
		--ring 1024 -z "$level" -o "$rec" -- ../live/pingpong processes 20000
	check "... is readable to its last whole chunk" is \
		"$("$OSCOPE" switch -q --json -r "$TMP/small" | jq .totals.events) > 0"
done
closed_stdout() { "$@" >&-; }
check "standard output closed" ended 1 closed_stdout "$OSCOPE" switch -d 50ms
check "... is named" grep -q "standard output" "$TMP/err"
limited() { (ulimit -n 16; "$@"); }
check "16 files only: a report" ended 1 limited "$OSCOPE" switch -d 50ms
check "... is refused in one line" is "$(wc -l < "$TMP/err") == 1"
check "16 files only: a recording is read" limited "$OSCOPE" switch --json -r "$TMP/small" -o "$report"
pipe_closed() { "$OSCOPE" switch -i 20ms --json | head -n 2 > /dev/null; return "${PIPESTATUS[0]}"; }
check "a reader that has seen enough" ended 0 pipe_closed

[ -z "$ko" ] || rmmod oscope
check "the module can go" test ! -e /sys/module/oscope -o -z "$ko"
finish
