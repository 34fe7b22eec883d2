#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T2: the checker of the kernel's log: what it must catch, and what it must let pass.
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
[    9.1] traps: stack segment: 0000 [#1] PREEMPT SMP
[    9.1] watchdog: unable to handle page fault for address: ffff
[    9.1] RIP: 0010:f+0x1/0x2 [oscope]
[    9.1] mm: KFENCE: use-after-free read in f+0x1/0x2
[    9.1] mm: KCSAN: data-race in f / g
[    9.1] lockdep: possible recursive locking detected
[    9.1] lockdep: possible irq lock inversion dependency detected
[    9.1] [ Invalid wait context ]
[    9.1] lockdep: bad unlock balance detected!
[    9.1] lockdep: held lock freed!
[    9.1] lockdep: lock held when returning to user space!
[    9.1] list_add corruption. next->prev should be prev
[    9.1] watchdog: Watchdog detected hard LOCKUP on cpu 0
[    9.1] rcu: rcu_preempt kthread starved for 21004 jiffies!
[    9.1] BUG kmalloc-64 (Tainted: G): 3 objects remaining
[    9.1] turning off the locking correctness validator.
[    9.1] kmemleak: Kernel memory leak detector disabled
[    9.1] seq_file: buggy .next function f [oscope] did not update position index
[    9.1] read of /proc/oscope/switches returned bad count -22
[    9.1] detected buffer overflow in strnlen
[    9.1] trap invalid opcode, error:0
[    9.1] double fault: 0000 [#1]
END
# Alternatives of the deny list, a line each, of those in parentheses too.
alternatives() {
	grep -v '^#' "${klog%/*}/deny" | sed -E 's/(^|\|)([^|(]*)\(([^|)]*)\|([^|)]*)\)([^|]*)/\1\2\3\5|\2\4\5/g' |
		tr '|' '\n'
}
each_tried() {
	local regex
	while read -r regex; do
		printf '%s\n' "${wrong[@]}" | grep -qE -e "$regex" || { echo "untried: $regex"; return 1; }
	done < <(alternatives)
}
boot='[    0.0] Linux version 6.12.0 (gcc) #1 SMP'
quiet='[    4.4] oscope: loaded, 0.1.0'
ended=('[    9.5] oscope-vm: command ended' '[    9.6] oscope-vm: state: tainted 12288')
off='[    9.9] reboot: Power down'

log() { printf '%s\n' "$@" > "$TMP/log"; }
# whole LINES...: a log of a machine that came to its end in order.
whole() { log "$boot" "$quiet" "$@" "${ended[@]}" "$off"; }
checkers=()	# those that have to be there
caught() { # TEXT...: it is no clean log, and klog says so.
	local text
	! "$klog" "$TMP/log" "${checkers[@]}" > "$TMP/said" || { echo "passed"; return 1; }
	for text; do
		grep -qF -- "$text" "$TMP/said" || { cat "$TMP/said"; return 1; }
	done
}

plan $((44 + ${#wrong[@]}))
whole
check "a quiet log is clean" "$klog" "$TMP/log"
whole $'[    4.5] oscope: loaded, 0.1.0\r'
check "... with a terminal's line ends, too" "$klog" "$TMP/log"
for line in "${wrong[@]}"; do
	whole "$line" "$quiet"
	check "caught: ${line#*\] }" caught "$line"
done
check "each alternative of the deny list was tried" each_tried
whole "${wrong[3]}" "$quiet" "${wrong[13]}"
check "caught: two of different classes, both" caught "${wrong[3]}" "${wrong[13]}"
whole '[    5.0] oscope-test: kmod/load.sh' "$quiet" '[    6.0] oscope-test: kmod/ring.sh' "${wrong[3]}"
check "... and named by its test" caught "during kmod/ring.sh"
: > "$TMP/log"
check "caught: an empty log" caught "empty"
rm "$TMP/log"
check "caught: no log" caught "missing"
log "$quiet" "${ended[@]}" "$off"
check "caught: a log without a boot" caught "0 times"
whole "$boot"
check "caught: a second boot" caught "2 times"
log "$boot" "$quiet" "${ended[@]}"
printf '[    9.9] reboo' >> "$TMP/log"
check "caught: a log that breaks off in a line" caught "never came to 'reboot: Power down'"
log "$boot" "$quiet" "$off"
check "caught: a command that never ended" caught "never came to 'oscope-vm: command ended'"
log "$boot" "$quiet" "${ended[0]}" "$off"
check "caught: a guest that does not say its taint" caught "did not say"
whole '[    9.4] oscope-vm: state: tainted 0'
sed -i 's/tainted 12288/tainted 12800/' "$TMP/log"
check "caught: a taint of a warning whose text is lost" caught "tainted: 12800"
whole '[    9.6] oscope-vm: state: debug_locks 1'
check "a lock checker at work is clean" "$klog" "$TMP/log"
whole '[    9.6] oscope-vm: state: debug_locks 0'
check "caught: a lock checker that is off" caught "debug_locks 0"
whole '[    9.6] oscope-vm: state: leaked_loaded 0' '[    9.6] oscope-vm: state: leaked_at_the_end 0'
check "a leak detector that found nothing is clean" "$klog" "$TMP/log"
whole '[    9.6] oscope-vm: state: leaked_loaded 2' '[    9.6] oscope-vm: state: leaked_at_the_end 0'
check "caught: leaks while it was loaded" caught "2 objects leaked, looked for loaded"
whole '[    9.6] oscope-vm: state: leaked_at_the_end 1'
check "caught: leaks after it was unloaded" caught "1 objects leaked, looked for at_the_end"
whole '[    9.6] oscope-vm: state: kmemleak_works 0 (scan: Operation not permitted)'
check "caught: a leak detector that is off" caught "leak detector does not work"
whole '[    9.6] oscope-vm: state: still_in_use 1 (Resource temporarily unavailable)'
check "caught: a module that stays in use" caught "could not be unloaded"

# Checkers that have to be there, each with what shows it.
shown=('kasan [    0.2] kasan: KernelAddressSanitizer initialized'
	'kcsan [    0.2] kcsan: strict mode configured'
	'locks [    9.6] oscope-vm: state: debug_locks 1'
	'leaks [    9.6] oscope-vm: state: leaked_at_the_end 0'
	'leaks [    9.6] oscope-vm: state: kmemleak_works 1')
without() { # N: a log that lacks one of them, or, without N, none
	local lines=("${shown[@]#* }")
	[ $# = 0 ] || unset "lines[$1]"
	whole "${lines[@]}"
}
without
check "checkers that have to be there and are" "$klog" "$TMP/log" kasan kcsan locks leaks
for i in "${!shown[@]}"; do
	checkers=("${shown[i]%% *}")
	without "$i"
	check "caught: nothing of ${shown[i]##*: }" caught "missing or off: ${checkers[*]}"
done
locked='[    0.0] Kernel is locked down from command line; see man kernel_lockdown.7'
checkers=(leaks)
whole
check "caught: a leak detector that nobody can ask" caught "missing or off: leaks"
whole "$locked"
check "... but not where the kernel is locked down" "$klog" "$TMP/log" leaks
checkers=(locks)
check "caught: no lock checker there, either" caught "missing or off: locks"
checkers=(lock)
check "caught: a checker that klog does not know" caught "no such checker: lock"
checkers=()

# Data races: ours, the kernel's own, and something else in the middle of one of its own.
ends='[    9.3] =================================================================='
by='[    9.2] write to 0xffff888 of 8 bytes by task 113 on cpu 0:'
far=('[    9.2]  a+0x1/0x2' '[    9.2]  b+0x1/0x2' '[    9.2]  c+0x1/0x2' '[    9.2]  d+0x1/0x2 [oscope]')
theirs=('[    9.1] BUG: KCSAN: data-race in tick_sched / update_cpu' "$by" "${far[@]}" "$ends")
ours=('[    9.1] BUG: KCSAN: data-race in task_get [oscope] / task_drop [oscope]'
	"$by" '[    9.2]  task_get+0x1/0x2 [oscope]' "$ends")
below=('[    9.1] BUG: KCSAN: data-race in memcpy / set_comm' "$by" '[    9.2]  memcpy+0x1/0x2'
	'[    9.2]  on_rename+0x1/0x2 [oscope]' "$ends")
whole "${theirs[@]}" "$quiet" "${theirs[@]}"
check "data races of the kernel's own are passed over" "$klog" "$TMP/log"
whole "${theirs[@]}" "${ours[@]}" "${theirs[@]}"
check "caught: a data race of ours" caught "${ours[0]}"
whole "${below[@]}"
check "caught: one with a frame of ours" caught "${below[0]}"
whole "${theirs[0]}" "${wrong[13]}" "${theirs[@]:1}"
check "caught: another complaint in the middle of one" caught "${wrong[13]}"
whole "${theirs[@]:0:2}"
check "caught: a report that does not end" caught "${theirs[0]}"

whole
DENY=$TMP/none check "caught: no deny list" caught "deny list is empty or missing"
printf '# only a comment\n' > "$TMP/deny"
DENY=$TMP/deny check "caught: an empty deny list" caught "deny list is empty"
printf 'BUG:|(Oops\n' > "$TMP/deny"
DENY=$TMP/deny check "caught: a deny list that is no regex" caught "no regular expressions"

check "caught: no allow list" env ALLOW="$TMP/none" bash -c "! $klog $TMP/log"
whole "${wrong[7]}"
printf 'WARNING: CPU: 0 PID: 675 at kernel/rcu\tknown, see the issue\n' > "$TMP/allow"
check "the allow list lets its own pass" env ALLOW="$TMP/allow" "$klog" "$TMP/log"
whole "${wrong[7]}" "${wrong[0]}"
check "... and nothing else" bash -c "! ALLOW=$TMP/allow $klog $TMP/log"
printf 'WARNING: CPU\n' > "$TMP/allow"
check "an entry without a reason is refused" bash -c \
	"ALLOW=$TMP/allow $klog $TMP/log | grep -q 'no reason'"
printf 'WARNING: (CPU\ta slip of the pen\n' > "$TMP/allow"
ALLOW=$TMP/allow check "caught: an entry that is no regex" caught "no regular expression: WARNING: (CPU"
printf 'WARNING: CPU|\ta slip of the pen\n' > "$TMP/allow"
ALLOW=$TMP/allow check "caught: an entry that lets everything pass" caught "everything pass: WARNING: CPU|"
figure "$KTAP_CNT_PASS of $KSFT_NUM_TESTS verdicts"
finish
