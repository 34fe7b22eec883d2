#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T23: a kernel that is locked down: an unsigned module, a signed one, and the probes. Which lockdown is
# the machine's; OSCOPE_KDIR has the key that the kernel was built with, if it is one of our own.
. ./lib.sh
lockdown=/sys/kernel/security/lockdown

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

doctor_says() { # TEXT
	"$OSCOPE" doctor --json -o "$TMP/doctor" || [ $? = 3 ] || return 1
	grep -qF -- "$1" "$TMP/doctor" || { cat "$TMP/doctor"; return 1; }
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

# Their code, while they are loaded.
no_probe_read() {
	local id ids pid tries
	"$OSCOPE" switch --source bpf -d 600 -o "$TMP/held" 2> "$TMP/held.err" & pid=$!
	for ((tries = 0; tries < 200; tries++)); do
		ids=$(bpftool prog show | awk -F: '/^[0-9]+: (tracing|raw_trac)/ { print $1 }')
		[ -n "$ids" ] && break
		sleep 0.1
	done
	for id in $ids; do
		! bpftool prog dump xlated id "$id" | grep probe_read || return 1
	done
	kill -INT "$pid"
	wait "$pid"
	echo "looked at: $ids"
	[ -n "$ids" ]
}

sign() {
	local key=$OSCOPE_KDIR/certs/signing_key
	cp "$OSCOPE_KO" "$TMP/signed.ko" &&
		"$OSCOPE_KDIR/scripts/sign-file" sha256 "$key.pem" "$key.x509" "$TMP/signed.ko"
}

level=$(sed -E 's/.*\[(.*)\].*/\1/' $lockdown)
signs=''
[ ! -f "$OSCOPE_KDIR/certs/signing_key.pem" ] || signs=1
plan 9
echo "# lockdown: $level, key: ${signs:-none}"
check "the machine is locked down as it was told" grep -qE "lockdown=$level|none" \
	<(cat /proc/cmdline; echo "$level")
check "doctor says it" doctor_says "$level"

run unsigned insmod "$OSCOPE_KO"
run kmod "$OSCOPE" switch --source kmod -d 1ms
if [ "$level" = none ]; then
	check "unsigned: loads" loaded
	check "... and counts" is "$(status kmod) == 0"
	unload
else
	check "unsigned: refused" not loaded
	check "... the tool says why, and what to do, in one line" one_line kmod \
		"locked down ($level)" "sign oscope.ko" "--source bpf"
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
		closed() { refused "not permitted" cat $PROC/switches /dev/oscope && one_line kmod \
			"locked down (confidentiality)" "lockdown=integrity"; }
		check "signed: its files stay closed, and the tool says so in one line" closed
	else
		check "signed: counts" is "$(status kmod) == 0"
	fi
fi

check "the probes report all" bpf_report
check "... without a helper that reads the kernel's memory" no_probe_read
figure "lockdown=$level: unsigned $(cat "$TMP/unsigned.rc"), signed $(cat "$TMP/signed.rc" 2> /dev/null || echo -), probes $(status bpf)"
finish
