#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The checker of the kernel's log: what it must catch, and what it must let pass.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
klog=$OSCOPE_SRC/tests/vm/klog

# One line of each kind that a kernel writes when something is wrong.
mapfile -t wrong <<'END'
[    9.1] Kernel panic - not syncing: Fatal exception
[    9.1] kernel BUG at mm/slub.c:4321!
[    9.1] BUG: kernel NULL pointer dereference, address: 0000000000000000
[    9.1] BUG: KASAN: slab-out-of-bounds in f+0x1/0x2 [oscope]
[    9.1] BUG: scheduling while atomic: cat/675/0x00000002
[    9.1] BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585
[    9.1] BUG: using smp_processor_id() in preemptible [00000000] code: cat/675
[    9.1] WARNING: CPU: 0 PID: 675 at kernel/rcu/tree.c:1 f+0x1/0x2
[    9.1] WARNING: possible circular locking dependency detected
[    9.1] WARNING: suspicious RCU usage
[    9.1] WARNING: inconsistent lock state
[    9.1] Oops: Oops: 0010 [#1] PREEMPT SMP NOPTI
[    9.1] general protection fault, probably for non-canonical address 0xdead000000000100
[    9.1] rcu: INFO: rcu_preempt self-detected stall on CPU
[    9.1] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks: { 1-... }
[    9.1] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [cat:675]
[    9.1] INFO: task rmmod:123 blocked for more than 120 seconds.
[    9.1] list_del corruption. prev->next should be ffff8880, but was 0
[    9.1] refcount_t: underflow; use-after-free.
[    9.1] UBSAN: array-index-out-of-bounds in kmod/ring.c:1:2
[    9.1] kmemleak: unreferenced object 0xffff888 (size 64):
[    9.1] BUG oscope (Tainted: G): Objects remaining on __kmem_cache_shutdown()
[    9.1] ODEBUG: free active (active state 0) object: ffff hint: readers_wake
[    9.1] INFO: trying to register non-static key.
[    9.1] BUG: MAX_LOCKDEP_CHAIN_HLOCKS too low!
[    9.1] workqueue: BUG: workqueue lockup - pool cpus=0
[    9.1] Call Trace:
END
boot='[    0.0] Linux version 6.12.0 (gcc) #1 SMP'
quiet='[    4.4] oscope: loaded, 0.1.0'

log() { printf '%s\n' "$@" > "$TMP/log"; }
caught() { ! "$klog" "$TMP/log" > "$TMP/said" && grep -qF -- "$1" "$TMP/said"; }

plan $((8 + ${#wrong[@]}))
log "$boot" "$quiet"
check "a quiet log is clean" "$klog" "$TMP/log"
for line in "${wrong[@]}"; do
	log "$boot" "$quiet" "$line" "$quiet"
	check "caught: ${line#*\] }" caught "$line"
done
: > "$TMP/log"
check "caught: an empty log" caught "empty"
check "caught: no log" bash -c "! $klog $TMP/none"
log "$quiet"
check "caught: a log without a boot" caught "0 times"
log "$boot" "$boot"
check "caught: a second boot" caught "2 times"

log "$boot" "${wrong[7]}"
printf 'WARNING: CPU: 0 PID: 675 at kernel/rcu\tknown, see the issue\n' > "$TMP/allow"
check "the allow list lets its own pass" env ALLOW="$TMP/allow" "$klog" "$TMP/log"
log "$boot" "${wrong[7]}" "${wrong[0]}"
check "... and nothing else" bash -c "! ALLOW=$TMP/allow $klog $TMP/log"
printf 'WARNING: CPU\n' > "$TMP/allow"
check "an entry without a reason is refused" bash -c \
	"ALLOW=$TMP/allow $klog $TMP/log | grep -q 'no reason'"
finish
