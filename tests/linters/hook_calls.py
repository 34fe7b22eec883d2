#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Whether the module's hooks call nothing but what may be called there.

usage: hook_calls.py OSCOPE.KO HOOK[,OTHER...]...

Follows the calls in the object code from the functions HOOK on (or what OTHER it is called for this
kernel), through all of the module's own, and says which of the kernel's are reached that are not in
ALLOWED. Hooks run with a run-queue lock held: what prints, allocates, sleeps or wakes somebody can stop
the machine there, and mostly does not, so that no run shows it. Those of a system call or of a task's end
run in the caller's own context, with interrupts on, and may do what is in IN_CALLER, too; those of
signals, with siglock, what is in IN_SIGNAL.
"""
import collections
import re
import subprocess
import sys

ALLOWED = {
    "__fentry__": "ftrace's call; a no-operation unless the function is traced",
    "__x86_return_thunk": "the compiler's way to return",
    "__stack_chk_fail": "only when the stack is broken",
    "__fortify_panic": "only when a copy would go beyond its target",
    "fortify_panic": "the same, before 6.9",
    "pv_ops": "interrupts off and on again, on a paravirtual machine",
    "ktime_get_mono_fast_ns": "the clock for any context",
    "_raw_spin_lock_irqsave": "a raw lock: spins on PREEMPT_RT, too",
    "_raw_spin_unlock_irqrestore": "its other half; the state it restores has interrupts off",
    "__rcu_read_lock": "counts",
    "__rcu_read_unlock": "counts; interrupts are off, so it puts off what there is to do",
    "irq_work_queue": "puts off what the hook itself may not do",
    "copy_from_user_nofault": "gives up where it would have to wait for memory",
    "copy_from_kernel_nofault": "gives up where there is nothing any more, and takes no lock",
    "strnlen": "touches memory only", "strscpy": "the same", "strscpy_pad": "the same",
    "sized_strscpy": "the same", "memset": "the same",
}

CALLERS = {"on_ipc_enter", "on_ipc_exit", "on_uring", "on_exit", "on_ipc_exec", "on_ipc_fork",
           "on_ipc_consumed", "on_ipc_consumed_v6_3", "on_ipc_net_queue"}
IN_CALLER = {
    "_raw_spin_lock": "a raw lock that no interrupt takes, or a hook that is not in CALLERS would be named here",
    "_raw_spin_unlock": "its other half",
    "__SCT__preempt_schedule": "preemption is on again; tracepoints have it off for themselves until 6.13",
    "idr_find": "looks, under RCU", "find_pid_ns": "the same", "find_vpid": "the same", "pid_task": "the same",
    "down_read_trylock": "gives up where it would have to wait",
    "find_vma": "looks, with the memory's lock held", "up_read": "wakes, which may be done with preemption off",
    "__mmap_lock_do_trace_start_locking": "only while the memory's lock is traced",
    "__mmap_lock_do_trace_acquire_returned": "the same", "__mmap_lock_do_trace_released": "the same",
}
SIGNALS = {"on_signal_generate", "on_signal_deliver"}
IN_SIGNAL = {
    "__SCT__preempt_schedule": "interrupts are off, so it does nothing; with PREEMPT_RT siglock is one that sleeps",
}


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def functions(module):
    """{(section, address): name} of the module's own functions."""
    found = {}
    for line in lines("objdump", "-t", module):
        m = re.match(r"([0-9a-f]{16}) .{6}F (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+)$", line)
        if m:
            found.setdefault((m[2], int(m[1], 16)), m[3])
    return found


def relocated(target, own):
    """The name behind "name-0x4", or ".text+0x10": what a call's four bytes relate to."""
    m = re.match(r"(\..+?)([+-]0x[0-9a-f]+)?$", target)
    if not m:
        return re.sub(r"[+-]0x[0-9a-f]+$", "", target)
    address = int(m[2] or "0", 16) + 4
    return own[m[1], max(at for section, at in own if section == m[1] and at <= address)]


def calls(module, own):
    """{function: set of what it calls or jumps to}; a pointer's target is "a pointer"."""
    found, function, target = collections.defaultdict(set), None, None
    for line in lines("objdump", "-dr", "--no-show-raw-insn", module):
        begin = re.match(r"[0-9a-f]+ <(.+)>:$", line)
        relocation = re.match(r"\s+[0-9a-f]+: R_X86_64_(?:PLT32|PC32|32S)\s+(\S+)$", line)
        if relocation and target:
            target = relocated(relocation[1], own)
            continue
        if target and target != function:
            found[function].add(target)
        target = None
        if begin:
            function = begin[1]
        branch = re.match(r"\s+[0-9a-f]+:\t(?:call|j\w+)\s+(.+)$", line)
        if branch:
            place = re.search(r"<(.+?)(?:\+0x[0-9a-f]+)?>", branch[1])
            target = place[1] if place else "a pointer"
    return found


def follow(module, hooks, called, names, allowed):
    """How many calls of what is not allowed are reached from hooks; prints each with its way."""
    todo, seen, via, bad = list(hooks), set(), {}, 0
    while todo:
        function = todo.pop()
        if function in seen:
            continue
        seen.add(function)
        for target in sorted(called[function]):
            if target in names:
                via.setdefault(target, function)
                todo.append(target)
            elif target not in allowed:
                path = function
                while path.split()[-1] in via and path.split()[-1] not in hooks:
                    path += " < " + via[path.split()[-1]]
                print(f"{module}: a hook calls {target}: {path}")
                bad += 1
    return bad


def main():
    module, wanted = sys.argv[1], sys.argv[2:]
    own = functions(module)
    names, called = set(own.values()), calls(module, own)
    hooks = [name for hook in wanted for name in hook.split(",") if name in names]
    for hook in wanted:
        if not names & set(hook.split(",")):
            sys.exit(f"{module}: has no hook {hook}")
    if not hooks:
        sys.exit("usage: hook_calls.py OSCOPE.KO HOOK[,OTHER...]...")
    bad = follow(module, [hook for hook in hooks if hook not in CALLERS | SIGNALS], called, names, ALLOWED)
    bad += follow(module, [hook for hook in hooks if hook in CALLERS], called, names, ALLOWED | IN_CALLER)
    bad += follow(module, [hook for hook in hooks if hook in SIGNALS], called, names, ALLOWED | IN_SIGNAL)
    sys.exit(bad > 0)


main()
