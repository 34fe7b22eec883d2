#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T29: every system call and every allocation of the tools fails once: an error in a line or two with
# the right status, or a whole report; never a crash or a hang, nothing is left, and the next run works.
. ../lib.sh
. ./tools.sh
# How many sites of each command: all of them by default.
: "${CALLS:=100000}" "${ALLOCS:=100000}"
plan 32

report=$TMP/report rec=$TMP/rec
"$OSCOPE" record -q -o "$TMP/given" -d 100ms
state > "$TMP/state"

# What a call that fails says; '-': it cannot fail, or (close) has done its work all the same, or (brk) it
# is the C library's alone, whose malloc() dies of a break that moved, did not, and moved again.
error_of() {
	case $1 in
	close | brk | munmap | madvise | getpid | gettid | getppid | geteuid | uname | rt_sig* | futex) echo - ;;
	arch_prctl | set_* | rseq | exit* | execve | sched_yield | kill | clock_gettime) echo - ;;
	openat | pipe2 | pidfd_open | signalfd4 | perf_event_open) echo EMFILE ;;
	mmap | mremap | bpf | seccomp | mprotect) echo ENOMEM ;;
	read | pread64 | getdents64 | ioctl | lseek | fstat | newfstatat | access | faccessat2) echo EIO ;;
	write | writev | linkat | rename | unlink) echo ENOSPC ;;
	clone | clone3) echo EAGAIN ;;
	poll | ppoll | clock_nanosleep) echo EINTR ;;
	wait4 | waitid) echo ECHILD ;;
	prctl | fcntl | sched_setaffinity | sched_getaffinity) echo EINVAL ;;
	capset | capget | fchown | fchmod) echo EPERM ;;
	*) echo ENOSYS ;;
	esac
}

# judge STATUS CHECK: how one faulted run ended; CHECK is what must hold if it says that all is well.
judge() {
	local status=$1 lines
	lines=$(wc -l < "$TMP/err")
	case $status in
	0) "$2" && return ;;
	# What cannot be found out is missing: that is what doctor reports.
	3) [ "$2" = diagnosed ] && whole && return ;;&
	1 | 3 | 125)
		[ "$lines" -ge 1 ] && [ "$lines" -le 4 ] && ! grep -qv '^oscope: ' "$TMP/err" && return
		;;
	esac
	echo "# status $status, $lines lines: $(head -c 300 "$TMP/err" | head -3 | xargs -d '\n')"
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
site() { # NAME STATUS CHECK
	sites=$((sites + 1))
	judge "$2" "$3" && return
	bad=$((bad + 1))
	echo "# fault: $1"
}

calls() { # CHECK COMMAND...
	local good=$1 call nth error
	shift
	while read -r call nth; do
		error=$(error_of "$call")
		[ "$error" != - ] || continue
		fresh
		timeout -s KILL 60 strace -qq -o /dev/null -e trace="$call" \
			-e inject="$call:error=$error:when=$nth" -- "$@" > "$TMP/out" 2> "$TMP/err" < /dev/null
		site "$error from $call $nth of: $*" $? "$good"
	done < <(sites "$@" | spread "$CALLS")
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
		site "no memory at $n of: $*" $? "$good"
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
for kind in calls allocs; do
	sweep $kind "replay" whole "$OSCOPE" switch --json -r "$TMP/given" -o "$report"
	sweep $kind "replay as text" printed "$OSCOPE" switch -r "$TMP/given" --by task -o "$report"
	sweep $kind "replay to standard output" whole_out "$OSCOPE" switch --json -r "$TMP/given"
	sweep $kind "doctor" diagnosed "$OSCOPE" doctor --json -o "$report"
	sweep $kind "verify" whole "$OSCOPE" verify -q --json -o "$report" -d 30ms
	sweep $kind "switch" whole "$OSCOPE" switch -q --json -o "$report" -i 20ms -n 1
	sweep $kind "record" recorded "$OSCOPE" record -q -o "$rec" -d 30ms
	sweep $kind "notes" whole "$OSCOPE" notes run switch.coroutine -q --samples 2 --json -o "$report"
done
finish
