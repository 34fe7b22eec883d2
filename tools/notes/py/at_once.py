# SPDX-License-Identifier: GPL-2.0
"""Threads, or processes, that compute: how much CPU time they use, and in how much time.

at_once.py threads|processes HOW_MANY MS
"""
import os
import sys
import threading
import time


def name(what):
    """The calling thread, as the kernel is to know it."""
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write(what)


def last_cpu():
    """Where the calling thread ran last: field 39 of its stat file, proc(5)."""
    with open("/proc/thread-self/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[36])


def compute(until):
    x = 1
    while time.monotonic_ns() < until:
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF


def threads(many, ns):
    """Of each the CPU time by the kernel's clock of it, meanwhile and in all, and where it ended."""
    used, begin = [], threading.Barrier(many + 1)

    def computing():
        name("computing")
        begin.wait()
        before = time.thread_time_ns()
        compute(start + ns)
        took, cpu = time.thread_time_ns() - before, last_cpu()
        used.append((took, time.thread_time_ns(), cpu))

    workers = [threading.Thread(target=computing) for _ in range(many)]
    start = time.monotonic_ns()
    for worker in workers:
        worker.start()
    start = time.monotonic_ns()
    begin.wait()
    for worker in workers:
        worker.join()
    return time.monotonic_ns() - start, used


def processes(many, ns):
    """The same, each child with an interpreter of its own: it has a copy of this one."""
    (ready, tell_ready), (go, tell_go), (told, tell) = os.pipe(), os.pipe(), os.pipe()
    for _ in range(many):
        if os.fork() == 0:
            name("computing")
            os.write(tell_ready, b".")
            os.read(go, 1)
            before = time.thread_time_ns()
            compute(time.monotonic_ns() + ns)
            took, cpu = time.thread_time_ns() - before, last_cpu()
            os.write(tell, b"%d %d %d\n" % (took, time.thread_time_ns(), cpu))
            os._exit(0)
    for _ in range(many):
        os.read(ready, 1)
    start = time.monotonic_ns()
    os.write(tell_go, b"." * many)
    for _ in range(many):
        if os.wait()[1]:
            sys.exit("a child failed")
    wall = time.monotonic_ns() - start
    os.close(tell)
    lines = os.fdopen(told).read().splitlines()
    return wall, [tuple(map(int, line.split())) for line in lines]


def main(kind, many, ms):
    wall, used = {"threads": threads, "processes": processes}[kind](many, ms * 1000000)
    print("wall_ns", wall)
    print("cpu_ns", sum(ns for ns, _, _ in used))
    print("all_cpu_ns", sum(ns for _, ns, _ in used))
    print("turns", sum(ns > 0 for ns, _, _ in used))
    print("cpus", len({cpu for _, _, cpu in used}))
    print("gil", int(getattr(sys, "_is_gil_enabled", lambda: True)()))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
