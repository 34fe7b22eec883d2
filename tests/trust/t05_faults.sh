#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T5: every allocation, and every copy from or to user memory, fails once in each thing that a user of
# the module does, its load included: a clean refusal or success, and then it works. Needs a kernel that
# injects faults.
#
# One place is left out: below unregister_kprobe(). It returns nothing, and warns by itself when it cannot
# allocate what it needs to take a probe off ftrace (kernel/kprobes.c, __disarm_kprobe_ftrace()): no
# caller can do better.
. ./lib.sh
: "${STEP:=1}"
debug=/sys/kernel/debug
read -ra operations <<< "${OPERATIONS:-$(./faults "$OSCOPE_KO" list | xargs)}"
plan $((2 * ${#operations[@]} + 3))
if [ ! -e /proc/self/fail-nth ]; then
	skip_rest_of_plan "this kernel injects no faults"
	exit
fi

# Which faults: allocations of every kind, also those that may wait.
mountpoint -q $debug || mount -t debugfs none $debug
echo N > $debug/failslab/ignore-gfp-wait
echo N > $debug/fail_page_alloc/ignore-gfp-wait
echo N > $debug/fail_page_alloc/ignore-gfp-highmem
echo 0 > $debug/fail_page_alloc/min-order
read -r from to < <(awk 'from && $1 != from { print "0x" from, "0x" $1; exit }
	$3 == "unregister_kprobe" { from = $1 }' /proc/kallsyms)
for faults in failslab fail_page_alloc fail_usercopy; do
	echo 0 > $debug/$faults/verbose
	echo "$from" > $debug/$faults/reject-start
	echo "$to" > $debug/$faults/reject-end
done

# The kernel reports an allocation that failed at length, with a trace that looks like a fault's. So
# warnings stay off the console here, and we look through the log: reports of that kind are cut out.
console=$(< /proc/sys/kernel/printk)
echo 4 > /proc/sys/kernel/printk
trap 'echo "$console" > /proc/sys/kernel/printk; cleanup' EXIT
log_clean() {
	dmesg > "$TMP/log"
	[ "$(grep -c "oscope-test: begin" "$TMP/log")" = 1 ] || { echo "the log is not whole"; return 1; }
	sed -E '/(vmalloc error: size|page allocation failure: order|percpu: allocation failed)/,/<\/TASK>/d' \
		"$TMP/log" | grep -E -f <(grep -v '^#' "$OSCOPE_SRC/tests/vm/deny") && return 1
	return 0
}
log_begin() {
	dmesg -C
	echo "oscope-test: begin $1" > /dev/kmsg
}

begin=$SECONDS
places=0
for operation in "${operations[@]}"; do
	[ "$operation" = load ] || loaded || load
	log_begin "$operation"
	./faults "$OSCOPE_KO" "$operation" "$STEP" > "$TMP/out" 2> "$TMP/err"
	status=$?
	head -5 "$TMP/err" | sed 's/^/# /'
	check "$operation: each fault is refused cleanly or overcome" is "$status == 0"
	check "$operation: the kernel's log is clean" log_clean
	[ ! -s "$TMP/out" ] || figure "$(< "$TMP/out")"
	places=$((places + $(awk '{ print $2 }' "$TMP/out")))
done
figure "$places places, $((SECONDS - begin)) s"
loaded || load
check "at the end it counts" is "$(cell switches total events) > 0"
check "... and is unloaded" unload
check "... wholly" not ls $PROC $SYS /dev/oscope
finish
