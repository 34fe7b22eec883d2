#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T30: what each kernel gives: what the module and the probes capture there, and what they say where they
# cannot work. Documentation/kernels.rst shows it. Nothing may fail without one line that names it.
. ./lib.sh

# answers SOURCE: reports by kind and by task, or a refusal with status 125 (there is a program) and one line.
# Sets said.
answers() {
	local rc by
	said=''
	for by in kind task; do
		"$OSCOPE" switch --source "$1" --by $by --json -o "$TMP/$1.$by" -- \
			perf bench -f simple sched pipe -l 500 > "$TMP/$1.out" 2> "$TMP/$1.err"
		rc=$?
		if [ $rc = 125 ]; then
			said=$(sed 's/^oscope: source [a-z]*: //' "$TMP/$1.err")
			[ "$(wc -l < "$TMP/$1.err")" = 1 ] || { cat "$TMP/$1.err"; return 1; }
			return
		fi
		[ $rc = 0 ] || { echo "status $rc"; cat "$TMP/$1.err"; return 1; }
	done
	said=$(jq -rs '[.[].not_captured[]] | unique -
		["own_cost_ns", "own_cost_ns_per_event", "own_direct_ns"] |
		if . == [] then "all" else "all but " + join(", ") end' "$TMP/$1.kind" "$TMP/$1.task")
	jq -e '[.rows[] | .voluntary + .involuntary] | add >= 1000' "$TMP/$1.task"
}

# What must be there on this kernel: the probes with BTF, the direct cost with kprobes or the tracepoint.
btf() { [ -e /sys/kernel/btf/vmlinux ]; }
kprobes() { [ -e /sys/kernel/debug/kprobes ] || grep -q ' __tracepoint_sched_exit_tp$' /proc/kallsyms; }
# as_it_can HAS WHAT...: what is said is what the kernel can.
as_it_can() {
	local has=$1 word
	shift
	for word; do
		if $has; then [[ " $features " = *" $word"* ]]; else [[ " $features " != *" $word"* ]]; fi ||
			{ echo "$word: $features"; return 1; }
	done
}
probes_as_btf() {
	if btf; then [[ $bpf = all* ]]; else [[ $bpf = *"has no BTF: it needs CONFIG_DEBUG_INFO_BTF"* ]]; fi ||
		{ echo "$bpf"; return 1; }
}
yes_no() { if "$@"; then echo yes; else echo no; fi; }

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
plan 8
preempt=$(sed -nE 's/.*\(([a-z]+)\).*/\1/p' /sys/kernel/debug/sched/preempt 2> /dev/null)
check "the module loads" load
features=$(xargs < $SYS/features)
said=''
# Not within check, whose commands run in a shell below.
answered() { cat "$TMP/out"; [ "$1" = 0 ]; }
answers kmod > "$TMP/out"
check "the module reports, or says in one line why not" answered $?
kmod=$said
said=''
answers bpf > "$TMP/out"
check "the probes report, or say in one line why not" answered $?
bpf=$said
check "the probes work where there is BTF; elsewhere they say that there is none" probes_as_btf
check "the module always does" test "${kmod%% *}" = all
check "the direct cost is captured where it can be" as_it_can kprobes direct_
check "all the rest is there" as_it_can true waking migrate life tasks rename
check "doctor looks at all of it" bash -c "'$OSCOPE' doctor > $TMP/doctor; [ \$? = 0 -o \$? = 3 ]"
figure "$(uname -r), $(nproc) CPUs, preempt=${preempt:-$(uname -v | grep -o PREEMPT_RT)};" \
	"BTF $(yes_no btf), kprobes $(yes_no kprobes), function tracer $(yes_no grep -q function \
	/sys/kernel/tracing/available_tracers)"
figure "module: $features"
figure "module's reports: $kmod"
figure "probes' reports: $bpf"
unload
finish
