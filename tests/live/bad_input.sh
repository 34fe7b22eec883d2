#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Wrong input gets one clear line that names the thing, and the right exit status.
. ../lib.sh

# refuse NAME STATUS WORD COMMAND...: the command fails with the status, and with one line on stderr
# that holds WORD, beginning with "oscope: ".
refuse() {
	local name=$1 want=$2 word=$3 got lines
	shift 3
	"$@" > "$TMP/out" 2> "$TMP/err"
	got=$?
	lines=$(grep -c . "$TMP/err")
	if [ "$got" = "$want" ] && [ "$lines" = 1 ] && grep -qF -- "$word" "$TMP/err" &&
	   grep -q '^oscope: ' "$TMP/err"; then
		ktap_test_pass "$name"
	else
		echo "# status $got, $want expected; $lines lines, 1 expected; '$word' expected in:"
		sed 's/^/#   /' "$TMP/err"
		ktap_test_fail "$name"
	fi
}

user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
no_btf() { # COMMAND...: where the kernel shows no BTF, and no vmlinux file stands in for it
	unshare -m sh -c 'mount --bind /dev/null /sys/kernel/btf/vmlinux &&
		mount -t tmpfs none /lib/modules && mount -t tmpfs none /boot && exec "$@"' sh "$@"
}
free_pid=$(($(cat /proc/sys/kernel/pid_max) - 1))
cpus=$(($(cut -d- -f2 /sys/devices/system/cpu/possible) + 1))
s=("$OSCOPE" switch)

plan 62
refuse "unknown command" 2 "swich" "$OSCOPE" swich
refuse "... names the nearest" 2 "switch" "$OSCOPE" swich
refuse "unknown long option" 2 "--jsom" "${s[@]}" --jsom
refuse "... names the nearest" 2 "--json" "${s[@]}" --jsom
refuse "unknown letter" 2 "-y" "${s[@]}" -y
refuse "option without its argument" 2 "-d" "${s[@]}" -d
refuse "no such process" 2 "$free_pid" "${s[@]}" -p "$free_pid" -d 1
refuse "not a number" 2 "12x" "${s[@]}" -p 12x
refuse "unknown column" 2 "cuont" "${s[@]}" --columns kind,cuont
refuse "... names the nearest" 2 "count" "${s[@]}" --columns kind,cuont
refuse "unknown sort column" 2 "nosuch" "${s[@]}" --sort nosuch
refuse "unknown source" 2 "bfp" "${s[@]}" --source bfp -d 1
refuse "unknown value of --by" 2 "kinds" "${s[@]}" --by kinds
refuse "CPU that cannot be" 2 "$cpus" "${s[@]}" -C "$cpus" -d 1
refuse "CPU list that is none" 2 "0,," "${s[@]}" -C 0,, -d 1
refuse "negative duration" 2 "-1" "${s[@]}" -d -1
refuse "absurd duration" 2 "99999999999999999999" "${s[@]}" -d 99999999999999999999
refuse "duration with trailing garbage" 2 "1sx" "${s[@]}" -d 1sx
refuse "unknown user" 2 "nosuchuser" "${s[@]}" -u nosuchuser -d 1
refuse "no such cgroup" 2 "no/such" "${s[@]}" --cgroup /no/such -d 1
refuse "output that cannot be written" 1 "/no/dir/f" "${s[@]}" -d 1ms -o /no/dir/f
refuse "full disk" 1 "/dev/full" "${s[@]}" -d 10ms -o /dev/full
refuse "recording that is not there" 1 "/no/rec" "${s[@]}" -r /no/rec
refuse "recording that is none" 1 "lib.sh" "${s[@]}" -r "$LIB_DIR/lib.sh"
refuse "part of no recording" 2 "give -r FILE" "${s[@]}" --from 1s -d 1s
refuse "part of no length" 2 "not before --to" "${s[@]}" -r "$LIB_DIR/lib.sh" --from 2s --to 1s
"$OSCOPE" record -q -d 1ms -o "$TMP/short" &&
	refuse "part behind the end" 1 "ends before" "${s[@]}" -r "$TMP/short" --from 1h
"$OSCOPE" record -q -d 1ms -o "$TMP/some"
refuse "a recording and a source" 2 "one or the other" "${s[@]}" -r "$TMP/some" --source bpf
refuse "a recording waits for nobody" 2 "--wait-tree" "${s[@]}" -r "$TMP/some" --wait-tree
refuse "... measures what it has" 2 "--no-direct" "${s[@]}" -r "$TMP/some" --no-direct
refuse "... hooks nothing" 2 "--hooks" "$OSCOPE" ipc -r "$TMP/some" --hooks tracepoint
refuse "... holds no lock now" 2 "--trace" "$OSCOPE" locks -r "$TMP/some"
nothing() { "${s[@]}" -o - -- /no/program > "$TMP/said"; local status=$?; [ ! -s "$TMP/said" ] && return $status; }
refuse "a program that is not there, and no report of it" 127 "/no/program" nothing
refuse "record without -o" 2 "-o" "$OSCOPE" record -d 1ms
refuse "record to standard output" 2 "needs a file" "$OSCOPE" record -o - -d 1ms
refuse "record to a full disk" 1 "/dev/full" "$OSCOPE" record -d 10ms -o /dev/full
refuse "record with unknown events" 2 "swich" "$OSCOPE" record -e swich -o "$TMP/r" -d 1ms
refuse "record: a ring of no size" 2 "64M" "$OSCOPE" record --ring 64Q -o "$TMP/r" -d 1ms
refuse "record: a ring that is too small" 2 "24K" "$OSCOPE" record --ring 1K -o "$TMP/r" -d 1ms
refuse "record: a ring that is too large" 2 "767M" "$OSCOPE" record --ring 3G -o "$TMP/r" -d 1ms
refuse "record --when of nothing" 2 "wait>10ms" "$OSCOPE" record --when wait -o "$TMP/r" -d 1ms
refuse "record --when of no time" 2 "10ms" "$OSCOPE" record --when 'wait>x' -o "$TMP/r" -d 1ms
refuse "record --when without its records" 2 "switch,wake" "$OSCOPE" record --when 'wait>1ms' -e task -o "$TMP/r" -d 1ms
refuse "zombies of now take no filter" 2 "--history" "$OSCOPE" zombies -c init
refuse "... and no source" 2 "--history" "$OSCOPE" zombies --source bpf
refuse "... and a history is not watched" 2 "-i" "$OSCOPE" zombies --watch -d 1
refuse "zombies by something unknown" 2 "parents" "$OSCOPE" zombies --by parents
refuse "births by something unknown" 2 "kinds" "$OSCOPE" spawn --by kinds
refuse "events are no rows by something" 2 "--by" "$OSCOPE" spawn --events --by task -d 1ms
refuse "... and come by themselves" 2 "-i" "$OSCOPE" spawn --events -i 1s
refuse "... in their order" 2 "--sort" "$OSCOPE" spawn --events --sort at_ns -d 1ms
refuse "arguments are of events" 2 "--events" "$OSCOPE" spawn --args -d 1ms
refuse "events without permission" 3 "CAP_BPF and CAP_PERFMON" "${user[@]}" "$OSCOPE" spawn --events -d 1ms
refuse "states by something unknown" 2 "thread" "$OSCOPE" states --by thread
refuse "states of some CPUs" 2 "-C" "$OSCOPE" states -C 0 -d 1ms
refuse "states without permission" 3 "CAP_BPF and CAP_PERFMON" "${user[@]}" "$OSCOPE" states -d 1ms
refuse "births without permission" 3 "CAP_BPF and CAP_PERFMON" "${user[@]}" "$OSCOPE" spawn -d 1ms
refuse "a history without permission" 3 "CAP_BPF and CAP_PERFMON" "${user[@]}" "$OSCOPE" zombies -d 1ms
refuse "with a program every failure is 125" 125 "-1" "${s[@]}" -d -1 -- true
refuse "no permission" 3 "CAP_BPF and CAP_PERFMON" "${user[@]}" "$OSCOPE" switch -d 1ms
refuse "no BTF" 3 "BTF" no_btf "$OSCOPE" switch --source bpf -d 1ms
if [ -e /dev/oscope ]; then
	skip "module not loaded" "it is loaded"
else
	refuse "module not loaded" 3 "insmod" "${s[@]}" --source kmod -d 1ms
fi
finish
