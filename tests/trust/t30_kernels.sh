#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T30: what each kernel gives: what the module and the probes capture there, and what they say where they
# cannot work. Documentation/kernels.rst shows it. Nothing may fail without one line that names it.
. ./lib.sh

# answers SOURCE: a report, or a refusal with status 3 and one line. Sets said.
answers() {
	local rc
	"$OSCOPE" switch --source "$1" --by task --json -o "$TMP/$1" -- \
		perf bench -f simple sched pipe -l 500 > "$TMP/$1.out" 2> "$TMP/$1.err"
	rc=$?
	if [ $rc = 3 ]; then
		said=$(sed 's/^oscope: //' "$TMP/$1.err")
		[ "$(wc -l < "$TMP/$1.err")" = 1 ] || { cat "$TMP/$1.err"; return 1; }
		return
	fi
	[ $rc = 0 ] || { echo "status $rc"; cat "$TMP/$1.err"; return 1; }
	said=$(jq -r '.not_captured - ["own_cost_ns", "own_cost_ns_per_event", "own_direct_ns"] |
		if . == [] then "all" else "all but " + join(", ") end' "$TMP/$1")
	jq -e '[.rows[].voluntary] | add > 1000' "$TMP/$1"
}

plan 4
preempt=$(sed -nE 's/.*\(([a-z]+)\).*/\1/p' /sys/kernel/debug/sched/preempt 2> /dev/null)
check "the module loads" load
features=$(xargs < $SYS/features)
said=''
check "the module reports, or says in one line why not" answers kmod
answers kmod > /dev/null; kmod=$said
check "the probes report, or say in one line why not" answers bpf
answers bpf > /dev/null; bpf=$said
check "doctor looks at all of it" bash -c "'$OSCOPE' doctor > $TMP/doctor; [ \$? = 0 -o \$? = 3 ]"
figure "$(uname -r), $(nproc) CPUs${preempt:+, preempt=$preempt}: module $features"
figure "module's reports: $kmod"
figure "probes' reports: $bpf"
unload
finish
