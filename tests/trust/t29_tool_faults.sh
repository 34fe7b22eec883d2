#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T29: every system call and every allocation of the tools fails once: an error in a line or two with
# the right status, or a whole report; never a crash or a hang, nothing is left, and the next run works.
. ../lib.sh
. ./tools.sh
# How many faults of each command: by default all; but of calls that only repeat themselves, as the many reads
# of one file do, some: see sites(). The rows of the table say how many allocations.
: "${CALLS:=100000}" "${ALLOCS:=100000}"
module=${OSCOPE_VM_ACCEL:+$OSCOPE_KO}	# never on a machine that somebody uses
plan "$([ -z "$module" ] && echo 68 || echo 81)"

report=$TMP/report rec=$TMP/rec
"$OSCOPE" record -q -o "$TMP/given" -d 100ms
state > "$TMP/state"

# What a call that fails says; nothing: it cannot fail, or (close) has done its work all the same, or (brk) it
# is the C library's alone, whose malloc() dies of a break that moved, did not, and moved again. Twice where
# the kernel may have too little of something, or refuse it.
errors_of() {
	case $1 in
	close | brk | munmap | madvise | getpid | gettid | getppid | geteuid | uname | rt_sig* | futex) ;;
	arch_prctl | set_* | rseq | exit* | execve | sched_yield | kill | clock_gettime) ;;
	bpf) echo ENOMEM EPERM ;;
	perf_event_open) echo EMFILE EPERM ;;
	openat | pipe2 | pidfd_open | signalfd4) echo EMFILE ;;
	mmap | mremap | seccomp | mprotect) echo ENOMEM ;;
	read | pread64 | getdents64 | ioctl | lseek | fstat | newfstatat | access | faccessat2) echo EIO ;;
	write | writev | linkat | rename | unlink) echo ENOSPC ;;
	clone | clone3) echo EAGAIN ;;
	poll | ppoll | clock_nanosleep) echo EINTR ;;
	wait4 | waitid) echo ECHILD ;;
	prctl | fcntl | capget | sched_setaffinity | sched_getaffinity) echo EINVAL ;;
	capset | fchown | fchmod) echo EPERM ;;
	*) echo ENOSYS ;;
	esac
}

# The status of a run that fails by a fault, as in oscope(1): 3 if a privilege or a feature of the kernel is
# missing, 1 if anything else is; 125 in any case if there is a program. Where libbpf tries what the kernel can,
# or tries again with less, it takes any error for the answer: 3 is as good as 1 there.
status_of() { # CALL ERROR ARGUMENT COMMAND...
	[[ " ${*:4} " != *" -- "* ]] || { echo 125; return; }
	case "$1 $2 $3" in
	"bpf EPERM "* | "perf_event_open EPERM "* | "capset EPERM "*) echo 3 ;;
	"bpf ENOMEM BPF_BTF_LOAD" | "bpf ENOMEM "*'_name="libbpf_'* | "bpf ENOMEM "*'prog_name=""') echo "1 3" ;;
	"bpf ENOMEM "*'map_name="spilled_states"') echo "1 3" ;;
	"malloc ENOMEM ") grep -q "loading the BPF probes.*: Invalid argument" "$TMP/err" && echo "1 3" || echo 1 ;;
	*) echo 1 ;;
	esac
}

# judge STATUS CHECK FAILED: how one faulted run ended; CHECK is what must hold if it says that all is well,
# FAILED its status if not.
judge() {
	local status=$1 lines
	lines=$(wc -l < "$TMP/err")
	case $status in
	0) "$2" && return ;;
	# What cannot be found out is missing: that is what doctor reports.
	3) [ "$2" = diagnosed ] && whole && return ;;&
	[13] | 125)
		[[ " $3 " = *" $status "* && $lines = [12] ]] && ! grep -qv '^oscope: ' "$TMP/err" && return
		;;
	esac
	echo "# status $status, $3 if it fails, $lines lines: $(head -c 300 "$TMP/err" | head -3 | xargs -d '\n')"
	return 1
}
whole() { jq -e '.command and (.totals or .rows)' "$report" > "$TMP/jq" 2>&1; }
recorded() { "$OSCOPE" switch -q --json -r "$rec" -o "$report" && whole; }
diagnosed() { whole; }
printed() { grep -q . "$report"; }
# On standard output the reader is the process itself; with -o it is a child, whose calls do not fail here.
whole_out() { report=$TMP/out whole; }
fresh() { rm -f "$report" "$rec"; : > "$TMP/err"; }

sites=0 bad=0
site() { # NAME STATUS CHECK FAILED
	sites=$((sites + 1))
	judge "$2" "$3" "$4" && return
	bad=$((bad + 1))
	echo "# fault: $1"
}

# What to let fail in a run, in order: CALL ORDINAL ERROR ARGUMENT
faults() { # COMMAND...
	local call nth what error
	while read -r call nth what; do
		for error in $(errors_of "$call"); do
			echo "$call $nth $error $what"
		done
	done < <(sites "$@")
}

calls() { # CHECK COMMAND...
	local good=$1 call nth error what
	shift
	while read -r call nth error what; do
		fresh
		timeout -s KILL 60 strace -qq -o /dev/null -e trace="$call" \
			-e inject="$call:error=$error:when=$nth" -- "$@" > "$TMP/out" 2> "$TMP/err" < /dev/null
		site "$error from $call($what) $nth of: $*" $? "$good" "$(status_of "$call" "$error" "$what" "$@")"
	done < <(faults "$@" | spread "$CALLS")
}

preload=$(realpath ./libfailalloc.so)
allocs() { # CHECK COMMAND...
	local good=$1 n
	shift
	LD_PRELOAD=$preload FAIL_ALLOC_COUNT=$TMP/count "$@" > "$TMP/out" 2>&1 < /dev/null
	while read -r n; do
		fresh
		timeout -s KILL 60 env LD_PRELOAD="$preload" FAIL_ALLOC="$n" "$@" \
			> "$TMP/out" 2> "$TMP/err" < /dev/null
		site "no memory at $n of: $*" $? "$good" "$(status_of malloc ENOMEM "" "$@")"
	done < <(seq "$(cat "$TMP/count")" | spread "$ALLOCS")
}

# sweep KIND NAME CHECK COMMAND...: the four promises.
sweep() {
	local kind=$1 name=$2 good=$3
	shift 3
	sites=0 bad=0
	fresh
	$kind "$good" "$@"
	check "$name, $kind: $sites failed in turn, each ends well" is "$sites > 0 && $bad == 0"
	figure "$name, $kind: $((sites - bad))/$sites"
	fresh
	again() { unchanged && "$@" > "$TMP/out" 2> "$TMP/err" && "$good"; }
	check "$name, $kind: nothing is left, the next run works" again "$@"
}
sweeps() { # NAME CHECK COMMAND...
	sweep calls "$@"
	sweep allocs "$@"
}

sweeps "replay" whole "$OSCOPE" switch --json -r "$TMP/given" -o "$report"
sweeps "replay as text" printed "$OSCOPE" switch -r "$TMP/given" --by task -o "$report"
sweeps "replay to standard output" whole_out "$OSCOPE" switch --json -r "$TMP/given"
# All of it, or a failure.
"$OSCOPE" export -f csv -r "$TMP/given" -o "$TMP/exported"
"$OSCOPE" diff --json "$TMP/given" "$TMP/given" -o "$TMP/compared"
exported() { cmp -s "$report" "$TMP/exported"; }
compared() { cmp -s "$report" "$TMP/compared"; }
sweeps "export" exported "$OSCOPE" export -f csv -r "$TMP/given" -o "$report"
sweeps "diff" compared "$OSCOPE" diff --json "$TMP/given" "$TMP/given" -o "$report"
sweeps "doctor" diagnosed "$OSCOPE" doctor --json -o "$report"
sweeps "verify" whole "$OSCOPE" verify -q --json -o "$report" -d 30ms
sweeps "switch" whole "$OSCOPE" switch -q --json -o "$report" -i 20ms -n 1
sweeps "pairs" whole "$OSCOPE" switch --by pair -q --json -o "$report" -d 30ms
sweeps "a process" whole "$OSCOPE" switch -p $$ -q --json -o "$report" -d 30ms
sweeps "a program" whole "$OSCOPE" switch --by task -q --json -o "$report" -- ../live/spin 1 20
sweeps "zombies" whole "$OSCOPE" zombies --json -o "$report"
sweeps "zombies, history" whole "$OSCOPE" zombies --history -q --json -o "$report" -d 30ms
sweeps "births" whole "$OSCOPE" spawn -q --json -o "$report" -d 30ms
sweeps "states" whole "$OSCOPE" states -q --json -o "$report" -d 30ms
sweeps "record" recorded "$OSCOPE" record -q -o "$rec" -d 30ms
# Three runs, which load the same probes one after another: no more of their calls than of others.
SAME=2 EACH=none ALLOCS=$(((ALLOCS + 3) / 4)) sweeps "notes" whole "$OSCOPE" notes run switch.coroutine -q --samples 2 --json -o "$report"
[ -n "$module" ] || { finish; exit; }

insmod "$module"
state > "$TMP/state"
sweeps "module" whole "$OSCOPE" switch --source kmod --json -q -o "$report" -d 30ms
sweeps "module, a program" whole "$OSCOPE" switch --source kmod --json -q -o "$report" -- ../live/spin 1 20
sweeps "module, record" recorded "$OSCOPE" record --source kmod -q -o "$rec" -d 30ms
check "the module can go" rmmod oscope
finish
