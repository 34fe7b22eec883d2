#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T23: a kernel that is locked down, or takes signed modules only: an unsigned module, a signed one, and the
# probes. Which of these is the machine's; OSCOPE_KDIR has the key that the kernel was built with, if it is
# one of our own.
. ./lib.sh
lockdown=/sys/kernel/security/lockdown
sig_enforce=/sys/module/module/parameters/sig_enforce

# run NAME COMMAND...: its output in NAME.out and NAME.err, its status in NAME.rc.
run() {
	local name=$1
	shift
	"$@" > "$TMP/$name.out" 2> "$TMP/$name.err"
	echo $? > "$TMP/$name.rc"
}
status() { cat "$TMP/$1.rc"; }

# one_line NAME TEXT...: status 3, one line, with these texts in it.
one_line() {
	local name=$1 text
	shift
	echo "status $(status "$name"): $(< "$TMP/$name.err")"
	[ "$(status "$name")" = 3 ] && [ "$(wc -l < "$TMP/$name.err")" = 1 ] || return 1
	for text; do
		grep -qF -- "$text" "$TMP/$name.err" || { echo "not in it: $text"; return 1; }
	done
}

# What the kernel says of itself is what its command line asked for; neither is its own default.
as_told() {
	local told enforce=N
	told=$(grep -oP '(^| )lockdown=\K\S+' /proc/cmdline)
	! grep -qE '(^| )module\.sig_enforce=1( |$)' /proc/cmdline || enforce=Y
	echo "lockdown $level, ${told:-none} was asked for; sig_enforce $(< $sig_enforce), $enforce"
	[ "$level" = "${told:-none}" ] && [ "$(< $sig_enforce)" = "$enforce" ]
}

doctor_says() { # TEXT
	"$OSCOPE" doctor --json -o "$TMP/doctor" || [ $? = 3 ] || return 1
	jq -c '.rows[] | select(.what == "lockdown")' "$TMP/doctor"
	jq -e --arg text "$1" '[.rows[] | select(.what == "lockdown") | .detail] == [$text]' "$TMP/doctor"
}

# The probes report what they do elsewhere, but for what confidentiality takes: kprobes, which measure the
# direct cost on kernels before 6.15. That is then named as not captured. What the probes themselves cost
# is measured at the start, and may be less than an emulator's noise: then it is not captured, either.
bpf_report() {
	local lost='[]'
	if [ "$level" = confidentiality ] && ! grep -q ' __tracepoint_sched_exit_tp$' /proc/kallsyms; then
		lost='["direct_ns"]'
	fi
	run bpf "$OSCOPE" switch --source bpf --json -o "$TMP/bpf" -- \
		perf bench -f simple sched pipe -l 2000
	[ "$(status bpf)" = 0 ] || { cat "$TMP/bpf.err"; return 1; }
	jq -c '.not_captured, .totals.events, .totals.wakings' "$TMP/bpf"
	jq -e --argjson lost "$lost" '
		.not_captured - ["own_cost_ns", "own_cost_ns_per_event", "own_direct_ns"] == $lost and .totals.events > 4000 and
		.totals.wakings > 2000 and
		($lost != [] or ([.rows[].direct_ns.count] | add) > 2000)' "$TMP/bpf"
}

# new_names FILE: a report by task has rows; new names of tasks are what confidentiality takes.
new_names() {
	local lost=false
	[ "$level" != confidentiality ] || lost=true
	jq -c '.not_captured, .totals.events, (.rows | length)' "$1"
	jq -e --argjson lost $lost '(.not_captured | any(. == "new_names")) == $lost and
		.totals.events >= 4000 and (.rows | length) >= 2' "$1"
}
task_report() {
	run task "$OSCOPE" switch --source bpf --by task --json -o "$TMP/task" -- \
		perf bench -f simple sched pipe -l 2000
	[ "$(status task)" = 0 ] || { cat "$TMP/task.err"; return 1; }
	new_names "$TMP/task"
}
recording() {
	run record "$OSCOPE" record -q --source bpf -o "$TMP/record" -- perf bench -f simple sched pipe -l 2000
	[ "$(status record)" = 0 ] || { cat "$TMP/record.err"; return 1; }
	"$OSCOPE" switch -r "$TMP/record" --by task --json -o "$TMP/replay" && new_names "$TMP/replay"
}
cgroup_filter() {
	run cgroup "$OSCOPE" switch --source bpf --cgroup /sys/fs/cgroup -d 100ms -o "$TMP/cgroup"
	if [ "$level" = confidentiality ]; then
		one_line cgroup "refuses --cgroup" "lockdown=integrity"
	else
		[ "$(status cgroup)" = 0 ] || { cat "$TMP/cgroup.err"; return 1; }
	fi
}

# no_probe_read ID: the code of one program, as the kernel has it.
no_probe_read() {
	if ! bpftool prog dump xlated id "$1" > "$TMP/code" || [ ! -s "$TMP/code" ]; then
		echo "program $1: no code to look at"
		return 1
	fi
	! grep probe_read "$TMP/code"
}
# All that it holds, once the first report shows that they stay.
no_probe_reads() {
	local id ids pid status=0
	"$OSCOPE" switch --source bpf 1 > "$TMP/held" 2> "$TMP/held.err" & pid=$!
	until [ -s "$TMP/held" ]; do
		kill -0 $pid || { cat "$TMP/held.err"; return 1; }
		sleep 0.1
	done
	ids=$(awk '$1 == "prog_id:" { print $2 }' "/proc/$pid/fdinfo"/* | sort -nu)
	for id in $ids; do
		no_probe_read "$id" || status=1
	done
	kill -INT "$pid"
	wait "$pid"
	echo "looked at: ${ids//$'\n'/ }"
	[ -n "$ids" ] && [ $status = 0 ]
}

sign() {
	local key=$OSCOPE_KDIR/certs/signing_key
	cp "$OSCOPE_KO" "$TMP/signed.ko" &&
		"$OSCOPE_KDIR/scripts/sign-file" sha256 "$key.pem" "$key.x509" "$TMP/signed.ko"
}

# By its signature, as insmod(8) says it for oscope(4).
unsigned_refused() {
	cat "$TMP/unsigned.err"
	not loaded && grep -qE 'Operation not permitted|Key was rejected by service' "$TMP/unsigned.err"
}
closed() {
	refused "not permitted" cat $PROC/switches && refused "not permitted" cat /dev/oscope &&
		one_line kmod "locked down (confidentiality)" "lockdown=integrity"
}

level=$(sed -E 's/.*\[(.*)\].*/\1/' $lockdown)
signs='' why=''
[ ! -f "$OSCOPE_KDIR/certs/signing_key.pem" ] || signs=1
says=$level
if [ "$level" != none ]; then
	why="locked down ($level)"
elif [ "$(< $sig_enforce)" = Y ]; then
	why="takes signed modules only"
	says="none; signed modules only"
fi
plan 12
echo "# lockdown: $says, key: ${signs:-none}"
check "the machine is locked down as it was told" as_told
check "doctor says it" doctor_says "$says"

LC_ALL=C run unsigned insmod "$OSCOPE_KO"
run kmod "$OSCOPE" switch --source kmod -d 1ms
if [ -z "$why" ]; then
	check "unsigned: loads" loaded
	check "... and counts" is "$(status kmod) == 0"
	unload
else
	check "unsigned: refused" unsigned_refused
	check "... the tool says why, and what to do, in one line" one_line kmod \
		"$why" "sign oscope.ko" "--source bpf"
fi

if [ -z "$signs" ]; then
	for name in "signed: builds" "signed: loads" "signed: what it shows"; do
		skip "$name" "the key of this kernel is its distributor's"
	done
else
	check "signed: can be signed" sign
	run signed insmod "$TMP/signed.ko"
	check "signed: loads" loaded
	run kmod "$OSCOPE" switch --source kmod -d 1ms
	if [ "$level" = confidentiality ]; then
		check "signed: its files stay closed, and the tool says so in one line" closed
	else
		check "signed: counts" is "$(status kmod) == 0"
	fi
fi

check "the probes report all" bpf_report
check "... by task, but for the new names that confidentiality takes" task_report
check "... and record them" recording
check "... and filter by cgroup, or say in one line that they may not" cgroup_filter
check "... without a helper that reads the kernel's memory" no_probe_reads
figure "lockdown=${says/;/,}: unsigned $(cat "$TMP/unsigned.rc"), signed $(cat "$TMP/signed.rc" 2> /dev/null ||
	echo -), probes $(status bpf), --cgroup $(status cgroup)"
finish
