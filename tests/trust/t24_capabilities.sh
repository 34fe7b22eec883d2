#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T24: the two capabilities that are needed suffice, each that is missing is named; once the probes are
# attached nothing of privilege is left, and none of it reaches the traced program.
. ../lib.sh
plan 44

# The tool where anyone can run it, and write beside it.
cp "$OSCOPE" "$TMP/oscope"
chmod 755 "$TMP/oscope"
chmod 777 "$TMP"
tool=$TMP/oscope
uid=65534
# with CAPS COMMAND...: as a user, with these capabilities in all sets, e.g. +bpf,+perfmon.
with() {
	local caps=$1
	shift
	setpriv --reuid $uid --regid $uid --clear-groups --inh-caps "-all,$caps" \
		--ambient-caps "-all,$caps" --bounding-set "-all,$caps" "$@"
}
both=+bpf,+perfmon

# works COMMAND...: with the two capabilities, and says nothing.
works() {
	with $both "$@" 2> "$TMP/err" > "$TMP/out" && return
	cat "$TMP/err"
	return 1
}
# whole REPORT: it counted something.
whole() { jq -e '.totals.events > 0' "$1" > /dev/null; }

for by in kind task cpu pair; do
	works "$tool" switch --by $by --json -o "$TMP/switch" -- sh -c 'true; true'
	check "two capabilities: switch --by $by" whole "$TMP/switch"
done
check "two capabilities: switch of the system, intervals" works "$tool" switch -i 50ms -n 2
check "two capabilities: of a process" works "$tool" switch -d 50ms -p 1
check "two capabilities: record" works "$tool" record -q -o "$TMP/rec" --report "$TMP/live" -d 100ms
works "$tool" switch --json -r "$TMP/rec" -o "$TMP/replayed"
check "... and its recording is read" whole "$TMP/replayed"
check "two capabilities: verify" works "$tool" verify --source bpf -d 100ms
check "... of a program" works "$tool" verify --source bpf -- true
check "two capabilities: doctor" works "$tool" doctor --json -o "$TMP/doctor"
check "... nothing is missing" is "$(json "$TMP/doctor" .totals.missing) == 0"
check "two capabilities: notes" works "$tool" notes run switch.thread-cheaper --samples 2 \
	--json -o "$TMP/notes"
check "... its counts are there" jq -e '.source == "bpf" and (.rows[0].gates | length > 0)' "$TMP/notes"

# Each of the two removed.
lacks() { # CAPS NAME OTHER COMMAND...: status 3, one line that names NAME and the fix, not OTHER
	local caps=$1 name=$2 other=$3 status
	shift 3
	with "$caps" "$@" > "$TMP/out" 2> "$TMP/err"
	status=$?
	cat "$TMP/err"
	[ $status = 3 ] && [ "$(wc -l < "$TMP/err")" = 1 ] && [ ! -s "$TMP/out" ] &&
		grep -qw "needs $name" "$TMP/err" && grep -q 'sudo, or setcap' "$TMP/err" &&
		! grep -q "needs.*$other" "$TMP/err"
}
for removed in CAP_BPF:+perfmon:CAP_PERFMON CAP_PERFMON:+bpf:CAP_BPF; do
	IFS=: read -r name kept other <<< "$removed"
	for command in "switch -d 10ms" "record -d 10ms -o $TMP/none" "verify -d 10ms"; do
		# shellcheck disable=SC2086
		check "without $name: ${command%% *} says so" lacks "$kept" "$name" "$other" \
			"$tool" $command
	done
	with "$kept" "$tool" doctor --json -o "$TMP/doctor"
	check "without $name: doctor's status is 3, and it says so" is "$? == 3 && \"$(json \
		"$TMP/doctor" '.rows[] | select(.what == "capabilities").detail')\" == \"without $name\""
done
check "no report or recording was made" test ! -e "$TMP/none"

# fields FILE NAME...: their values in a status file, on one line.
fields() {
	local file=$1
	shift
	for name; do
		sed -n "s/^$name:[[:space:]]*//p" "$file"
	done | xargs
}
zero=0000000000000000
sets="CapInh CapPrm CapEff CapAmb CapBnd NoNewPrivs Seccomp"
# What a program that is traced sees of oscope, of itself, and of itself when nobody traces.
# shellcheck disable=SC2016
look='cp /proc/$PPID/status "$0.tool"; cp /proc/self/status "$0.program"'
dropped() { # what is left in the tool, but for a bounding set that a user cannot lower
	local got
	# shellcheck disable=SC2086
	got=$(fields "$1.tool" $sets)
	grep -qxE "$zero $zero $zero $zero ${2-$zero} 1 2" <<< "$got" || { echo "$got"; return 1; }
}
same_caps() { # FILE...: the same capabilities, users, groups and restrictions
	local names="CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Uid Gid Groups"
	# shellcheck disable=SC2086
	diff <(fields "$1" $names) <(fields "$2" $names)
}
sh -c "$look" "$TMP/plain"
"$tool" switch -o "$TMP/x" -- sh -c "$look" "$TMP/root"
check "root: switch has given up everything" dropped "$TMP/root"
check "root: the program has what root's programs have" same_caps "$TMP/plain.program" \
	"$TMP/root.program"
"$tool" record -q -o "$TMP/x.rec" -- sh -c "$look" "$TMP/root"
check "root: record has given up everything" dropped "$TMP/root"
"$tool" verify -o "$TMP/x" -- sh -c "$look" "$TMP/root"
check "root: verify has given up everything" dropped "$TMP/root"
check "root: its program has what root's programs have" same_caps "$TMP/plain.program" \
	"$TMP/root.program"

works "$tool" switch -o "$TMP/y" -- sh -c "$look" "$TMP/user"
check "user: switch has given up everything" dropped "$TMP/user" '[0-9a-f]*'
check "user: the program has none of ours" is \
	"\"$(fields "$TMP/user.program" CapInh CapPrm CapEff CapAmb)\" == \"$zero $zero $zero $zero\""
check "user: and is who the caller was" is \
	"\"$(fields "$TMP/user.program" Uid)\" == \"$uid $uid $uid $uid\""
# As the administrator would give it.
cp "$OSCOPE" "$TMP/filecaps"
chmod 755 "$TMP/filecaps"
setcap cap_bpf,cap_perfmon+ep "$TMP/filecaps"
user=(setpriv --reuid "$uid" --regid "$uid" --clear-groups)
"${user[@]}" sh -c "$look" "$TMP/untraced"
"${user[@]}" "$TMP/filecaps" switch -o "$TMP/y" -- sh -c "$look" "$TMP/setcap"
check "setcap: switch has given up everything" dropped "$TMP/setcap" '[0-9a-f]*'
check "setcap: the program has what it has untraced" same_caps "$TMP/untraced.program" \
	"$TMP/setcap.program"

# Of a recording: what is refused once privilege is gone, call by call, is unit/privilege.c.
calls() { # FILE: system calls of a reading run, from no_new_privs on
	strace -f -qq -o "$TMP/strace" "$@" > "$TMP/out" 2> "$TMP/err"
	sed -n '/PR_SET_NO_NEW_PRIVS/,$p' "$TMP/strace"
}
opened() { calls "$@" | grep -E '(openat|open|socket|execve|clone|ptrace|bpf)\(' | grep -v 'EPERM'; true; }
check "a recording is read without one more file" test -z \
	"$(opened "$tool" switch --json -r "$TMP/rec" -o -)"
check "... with the filter on" grep -q 'seccomp(SECCOMP_SET_MODE_FILTER, .*) = 0$' "$TMP/strace"
# Were it looked at before, what is wrong with the file would come first.
head -c 1000 /dev/zero > "$TMP/damaged"
unfiltered() {
	strace -qq -o /dev/null -e inject=seccomp:error=ENOMEM "$tool" switch -r "$TMP/damaged" 2>&1
}
check "... before its first byte is looked at" grep -qx \
	"oscope: giving up privilege: the filter of system calls: Cannot allocate memory" <(unfiltered)
check "... and then it is" grep -q "not a recording" <("$tool" switch -r "$TMP/damaged" 2>&1)
install -m 644 "$TMP/rec" "$TMP/rec.user"
check "a recording is read by anybody" "${user[@]}" "$tool" switch --json -r "$TMP/rec.user" \
	-o "$TMP/user.json"
check "... into a file that appears whole" whole "$TMP/user.json"

# A program that has become somebody else gets the signal although CAP_KILL is gone.
"$tool" switch -o "$TMP/x" -- setpriv --reuid $uid --regid $uid --clear-groups ../live/spin 1 60000 &
pid=$!
spins() { [ "$(awk '/^Uid:/ { print $2 }' "/proc/$(pgrep -P $pid spin)/status")" = $uid ]; }
for ((i = 0; i < 100; i++)); do
	spins 2> /dev/null && break
	read -rt 0.1 <> <(:)
done
child=$(pgrep -P $pid spin)
kill -TERM $pid
wait $pid
check "a program of another user gets our signal" is "$? == 143"
check "... and is gone" test ! -e "/proc/$child"

# Where root writes by its capabilities only, the report comes all the same.
install -d -o $uid -m 755 "$TMP/theirs"
check "a report into another user's folder" "$tool" switch -o "$TMP/theirs/report" -- true
check "... is there" test -s "$TMP/theirs/report"
install -m 644 /dev/null "$TMP/open.rec"
"$tool" record -q -d 10ms -o "$TMP/open.rec"
check "a recording over a file that all could read is private" is \
	"$(stat -c %a "$TMP/open.rec") == 600"
finish
